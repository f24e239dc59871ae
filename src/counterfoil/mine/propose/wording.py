"""How a changed fact is told: which caption answers it, and what changes in its words.

Every function looks for a caption that states the fact; else for one that names the thing once, so
that the fact can be put in (in the true caption too); else it adds a short sentence to a caption
that does not speak of it, where that sentence can mean only one thing of the picture. None where
nothing is sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from spacy.tokens import Doc

from counterfoil.mine.perceive.captions import SIDES, Link, Noun
from counterfoil.mine.perceive.nouns import has_colour
from counterfoil.mine.propose import absence, sentences
from counterfoil.mine.propose.phrases import colour_change, recounted, renamed
from counterfoil.mine.propose.roles import can_become, can_grow
from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.propose.told import SIDE_WORDS, Told, told, vocabulary
from counterfoil.records import Change, Edit, Scene

OPPOSITE = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}

_ALONE = frozenset({"alone", "lone", "lonely", "only", "single", "sole", "solitary", "solo"})
"""Words after which there can be no second thing."""

_NEUTRAL = frozenset({"near", "beside", "by", "next", "to", "alongside"})


class Wording(NamedTuple):
    """The words of a draft: see `Proposal`."""

    caption: int
    true_changes: tuple[Change, ...]
    negative_changes: tuple[Change, ...]

    def draft(self, edit: Edit, targets: tuple[int, ...] = (), values: tuple[str, ...] = ()) -> Draft:
        """The two-way draft that says an edit in these words."""
        changes = self.negative_changes, self.true_changes
        return Draft(edit, self.caption, *changes, targets=targets, values=values, two_way=True)


def attribute_words(scene: Scene, region: int, before: str, after: str) -> Wording | None:
    """Of a region that is `before` and becomes `after` ("red", "blue")."""
    known = told(scene)
    label = scene.regions[region].label
    if not known.is_only(region) or not has_colour(label) or _colour_denied(known, region, before):
        return None
    links = known.links_to(region)
    stated = [link for link in links if link.noun.colours]
    for link in stated or (links and [known.pick(links, "attribute", label)]):
        doc = scene.parses[link.caption]
        true, negative = colour_change(doc, link.noun, before), colour_change(doc, link.noun, after)
        if true is not None and negative is not None:
            return Wording(link.caption, () if stated else (true,), (negative,))
    caption = _one(known, known.unnamed(label), "attribute", label)
    return _add(scene, caption, sentences.attribute(known.name(region, caption or 0), before, after))


def swapped_attribute_words(scene: Scene, first: int, second: int, values: tuple[str, str]) -> Wording | None:
    """Of two regions that exchange their attributes; `values` is what each has in the original."""
    known = told(scene)
    pair = (first, second)
    labels = tuple(scene.regions[region].label for region in pair)
    if not all(
        known.is_only(region) and has_colour(label) for region, label in zip(pair, labels, strict=True)
    ):
        return None
    if any(_colour_denied(known, region, value) for region, value in zip(pair, values, strict=True)):
        return None
    for one in known.links_to(first):
        for other in known.links_to(second):
            if one.caption == other.caption:
                return _both_coloured(scene, (one, other), values)
    caption = _one(known, sorted(set(known.unnamed(labels[0])) & set(known.unnamed(labels[1]))), *labels)
    names = (known.name(first, caption or 0), known.name(second, caption or 0))
    return _add(scene, caption, sentences.attributes(names, values))


def object_words(scene: Scene, region: int, label: str) -> Wording | None:
    """Of a region whose thing becomes a `label`."""
    known = told(scene)
    before = scene.regions[region].label
    if not known.is_only(region) or known.indices(label) or len(known.free_of(label)) < len(scene.captions):
        return None
    fitting = [
        link
        for link in known.links_to(region)
        if can_become(scene.parses[link.caption], link.noun, before, label)
    ]
    if fitting:
        link = known.pick(fitting, "object", label)
        return Wording(link.caption, (), (renamed(scene.parses[link.caption], link.noun, label),))
    caption = _one(known, known.silent(before), "object", label)
    return _add(scene, caption, sentences.becoming(before, label, _variant(known, label)))


def presence_words(scene: Scene, label: str, *, there: bool) -> Wording | None:
    """Of a `label` that is there in the original and goes (`there`), or is not and comes."""
    known = told(scene)
    number, silent = len(known.indices(label)), known.silent(label)
    if there != (number > 0) or label in known.doubtful:
        return None
    if not there:
        silent = known.free_of(label)
        if len(silent) < len(scene.captions):
            return None
    caption = _one(known, silent, "presence", label)
    if caption is None:
        return _gone(known, label) if there else None
    present, absent = sentences.presence(label, max(number, 1), _variant(known, label))
    return _add(scene, caption, (present, absent) if there else (absent, present))


def count_words(scene: Scene, label: str, before: int, after: int) -> Wording | None:
    """Of `before` things called `label` that become `after`."""
    known = told(scene)
    if label in known.doubtful or len(known.indices(label)) != before or min(before, after) < 1:
        return None
    links = [link for link in known.links if link.label == label and link.regions == known.indices(label)]
    links = [link for link in links if len(known.naming(link.caption, label)) == 1]
    if after < before:
        return _recount(scene, links, before, after) or _add_count(known, label, before, after)
    if before == 1:
        links = [k for k in links if vocabulary(scene.parses[k.caption]).isdisjoint(_ALONE)]
    growing = [k for k in links if can_grow(scene.parses[k.caption], k.noun, label)]
    return (
        _add_count(known, label, before, after)
        or _recount(scene, growing, before, after)
        or _joined(known, links, before, after)
    )


def relation_words(scene: Scene, first: int, second: int, before: str, after: str) -> Wording | None:
    """Of a region that stands `before` ("left of") another and then stands `after` it."""
    known = told(scene)
    if not (known.is_only(first) and known.is_only(second)) or after != OPPOSITE.get(before):
        return None
    stated = _stated_side(scene, first, second, before)
    if stated is not None:
        return stated
    caption = _one(known, known.without_sides(_naming_well(known, first, second)), "relation", before)
    if caption is None:
        return None
    names = known.name(first, caption), known.name(second, caption)
    variant = _variant(known, "relation")
    true, negative = (sentences.relation(names[0], words, names[1], variant) for words in (before, after))
    return _add(scene, caption, (true, negative))


def swapped_object_words(scene: Scene, first: int, second: int, relation: str) -> Wording | None:
    """Of two regions that change places; `relation` is how the first stands to the second at first."""
    known = told(scene)
    if not (known.is_only(first) and known.is_only(second)) or relation not in OPPOSITE:
        return None
    placeless = [c for c in _naming_well(known, first, second) if _is_placeless(known, c, first, second)]
    caption = _one(known, known.without_sides(placeless), "swap", relation)
    if caption is None:
        return None
    names = known.name(first, caption), known.name(second, caption)
    variant = _variant(known, "swap")
    true, negative = (
        sentences.relation(*order, variant)
        for order in ((names[0], relation, names[1]), (names[1], relation, names[0]))
    )
    return _add(scene, caption, (true, negative))


def _variant(known: Told, salt: str) -> int:
    return known.pick(range(12), "variant", salt)


def _one(known: Told, captions: Sequence[int], *salt: str) -> int | None:
    return known.pick(captions, *salt) if captions else None


def _add(scene: Scene, caption: int | None, pair: tuple[str, str]) -> Wording | None:
    """The two sentences of a pair after a caption."""
    if caption is None:
        return None
    true, negative = (sentences.added(scene.captions[caption], sentence) for sentence in pair)
    return Wording(caption, true, negative)


def _recount(scene: Scene, links: Sequence[Link], before: int, after: int) -> Wording | None:
    """A number changed, or put in, where a caption has the things."""
    for link in sorted(links, key=lambda link: link.noun.amount is None):
        changes = recounted(scene.parses[link.caption], link.noun, before, after)
        if changes is not None:
            return Wording(link.caption, *changes)
    return None


def _add_count(known: Told, label: str, before: int, after: int) -> Wording | None:
    """A sentence with the number, after a caption that names none of them or "dogs" at most."""
    few = label == "person" or min(before, after) == 1
    quiet = known.silent(label) if few else known.unnamed(label)
    if not quiet and not few:
        quiet = _naming_many(known, label)
    caption = _one(known, quiet, "count", label)
    return _add(known.scene, caption, sentences.count(label, before, after, _variant(known, label)))


def _joined(known: Told, links: Sequence[Link], before: int, after: int) -> Wording | None:
    """A sentence with the number, after a caption that has "a dog": it stays true of one of two."""
    fine = [link for link in links if before == 1 and _is_any(known.scene.parses[link.caption], link.noun)]
    if not fine:
        return None
    link = known.pick(fine, "count", fine[0].label)
    pair = sentences.count(link.label, before, after, _variant(known, link.label))
    return _add(known.scene, link.caption, pair)


def _is_any(doc: Doc, noun: Noun) -> bool:
    """Whether a noun speaks of one thing, and leaves open whether there are more of it."""
    is_indefinite = noun.left < noun.first and doc[noun.left].lower_ in ("a", "an")
    return is_indefinite and not noun.plural and noun.amount is None and any(map(str.islower, doc.text))


def _naming_many(known: Told, label: str) -> list[int]:
    """The captions that name all the things at once and no number: "dogs"."""
    named = [link for link in known.links if link.label == label and link.noun.plural]
    alone = [link for link in named if len(known.naming(link.caption, label)) == 1]
    return [link.caption for link in alone if link.noun.amount is None]


def _colour_denied(known: Told, region: int, colour: str) -> bool:
    """Whether a caption calls the region by another colour, or by several."""
    told_of = [link.noun.colours for link in known.links if link.regions == (region,)]
    return any(span.value != colour for colours in told_of for span in colours)


def _both_coloured(scene: Scene, pair: tuple[Link, Link], values: tuple[str, str]) -> Wording | None:
    """Both colours in one caption, each swapped where it stands or put in."""
    true: list[Change] = []
    negative: list[Change] = []
    for link, before, after in zip(pair, values, reversed(values), strict=True):
        doc = scene.parses[link.caption]
        stating, changing = colour_change(doc, link.noun, before), colour_change(doc, link.noun, after)
        if stating is None or changing is None:
            return None
        if not link.noun.colours:
            true.append(stating)
        negative.append(changing)
    return Wording(pair[0].caption, tuple(sorted(true)), tuple(sorted(negative)))


def _gone(known: Told, label: str) -> Wording | None:
    """A thing denied where a caption has it: "with a dog" to "without a dog"."""
    for link in known.links:
        if link.label == label and len(known.naming(link.caption, label)) == 1:
            changes = absence.denied(known.scene.parses[link.caption], link.noun)
            if changes is not None:
                return Wording(link.caption, (), changes)
    return None


def _naming_well(known: Told, first: int, second: int) -> list[int]:
    """The captions after which "the dog" and "the cat" are clear: they name each once, or not at all."""
    fine = [
        set(known.unnamed(known.scene.regions[r].label)) | {k.caption for k in known.links_to(r)}
        for r in (first, second)
    ]
    return sorted(fine[0] & fine[1])


def _is_placeless(known: Told, caption: int, first: int, second: int) -> bool:
    """Whether a caption stays true when two things change places."""
    labels = [known.scene.regions[region].label for region in (first, second)]
    named = [noun for label in labels for noun in known.naming(caption, label)]
    doc = known.scene.parses[caption]
    if not named:
        return True
    heads = {noun.last for noun in named}
    places = [token for token in doc if token.tag_ in ("IN", "RP", "TO")]
    of_others = [token for token in doc if token.dep_ in ("pobj", "dobj") and token.i not in heads]
    is_held = any(doc[head].dep_ == "dobj" for head in heads)
    return not of_others and not is_held and all(token.lower_ in _NEUTRAL for token in places)


def _stated_side(scene: Scene, first: int, second: int, before: str) -> Wording | None:
    """The word "left" or "right" turned, where a caption says it of the two."""
    ways = {(first, second): before, (second, first): OPPOSITE[before]}
    for fact in scene.facts:
        if (
            fact.kind != "relation"
            or len(fact.regions) != 2
            or ways.get((fact.regions[0], fact.regions[1])) != fact.value
        ):
            continue
        for caption, start, end in fact.mentions:
            word = scene.captions[caption][start:end]
            sides = [token for token in scene.parses[caption] if token.lower_ in SIDE_WORDS]
            if word.lower() in SIDES and len(sides) == 1:
                return Wording(
                    caption, (), (Change(start, end, "right" if word.lower() == "left" else "left"),)
                )
    return None
