"""A dual encoder as a scorer: cosines of what it makes, each picture and text encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from counterfoil.errors import ScoreError
from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks.drawn import DrawnQuads
from counterfoil.evaluate.scorers.cosine import Cosine
from counterfoil.models import DualEncoder
from counterfoil.models.drawn import DrawnEncoder


@pytest.fixture
def encoder() -> DualEncoder:
    return DrawnEncoder(kind="ends", image_size=32, width=16, heads=2, layers=1, embed_dim=8).build()


def test_scores_are_the_cosines_of_single_pictures_and_texts(encoder: DualEncoder) -> None:
    items = list(DrawnQuads(split="test", number=2).open().items())
    for item, score_IT in zip(items, Cosine(encoder=encoder, batch=3)(items), strict=True):
        with torch.no_grad():
            images = [encoder.encode_images(encoder.prepare.pixels([p.pixels()])) for p in item.pictures]
            texts = [encoder.encode_texts(encoder.prepare.tokens([text])) for text in item.texts]
        alone = [[float(i.image_ID[0] @ t.text_TD[0]) for t in texts] for i in images]
        assert score_IT.dtype == np.float32
        assert_allclose(score_IT, alone, atol=1e-5)


def test_each_different_picture_and_text_is_encoded_once(
    encoder: DualEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = list(DrawnQuads(split="test", number=2).open().items())
    seen: dict[str, list[int]] = {"pixels": [], "tokens": []}
    for name, sizes in seen.items():
        whole = getattr(encoder.prepare, name)

        def counted(values: Sequence[Any], whole: Any = whole, sizes: list[int] = sizes) -> Any:
            sizes.append(len(values))
            return whole(values)

        monkeypatch.setitem(encoder.prepare.__dict__, name, counted)
    list(Cosine(encoder=encoder)([*items, *items]))
    assert sum(seen["pixels"]) == len({picture for item in items for picture in item.pictures})
    assert sum(seen["tokens"]) == len({text for item in items for text in item.texts})


def test_a_training_encoder_is_left_in_training(encoder: DualEncoder) -> None:
    encoder.train()
    evaluate(DrawnQuads(split="test", number=1).open(), Cosine(encoder=encoder))
    assert encoder.training


def test_an_encoder_whose_weights_are_no_numbers_is_an_error(encoder: DualEncoder) -> None:
    torch.nn.init.constant_(encoder.model.visual_projection.weight, torch.nan)
    with pytest.raises(ScoreError, match="NaN"):
        evaluate(DrawnQuads(split="test", number=1).open(), Cosine(encoder=encoder))
