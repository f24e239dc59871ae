"""What is in a picture, from its annotations, its pixels and its captions: Pictured to Scene.

No model but the parser. Each fact knows its regions and, where a caption states it, its words.
What the sources disagree on (a caption says red, the pixels say blue) is no fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from spacy.tokens import Doc

from counterfoil.frozen import grow
from counterfoil.mine.perceive import captions, nouns
from counterfoil.mine.perceive.colour import dominant, shares_of
from counterfoil.mine.perceive.relations import counts, relations
from counterfoil.mine.stage import Apply, Run
from counterfoil.parsing import parser
from counterfoil.records import Fact, Mention, Pictured, Rejected, Scene


@dataclass(frozen=True, kw_only=True)
class Perceive:
    """Facts of objects, colours, relations and counts, with the words of the captions for them.

    Args:
        max_characters: a caption longer than that is no caption; its sample is refused.
        min_area: share of the picture below which a region's colour is not named.
        min_area_of_several: the same for a region that is not the only one of its label.
    """

    max_characters: int = 1000
    min_area: float = 0.002
    min_area_of_several: float = 0.006

    takes: ClassVar[type] = Pictured
    gives: ClassVar[type] = Scene
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Apply:
        """Load the parser."""
        parse = parser().pipe

        def perceive(batch: Sequence[Pictured]) -> list[Scene | Rejected]:
            readable = [not self._too_long(sample) for sample in batch]
            texts = (
                text for sample, fine in zip(batch, readable, strict=True) if fine for text in sample.captions
            )
            parses = parse(texts)
            return [
                self._scene(sample, tuple(next(parses) for _ in sample.captions))
                if fine
                else self._refuse(sample)
                for sample, fine in zip(batch, readable, strict=True)
            ]

        return perceive

    def _too_long(self, sample: Pictured) -> bool:
        return any(len(caption) > self.max_characters for caption in sample.captions)

    def _refuse(self, sample: Pictured) -> Rejected:
        longest = max(map(len, sample.captions))
        detail = f"{longest} characters, at most {self.max_characters} allowed"
        return Rejected(
            record=sample, key=sample.key, stage="perceive", reason="caption_too_long", detail=detail
        )

    def _scene(self, sample: Pictured, parses: tuple[Doc, ...]) -> Scene:
        extra = nouns.unlisted(tuple(region.label for region in sample.regions))
        links = captions.link(parses, sample.regions, extra)
        doubtful = captions.doubtful(parses, sample.regions, extra)
        facts = [
            *_objects(sample, links),
            *self._colours(sample, links, doubtful),
            *_related(relations(sample.regions), parses, links),
            *_counted(counts(sample.regions), links, doubtful),
        ]
        return grow(sample, Scene, parses=parses, facts=tuple(facts))

    def _colours(
        self, sample: Pictured, links: Sequence[captions.Link], doubtful: frozenset[str]
    ) -> Iterable[Fact]:
        """The colour of each region that is large enough, where caption and pixels do not disagree.

        Of a label of which captions and regions disagree how many there are, it is not sure which
        region the captions speak of; a thing that shares its label has to be larger.
        """
        labels = [region.label for region in sample.regions]
        for index, region in enumerate(sample.regions):
            least = self.min_area if labels.count(region.label) == 1 else self.min_area_of_several
            if region.area < least or region.crowd or region.label in doubtful:
                continue
            if not nouns.has_colour(region.label):
                continue
            told = [
                (link.caption, span)
                for link in links
                if link.regions == (index,)
                for span in link.noun.colours
            ]
            values = {span.value for _, span in told}
            name = self._measured(sample, index, *values) if len(values) < 2 else None
            if name is not None and values <= {name}:
                mentions = tuple(Mention(caption, span.start, span.end) for caption, span in told)
                yield Fact(
                    kind="attribute", subject=region.label, value=name, regions=(index,), mentions=mentions
                )

    def _measured(self, sample: Pictured, index: int, told: str = "") -> str | None:
        named = dominant(shares_of(sample, index), told)
        return None if named is None else named.name


def _objects(sample: Pictured, links: Sequence[captions.Link]) -> list[Fact]:
    """One fact per region, and one for all regions of a category that has several."""
    told: dict[tuple[int, ...], list[Mention]] = {}
    for link in links:
        told.setdefault(link.regions, []).append(Mention(link.caption, link.noun.start, link.noun.end))
    where: dict[str, list[int]] = {}
    for index, region in enumerate(sample.regions):
        where.setdefault(region.label, []).append(index)
    single = [(region.label, (index,)) for index, region in enumerate(sample.regions)]
    grouped = [(label, tuple(indices)) for label, indices in where.items() if len(indices) > 1]
    return [
        Fact(kind="object", subject=label, regions=regions, mentions=tuple(told.get(regions, ())))
        for label, regions in [*single, *grouped]
    ]


def _counted(
    facts: Iterable[Fact], links: Sequence[captions.Link], doubtful: frozenset[str]
) -> Iterable[Fact]:
    """Counts with the numbers that captions state; none of what they disagree on."""
    for fact in facts:
        if fact.subject not in doubtful:
            mentions = tuple(
                Mention(link.caption, amount.start, amount.end)
                for link in links
                if link.label == fact.subject and (amount := link.noun.amount) and amount.value == fact.value
            )
            yield replace(fact, mentions=mentions)


def _related(facts: Iterable[Fact], parses: Sequence[Doc], links: Sequence[captions.Link]) -> Iterable[Fact]:
    """Relations with the words that captions have for them: "left" of one is "right" of the other."""
    stated = list(_stated_sides(parses, links))
    for fact in facts:
        turned = (fact.regions[::-1], {"left of": "right of", "right of": "left of"}.get(fact.value))
        ways = ((fact.regions, fact.value), turned)
        mentions = tuple(mention for regions, value, mention in stated if (regions, value) in ways)
        yield replace(fact, mentions=mentions)


def _stated_sides(
    parses: Sequence[Doc], links: Sequence[captions.Link]
) -> Iterable[tuple[tuple[int, ...], str, Mention]]:
    """What stands nearest on both sides of each "left of" and "right of"."""
    for caption, doc in enumerate(parses):
        here = [link for link in links if link.caption == caption and len(link.regions) == 1]
        for span in captions.sides(doc):
            before = [link for link in here if link.noun.end <= span.start]
            after = [link for link in here if link.noun.start >= span.end]
            if before and after:
                regions = before[-1].regions + after[0].regions
                yield regions, span.value, Mention(caption, span.start, span.end)
