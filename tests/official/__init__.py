"""Small files in each benchmark's official form, so that the laws hold of what really is read.

A writer fills a folder with files and pictures as the benchmark's authors publish them, some 60 items.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from official import (
    aro,
    bivlc,
    coco_counterfactuals,
    colorswap,
    crepe,
    foils,
    karpathy,
    sugarcrepe,
    sugarcrepe_pp,
    valse,
    vsr,
    whatsup,
    winoground,
)

WRITERS: dict[str, Callable[[Path], None]] = {
    "sugarcrepe": sugarcrepe.write,
    "sugarcrepe_pp": sugarcrepe_pp.write,
    "winoground": winoground.write,
    "colorswap": colorswap.write,
    "bivlc": bivlc.write,
    "coco_counterfactuals": coco_counterfactuals.write,
    "coco_counterfactuals-pool": coco_counterfactuals.write,
    "valse": valse.write,
    "vsr": vsr.write,
    "vsr-pairs": vsr.write,
    "whatsup": whatsup.write,
    "crepe": crepe.write,
    "aro_vg_relation": aro.write_relation,
    "aro_vg_attribution": aro.write_attribution,
    "coco_order": karpathy.write,
    "flickr_order": karpathy.write,
    "coco_retrieval": karpathy.write,
    "flickr_retrieval": karpathy.write,
    "foils": foils.write,
    "foils-text": foils.write,
}
