"""Export: a finished dataset in, the same foils in a form that other training code reads out."""

from counterfoil.export.export import Export
from counterfoil.export.gnm import Gnm, GnmTest
from counterfoil.export.open_clip import OpenClip
from counterfoil.export.webdataset import WebDataset
from counterfoil.export.winoground import Winoground

EXPORTS: dict[str, Export] = {
    "webdataset": WebDataset(),
    "open_clip": OpenClip(),
    "gnm": Gnm(),
    "gnm_test": GnmTest(),
    "winoground": Winoground(),
}
"""The forms that a dataset can be exported to, by the name that --format takes."""
