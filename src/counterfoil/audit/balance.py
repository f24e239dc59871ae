"""Repair: the subset of a dataset that blind readers cannot tell, by adversarial refinement.

The foils that readers tell most surely are withdrawn, a few at a time, and readers learn anew from what is
left, until 0.5 lies within the interval of both AUCs. After SugarCrepe (Hsieh et al., NeurIPS 2023, appendix
on adversarial refinement), which evens out the scores of two language models; here for pictures, too, with
readers that learn from the dataset itself, and stopping as soon as nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterfoil.audit.audit import Readings
from counterfoil.audit.material import NEEDED, Material, Progress
from counterfoil.audit.reader import Said
from counterfoil.audit.roles import one_sided
from counterfoil.errors import MiningError

Refused = dict[str, tuple[str, str]]
"""By the key of a foil, why it is withdrawn: reason and detail."""


class Balanced(NamedTuple):
    """What a repair came to.

    Args:
        refused: the foils that are withdrawn.
        readings: of those that are left.
        rounds: of each round its foils and both AUCs.
    """

    refused: Refused
    readings: Readings
    rounds: list[dict[str, Any]]

    @property
    def even(self) -> bool:
        """Whether nothing is told any more."""
        return not any(_told(said) for _, said in _modalities(self.readings))


@dataclass(frozen=True, kw_only=True)
class Balance:
    """How a dataset is repaired.

    Args:
        step: share of a modality's foils that a round withdraws, for each 0.1 of AUC over 0.5.
        fewest, most: bounds of that share, 0..1.
        rounds: at most.
        roles: first withdraw foils whose words stand in one role too often, see `roles.one_sided`.
    """

    step: float = 0.05
    fewest: float = 0.02
    most: float = 0.2
    rounds: int = field(default=40)
    roles: bool = False

    def choose(self, readings: Readings, progress: Progress) -> Balanced:
        """Withdraw foils until nothing is told, or too few groups are left to tell.

        Raises:
            MiningError: even roles leave too few groups to tell.
        """
        refused: Refused = {}
        log: list[dict[str, Any]] = []
        for number in range(self.rounds):
            log.append(_logged(readings))
            progress("balancing", number, None)
            found = self._found(readings, number)
            left = readings.seen.only(_without(readings.seen, found))
            if not found or len(set(left.groups)) < NEEDED:
                break
            refused |= found
            readings = Readings(seen=left, reader=readings.reader)
        return Balanced(refused, readings, log)

    def _found(self, readings: Readings, number: int) -> Refused:
        one_sided = self._one_sided(readings.seen) if self.roles and number == 0 else {}
        return one_sided or self._told_most(readings, number)

    def _one_sided(self, seen: Material) -> Refused:
        why = "word_in_one_role", "its words are on the side where they stand too often"
        found = dict.fromkeys(one_sided(seen.foils), why)
        left = len({foil.group for foil in seen.foils if foil.key not in found})
        if left < NEEDED:
            raise MiningError(f"with even roles, foils of {left} pictures are left: balance without --roles")
        return found

    def _told_most(self, readings: Readings, number: int) -> Refused:
        found: Refused = {}
        for modality, said in _modalities(readings):
            if excess := _told(said):
                of_all = min(max(self.step * excess / 0.1, self.fewest), self.most)
                foils = readings.seen.foils if modality == "text" else readings.pictured
                gaps = said.negative - said.true
                for place in np.argsort(-gaps, kind="stable")[: max(1, round(of_all * len(foils)))]:
                    detail = f"round {number + 1}: the negative is {gaps[place]:.2f} above the true side"
                    found.setdefault(foils[place].key, (f"told_by_{modality}_alone", detail))
        return found


def _modalities(readings: Readings) -> Iterator[tuple[str, Said]]:
    yield "text", readings.text
    if readings.picture is not None:
        yield "picture", readings.picture


def _told(said: Said) -> float:
    """How far the AUC lies over 0.5; 0 where 0.5 is within the interval."""
    alone = said.alone()
    return alone.value - 0.5 if alone.low > 0.5 else 0.0


def _without(seen: Material, refused: Refused) -> NDArray[np.bool_]:
    return np.array([foil.key not in refused for foil in seen.foils], np.bool_)


def _logged(readings: Readings) -> dict[str, Any]:
    aucs = {modality: [round(v, 4) for v in said.alone()] for modality, said in _modalities(readings)}
    return {"foils": len(readings.seen.foils), "two_way": len(readings.pictured), **aucs}
