"""Pictures and texts become what OpenAI's and Google's models were trained with, in any process."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import numpy as np
import torch
from encoders import TEXTS, pictures, write_encoder
from PIL import Image
from torch.testing import assert_close
from transformers import CLIPConfig, CLIPImageProcessorPil

from counterfoil.models import load_dual_encoder
from counterfoil.models.drawn import drawn_tokenizer
from counterfoil.models.prepare import prepare_for


def test_clip_preprocessing_equals_openais_to_the_last_bit(shared_data: Path) -> None:
    folder = shared_data / "golden" / "clip_preprocess"
    name = json.loads((folder / "golden.json").read_text())["image"].split()[0]
    pixels = np.asarray(Image.open(folder / name).convert("RGB"))
    prepare = prepare_for(CLIPConfig(), CLIPImageProcessorPil(), drawn_tokenizer())
    expected = np.load(folder / "expected_preprocessed_image.npy")
    assert np.array_equal(prepare.pixels(pixels).numpy(), expected)


def test_a_prepare_works_in_another_process(tmp_path: Path) -> None:
    write_encoder(tmp_path, "clip")
    prepare = load_dual_encoder(str(tmp_path)).prepare
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.apply(prepare.pixels, (pictures(),)), pool.apply(prepare.tokens, (TEXTS,))
    assert_close(there, (prepare.pixels(pictures()), prepare.tokens(TEXTS)), rtol=0, atol=0)


def test_texts_are_padded_and_cut_to_one_length(tmp_path: Path) -> None:
    write_encoder(tmp_path, "clip")
    prepare = load_dual_encoder(str(tmp_path)).prepare
    tokens = prepare.tokens(["a star", "star " * 50])
    assert tokens["input_ids"].shape == tokens["attention_mask"].shape == (2, 20)
    assert tokens["attention_mask"].sum(1).tolist() == [4, 20]
    assert tokens["input_ids"][:, [0, -1]].tolist() == [[2, 0], [2, 3]]


def test_siglip_sees_its_padding(tmp_path: Path) -> None:
    write_encoder(tmp_path, "siglip")
    assert list(load_dual_encoder(str(tmp_path)).prepare.tokens(["a star"])) == ["input_ids"]


def test_a_picture_keeps_its_shape_where_the_model_takes_any(tmp_path: Path) -> None:
    """16 patches at most: of a picture twice as wide as high 2 x 5 is the best fit at these sizes."""
    write_encoder(tmp_path, "siglip2")
    encoder = load_dual_encoder(str(tmp_path))
    wide, square = pictures(1, 40, 80)[0], pictures(1, 40, 40)[0]
    pixels = encoder.prepare.pixels([wide, square])
    assert pixels.shape == (2, 1, 16, 8 * 8 * 3 + 3)
    (wide_rows, wide_columns), square_shape = pixels[:, 0, 0, -2:].int().tolist()
    assert square_shape == [4, 4]
    assert wide_columns > wide_rows
    assert pixels[0, 0, :, -3].sum() == wide_rows * wide_columns
    alone = encoder.encode_images(encoder.prepare.pixels(wide)).image_ID
    assert_close(encoder.encode_images(pixels).image_ID[:1], alone, rtol=0, atol=1e-6)
    assert pixels.dtype == torch.float32
