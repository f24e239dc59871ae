"""Captions that go on without a thing: cut where nothing else is lost, and left alone elsewhere."""

import pytest
from scenes import disc, perceived, scene

from counterfoil.mine.perceive.captions import read
from counterfoil.mine.propose.omission import left_out, omission_words
from counterfoil.records import Change

RED = (220, 20, 20)


def applied(text: str, changes: tuple[Change, ...]) -> str:
    for change in reversed(changes):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def without(caption: str, word: str) -> str | None:
    (doc,) = perceived(scene(captions=(caption,))).parses
    noun = next(noun for noun in read(doc) if noun.singular == word)
    cut = left_out(doc, noun)
    return None if cut is None else applied(caption, (cut,))


@pytest.mark.parametrize(
    ("caption", "word", "rest"),
    [
        ("Two men stand in the woods near a dog.", "dog", None),
        ("A dog is sitting on an armchair next to a fridge.", "fridge", "A dog is sitting on an armchair."),
        ("A red stop sign next to a large bush.", "stop sign", "A large bush."),
        ("A bench sitting next to an old awning", "bench", "An old awning"),
        ("A small bathroom with a sink and a toilet.", "toilet", "A small bathroom with a sink."),
        ("A group of horses standing on a green hill.", "horse", "A green hill."),
    ],
)
def test_a_caption_goes_on_without_a_thing(caption: str, word: str, rest: str | None) -> None:
    expected = "Two men stand in the woods." if rest is None else rest
    assert without(caption, word) == expected


@pytest.mark.parametrize(
    ("caption", "word"),
    [
        ("A man near a dog that runs after him.", "dog"),
        ("A dog is near a cat.", "cat"),
        ("A cat on the roof plays with its ball.", "cat"),
        ("A desk holds only a laptop and a mouse.", "mouse"),
        ("A man in a red shirt.", "man"),
        ("Dogs run.", "dog"),
    ],
)
def test_a_caption_that_needs_the_thing_stays(caption: str, word: str) -> None:
    assert without(caption, word) is None


def test_one_sentence_tells_of_the_thing_and_the_other_denies_it() -> None:
    caption = "a stop sign stands behind a large bush"
    of = perceived(scene(("stop sign", disc(160, 120, 25), RED), captions=(caption,)))
    words = omission_words(of, "stop sign")
    assert words is not None
    true, negative = (applied(caption, c) for c in (words.true_changes, words.negative_changes))
    assert true.startswith("A large bush. ")
    assert negative.startswith("A large bush. ")
    assert "no stop sign" in negative.lower()
    assert "no stop sign" not in true.lower()
    assert "stop sign" in true


def test_a_thing_that_the_rest_still_names_is_not_denied() -> None:
    caption = "A cat looks at another animal next to a dog."
    of = perceived(scene(("dog", disc(160, 120, 25), RED), captions=(caption,)))
    assert omission_words(of, "dog") is None
