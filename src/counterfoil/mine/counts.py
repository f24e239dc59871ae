"""What a run counts: per shard while it is mined, per dataset in the manifest. The counts add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from counterfoil.errors import MiningError
from counterfoil.mine.pipeline import Outcome, Tally
from counterfoil.records import Foil, Proposal, Sample


@dataclass
class Counts:
    """Samples that were lost, stages, cells (operation and kind) and editors of one shard."""

    lost: Counter[str] = field(default_factory=Counter)
    stages: dict[str, Tally] = field(default_factory=dict)
    cells: dict[str, Counter[str]] = field(default_factory=dict)
    editors: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Count a batch."""
        read = {sample.key for sample in outcome.pictured}
        self.lost.update(
            refusal.reason
            for refusal in outcome.rejected
            if isinstance(refusal.record, Sample) and refusal.key not in read
        )
        for name, tally in outcome.tallies.items():
            sum_ = self.stages.setdefault(name, Tally())
            sum_.taken += tally.taken
            sum_.given += tally.given
            sum_.rejected += tally.rejected
            sum_.seconds += tally.seconds
        for foil in outcome.kept:
            self._count(foil, "kept")
        for refusal in outcome.rejected:
            if isinstance(refusal.record, Proposal):
                self._count(refusal.record, "rejected")

    def _count(self, proposal: Proposal, fate: str) -> None:
        edit = proposal.edit
        way = "two_way" if proposal.two_way else "text_only"
        self.cells.setdefault(f"{edit.operation} {edit.kind}", Counter())[f"{way}_{fate}"] += 1
        if isinstance(proposal, Foil) and proposal.editor:
            self.editors.setdefault(proposal.editor, Counter())[fate] += 1

    def seconds(self) -> dict[str, dict[str, float]]:
        """How long each stage took, and for how many records."""
        return {
            name: {"records": tally.taken, "seconds": round(tally.seconds, 3)}
            for name, tally in self.stages.items()
        }

    def to_json(self) -> dict[str, Any]:
        """For a shard's marker."""
        stages = {
            name: {"in": tally.taken, "out": tally.given, "rejected": dict(tally.rejected)}
            for name, tally in self.stages.items()
        }
        return {
            "lost": self.lost,
            "stages": stages,
            "order": list(stages),
            "cells": self.cells,
            "editors": self.editors,
        }


def manifest_of(described: Mapping[str, Any], markers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The manifest of a dataset from the markers of its shards.

    Raises:
        MiningError: the counts do not add up, so something was lost.
    """
    cells, editors = _summed(m["cells"] for m in markers), _summed(m["editors"] for m in markers)
    stages = _stages(markers)
    ways = sum((Counter(cell) for cell in cells.values()), Counter())
    inputs, samples = sum(m["inputs"] for m in markers), sum(m["samples"] for m in markers)
    source, parts = (
        sum((Counter(m[name]) for m in markers), Counter()) for name in ("source_rejected", "parts_rejected")
    )
    lost = sum((Counter(m["lost"]) for m in markers), Counter())
    counts = {
        "inputs": inputs,
        "samples": samples,
        "samples_rejected": inputs - samples,
        "proposals": sum(ways.values()),
        "foils": ways["two_way_kept"] + ways["text_only_kept"],
        "two_way": ways["two_way_kept"],
        "text_only": ways["text_only_kept"],
        "rejected": ways["two_way_rejected"] + ways["text_only_rejected"],
    }
    sample_reasons = source + lost
    _check(counts, stages, sample_reasons)
    return {
        "fingerprint": described["fingerprint"],
        "counts": counts,
        "sample_reasons": dict(sample_reasons),
        "part_reasons": dict(parts),
        "stages": stages,
        "cells": cells,
        "editors": editors,
        "licences": dict(sum((Counter(m["licences"]) for m in markers), Counter())),
        "files": {name: digest for m in markers for name, digest in m["files"].items()},
    }


def _check(
    counts: Mapping[str, int], stages: Sequence[Mapping[str, Any]], sample_reasons: Mapping[str, int]
) -> None:
    proposed = [stage["out"] for stage in stages if stage["name"] == "propose"]
    if counts["samples_rejected"] != sum(sample_reasons.values()):
        raise MiningError(f"{counts['samples_rejected']} inputs were refused, but for {sample_reasons} only")
    if proposed and proposed[0] != counts["proposals"]:
        raise MiningError(
            f"{proposed[0]} proposals were made but {counts['proposals']} left as foils or refusals"
        )


def _stages(markers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    order: list[str] = next((m["order"] for m in markers if m["order"]), [])
    of = {name: [m["stages"][name] for m in markers if name in m["stages"]] for name in order}
    return [
        {
            "name": name,
            "in": sum(s["in"] for s in shards),
            "out": sum(s["out"] for s in shards),
            "rejected": dict(sum((Counter(s["rejected"]) for s in shards), Counter())),
        }
        for name, shards in of.items()
    ]


def _summed(tables: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    sums: dict[str, Counter[str]] = {}
    for table in tables:
        for name, counts in table.items():
            sums.setdefault(name, Counter()).update(counts)
    return {name: dict(sums[name]) for name in sorted(sums)}


def told(reasons: Mapping[str, int]) -> str:
    """Reasons with their numbers, the most frequent first, in one line."""
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{reason} ({number})" for reason, number in ordered)
