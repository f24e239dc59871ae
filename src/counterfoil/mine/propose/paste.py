"""Things that come: one of another kind in a thing's place, one of a new kind, one more of its kind.

A scene in, drafts out. Each box is made for one cut-out of the bank, and the editor finds it by the
box's shape. A category comes only into a picture where none of it is annotated or spoken of, and
only beside things that are at home where it is.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import ClassVar, NamedTuple

import numpy as np

from counterfoil.mine.cutouts import Cutout, Cutouts
from counterfoil.mine.donors import Kind, kinds, stands_alone
from counterfoil.mine.editors.paste import MAX_UPSCALE
from counterfoil.mine.english import NUMBERS
from counterfoil.mine.perceive.fellows import all_annotated
from counterfoil.mine.perceive.relations import MIN_AREA
from counterfoil.mine.place import Place, aloft, beside, instead
from counterfoil.mine.propose.rule import Draft, Propose1
from counterfoil.mine.propose.told import told, vocabulary
from counterfoil.mine.propose.wording import count_words, object_words, presence_words
from counterfoil.mine.stage import Run
from counterfoil.mine.standers import Stander, standers
from counterfoil.mine.terrain import Terrain, terrain_of
from counterfoil.records import Box, Edit, Scene

_FEW = 12
_LABELS, _TRIED = 6, 3
"""How many categories of each footing, and how many cut-outs of a category, are tried in a scene."""


class Offer(NamedTuple):
    """A cut-out and the place it would take."""

    score: float
    label: str
    box: Box
    region: int = -1


@dataclass(frozen=True, kw_only=True)
class ReplaceOne:
    """A whole thing that nothing hides gives way to another kind that can stand where it stood.

    Args:
        most: largest number of drafts.
    """

    version: ClassVar[int] = 2
    most: int = 4

    def load(self, run: Run) -> Propose1:
        """Open the bank and return the function that proposes."""
        bank = Cutouts(run.folder)
        return lambda scene, rng: islice(_replacing(scene, bank, rng), self.most)


def _replacing(scene: Scene, bank: Cutouts, rng: random.Random) -> Iterator[Draft]:
    worded = {
        (region, label): words
        for region, label in _exchanges(
            scene, [to for to in _absent(scene, bank) if _surely_absent(scene, to)]
        )
        if (words := object_words(scene, region, label))
        and stands_alone(scene.regions, region, scene.height, scene.width)
    }
    offers = [offer for pair in worded for offer in _instead(terrain_of(scene), bank, *pair, rng)]
    for offer in sorted(offers, reverse=True):
        before, words = scene.regions[offer.region].label, worded[offer.region, offer.label]
        edit = Edit(operation="replace", kind="object", before=before, after=offer.label, box=offer.box)
        yield words.draft(edit, (offer.region,), (offer.label,))


def _exchanges(scene: Scene, absent: list[str]) -> Iterator[tuple[int, str]]:
    """The things, each with the categories that can stand in for it."""
    for index, region in enumerate(scene.regions):
        old = kinds().get(region.label)
        labels = [label for label in absent if old and _stands_in(kinds()[label], old)]
        yield from ((index, label) for label in labels)


def _stands_in(new: Kind, old: Kind) -> bool:
    """Whether a kind can be where another is."""
    return bool(old.group) and new.group == old.group and bool(new.settings & old.settings)


def _instead(ground: Terrain, bank: Cutouts, region: int, label: str, rng: random.Random) -> Iterator[Offer]:
    scene = ground.scene
    places = (instead(ground, region, label, c.aspect) for c in _some(bank, label, scene, rng))
    return _offers(scene, bank, label, places, region)


@dataclass(frozen=True, kw_only=True)
class AddOne:
    """A thing that the picture lacks comes to stand beside things that it goes with.

    Args:
        most: largest number of drafts.
    """

    version: ClassVar[int] = 2
    most: int = 4

    def load(self, run: Run) -> Propose1:
        """Open the bank and return the function that proposes."""
        bank = Cutouts(run.folder)
        return lambda scene, rng: islice(_adding(scene, bank, rng), self.most)


def _adding(scene: Scene, bank: Cutouts, rng: random.Random) -> Iterator[Draft]:
    sure = [label for label in _absent(scene, bank) if _surely_absent(scene, label)]
    offered = {label: presence_words(scene, label, there=False) for label in sure}
    worded = {label: words for label, words in offered.items() if words}
    offers = list[Offer]()
    for stands in ("ground", "table"):
        labels = [label for label in worded if kinds()[label].stands == stands]
        labels = sorted(rng.sample(labels, min(len(labels), _LABELS)))
        references = standers(scene, stands) if labels else []
        for label in labels if references else ():
            offers += _beside(terrain_of(scene), bank, label, references, rng)
    flying = [label for label in worded if kinds()[label].stands == "sky"]
    for label in flying if flying and _outdoors(scene) else ():
        offers += _aloft(terrain_of(scene), bank, label, rng)
    for offer in _best(offers):
        edit = Edit(
            operation="add", kind="object", before=f"no {offer.label}", after=offer.label, box=offer.box
        )
        yield worded[offer.label].draft(edit, values=(offer.label,))


def _beside(
    ground: Terrain, bank: Cutouts, label: str, references: Sequence[Stander], rng: random.Random
) -> Iterator[Offer]:
    """The best place for each cut-out of a label, beside things that are at home where it is."""
    scene, home = ground.scene, kinds()[label].settings
    suited = [r for r in references if kinds()[scene.regions[r.region].label].shows & home]
    for cutout in _some(bank, label, scene, rng):
        tallest = MAX_UPSCALE * max(other.height for other in bank.alike(label, scene.key, cutout.aspect))
        places = beside(ground, label, cutout.aspect, suited, tallest)
        yield from islice(_offers(scene, bank, label, places), 1)


def _aloft(ground: Terrain, bank: Cutouts, label: str, rng: random.Random) -> Iterator[Offer]:
    """The best place in the sky for each cut-out of a label."""
    for cutout in _some(bank, label, ground.scene, rng):
        yield from islice(_offers(ground.scene, bank, label, aloft(ground, cutout.aspect)), 1)


def _best(offers: Iterable[Offer]) -> list[Offer]:
    """The best offer of each category, the best of all first."""
    best: dict[str, Offer] = {}
    for offer in sorted(offers, reverse=True):
        best.setdefault(offer.label, offer)
    return list(best.values())


@dataclass(frozen=True, kw_only=True)
class OneMore:
    """Of a few things of a kind, all told apart, there is one more.

    Args:
        most: largest number of drafts.
        max_count: largest number of things that are counted at a glance.
    """

    version: ClassVar[int] = 2
    most: int = 2
    max_count: int = 5

    def load(self, run: Run) -> Propose1:
        """Open the bank and return the function that proposes."""
        bank = Cutouts(run.folder)
        return lambda scene, rng: islice(_more(scene, bank, self.max_count, rng), self.most)


def _more(scene: Scene, bank: Cutouts, max_count: int, rng: random.Random) -> Iterator[Draft]:
    for label in bank.labels:
        fellows = [index for index, region in enumerate(scene.regions) if region.label == label]
        if not fellows or len(fellows) > max_count or not bank.others(label, scene.key):
            continue
        words = count_words(scene, label, len(fellows), len(fellows) + 1)
        references = standers(scene, kinds()[label].stands) if words else []
        references = [thing for thing in references if thing.region in fellows]
        if words and references:
            offers = sorted(_beside(terrain_of(scene), bank, label, references, rng), reverse=True)
            before, after = NUMBERS[len(fellows)], NUMBERS[len(fellows) + 1]
            for offer in offers[:1] if all_annotated(scene, fellows) else []:
                edit = Edit(operation="replace", kind="count", before=before, after=after, box=offer.box)
                yield words.draft(edit, tuple(fellows), (offer.label,))


def _some(bank: Cutouts, label: str, scene: Scene, rng: random.Random) -> list[Cutout]:
    """A few cut-outs of a label from other photos: trying a large bank would take long."""
    others = bank.others(label, scene.key)
    return rng.sample(others, min(len(others), _TRIED))


def _offers(
    scene: Scene, bank: Cutouts, label: str, places: Iterable[Place | None], region: int = -1
) -> Iterator[Offer]:
    """The places whose cut-out is large enough for them."""
    for place in places:
        if place is None:
            continue
        cutout = bank.fitting(label, scene.key, place.box, scene.width, scene.height)
        if cutout and _height(place.box, scene) <= MAX_UPSCALE * cutout.height:
            yield Offer(place.score - _viewed_otherwise(cutout, place.box), label, place.box, region)


def _height(box: Box, scene: Scene) -> float:
    return (box[3] - box[1]) * scene.height


def _viewed_otherwise(cutout: Cutout, box: Box) -> float:
    """How differently a cut-out was seen: from nearer, or from another height above the ground."""
    nearer = np.log((cutout.box[3] - cutout.box[1]) / (box[3] - box[1]))
    return float(abs(cutout.box[3] - box[3]) + 0.3 * abs(nearer))


def _absent(scene: Scene, bank: Cutouts) -> list[str]:
    """The bank's labels of which the scene has no region, and its captions no word."""
    shown = {region.label for region in scene.regions}
    said = frozenset[str]().union(*map(vocabulary, scene.parses))
    return [label for label in bank.labels if label not in shown and said.isdisjoint(_words(label))]


def _surely_absent(scene: Scene, label: str) -> bool:
    """Whether what is so often seen and not annotated is nowhere hinted at, in a picture of few things."""
    if not kinds()[label].common:
        return True
    seen = [region for region in scene.regions if region.area >= MIN_AREA]
    return len(told(scene).silent(label)) == len(scene.captions) and len(seen) <= _FEW


def _outdoors(scene: Scene) -> bool:
    """Whether captions or things tell of the open air, and none of a room."""
    words = frozenset[str]().union(*(vocabulary(doc) for doc in scene.parses))
    labels = {region.label for region in scene.regions}
    said = _under_sky()
    return bool(words & said["words"] or labels & said["labels"]) and not (labels & said["rooms"])


@cache
def _under_sky() -> dict[str, frozenset[str]]:
    text = files("counterfoil.mine.propose").joinpath("outdoors.json").read_text()
    return {name: frozenset(entries) for name, entries in json.loads(text).items()}


@cache
def _words(label: str) -> frozenset[str]:
    """The single words that can mean a category."""
    return frozenset(word.split()[-1] for word in _vocabulary().get(label, [label]))


@cache
def _vocabulary() -> dict[str, list[str]]:
    text = files("counterfoil.mine.perceive").joinpath("coco_words.json").read_text()
    return {label: entry["words"] for label, entry in json.loads(text)["labels"].items()}
