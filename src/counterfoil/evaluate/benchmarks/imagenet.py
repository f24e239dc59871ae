"""ImageNet's validation photos in folders by WordNet number: the layout val/n01440764/PICTURE.JPEG.

The published 63.34 % of OpenAI CLIP ViT-B/32 takes its authors' names and 80 templates, which are not part
of ImageNet: `--set imagenet.template_file=templates.txt` reads them, one a line.
"""

from __future__ import annotations

from counterfoil.evaluate.benchmarks.classification import Classification
from counterfoil.evaluate.data import Origin

ORIGIN = Origin(
    source="Russakovsky et al., ImageNet Large Scale Visual Recognition Challenge, IJCV 2015; "
    "https://image-net.org/challenges/LSVRC/2012",
    licence="ImageNet's terms of access, to be accepted on that site; research only",
    get="ILSVRC2012_img_val.tar from that site, sorted into {data}/imagenet/val/WNID, and its classes' names "
    "as {data}/imagenet/classes.json, WNID to name; those of CLIP and its templates stand in "
    "https://github.com/openai/CLIP/blob/main/notebooks/Prompt_Engineering_for_ImageNet.ipynb",
)
IMAGENET = Classification(name="imagenet", folder="val", classes="classes.json", origin=ORIGIN)
