"""Photos with captions, and boxes and masks where there are any, to foils in both modalities.

Paper:    the taxonomy of Hsieh et al., SugarCrepe (NeurIPS 2023); the two-way square of Thrush et al.,
          Winoground (CVPR 2022); the edits are classical image processing.
Command:  counterfoil mine SOURCE --out DIR
Hardware: any CPU; docs/results.md has the time per photo.
Expect:   about ten text-only foils per caption, and for photos with COCO-like masks several two-way
          foils each; docs/results.md has the measured yields.
"""

from __future__ import annotations

from counterfoil.mine.decode import Decode
from counterfoil.mine.editors import EDITORS
from counterfoil.mine.editors.draw import Draw
from counterfoil.mine.filter import Filter
from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.propose import RULES
from counterfoil.mine.propose.choose import Propose
from counterfoil.mine.reword import Reword
from counterfoil.mine.run import MineRecipe
from counterfoil.mine.score import SCORERS
from counterfoil.mine.score.measure import Score
