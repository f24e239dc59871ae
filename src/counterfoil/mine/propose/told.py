"""What the captions of a scene tell of its regions: a scene in, answers to the wording's questions out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import TypeVar
from zlib import crc32

from spacy.tokens import Doc

from counterfoil.mine.perceive.captions import Link, Noun, doubtful, read
from counterfoil.mine.perceive.nouns import hints, hypernyms, spoken, unlisted
from counterfoil.records import Same, Scene

T = TypeVar("T")

SIDE_WORDS = frozenset(
    {"left", "right", "leftmost", "rightmost", "clockwise", "lefthand", "righthand", "lefty"}
)


@dataclass(frozen=True)
class Told:
    """A scene with the nouns of each caption, their links, and the labels whose number is in doubt."""

    scene: Scene
    nouns: tuple[tuple[Noun, ...], ...]
    links: tuple[Link, ...]
    doubtful: frozenset[str]

    def indices(self, label: str) -> tuple[int, ...]:
        """The regions with a label."""
        return self._labelled.get(label, ())

    def is_only(self, region: int) -> bool:
        """Whether "the dog" can only mean this region."""
        label = self.scene.regions[region].label
        return self.indices(label) == (region,) and label not in self.doubtful

    def links_to(self, region: int) -> Sequence[Link]:
        """The nouns that mean this region alone, the only ones of their caption that name its label."""
        return self._linked.get(region, ())

    def naming(self, caption: int, label: str) -> list[Noun]:
        """The nouns of a caption that can name a label, sure or not."""
        return self._named[caption].get(label, [])

    def unnamed(self, label: str) -> list[int]:
        """The captions in which no noun can name a label, nor a word for more than it ("animal")."""
        more = hypernyms(label)
        return [c for c, said in self._said.items() if not self.naming(c, label) and said.isdisjoint(more)]

    def silent(self, label: str) -> list[int]:
        """The captions in which not a word names a label or suggests it."""
        words = hints(label)
        return [c for c, said in self._said.items() if said.isdisjoint(words)]

    def free_of(self, label: str) -> list[int]:
        """The captions in which no word names a label or one like it; what it often goes with may be."""
        words = hints(label) - _setting()
        return [c for c, said in self._said.items() if said.isdisjoint(words)]

    def without_sides(self, captions: Iterable[int]) -> list[int]:
        """Those captions that say nothing of left and right."""
        return [c for c in captions if vocabulary(self.scene.parses[c]).isdisjoint(SIDE_WORDS)]

    def name(self, region: int, caption: int) -> str:
        """What to call a region after a caption: as the captions do, else by its category."""
        links = [link for link in self.links if link.regions == (region,)]
        label = self.scene.regions[region].label
        if label != "person":
            links = [link for link in links if link.caption == caption]
        links.sort(key=lambda link: link.caption != caption)
        if not links or not spoken(label).islower() or spoken(label).startswith("pair "):
            return spoken(label)
        first = links[0]
        tokens = self.scene.parses[first.caption][first.noun.first : first.noun.last + 1]
        return " ".join(token.text if token.i and token.tag_ == "NNP" else token.lower_ for token in tokens)

    def pick(self, options: Sequence[T], *salt: str) -> T:
        """One of several, always the same one for the same scene and salt."""
        return options[crc32("\0".join((self.scene.key, *salt)).encode()) % len(options)]

    @cached_property
    def _labelled(self) -> dict[str, tuple[int, ...]]:
        """The regions of each label."""
        found: dict[str, tuple[int, ...]] = {}
        for i, region in enumerate(self.scene.regions):
            found[region.label] = (*found.get(region.label, ()), i)
        return found

    @cached_property
    def _linked(self) -> dict[int, list[Link]]:
        """What `links_to` gives for each region."""
        found: dict[int, list[Link]] = {}
        for link in self.links:
            alone = len(link.regions) == 1 and len(self.naming(link.caption, link.label)) == 1
            if alone and not self.scene.captions[link.caption].isupper():
                found.setdefault(link.regions[0], []).append(link)
        return found

    @cached_property
    def _named(self) -> list[dict[str, list[Noun]]]:
        """The nouns of each caption by what they can name."""
        named: list[dict[str, list[Noun]]] = [{} for _ in self.nouns]
        for found, nouns in zip(named, self.nouns, strict=True):
            for noun in nouns:
                for label in dict.fromkeys(noun.labels):
                    found.setdefault(label, []).append(noun)
        return named

    @cached_property
    def _said(self) -> dict[int, frozenset[str]]:
        """The words of each caption that has letters, and not only capitals."""
        captions = zip(self.scene.captions, self.scene.parses, strict=True)
        return {
            i: vocabulary(doc)
            for i, (caption, doc) in enumerate(captions)
            if any(map(str.isalpha, caption)) and not caption.isupper()
        }


def told(scene: Scene) -> Told:
    """Read the captions of a scene; links are the mentions of its object facts."""
    return _told(Same(scene))


@lru_cache(1)
def _told(same: Same) -> Told:
    scene: Scene = same.value
    extra = unlisted(tuple(region.label for region in scene.regions))
    nouns = tuple(read(doc, extra) for doc in scene.parses)
    meant = {
        (mention.caption, mention.start): (fact.subject, fact.regions)
        for fact in scene.facts
        if fact.kind == "object"
        for mention in fact.mentions
    }
    links = tuple(
        Link(caption, noun, *meant[caption, noun.start])
        for caption, found in enumerate(nouns)
        for noun in found
        if (caption, noun.start) in meant
    )
    return Told(scene, nouns, links, doubtful(scene.parses, scene.regions, extra))


@lru_cache(1024)
def vocabulary(doc: Doc) -> frozenset[str]:
    """The words of a caption and their lemmas, lower-case."""
    return frozenset(word for token in doc for word in (token.lower_, token.lemma_.lower()))


@cache
def _setting() -> frozenset[str]:
    """Words that hint at a thing by what it goes with, and do not name one."""
    return frozenset(files("counterfoil.mine.propose").joinpath("setting.txt").read_text().split())
