"""The benchmarks, by name. A new one is a file here and a line in `BENCHMARKS`."""

from __future__ import annotations

from typing import Protocol

from counterfoil.evaluate.benchmark import Benchmark
from counterfoil.evaluate.benchmarks.aro import VgAttribution, VgRelation
from counterfoil.evaluate.benchmarks.bivlc import BiVlc
from counterfoil.evaluate.benchmarks.classification import Classification
from counterfoil.evaluate.benchmarks.coco_counterfactuals import CocoCounterfactuals
from counterfoil.evaluate.benchmarks.cola import Cola
from counterfoil.evaluate.benchmarks.colorswap import ColorSwap
from counterfoil.evaluate.benchmarks.crepe import Crepe
from counterfoil.evaluate.benchmarks.drawn import (
    DrawnChoice,
    DrawnClasses,
    DrawnQuads,
    DrawnRetrieval,
    DuoQuads,
    DuoRetrieval,
)
from counterfoil.evaluate.benchmarks.eqben import EqBen
from counterfoil.evaluate.benchmarks.foils import Foils
from counterfoil.evaluate.benchmarks.gnm_test import GnmTest
from counterfoil.evaluate.benchmarks.imagenet import IMAGENET
from counterfoil.evaluate.benchmarks.inpaintcoco import InpaintCoco
from counterfoil.evaluate.benchmarks.mmvp_vlm import MmvpVlm
from counterfoil.evaluate.benchmarks.negbench import NegChoice, NegRetrieval
from counterfoil.evaluate.benchmarks.order import CaptionOrder
from counterfoil.evaluate.benchmarks.retrieval import CaptionRetrieval
from counterfoil.evaluate.benchmarks.spec import Spec
from counterfoil.evaluate.benchmarks.sugarcrepe import SugarCrepe
from counterfoil.evaluate.benchmarks.sugarcrepe_pp import SugarCrepePP
from counterfoil.evaluate.benchmarks.svo_probes import SvoProbes
from counterfoil.evaluate.benchmarks.valse import Valse
from counterfoil.evaluate.benchmarks.vismin import VisMin
from counterfoil.evaluate.benchmarks.vl_checklist import VlChecklist
from counterfoil.evaluate.benchmarks.vsr import Vsr
from counterfoil.evaluate.benchmarks.whatsup import WhatsUp
from counterfoil.evaluate.benchmarks.winoground import Winoground
from counterfoil.evaluate.data import Data
from counterfoil.world.tasks import TARGETS

_SPLITS = ("test", "held_out")


class Reader(Protocol):
    """A benchmark on disk: a frozen dataclass whose fields are its settings."""

    def open(self, data: Data) -> Benchmark:
        """Read what is asked; pictures are only named.

        Raises:
            DataError: a file is missing, cut off, or has other fields than it should.
        """
        ...


_NEGBENCH = (
    NegChoice(name="negbench_coco", table="COCO_val_mcq_llama3.1_rephrased.csv"),
    NegChoice(name="negbench_voc2007", table="VOC2007_mcq_llama3.1_rephrased.csv"),
    NegChoice(name="negbench_synthetic", table="synthetic_mcq_llama3.1_rephrased.csv"),
    NegRetrieval(name="negbench_coco_retrieval", table="COCO_val_retrieval.csv"),
    NegRetrieval(
        name="negbench_coco_negated_retrieval",
        table="COCO_val_negated_retrieval_llama3.1_rephrased_affneg_true.csv",
    ),
)

BENCHMARKS: dict[str, Reader] = {
    "sugarcrepe": SugarCrepe(),
    "sugarcrepe_pp": SugarCrepePP(),
    "winoground": Winoground(),
    "eqben": EqBen(),
    "vismin": VisMin(),
    "inpaintcoco": InpaintCoco(),
    "cola": Cola(),
    "mmvp_vlm": MmvpVlm(),
    "gnm_test": GnmTest(),
    "vl_checklist": VlChecklist(),
    "svo_probes": SvoProbes(),
    "spec": Spec(),
    **{reader.name: reader for reader in _NEGBENCH},
    "classification": Classification(),
    "imagenet": IMAGENET,
    "colorswap": ColorSwap(),
    "bivlc": BiVlc(),
    "coco_counterfactuals": CocoCounterfactuals(),
    "coco_counterfactuals-pool": CocoCounterfactuals(pool=True, share=0.3),
    "valse": Valse(),
    "vsr": Vsr(),
    "vsr-pairs": Vsr(pairs=True),
    "whatsup": WhatsUp(),
    "crepe": Crepe(),
    "aro_vg_relation": VgRelation(),
    "aro_vg_attribution": VgAttribution(),
    "coco_order": CaptionOrder(corpus="coco"),
    "flickr_order": CaptionOrder(corpus="flickr30k"),
    "coco_retrieval": CaptionRetrieval(corpus="coco"),
    "flickr_retrieval": CaptionRetrieval(corpus="flickr30k"),
    "foils": Foils(),
    "foils-text": Foils(two_way=False),
    **{f"drawn-quads-{split}": DrawnQuads(split=split) for split in _SPLITS},
    **{f"drawn-choice-{split}": DrawnChoice(split=split) for split in _SPLITS},
    **{f"drawn-retrieval-{split}": DrawnRetrieval(split=split) for split in _SPLITS},
    **{f"drawn-duo-quads-{split}": DuoQuads(split=split) for split in _SPLITS},
    **{f"drawn-duo-retrieval-{split}": DuoRetrieval(split=split) for split in _SPLITS},
    **{f"drawn-{t}-{split}": DrawnClasses(target=t, split=split) for t in TARGETS for split in _SPLITS},
}
"""Every benchmark by the name that `--on` and results.json give it."""
