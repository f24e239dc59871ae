"""Which GELU a checkpoint was trained with. Weights do not tell, and the wrong one loads in silence.

OpenAI's CLIP computes x * sigmoid(1.702 x), "quick_gelu"; open_clip's own models the exact GELU. The
same weights give other embeddings under the other one, a few points worse on every benchmark.
"""

from __future__ import annotations

import re
from typing import Literal

import torch

from counterfoil.errors import ModelError
from counterfoil.models.weights import Weights

Activation = Literal["quick_gelu", "gelu"]


def activation_of(weights: Weights) -> Activation:
    """The activation, from what stands in and beside a file of a CLIP ViT under OpenAI's names.

    Raises:
        ModelError: nothing tells.
    """
    if "model_cfg" in weights.config:
        return "quick_gelu" if weights.config["model_cfg"].get("quick_gelu") else "gelu"
    if _by_openai(weights) or _named_quick(weights):
        return "quick_gelu"
    raise ModelError(
        f"{weights.path} does not tell which GELU it was trained with, and the wrong one costs points on "
        "every benchmark without an error. Give activation=quick_gelu if it is OpenAI's or fine-tuned from "
        "OpenAI's (NegCLIP, GNM, most of the field), activation=gelu if open_clip's own (LAION, DataComp)"
    )


def _by_openai(weights: Weights) -> bool:
    """Written by OpenAI's package, which knows quick_gelu alone.

    That is its own archives, and GNM's release: that package's model in half precision under
    "model_state_dict" (open_clip says "state_dict").
    """
    half = weights.tensors["visual.conv1.weight"].dtype == torch.float16
    return weights.origin == "openai" or (weights.origin == "model_state_dict" and half)


def _named_quick(weights: Weights) -> bool:
    """The file is called OpenAI's, or it or its run after a model such as ViT-B-32-quickgelu.

    A run called after OpenAI proves nothing: open_clip trains from OpenAI's weights with either GELU.
    """
    file, run = (re.sub("[^a-z]", "", name.lower()) for name in (weights.path.stem, weights.label))
    return "openai" in file or "quickgelu" in file or "quickgelu" in run
