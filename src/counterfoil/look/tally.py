"""What the summary counts, group by group: foils per cell and editor, reasons, scores, examples."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from counterfoil.look.groups import Group


class Signature(NamedTuple):
    """All that one can filter foils by; many foils share one."""

    operation: str
    kind: str
    editor: str
    proposer: str
    way: str
    verdict: str
    reason: str
    reviewed: str


def signature(foil: dict[str, Any], reviewed: str = "") -> Signature:
    """How a stored foil is filed. It counts as two-way where a picture was made or was to be made.

    Args:
        foil: as `shards` stores it.
        reviewed: what people said of it together, see `judgements.agreed`; "" where nobody did.
    """
    made_by = foil["provenance"] or {}
    reason = f"{foil['stage']}: {foil['reason']}" if "stage" in foil else ""
    pictured = foil["negative_image"] or foil["box"] or made_by.get("editor")
    return Signature(
        operation=foil["operation"] or "",
        kind=foil["kind"] or "",
        editor=made_by.get("editor") or "",
        proposer=made_by.get("proposer") or "",
        way="two-way" if pictured else "text-only" if foil["operation"] else "sample",
        verdict="rejected" if reason else "kept",
        reason=reason,
        reviewed=reviewed,
    )


@dataclass
class Values:
    """Numbers for a histogram: all of them up to `limit`, then evenly spread ones, in flat memory."""

    limit: int = 20_000
    kept: array[float] = field(default_factory=lambda: array("d"))
    seen: int = 0
    stride: int = 1

    def add(self, value: float) -> None:
        """Take one more number, or skip it."""
        if self.seen % self.stride == 0:
            self.kept.append(value)
        self.seen += 1
        if len(self.kept) >= self.limit:
            self.kept = self.kept[::2]
            self.stride *= 2


@dataclass
class Tally:
    """The counts of the groups seen so far."""

    groups: int = 0
    captions: int = 0
    signatures: Counter[Signature] = field(default_factory=Counter)
    scores: dict[tuple[str, str], Values] = field(default_factory=dict)

    def add(self, group: Group, filed_as: Sequence[Signature]) -> None:
        """Count a group and its foils, the kept ones first."""
        self.groups += bool(group.kept or group.image)
        self.captions += len(group.captions)
        for foil, filed in zip((*group.kept, *group.rejected), filed_as, strict=True):
            self.signatures[filed] += 1
            for score in foil["scores"] or []:
                self.scores.setdefault((score["name"], filed.verdict), Values()).add(score["value"])

    def by(self, *names: str, **where: str) -> Counter[tuple[str, ...]]:
        """Foils counted by the named fields of their signatures, where other fields have given values."""
        counts: Counter[tuple[str, ...]] = Counter()
        for filed, count in self.signatures.items():
            if all(getattr(filed, name) == value for name, value in where.items()):
                counts[tuple(getattr(filed, name) for name in names)] += count
        return counts

    def total(self, **where: str) -> int:
        """How many foils have these values."""
        return self.by(**where)[()]
