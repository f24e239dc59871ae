"""Which words name which category."""

import pytest

from counterfoil.mine.perceive import nouns


@pytest.mark.parametrize(
    ("phrase", "label"),
    [
        ("women", "person"),
        ("Firefighter", "person"),
        ("sofa", "couch"),
        ("puppies", "dog"),
        ("fire hydrants", "fire hydrant"),
        ("hot dog", "hot dog"),
        ("teddy bear", "teddy bear"),
        ("laptop computer", "laptop"),
        ("geese", "bird"),
        ("glass of wine", "wine glass"),
        ("dog bowl", "bowl"),
    ],
)
def test_everyday_words_name_their_category(phrase: str, label: str) -> None:
    assert nouns.category_of(phrase) == label


@pytest.mark.parametrize("phrase", ["bus stop", "car seat", "horse statue", "toy car", "bike", "scarf", "do"])
def test_what_only_looks_like_a_name_or_could_be_two_is_none(phrase: str) -> None:
    assert nouns.category_of(phrase) is None


def test_a_label_of_ones_own_is_named_by_itself_and_its_plural() -> None:
    extra = nouns.unlisted(("lighthouse keeper", "dog"))
    assert extra == ("lighthouse keeper",)
    assert nouns.category_of("lighthouse keepers", extra) == "lighthouse keeper"
    assert nouns.category_of("lighthouse keeper") is None
    assert {"keeper", "keepers", "lighthouse keeper"} <= nouns.hints("lighthouse keeper")


def test_a_synonym_a_hypernym_and_a_leash_hint_at_a_dog() -> None:
    assert {"dog", "dogs", "puppy", "puppies", "animal", "leash"} <= nouns.hints("dog")
    assert "table" not in nouns.hints("dog")


def test_a_bus_is_easily_taken_for_a_truck() -> None:
    assert "bus" in nouns.looks_like("truck")
    assert nouns.looks_like("no such thing") == ()


def test_every_category_looks_only_like_categories_and_has_a_group() -> None:
    for label in nouns.labels():
        assert set(nouns.looks_like(label)) <= set(nouns.labels())
        assert nouns.group(label)
        assert nouns.category_of(label) == label
    assert len(nouns.labels()) == 80


def test_no_person_has_a_colour() -> None:
    assert not nouns.has_colour("person")
    assert nouns.has_colour("car")


def test_categories_are_said_as_people_say_them() -> None:
    assert [nouns.spoken(label) for label in ("tv", "sports ball", "skis", "cat", "gnu")] == [
        "TV",
        "ball",
        "pair of skis",
        "cat",
        "gnu",
    ]
