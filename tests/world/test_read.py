"""The judge of captions: what it reads, what it refuses, and what is true of drawings made by hand."""

import itertools
import random
import re
from collections.abc import Callable, Iterable

import pytest

from counterfoil.world.drawing import Background, Drawing, Item, Truth, holds
from counterfoil.world.read import matches, read, true_of
from counterfoil.world.words import (
    ADJECTIVES,
    COLOURS,
    CONVERSE,
    FILLINGS,
    NOUNS,
    PLURALS,
    RELATION_WORDS,
    RELATIONS,
    SHAPES,
    SIZES,
    Colour,
    Filling,
    Relation,
    Shape,
    Size,
    kind_of,
)

NOWHERE = Background(0, 0.0, 0.0, 0)


def item(
    shape: Shape,
    colour: Colour,
    x: float,
    y: float,
    radius: float = 0.08,
    *,
    size: Size = "small",
    filling: Filling = "plain",
) -> Item:
    return Item(shape, colour, size, filling, x, y, radius)


def drawing(*items: Item, distractors: int = 0) -> Drawing:
    return Drawing(NOWHERE, items, distractors)


RED_CIRCLE = item("circle", "red", 0.2, 0.2)
BLUE_SQUARE = item("square", "blue", 0.6, 0.3, 0.12, size="large", filling="striped")
RED_STAR = item("star", "red", 0.2, 0.7)
GREEN_STAR = item("star", "green", 0.7, 0.75, filling="dotted")
CORNERS = drawing(RED_CIRCLE, BLUE_SQUARE, RED_STAR, GREEN_STAR)
"""A circle top left, a square top right, a red star bottom left, a green one bottom right."""

RING = drawing(
    item("circle", "black", 0.35, 0.4, 0.3, size="large"),
    item("star", "yellow", 0.35, 0.4),
    item("square", "grey", 0.35, 0.86),
)
"""A star inside a circle, and a square below both."""

BEHIND = drawing(
    item("heart", "pink", 0.4, 0.5, 0.15, size="medium"),
    item("drop", "brown", 0.55, 0.5, 0.12, size="medium"),
)
"""A drop that hides a part of a heart; it is not clear whether it is to the right of it."""

TRUE_OF_CORNERS = [
    line.strip()
    for line in """
    A red circle.
    a red circle
    A RED CIRCLE.
    The red circle.
    One red circle.
    An item.
    A small plain red circle.
    A plain, red, small circle.
    A circle that is red.
    A circle that is red and plain.
    A square which is blue.
    A square with stripes.
    A star with dots.
    A red shape.
    A large striped blue square.
    There is a circle.
    There are a circle and a star.
    A picture of a circle.
    A drawing with a circle.
    An image showing a circle.
    This is a photo of a circle.
    The picture shows a circle.
    This picture shows a circle.
    We see a circle.
    You can see a circle.
    We can see a circle.
    It shows a circle.
    In the picture, there is a circle.
    A circle and a star.
    A circle with a star.
    A circle, a square and a star.
    A circle, a square, and a star.
    A square with stripes and a star.
    A square that is striped and a star.
    A star and a star.
    A red star and a green star.
    There is a circle but no heart.
    A circle with a square but no heart.
    A circle, but no heart.
    A circle and no heart.
    A circle with no heart.
    A circle without a heart.
    No heart.
    No hearts.
    There is no heart.
    There are no hearts and no drops.
    There is not a heart.
    There are not any hearts.
    There isn't a heart.
    We do not see a heart.
    It does not show a heart.
    A picture without a heart.
    A picture with no heart.
    Not any heart.
    Without a heart.
    No green circle.
    Two stars.
    2 stars.
    Exactly two stars.
    Only two stars.
    0 hearts.
    Exactly one circle.
    1 circle.
    Four shapes.
    Two small red shapes.
    There are two stars and a circle.
    Two stars, a circle and no heart.
    A red circle is left of a blue square.
    A red circle left of a blue square.
    A red circle which is left of a blue square.
    A red circle that is to the left of a blue square.
    There is a red circle to the left of a blue square.
    The circle is left of the square.
    A red circle is left of a square and above a star.
    A red circle is left of a square and is above a star.
    A square is to the right of a circle and above a green star.
    A star is left of a star.
    A star is below a circle.
    To the left of a blue square is a red circle.
    To the left of a blue square there is a red circle.
    On the left of a blue square, we see a red circle.
    Below the circle is a red star.
    A circle is not right of a square.
    A circle is not to the right of a square.
    A circle not right of a square.
    A circle isn't right of a square.
    A circle is not below a star.
    A circle does not contain a star.
    A circle is left of a square and not below a star.
    A circle is left of a square but no heart.
    No circle is below a star.
    There is no circle below a star.
    Below a star there is no circle.
    Below a star is no circle.
    The circle is red.
    The circle is red and plain.
    The circle is small, red and plain.
    The red circle is small.
    A star is green.
    The circle is not blue.
    The square is not small.
    A circle is not striped.
    No star is blue.
    Two stars are small.
    Exactly one star is red.
    There is a red circle. There is a blue square.
    No dog.
    There is no dog.
    A circle but no dog.
""".strip().splitlines()
]


@pytest.mark.parametrize("caption", TRUE_OF_CORNERS)
def test_it_is_true(caption: str) -> None:
    assert matches(caption, CORNERS) is True


FALSE_OF_CORNERS = [
    line.strip()
    for line in """
    A blue circle.
    A red square.
    A striped circle.
    A large circle.
    A heart.
    A red blue circle.
    A circle that is blue.
    A circle with stripes.
    There is no circle.
    No red shape.
    There is not a circle.
    We do not see a circle.
    A picture without a circle.
    A star without a circle.
    A star but no circle.
    A circle and a circle.
    A red circle and a red circle.
    A red star and a red star.
    A circle and a heart.
    A circle, a square and a heart.
    A shape, a shape, a shape, a shape and a shape.
    A star.  A heart.
    Three stars.
    Exactly one star.
    1 star.
    0 stars.
    10 stars.
    Ten stars.
    Two red stars.
    Five shapes.
    Two stars and two circles.
    Two stars and a green star.
    A red circle is right of a blue square.
    A red circle is below a star.
    A green circle is left of a blue square.
    A red circle is left of a red square.
    A red circle is left of a blue square and below a star.
    A circle is left of a circle.
    A star is inside a square.
    To the right of a blue square is a red circle.
    A circle is not left of a square.
    A heart is not left of a square.
    A circle is left of a square and not above a red star.
    A circle is left of a square but no star.
    No circle is left of a square.
    To the left of a square there is no circle.
    The circle is blue.
    The circle is red and striped.
    The circle is not red.
    The heart is red.
    The heart is not red.
    A star is blue.
    No star is red.
    Three stars are small.
    Two stars are red.
    A dog.
    There is a dog.
    A small brown dog.
    Two dogs.
    A circle and a dog.
    A dog is left of a square.
    A circle is left of a dog.
    A dog is not left of a square.
    The dog is red.
    A red circle. A dog.
""".strip().splitlines()
]


@pytest.mark.parametrize("caption", FALSE_OF_CORNERS)
def test_it_is_false(caption: str) -> None:
    assert matches(caption, CORNERS) is False


@pytest.mark.parametrize(
    "caption",
    [
        "The star is red.",  # which one?
        "A star is above a star.",  # just a little
        "A star is not red.",  # true of one of the two
        "A star is not left of a star.",  # true of one of the two pairs
        "The circle is not red and striped.",  # not red, or not both?
        "Two stars and two red shapes.",  # three items: the red star counts twice
        "No circle is left of a heart.",  # there is no heart to look left of
    ],
)
def test_what_people_would_take_in_two_ways_is_unsure(caption: str) -> None:
    assert read(caption) is not None
    assert matches(caption, CORNERS) is None


@pytest.mark.parametrize(
    ("caption", "truth"),
    [
        ("A star is inside a circle.", True),
        ("A star in a circle.", True),
        ("A circle contains a star.", True),
        ("A circle containing a star.", True),
        ("A circle that contains a star.", True),
        ("The circle is around a star and above a square.", True),
        ("Inside a circle is a star.", True),
        ("A square is inside a circle.", False),
        ("A circle does not contain a star.", False),
        ("A circle doesn't contain a square.", True),
        ("A star is in front of a circle.", None),
        ("A square is under a star.", True),
        ("A star is over a square.", True),
    ],
)
def test_a_thing_in_another(caption: str, truth: Truth) -> None:
    assert matches(caption, RING) is truth


@pytest.mark.parametrize(
    ("caption", "truth"),
    [
        ("A drop is in front of a heart.", True),
        ("A heart is partly hidden by a drop.", True),
        ("A heart is in front of a drop.", False),
        ("A drop is right of a heart.", None),
        ("A drop is not right of a heart.", None),
        ("No drop is right of a heart.", None),
        ("A drop is right of a heart and in front of a heart.", False),
        ("A drop is right of a heart. No star.", None),
        ("A drop is right of a heart. A star.", False),
        ("A drop is left of a heart.", False),
        ("A drop is not left of a heart.", True),
    ],
)
def test_an_unclear_relation_leaves_a_doubt_unless_something_else_decides(caption: str, truth: Truth) -> None:
    assert matches(caption, BEHIND) is truth


def test_a_distractor_counts() -> None:
    hidden = drawing(RED_CIRCLE, RED_STAR, distractors=1)
    assert matches("A star.", hidden) is True
    assert matches("Two shapes.", hidden) is True
    assert matches("No star.", hidden) is False


def test_an_empty_drawing_shows_nothing() -> None:
    assert matches("No shape.", drawing()) is True
    assert matches("A shape.", drawing()) is False
    assert matches("A circle is left of a star.", drawing()) is False


@pytest.mark.parametrize(("shape", "noun"), [(shape, noun) for shape in SHAPES for noun in NOUNS[shape]])
def test_every_noun_names_its_shape_alone(shape: Shape, noun: str) -> None:
    for other in SHAPES:
        shown = drawing(item(other, "red", 0.2, 0.2), item(other, "red", 0.7, 0.7))
        assert matches(f"There is a {noun}.", shown) is (shape == other)
        assert matches(f"There are two {PLURALS[noun]}.", shown) is (shape == other)
        assert matches(f"There are no {PLURALS[noun]}.", shown) is (shape != other)


@pytest.mark.parametrize(("name", "word"), [(name, word) for name in ADJECTIVES for word in ADJECTIVES[name]])
def test_every_adjective_names_its_attribute_alone(name: str, word: str) -> None:
    values: dict[str, tuple[str, ...]] = {"colour": COLOURS, "size": SIZES, "filling": FILLINGS}
    for other in values[kind_of(name)]:
        looks: dict[str, str] = {"colour": "red", "size": "small", "filling": "plain", kind_of(name): other}
        shown = drawing(Item(shape="oval", x=0.5, y=0.5, radius=0.1, **looks))  # type: ignore[arg-type]
        assert matches(f"A {word} oval.", shown) is (name == other)
        assert matches(f"The oval is {word}.", shown) is (name == other)
        assert matches(f"The ellipse is not {word}.", shown) is (name != other)


EXTRA: dict[Relation, tuple[str, ...]] = {
    "left of": ("on the left of",),
    "right of": ("on the right of",),
    "above": ("over",),
    "below": ("under", "underneath", "beneath"),
    "inside": ("in",),
    "around": ("containing",),
}
APART = drawing(item("arrow", "red", 0.2, 0.2), item("cross", "red", 0.7, 0.7))
WITHIN = drawing(item("cross", "red", 0.5, 0.5, 0.4), item("arrow", "red", 0.5, 0.5, 0.06))
PARTLY = drawing(item("cross", "red", 0.4, 0.5, 0.2), item("arrow", "red", 0.6, 0.5, 0.14))
SHOWING: dict[Relation, Drawing] = {
    "left of": APART,
    "above": APART,
    "inside": WITHIN,
    "in front of": PARTLY,
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_every_word_of_a_relation_is_read(relation: Relation) -> None:
    forward = relation in SHOWING
    shown = SHOWING[relation if forward else CONVERSE[relation]]
    subject, other = ("arrow", "cross") if forward else ("cross", "arrow")
    for words in RELATION_WORDS[relation] + EXTRA.get(relation, ()):
        assert matches(f"There is an {subject} {words} the {other}.", shown) is True
        assert matches(f"A {subject} is {words} a {other}.", shown) is True
        assert matches(f"{words.capitalize()} the {other} is a {subject}.", shown) is True
        assert matches(f"A {subject} is not {words} a {other}.", shown) is False
        assert matches(f"A {other} is {words} a {subject}.", shown) is False


@pytest.mark.parametrize(
    "caption",
    [
        "",
        ".",
        "..",
        "   ",
        "a",
        "a a a",
        "a red",
        "circle",
        "red circle",
        "a circles",
        "two circle",
        "circle a red",
        "left a square of is circle a red",
        "a of left square circle is a",
        "a circle is",
        "a circle is left",
        "a circle is left of",
        "a circle left of a square a star",
        "a circle is left of a square and a star",  # is the star there, or is the circle left of it?
        "a circle is not left of a square and above a star",
        "a circle without a star and a drop",
        "a square of a circle",
        "to the left of a square a circle",
        "two circles are left of a square",
        "a circle is left of no square",
        "several circles",
        "many circles",
        "some circles",
        "a few circles",
        "a wooden circle",
        "a circle without stripes",
        "a grey background",
        "a ring",  # an outlined circle may be one
        "something",
        "a circle is a star",
        "a circle, but a star",
        "no circle is not left of a square",
        "two circles are not red",
        "a circle is red blue and",
        "there is there is a circle",
        "a circle. circle",
        "a circle!",
        "is there a circle?",
        "3.5 circles",
        "2",
        "99999999999999 circles",
        "9" * 20_000 + " circles",
        "no",
        "no no circle",
        "not",
        "ein roter kreis",
        "un círculo",
        "a circle \N{WHITE STAR}",
        "\N{ARABIC-INDIC DIGIT TWO} circles",
        "\u0130 circle",
        "a\x00circle",
        "'''",
        "--- -",
        "a " * 10_000,
        "a circle and " * 2_000,
        "(" * 20_000,
        "left of " * 2_500,
        "red " * 5_000,
    ],
)
def test_what_is_not_in_the_language_is_not_judged(caption: str) -> None:
    assert read(caption) is None
    assert matches(caption, CORNERS) is None


def test_scrambled_words_are_not_judged() -> None:
    rng, words = (
        random.Random(1),
        re.findall(r"\w+", "there is a large red circle to the left of a blue square"),
    )
    kept = 0
    for _ in range(500):
        rng.shuffle(words)
        kept += read(" ".join(words)) is not None
    assert kept == 0


def test_long_captions_are_read_to_their_end() -> None:
    assert matches("a circle, " * 2_000 + "a star", CORNERS) is False
    assert matches("A circle. " * 2_000, CORNERS) is True
    assert matches("A circle. " * 2_000 + "A heart.", CORNERS) is False
    assert matches("a " + "red " * 5_000 + "circle", CORNERS) is True
    assert matches("a circle is " + "above a star and " * 1_000 + "left of a square", CORNERS) is None


def test_a_crowd_is_searched_in_no_time() -> None:
    crowd = drawing(*(item("circle", "red", 0.1 * place, 0.5, 0.03) for place in range(7)))
    assert matches("a circle, " * 6 + "and a shape", crowd) is True
    assert matches("a circle, " * 6 + "and a star", crowd) is False
    assert matches("a circle is left of a circle and right of a circle and above a circle", crowd) is False


def test_the_order_of_adjectives_does_not_matter() -> None:
    orders = {
        read(f"A {' '.join(order)} drop.") for order in itertools.permutations(["small", "plain", "red"])
    }
    assert len(orders) == 1


def test_a_caption_and_its_inversion_claim_the_same() -> None:
    assert read("A red circle is left of a square.") == read("To the left of a square is a red circle.")


def random_item(rng: random.Random) -> Item:
    place = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8)
    looks = rng.choice(SHAPES[:2]), rng.choice(COLOURS[:2])
    return item(*looks, *place, rng.choice((0.06, 0.2)), filling=rng.choice(FILLINGS[:2]))


def random_thing(rng: random.Random) -> tuple[str, Callable[[Item], bool]]:
    """A phrase, and a plain way to tell whether an item is meant by it."""
    shape = rng.choice((*SHAPES[:2], None))
    colour, filling = rng.choice((*COLOURS[:2], None)), rng.choice((*FILLINGS[:2], None, None))

    def fits(thing: Item) -> bool:
        wanted = ((shape, thing.shape), (colour, thing.colour), (filling, thing.filling))
        return all(value is None or value == shown for value, shown in wanted)

    return " ".join(filter(None, ("a", colour, filling, shape or "shape"))), fits


def naive_any(truths: Iterable[Truth]) -> Truth:
    return max(truths, key=(False, None, True).index, default=False)


def naive_all(truths: Iterable[Truth]) -> Truth:
    return min(truths, key=(False, None, True).index, default=True)


@pytest.mark.parametrize("seed", range(60))
def test_lists_and_relations_are_searched_as_by_trying_everything(seed: int) -> None:
    rng = random.Random(seed)
    shown = drawing(*(random_item(rng) for _ in range(rng.randint(1, 5))))
    for _ in range(5):
        (one, is_one), (two, is_two), (three, is_three) = (random_thing(rng) for _ in range(3))
        near, far = rng.sample(RELATIONS, 2)
        orders = itertools.permutations(range(len(shown.items)), 3)
        fitting = [
            order
            for order in orders
            if all(fits(shown.items[i]) for fits, i in zip((is_one, is_two, is_three), order, strict=True))
        ]
        pairs = [
            (a, b)
            for a, b in itertools.permutations(range(len(shown.items)), 2)
            if is_one(shown.items[a]) and is_two(shown.items[b])
        ]
        assert matches(f"{one}, {two} and {three}", shown) is bool(fitting)
        assert matches(f"{one} is {near} {two}", shown) is naive_any(
            holds(shown, a, near, b) for a, b in pairs
        )
        both = [naive_all((holds(shown, a, near, b), holds(shown, a, far, c))) for a, b, c in fitting]
        assert matches(f"{one} is {near} {two} and {far} {three}", shown) is naive_any(both)
        denied = [holds(shown, a, near, b) for a, b in pairs]
        none = bool(denied) and all(truth is False for truth in denied)
        assert (matches(f"{one} is not {near} {two}", shown) is True) is none
        number = sum(map(is_two, shown.items))
        assert matches(f"{number} {two[2:]}{'s' if number != 1 else ''}", shown) is True
        assert matches(f"{number + 2} {two[2:]}s", shown) is False


def test_a_claim_can_be_kept_and_asked_again() -> None:
    claim = read("A red circle is left of a blue square.")
    assert claim is not None
    assert true_of(claim, CORNERS) is True
    assert true_of(claim, RING) is False
