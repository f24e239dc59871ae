"""Records to rows: what a shard's files hold of a sample, its foils and its refusals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from counterfoil.records import (
    Fact,
    Foil,
    Patch,
    Pictured,
    Pixels,
    Proposal,
    Rejected,
    Reworded,
    Sample,
    Scene,
    Scored,
)
from counterfoil.shards import Row

Encode = Callable[[Pixels, Patch | None], bytes]
"""A picture, or what a patch makes of it, to a file's bytes: the same way for every picture of a dataset."""


def sample_rows(
    pictured: Iterable[Pictured], kept: Sequence[Scored], seed: int, encoded: Encode
) -> list[Row]:
    """One row per sample that was read, with the foils that were kept nested in it."""
    encoded = _once(encoded)
    foils: dict[str, list[Scored]] = defaultdict(list)
    for foil in kept:
        foils[foil.scene.key].append(foil)
    return [
        _group(p, encoded(p.pixels, None), [_foil(foil, seed, encoded) for foil in foils[p.key]])
        for p in pictured
    ]


def rejected_rows(rejected: Iterable[Rejected], seed: int, encoded: Encode) -> list[Row]:
    """One row per sample of which something was refused; no picture, for `data/` has it."""
    encoded = _once(encoded)
    groups: dict[str, list[Rejected]] = defaultdict(list)
    samples: dict[str, Sample] = {}
    for refusal in rejected:
        record = refusal.record
        sample = record.scene if isinstance(record, Proposal) else record
        key = sample.key if sample is not None else refusal.key
        groups[key].append(refusal)
        if sample is not None:
            samples[key] = sample
    return [
        _group(samples.get(key, key), None, [_refusal(refusal, seed, encoded) for refusal in refusals])
        for key, refusals in groups.items()
    ]


def scene_line(scene: Scene) -> Row:
    """What was perceived in a scene, for `raw/`; what a model said of it, where one looked at it."""
    said = {"description": scene.description, "tags": scene.tags}
    return {
        "key": scene.key,
        "regions": [
            {"label": region.label, "box": region.box, "crowd": region.crowd} for region in scene.regions
        ],
        "facts": [_fact(fact) for fact in scene.facts],
        **(said if any(said.values()) else {}),
    }


def _once(encoded: Encode) -> Encode:
    """The same, but each patch is encoded once: several facts of a picture may share its mirror image.

    For records that outlive it: it knows pictures and patches by where they are.
    """
    known: dict[tuple[int, int], bytes] = {}

    def encode(pixels: Pixels, patch: Patch | None) -> bytes:
        key = id(pixels), id(patch)
        if key not in known:
            known[key] = encoded(pixels, patch)
        return known[key]

    return encode


def _fact(fact: Fact) -> Row:
    values = {"kind": fact.kind, "subject": fact.subject, "value": fact.value, "other": fact.other}
    return values | {"regions": fact.regions, "mentions": fact.mentions}


def _group(sample: Sample | str, image: bytes | None, foils: list[Row]) -> Row:
    if isinstance(sample, str):
        return {"key": sample, "image": None, "captions": [], "licence": "", "foils": foils}
    return {
        "key": sample.key,
        "image": image and {"bytes": image, "path": None},
        "captions": list(sample.captions),
        "licence": sample.licence,
        "foils": foils,
    }


def _foil(proposal: Proposal, seed: int, encoded: Encode) -> Row:
    """A foil as far as it came: a refused proposal has no negative caption or picture yet."""
    edit = proposal.edit
    row: dict[str, Any] = {
        "key": proposal.key,
        "operation": edit.operation,
        "kind": edit.kind,
        "before": edit.before,
        "after": edit.after,
        "box": edit.box and list(edit.box),
        "caption": proposal.scene.captions[proposal.caption],
        "also_negative": [],
        "description": proposal.values[0] if proposal.values else "",
        "provenance": {"proposer": proposal.proposer, "editor": "", "models": [], "seed": seed},
    }
    if isinstance(proposal, Reworded):
        row |= {"caption": proposal.true_caption, "negative_caption": proposal.negative_caption}
        row["also_negative"] = list(proposal.also_negative)
    if isinstance(proposal, Foil):
        row["provenance"]["editor"] = proposal.editor
        for name, patch in (("negative_image", proposal.patch), ("positive_image", proposal.positive)):
            if patch is not None:
                row[name] = {"bytes": encoded(proposal.scene.pixels, patch), "path": None}
    if isinstance(proposal, Scored):
        row["scores"] = [{"name": name, "value": value} for name, value in sorted(proposal.scores.items())]
    return row


def _refusal(refusal: Rejected, seed: int, encoded: Encode) -> Row:
    told = _foil(refusal.record, seed, encoded) if isinstance(refusal.record, Proposal) else {}
    # names of files may hold bytes that are no text
    key, detail = (
        text.encode("utf-8", "backslashreplace").decode() for text in (refusal.key, refusal.detail)
    )
    return told | {"key": key, "stage": refusal.stage, "reason": refusal.reason, "detail": detail}
