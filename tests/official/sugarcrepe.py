"""SugarCrepe: seven files, keys with a gap, photos beside them."""

from __future__ import annotations

import json
from pathlib import Path

from official.pictures import write_picture

PARTS = ("replace_obj", "replace_att", "replace_rel", "swap_obj", "swap_att", "add_obj", "add_att")


def write(folder: Path) -> None:
    """Ten items a part."""
    for number, part in enumerate(PARTS):
        records = {
            str(key): {
                "filename": write_picture(folder / "val2017" / f"{key + 20 * number:012}.jpg", key),
                "caption": f"A red cup {key} and a blue bowl.",
                "negative_caption": f"A blue cup {key} and a red bowl.",
            }
            for key in (*range(8), 9, 10)
        }
        path = folder / "sugar-crepe" / "data" / f"{part}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(records))
