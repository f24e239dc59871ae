"""What's Up: two lists of staged photos in sets of four, four lists of photos found elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

from official.pictures import write_picture

PLACES = {
    "controlled_images": ("on", "under", "to the left of", "to the right of"),
    "controlled_clevr": ("in front of", "behind", "to the left of", "to the right of"),
}
SETS, FOUND = 12, 20


def write(folder: Path) -> None:
    """Twelve sets of each kind of staged photo, twenty of each list of found ones."""
    data = folder / "whatsup"
    data.mkdir()
    for kind, places in PLACES.items():
        records = []
        for number in range(4 * SETS):
            captions = [f"A cup {number // 4} {place} a table" for place in places]
            right = captions.pop(number % 4)
            name = f"cup{number // 4}_{number % 4}.jpeg"
            write_picture(data / kind / name, number)
            records.append({"image_path": f"data/{kind}/{name}", "caption_options": [right, *captions]})
        (data / f"{kind}_dataset.json").write_text(json.dumps(records))
    for corpus, photos in {"coco": "val2017/{:012}.jpg", "vg": "vg_images/{}.jpg"}.items():
        for things in ("one", "two"):
            found = []
            for number in range(FOUND):
                write_picture(data / photos.format(number), 200 + number)
                found.append(
                    [
                        number,
                        f"A photo {number} of a dog on the left",
                        f"A photo {number} of a dog on the right",
                    ]
                )
            (data / f"{corpus}_qa_{things}_obj.json").write_text(json.dumps(found))
