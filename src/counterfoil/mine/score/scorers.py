"""The table of scorers: one line each."""

from __future__ import annotations

from counterfoil.mine.score.area import Area
from counterfoil.mine.score.boxes import Boxes
from counterfoil.mine.score.colour import ColourVerified
from counterfoil.mine.score.frame import Frame
from counterfoil.mine.score.grain import Grain
from counterfoil.mine.score.rim import Rim
from counterfoil.mine.score.scorer import Scorer
from counterfoil.mine.score.seam import Seam
from counterfoil.mine.score.stuff import StuffVerified

SCORERS: dict[str, Scorer] = {
    "area": Area(),
    "colour": ColourVerified(),
    "stuff": StuffVerified(),
    "seam": Seam(),
    "grain": Grain(),
    "rim": Rim(),
    "boxes": Boxes(),
    "frame": Frame(),
}
