"""The table of rules: one line each; those for words alone have a table of their own."""

from __future__ import annotations

from counterfoil.mine.propose.crop_aside import CropAside, CropThrough
from counterfoil.mine.propose.crop_closer import CropCloser, CropToEdge
from counterfoil.mine.propose.crop_out import CropFewer, CropOut
from counterfoil.mine.propose.mirror import MirrorSides
from counterfoil.mine.propose.new_colour import NewColour
from counterfoil.mine.propose.paste import AddOne, OneMore, ReplaceOne
from counterfoil.mine.propose.recolour import RecolourOne, SwapTwoColours
from counterfoil.mine.propose.recount import OneLess
from counterfoil.mine.propose.remove import RemoveOne
from counterfoil.mine.propose.rule import Rule
from counterfoil.mine.propose.sides import FrameSides
from counterfoil.mine.propose.stuff import RecolourStuff
from counterfoil.mine.propose.swap_places import SwapPlaces
from counterfoil.mine.propose.twin import Twin
from counterfoil.mine.propose.wear import WearOther
from counterfoil.mine.propose.whole_photo import WholePhoto
from counterfoil.mine.propose.words import WORD_RULES

RULES: dict[str, Rule] = {
    "whole_photo": WholePhoto(),
    "crop_through": CropThrough(),
    "crop_closer": CropCloser(),
    "recolour_stuff": RecolourStuff(),
    "wear_other": WearOther(),
    "recolour_one": RecolourOne(),
    "new_colour": NewColour(),
    "crop_out": CropOut(),
    "crop_fewer": CropFewer(),
    "remove_one": RemoveOne(),
    "one_less": OneLess(),
    "twin": Twin(),
    "one_more": OneMore(),
    "replace_one": ReplaceOne(),
    "add_one": AddOne(),
    "swap_places": SwapPlaces(),
    "swap_two_colours": SwapTwoColours(),
    "mirror_sides": MirrorSides(),
    "frame_sides": FrameSides(),
    "crop_aside": CropAside(),
    "crop_to_edge": CropToEdge(),
    **WORD_RULES,
}
