"""Small files in each benchmark's official form, so that the laws hold of what really is read.

A writer fills a folder with files and pictures as the benchmark's authors publish them, some 60 items.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from official import (
    classification,
    cola,
    eqben,
    foils,
    gnm_test,
    inpaintcoco,
    mmvp_vlm,
    negbench,
    spec,
    sugarcrepe,
    svo_probes,
    vismin,
    vl_checklist,
    winoground,
)

WRITERS: dict[str, Callable[[Path], None]] = {
    "sugarcrepe": sugarcrepe.write,
    "winoground": winoground.write,
    "eqben": eqben.write,
    "vismin": vismin.write,
    "inpaintcoco": inpaintcoco.write,
    "cola": cola.write,
    "mmvp_vlm": mmvp_vlm.write,
    "gnm_test": gnm_test.write,
    "vl_checklist": vl_checklist.write,
    "svo_probes": svo_probes.write,
    "spec": spec.write,
    "negbench_coco": negbench.write,
    "negbench_voc2007": negbench.write,
    "negbench_synthetic": negbench.write,
    "negbench_coco_retrieval": negbench.write,
    "negbench_coco_negated_retrieval": negbench.write,
    "classification": classification.write,
    "imagenet": classification.write_imagenet,
    "foils": foils.write,
    "foils-text": foils.write,
}
