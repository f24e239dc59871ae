"""How to tell the colour of one of several things of a category: as the only one, by side or by size.

"There is a red umbrella." holds of a picture with many umbrellas, and stops to hold when the one red
one turns blue; "The leftmost chair is brown." can mean one thing only. Both stand after a caption
that does not speak of single things of the category; a caption that has the colour itself is changed
where it stands. None where another thing, or a caption, makes the words unsure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from counterfoil.mine.perceive.captions import Noun
from counterfoil.mine.perceive.nouns import has_colour, spoken
from counterfoil.mine.propose import sentences
from counterfoil.mine.propose.phrases import colour_change
from counterfoil.mine.propose.told import Told, told, vocabulary
from counterfoil.mine.propose.wording import Wording
from counterfoil.records import Scene

MOST = 8
"""Of more things than that annotators leave some out."""

APART = 0.12
"""Least distance of the middles of the thing on one side and of the next, as a share of the width."""

LARGER = 2.5
"""How many times the area of the next one the largest has."""

_UNCOUNTED = frozenset({"book"})
"""What annotators seldom outline all of, however few they did."""

_OF_ALL = frozenset(
    {"all", "both", "each", "every", "same", "matching", "identical", "similar", "different", "various"}
    | {"assorted", "multi", "colored", "coloured", "colorful", "colourful", "multicolored", "multicoloured"}
)


def one_colour_words(scene: Scene, region: int, before: str, after: str, *, alone: bool) -> Wording | None:
    """Of one of several things that is `before` and becomes `after`.

    Args:
        scene: the scene.
        region: the thing.
        before: its colour.
        after: its colour in the negative.
        alone: no other thing of its category has or might have one of the two colours.
    """
    known = told(scene)
    label = scene.regions[region].label
    if not _is_clear(known, region, before):
        return None
    stating = list(_stating(known, label, before)) if alone else []
    for caption, noun in stating:
        change = colour_change(scene.parses[caption], noun, after)
        if change is not None:
            return Wording(caption, (), (change,))
    called = name(known, region)
    if alone:
        pair = sentences.coloured(spoken(label), before, after, known.pick(range(12), "coloured", label))
    elif called is not None:
        pair = sentences.attribute(called, before, after)
    else:
        return None
    return _after(known, [label], pair)


def exchanged_colour_words(
    scene: Scene, regions: tuple[int, int], values: tuple[str, str], *, alone: bool
) -> Wording | None:
    """Of two things that exchange their colours, one of which at least is one of several.

    Two of a category need a name each: that there is one of each colour stays true.

    Args:
        scene: the scene.
        regions: the two things.
        values: what each has in the original.
        alone: no other thing of either category has or might have one of the two colours.
    """
    known = told(scene)
    labels = [scene.regions[region].label for region in regions]
    if not all(_is_clear(known, *thing) for thing in zip(regions, values, strict=True)):
        return None
    first, second = (name(known, region) for region in regions)
    if first and second:
        return _after(known, labels, sentences.attributes((first, second), values))
    if alone and labels[0] != labels[1]:
        return _after(known, labels, sentences.two_coloured((spoken(labels[0]), spoken(labels[1])), values))
    return None


def name(known: Told, region: int) -> str | None:
    """What "the ..." can only mean this thing: its category, or that and its side or size."""
    if known.is_only(region):
        return spoken(known.scene.regions[region].label)
    return _side_name(known, region) or _size_name(known, region)


def _side_name(known: Told, region: int) -> str | None:
    """What to call the thing that stands clearly left or right of all its kind: "leftmost chair"."""
    label = known.scene.regions[region].label
    left, _, right, _ = known.scene.regions[region].box
    others = [known.scene.regions[i].box for i in _others(known, region)]
    steps = [(box[0] + box[2] - left - right) / 2 for box in others]
    if not steps or (min(steps) < APART and max(steps) > -APART):
        return None
    side = "left" if min(steps) >= APART else "right"
    return f"{spoken(label)} on the {side}" if len(others) == 1 else f"{side}most {spoken(label)}"


def _size_name(known: Told, region: int) -> str | None:
    """What to call the thing that is much larger than all its kind: "largest chair"."""
    thing = known.scene.regions[region]
    areas = [known.scene.regions[i].area for i in _others(known, region)]
    if not areas or thing.area < LARGER * max(areas):
        return None
    return f"{'larger' if len(areas) == 1 else 'largest'} {spoken(thing.label)}"


def _others(known: Told, region: int) -> list[int]:
    return [i for i in known.indices(known.scene.regions[region].label) if i != region]


def _is_clear(known: Told, region: int, colour: str) -> bool:
    """Whether all things of the category are known, and captions that speak of colours have this one."""
    label = known.scene.regions[region].label
    told_of = {span.value for _, noun in _naming(known, label) for span in noun.colours}
    number = len(known.indices(label))
    sure = label not in known.doubtful and number <= (1 if label in _UNCOUNTED else MOST)
    return sure and has_colour(label) and (not told_of or colour in told_of)


def _naming(known: Told, label: str) -> Iterator[tuple[int, Noun]]:
    for caption in range(len(known.scene.captions)):
        for noun in known.naming(caption, label):
            yield caption, noun


def _stating(known: Told, label: str, colour: str) -> Iterator[tuple[int, Noun]]:
    """The nouns for one thing of the category, alone in their caption, that state the colour."""
    for caption, noun in _naming(known, label):
        fits = noun.sure and not noun.plural and noun.labels == (label,)
        if fits and len(known.naming(caption, label)) == 1 and [s.value for s in noun.colours] == [colour]:
            yield caption, noun


def _after(known: Told, labels: list[str], pair: tuple[str, str]) -> Wording | None:
    """The two sentences after a caption that speaks of no single thing of these categories."""
    captions = _quiet(known, labels)
    if not captions:
        return None
    caption = known.pick(captions, "colour", *labels)
    true, negative = (sentences.added(known.scene.captions[caption], sentence) for sentence in pair)
    return Wording(caption, true, negative)


def _quiet(known: Told, labels: Iterable[str]) -> list[int]:
    """The captions that name none of the things, or have them in the plural and no colours."""
    fine = set(range(len(known.scene.captions)))
    for label in labels:
        fine &= {*known.unnamed(label), *_in_plural(known, label)}
    return sorted(fine)


def _in_plural(known: Told, label: str) -> Iterator[int]:
    for link in known.links:
        alone = link.label == label and len(known.naming(link.caption, label)) == 1
        plain = vocabulary(known.scene.parses[link.caption]).isdisjoint(_OF_ALL)
        if alone and plain and link.noun.plural and not link.noun.colours:
            yield link.caption
