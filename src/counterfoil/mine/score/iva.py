"""How much the variations of an item differ from each other: GNM's `iva_score`.

Source: Sahin et al., GNM, WACV 2024 (arXiv 2311.03964), and its release: the share of pixels whose
standard deviation across all variations of the item, averaged over the three channels, is above 10
grey levels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from counterfoil.mine.score.scorer import MeasureAll, Scores
from counterfoil.mine.stage import Run
from counterfoil.records import Foil, Patch


@dataclass(frozen=True, kw_only=True)
class Iva:
    """Each variation of an item gets the number of all of them.

    | score | what | range |
    |---|---|---|
    | iva | per cent of the picture in which the variations differ visibly; 0 for one alone | 0..100 |

    Variations of an item are painted foils of one scene that change the same thing: the same regions,
    under the same name. They have to come in one batch.

    Args:
        visible: standard deviations above so many grey levels count.
    """

    version: ClassVar[int] = 1
    visible: float = 10.0

    def load(self, run: Run) -> MeasureAll:
        """Nothing to load: return the function that measures."""
        return self._measure

    def _measure(self, foils: Sequence[Foil]) -> list[Scores]:
        variations: dict[Hashable, list[Foil]] = defaultdict(list)
        for foil in foils:
            variations[_item(foil)].append(foil)
        found = {item: differing(foils, self.visible) for item, foils in variations.items()}
        return [{} if foil.patch is None else {"iva": found[_item(foil)]} for foil in foils]


def _item(foil: Foil) -> Hashable:
    edit = foil.edit
    return foil.scene.key, edit.operation, edit.kind, edit.before, foil.targets


def differing(variations: Sequence[Foil], visible: float) -> float:
    """Per cent of the pixels of a scene in which its foils differ from each other."""
    patches = [foil.patch for foil in variations if foil.patch is not None]
    if len(patches) < 2:
        return 0.0
    scene = variations[0].scene
    window = _around(patches)  # elsewhere all show the original: no deviation
    deviation = np.std(np.stack([patch.onto(scene.pixels, window) for patch in patches]), axis=0)
    return 100.0 * int(np.count_nonzero(deviation.mean(-1) > visible)) / (scene.height * scene.width)


def _around(patches: Sequence[Patch]) -> tuple[slice, slice]:
    """The smallest rectangle that holds all patches, as an index into the picture."""
    rows, columns = zip(*(patch.window() for patch in patches), strict=True)
    return _hull(rows), _hull(columns)


def _hull(slices: Sequence[slice]) -> slice:
    return slice(min(part.start for part in slices), max(part.stop for part in slices))
