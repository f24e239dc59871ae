"""Articles, plurals, numbers, verbs."""

import pytest

from counterfoil.mine import english


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("apple", "an"),
        ("hour", "an"),
        ("unicorn", "a"),
        ("orange", "an"),
        ("TV", "a"),
        ("dog", "a"),
        ("", "a"),
    ],
)
def test_a_word_takes_the_article_that_one_says(word: str, expected: str) -> None:
    assert english.article(word) == expected


@pytest.mark.parametrize(
    ("one", "many"),
    [("knife", "knives"), ("woman", "women"), ("bus", "buses"), ("sheep", "sheep"), ("TV", "TVs")],
)
def test_a_plural_is_turned_back(one: str, many: str) -> None:
    assert english.plural(one) == many
    assert english.singular(many) == (one if one != "TV" else "TV")


def test_a_singular_stays_a_singular() -> None:
    assert [english.singular(noun) for noun in ("bus", "glass", "dog")] == ["bus", "glass", "dog"]


def test_numbers_up_to_twelve_are_words() -> None:
    assert [english.number_word(number) for number in (1, 12, 13)] == ["one", "twelve", "13"]
    assert [english.number_of(word) for word in ("two", "11", "dogs", "1234", "\u0663")] == [
        2,
        11,
        None,
        None,
        None,
    ]


def test_a_number_agrees_with_its_noun() -> None:
    assert english.count_phrase(1, "pair of skis") == "one pair of skis"
    assert english.count_phrase(3, "knife") == "three knives"


def test_words_join_as_in_speech() -> None:
    assert [english.join(words) for words in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        ("is", "are"),
        ("has", "have"),
        ("was", "were"),
        ("watches", "watch"),
        ("flies", "fly"),
        ("sits", "sit"),
    ],
)
def test_a_verb_agrees_both_ways(singular: str, plural: str) -> None:
    assert english.agree(singular, plural_subject=True) == plural
    assert english.agree(plural, plural_subject=False) == singular
