"""VG-Relation and VG-Attribution of ARO: a part of a photo, and a caption with two words exchanged.

Lists of {"image_path", "bbox_x", "bbox_y", "bbox_w", "bbox_h", "true_caption", "false_caption", ...} and a
"relation_name", or a pair of "attributes". The question is about the box, to which the photo is cropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.evaluate.benchmark import SAME_WORDS, Benchmark, Item
from counterfoil.evaluate.benchmarks.order import SOURCE
from counterfoil.evaluate.data import Data, Origin
from counterfoil.evaluate.rates import Mean
from counterfoil.evaluate.records import json_records
from counterfoil.evaluate.verdicts import choice

_LICENCE = "MIT; the photos are Visual Genome's, CC BY 4.0"
_GET = (
    "in a clone of that repository: python -c 'from dataset_zoo import VG_{kind}; "
    'VG_{kind}(image_preprocess=None, download=True, root_dir="{{data}}/aro")\''
)
_BOX = ("bbox_x", "bbox_y", "bbox_w", "bbox_h")
_FIELDS = ("image_path", *_BOX, "true_caption", "false_caption")

_PASSED_OVER = """
adjusting, attached to, between, bigger than, biting, boarding, brushing, chewing, cleaning, climbing, close
to, coming from, coming out of, contain, crossing, dragging, draped over, drinking, drinking from, driving,
driving down, driving on, eating from, eating in, enclosing, exiting, facing, filled with, floating in,
floating on, flying, flying above, flying in, flying over, flying through, full of, going down, going into,
going through, grazing in, growing in, growing on, guiding, hanging from, hanging in, hanging off, hanging
over, higher than, holding onto, hugging, in between, jumping off, jumping on, jumping over, kept in, larger
than, leading, leaning over, leaving, licking, longer than, looking in, looking into, looking out, looking
over, looking through, lying next to, lying on top of, making, mixed with, mounted on, moving, on the back
of, on the edge of, on the front of, on the other side of, opening, painted on, parked at, parked beside,
parked by, parked in, parked in front of, parked near, parked next to, perched on, petting, piled on,
playing, playing in, playing on, playing with, pouring, reaching for, reading, reflected on, riding on,
running in, running on, running through, seen through, sitting behind, sitting beside, sitting by, sitting
in front of, sitting near, sitting next to, sitting under, skiing down, skiing on, sleeping in, sleeping on,
smiling at, sniffing, splashing, sprinkled on, stacked on, standing against, standing around, standing
behind, standing beside, standing in front of, standing near, standing next to, staring at, stuck in,
surrounding, swimming in, swinging, talking to, topped with, touching, traveling down, traveling on, tying,
typing on, underneath, wading in, waiting for, walking across, walking by, walking down, walking next to,
walking through, working in, working on, worn on, wrapped around, wrapped in, by, of, near, next to, with,
beside, on the side of, around
"""
PASSED_OVER = frozenset(" ".join(_PASSED_OVER.split()).split(", "))
"""Relations that the published mean of VG-Relation leaves out: symmetric ones and rare ones.

Source: the authors' notebook "Replicate ARO!", in their repository.
"""


@dataclass(frozen=True, kw_only=True)
class VgRelation:
    """Each relation is a part. The published number is "macro/accuracy", over 48 relations."""

    def open(self, data: Data) -> Benchmark:
        """From visual_genome_relation.json."""
        mean = Mean(metric="accuracy", without=PASSED_OVER | {SAME_WORDS})
        return _exchanges(data, "Relation", "relation_name", mean)


@dataclass(frozen=True, kw_only=True)
class VgAttribution:
    """Each pair of attributes is a part ("old_white"). The published number is "macro/accuracy".

    Args:
        at_least: items of a pair that counts in the mean.
    """

    at_least: int = 25

    def open(self, data: Data) -> Benchmark:
        """From visual_genome_attribution.json."""
        mean = Mean(metric="accuracy", at_least=self.at_least, without=frozenset({SAME_WORDS}))
        return _exchanges(data, "Attribution", "attributes", mean)


def _exchanges(data: Data, kind: str, part: str, mean: Mean) -> Benchmark:
    name = f"aro_vg_{kind.lower()}"
    origin = Origin(SOURCE, _LICENCE, _GET.format(kind=kind))
    path = data.file(name, f"visual_genome_{kind.lower()}.json", origin)

    def items() -> Iterator[Item]:
        for key, record in json_records(path, *_FIELDS, part):
            yield Item(
                key=key,
                pictures=(data.part(name, record["image_path"], [record[side] for side in _BOX]),),
                texts=(record["true_caption"], record["false_caption"]),
                owners=(0, -1),
                parts=(_named(record[part]),),
            )

    return Benchmark(
        name=name,
        items=items,
        verdict=choice,
        chance={"accuracy": 1 / 2},
        source=origin.source,
        licence=origin.licence,
        means={"macro": mean},
    )


def _named(part: str | list[str]) -> str:
    return "_".join(map(str, part)) if isinstance(part, list) else part
