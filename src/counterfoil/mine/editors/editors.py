"""The table of editors: one line each."""

from __future__ import annotations

from counterfoil.mine.editors.clothes import Clothes
from counterfoil.mine.editors.develop import Develop
from counterfoil.mine.editors.editor import Editor
from counterfoil.mine.editors.mirror import Mirror
from counterfoil.mine.editors.paste import Add, Replace
from counterfoil.mine.editors.recolour import Recolour, SwapColours
from counterfoil.mine.editors.recount import Recount
from counterfoil.mine.editors.reframe import Reframe
from counterfoil.mine.editors.remove import Remove
from counterfoil.mine.editors.stuff import RepaintStuff
from counterfoil.mine.editors.swap_places import SwapPlaces

EDITORS: dict[str, Editor] = {
    "reframe": Reframe(),
    "clothes": Clothes(),
    "recolour": Recolour(),
    "repaint_stuff": RepaintStuff(),
    "develop": Develop(),
    "remove": Remove(),
    "recount": Recount(),
    "replace": Replace(),
    "add": Add(),
    "swap_places": SwapPlaces(),
    "swap_colours": SwapColours(),
    "mirror": Mirror(),
}
