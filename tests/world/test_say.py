"""Captions: every word is accounted for, all that is told is true, and they are said in many ways."""

import re
from collections import Counter

import pytest
from worlds import scenes

from counterfoil.world.drawing import Drawing, holds
from counterfoil.world.read import matches
from counterfoil.world.say import FUNCTION_WORDS, Caption, Tell, article
from counterfoil.world.splits import SPLITS
from counterfoil.world.words import (
    ADJECTIVES,
    NOUNS,
    NUMBERS,
    PLURALS,
    RELATION_WORDS,
    RELATIONS,
    THING,
    kind_of,
)

NUMBER = 1000


def words_for(tell: Tell) -> set[str]:
    """Everything that may be said for a value, by its kind."""
    if tell.kind == "relation":
        return set(RELATION_WORDS[tell.value])  # type: ignore[index]
    if tell.kind == "count":
        return {NUMBERS[int(tell.value)]}
    if tell.kind == "attribute":
        return set(ADJECTIVES[tell.value])
    names = {THING} if tell.value == THING else set(NOUNS[tell.value])  # type: ignore[index]
    return names | {PLURALS[name] for name in names if name in PLURALS}


def is_true(tell: Tell, drawing: Drawing) -> bool:
    """Of the items themselves."""
    items = [drawing.items[index] for index in tell.items]
    if tell.kind == "relation":
        return holds(drawing, tell.items[0], tell.value, tell.items[1]) is True  # type: ignore[arg-type]
    if tell.kind == "count":
        shapes = {item.shape for item in items}
        of_it = [item for item in drawing.items if item.shape in shapes]
        return len(shapes) == 1 and len(items) == len(of_it) == int(tell.value)
    if tell.kind == "object":
        return all(tell.value in (THING, item.shape) for item in items)
    return all(tell.value in (item.colour, item.size, item.filling) for item in items)


def captions(split: str) -> list[tuple[Drawing, Caption]]:
    return [(dealt.drawing, caption) for dealt in scenes(split, NUMBER) for caption in dealt.captions]


@pytest.mark.parametrize("split", SPLITS)
def test_every_word_is_the_grammars_or_names_what_a_tell_says(split: str) -> None:
    for _, caption in captions(split):
        rest = list(caption.text)
        for tell in caption.tells:
            words = caption.text[tell.start : tell.end]
            assert words.lower() in words_for(tell), (caption.text, words, tell)
            assert "".join(rest[tell.start : tell.end]) == words, "two tells share a letter"
            rest[tell.start : tell.end] = " " * (tell.end - tell.start)
        left = re.findall(r"[a-z]+", "".join(rest).lower())
        assert set(left) <= FUNCTION_WORDS, caption.text


@pytest.mark.parametrize("split", SPLITS)
def test_every_tell_is_true_of_the_items_themselves(split: str) -> None:
    kinds = Counter[str]()
    for drawing, caption in captions(split):
        for tell in caption.tells:
            assert is_true(tell, drawing), (caption.text, tell)
            kinds[tell.kind] += 1
    assert set(kinds) == {"object", "attribute", "relation", "count"}
    assert min(kinds.values()) > 100


@pytest.mark.parametrize("split", SPLITS)
def test_the_judge_who_reads_captions_finds_every_one_true(split: str) -> None:
    for drawing, caption in captions(split):
        assert matches(caption.text, drawing) is True, caption.text


def test_the_judge_finds_few_captions_true_of_other_scenes() -> None:
    """So that the judge does not say yes to everything."""
    told = captions("train")[:1000]
    others = [drawing for drawing, _ in told[500:]] + [drawing for drawing, _ in told[:500]]
    truths = [matches(caption.text, other) for (_, caption), other in zip(told, others, strict=True)]
    assert truths.count(False) > 0.9 * len(truths)


def test_every_scene_has_one_to_five_captions_no_two_alike() -> None:
    numbers = Counter(len(dealt.captions) for dealt in scenes("train", NUMBER))
    assert set(numbers) == {1, 2, 3, 4, 5}
    for dealt in scenes("train", NUMBER):
        assert len({caption.text for caption in dealt.captions}) == len(dealt.captions)


def test_captions_are_sentences_with_a_capital_and_a_full_stop() -> None:
    for _, caption in captions("train"):
        assert re.fullmatch(r"[A-Z][a-z ,-]*[a-z]\.", caption.text), caption.text
        assert "  " not in caption.text
        assert not re.search(r"\ba [aeiou]|\ban [^aeiou]", caption.text.lower()), caption.text


def test_distractors_are_named_by_no_caption_unless_they_are_counted() -> None:
    for dealt in scenes("train", NUMBER):
        named = len(dealt.drawing.named)
        for caption in dealt.captions:
            assert all(max(tell.items) < named for tell in caption.tells), caption.text


def test_all_forms_of_sentences_occur() -> None:
    relation = "|".join(words for several in RELATION_WORDS.values() for words in several)
    forms = {
        "one thing": r"^(an?|there is an?|we see an?) ([a-z-]+ )*[a-z]+\.$",
        "a list of two": r"^(?!.* is ).* and an? [a-z -]+\.$",
        "a list of three": r", an? .* and an? ",
        "a picture of": r"^a picture of ",
        "an image with": r"^an image with ",
        "we see": r"^we see ",
        "there is": r"^there is ",
        "active": rf"^an? .* is ({relation}) an? ",
        "inverted": rf"^({relation}) an? .* is an? ",
        "opened": rf"^there is an? .* ({relation}) an? ",
        "twice": rf"^an? .* is ({relation}) an? .* and ({relation}) an? ",
        "count": r"^there are (two|three|four|five) ",
        "bare count": r"^(two|three|four|five) ",
        "predicate": r"^the [a-z ]+ is [a-z-]+\.$",
        "two predicates": r"^the [a-z ]+ is [a-z-]+ and [a-z-]+\.$",
    }
    texts = [caption.text.lower() for _, caption in captions("train")]
    for name, form in forms.items():
        assert sum(bool(re.search(form, text)) for text in texts) >= 20, name


def test_every_word_of_the_world_is_said() -> None:
    said = Counter(
        caption.text[tell.start : tell.end].lower()
        for _, caption in captions("train")
        for tell in caption.tells
    )
    wanted = {
        word for table in (NOUNS, ADJECTIVES, RELATION_WORDS) for words in table.values() for word in words
    }
    assert wanted <= set(said)
    assert {"two", "three", "four", "five", THING} <= set(said)
    assert {PLURALS[noun] for nouns in NOUNS.values() for noun in nouns[:1]} <= set(said)


def test_captions_are_partial() -> None:
    """Of the things that captions name, they often leave out the colour, the size or the filling."""
    stated = Counter[str]()
    phrases = 0
    unnamed = 0
    for drawing, caption in captions("train"):
        single = [tell for tell in caption.tells if len(tell.items) == 1]
        phrases += len({tell.items for tell in single})
        stated.update(kind_of(tell.value) for tell in single if tell.kind == "attribute")
        unnamed += len({i for tell in caption.tells for i in tell.items}) < len(drawing.named)
    assert 0.4 < stated["colour"] / phrases < 0.9
    assert 0.1 < stated["size"] / phrases < 0.6
    assert 0.1 < stated["filling"] / phrases < 0.6
    assert unnamed > 0.2 * len(captions("train"))


def test_every_relation_is_stated() -> None:
    stated = Counter(
        t.value for _, caption in captions("train") for t in caption.tells if t.kind == "relation"
    )
    assert set(stated) == set(RELATIONS)


def test_what_a_single_phrase_names_is_one_item_alone() -> None:
    for drawing, caption in captions("validation"):
        said: dict[tuple[int, ...], list[Tell]] = {}
        for tell in caption.tells:
            if len(tell.items) == 1:
                said.setdefault(tell.items, []).append(tell)
        for items, tells in said.items():
            fitting = [
                index
                for index, item in enumerate(drawing.items)
                if all(t.value in (THING, item.shape, item.colour, item.size, item.filling) for t in tells)
            ]
            # "the star is red" means the one star, whatever else is red
            if caption.text.startswith("The "):
                names = [tell for tell in tells if tell.kind == "object"]
                fitting = [i for i, item in enumerate(drawing.items) if item.shape == names[0].value]
            assert tuple(fitting) == items, caption.text


@pytest.mark.parametrize(
    ("word", "expected"), [("oval", "an"), ("arrow", "an"), ("orange", "an"), ("hexagon", "a"), ("star", "a")]
)
def test_the_article_goes_with_the_word(word: str, expected: str) -> None:
    assert article(word) == expected
