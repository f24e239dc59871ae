"""InpaintCOCO: a COCO photo and its caption, and both with one thing changed by a person who inpaints."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.evaluate.benchmark import Benchmark
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.hub import hub_records, squares
from counterfoil.evaluate.records import Record
from counterfoil.evaluate.verdicts import QUAD_CHANCE, two_by_two

ORIGIN = Origin(
    source="Roesch et al., Enhancing Conceptual Understanding in Multimodal Contrastive Learning, 2024, "
    "arXiv 2403.02875; https://huggingface.co/datasets/phiyodr/InpaintCOCO",
    licence="of each row, see its coco_details and inpaint_details",
    get="hf download phiyodr/InpaintCOCO --repo-type dataset --local-dir {data}/inpaintcoco",
)
_FIELDS = ("concept", "coco_image", "coco_caption", "inpaint_image", "inpaint_caption")
_CELLS = (("coco_image", "coco_caption"), ("inpaint_image", "inpaint_caption"))


def _parts(record: Record) -> tuple[str, ...]:
    return (record["concept"],)


@dataclass(frozen=True, kw_only=True)
class InpaintCoco:
    """1,260 squares; what was changed is their part ("object", "color", "size")."""

    def open(self, data: Data) -> Benchmark:
        """From the hub's Parquet files."""
        records = hub_records(data, "inpaintcoco", ORIGIN, _FIELDS)
        return Benchmark(
            name="inpaintcoco",
            items=lambda: squares(data, "inpaintcoco", records, _CELLS, parts=_parts),
            verdict=two_by_two,
            chance=QUAD_CHANCE,
            source=ORIGIN.source,
            licence=ORIGIN.licence,
        )
