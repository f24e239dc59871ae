"""VL-CheckList: a file for each corpus and kind, pictures in folders of their corpora."""

from __future__ import annotations

import json
from pathlib import Path

from official.pictures import write_picture

ATTRIBUTES = [
    f"Attribute/{c}/{k}" for c in ("vg", "vaw") for k in ("action", "color", "material", "size", "state")
]
RELATIONS = ["Relation/vg/action", "Relation/vg/spatial", "Relation/swig_action", "Relation/hake_action"]
OBJECTS = [
    f"Object/{kind}/{corpus}_{kind.lower()}/{middle}{name}_{degree}"
    for kind, degrees in (("Location", ("center", "mid", "margin")), ("Size", ("large", "medium", "small")))
    for degree in degrees
    for corpus, middle, name in (
        ("hake", "", "hake_obj"),
        ("vg", "", "vg_obj"),
        ("vg", "", "vg_subj"),
        *(("swig", f"swig_{role}/", f"swig_{role}") for role in ("agent", "destination", "item", "tool")),
    )
]


def write(folder: Path) -> None:
    """Four records a file."""
    for place, name in enumerate([*ATTRIBUTES, *OBJECTS, *RELATIONS]):
        path = folder / "VL-CheckList" / "data" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([_record(folder, 4 * place + number) for number in range(4)]))


def _record(folder: Path, number: int) -> list[object]:
    picture = f"VG_100K_2/{number}.jpg"
    write_picture(folder / "vg" / picture, number)
    return [picture, {"POS": [f"huge train {number}"], "NEG": [f"little train {number}"]}]
