"""What a language model makes of captions: those that read oddly are unlikely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from counterfoil.audit.text_cues import Read


@dataclass(frozen=True, kw_only=True)
class Likelihood:
    """How likely a causal language model finds a caption: the logarithm of its perplexity, negated.

    Args:
        model: a folder or hub id of transformers.
    """

    model: str

    def read(self, captions: Sequence[str]) -> Read:
        """The mean log-likelihood of each caption's tokens; what stands twice is asked once.

        Raises:
            ModelError: the model cannot be loaded, or torch is missing.
        """
        from counterfoil.models.language_model import load_language_model

        different = sorted(set(captions))
        said = dict(zip(different, load_language_model(self.model).likelihoods(different), strict=True))
        return Read(np.array([[said[caption]] for caption in captions]), ("log-likelihood per token",))
