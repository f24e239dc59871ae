"""Small files in each benchmark's official form, so that the laws hold of what really is read.

A writer fills a folder with files and pictures as the benchmark's authors publish them, some 60 items.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from official import (
    aro,
    bivlc,
    classification,
    coco_counterfactuals,
    cola,
    colorswap,
    crepe,
    eqben,
    foils,
    gnm_test,
    inpaintcoco,
    karpathy,
    mmvp_vlm,
    negbench,
    spec,
    sugarcrepe,
    sugarcrepe_pp,
    svo_probes,
    valse,
    vismin,
    vl_checklist,
    vsr,
    whatsup,
    winoground,
)

WRITERS: dict[str, Callable[[Path], None]] = {
    "sugarcrepe": sugarcrepe.write,
    "sugarcrepe_pp": sugarcrepe_pp.write,
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
