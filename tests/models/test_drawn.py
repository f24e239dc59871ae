"""Small encoders from scratch know the drawn world's words and are models like any other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers as hf
from torch.testing import assert_close
from worlds import mined, scenes

from counterfoil.errors import ModelError
from counterfoil.models import DualEncoder, load_dual_encoder
from counterfoil.models.drawn import DRAWN, DrawnEncoder, drawn_tokenizer
from counterfoil.records import Pixels
from counterfoil.world.paint import paint

kinds = pytest.mark.parametrize("kind", DRAWN)
CLASSES = {
    "clip": "CLIPModel",
    "siglip": "SiglipModel",
    "convolutional": "ConvolutionalModel",
    "ends": "ConvolutionalModel",
}


def drawn_batch(encoder: DualEncoder, number: int) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """The first scenes of the training split with their first captions."""
    dealt = scenes("train", number)
    pictures: list[Pixels] = [paint(one.drawing, 64) for one in dealt]
    return encoder.prepare.pixels(pictures), encoder.prepare.tokens([one.captions[0].text for one in dealt])


def logits(encoder: DualEncoder, pixels: torch.Tensor, tokens: dict[str, torch.Tensor]) -> torch.Tensor:
    return encoder.encode_images(pixels).image_ID @ encoder.encode_texts(tokens).text_TD.T


@kinds
def test_what_is_saved_loads_by_the_auto_classes_and_embeds_the_same(kind: str, tmp_path: Path) -> None:
    encoder = load_dual_encoder(f"drawn:{kind}")
    encoder.save(tmp_path / "saved", card="# Drawn")
    pixels, tokens = drawn_batch(encoder, 4)
    expected = logits(encoder, pixels, tokens)
    assert torch.equal(logits(load_dual_encoder(str(tmp_path / "saved")), pixels, tokens), expected)
    model: Any = hf.AutoModel.from_pretrained(tmp_path / "saved")
    tokenizer: Any = hf.AutoTokenizer.from_pretrained(tmp_path / "saved")
    processor: Any = hf.AutoProcessor.from_pretrained(tmp_path / "saved")
    assert type(model).__name__ == CLASSES[kind]
    assert tokenizer.model_max_length == 40
    picture = paint(scenes("train", 1)[0].drawing, 64)
    made = processor(images=picture, text="a red circle", padding="max_length", return_tensors="pt")
    assert torch.equal(made["pixel_values"], encoder.prepare.pixels(picture))
    assert torch.equal(made["input_ids"], encoder.prepare.tokens(["a red circle"])["input_ids"])


def test_ours_is_opened_by_the_auto_classes_in_a_fresh_process(tmp_path: Path) -> None:
    load_dual_encoder("drawn").save(tmp_path / "saved", card="")
    code = f"""
import counterfoil.models
from transformers import AutoConfig, AutoModel
print(AutoConfig.from_pretrained({str(tmp_path / "saved")!r}).model_type)
print(type(AutoModel.from_pretrained({str(tmp_path / "saved")!r})).__name__)
"""
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert told.split() == ["counterfoil_drawn", "ConvolutionalModel"]


@kinds
def test_weights_come_from_the_seed_alone(kind: str) -> None:
    torch.manual_seed(1)
    first, after = load_dual_encoder(f"drawn:{kind}", seed=3), torch.rand(1)
    torch.manual_seed(2)
    second, other = load_dual_encoder(f"drawn:{kind}", seed=3), load_dual_encoder(f"drawn:{kind}", seed=4)
    weights, again = first.state_dict(), second.state_dict()
    assert all(torch.equal(weights[name], again[name]) for name in weights)
    assert any(not torch.equal(weights[name], tensor) for name, tensor in other.state_dict().items())
    torch.manual_seed(1)
    assert torch.equal(torch.rand(1), after)


@kinds
def test_sizes_can_be_set(kind: str, tmp_path: Path) -> None:
    sizes = DrawnEncoder(
        kind=kind,
        image_size=32,
        width=48,
        layers=1,
        heads=2,
        embed_dim=20 if kind != "siglip" else 48,
        context=30,
    )
    encoder = sizes.build(seed=0)
    pixels, tokens = drawn_batch(encoder, 2)
    assert pixels.shape == (2, 3, 32, 32)
    assert tokens["input_ids"].shape == (2, 30)
    image = encoder.encode_images(pixels, patches=True)
    text = encoder.encode_texts(tokens, words=True)
    assert image.image_ID.shape == text.text_TD.shape == (2, sizes.embed_dim)
    assert image.patch_IRD is not None
    assert text.token_TWD is not None
    assert image.patch_IRD.shape == (2, 16, sizes.embed_dim)
    assert text.token_TWD.shape == (2, 30, sizes.embed_dim)


@pytest.mark.parametrize(
    "sizes",
    [
        DrawnEncoder(kind="clip", image_size=50),
        DrawnEncoder(kind="convolutional", image_size=50),
        DrawnEncoder(kind="convolutional", patch=4),
        DrawnEncoder(kind="siglip", width=50),
        DrawnEncoder(kind="siglip", embed_dim=64),
        DrawnEncoder(kind="convolutional", heads=7),
    ],
)
def test_sizes_that_cannot_be_are_refused(sizes: DrawnEncoder) -> None:
    with pytest.raises(ModelError, match=f"no drawn encoder with .*{sizes.kind}"):
        sizes.build()


def test_an_unknown_kind_is_told_the_known_ones() -> None:
    with pytest.raises(ModelError, match="did you mean 'siglip'"):
        load_dual_encoder("drawn:siglp")


def test_every_word_that_the_world_says_is_known_and_every_caption_fits() -> None:
    tokenizer = drawn_tokenizer()
    captions = [c.text for split in ("train", "held_out") for one in scenes(split, 300) for c in one.captions]
    foils = mined("train", 12)
    captions += [text for foil in foils for text in (foil.true_caption, foil.negative_caption)]
    ids = tokenizer(captions)["input_ids"]
    assert len(foils) > 50
    assert all(tokenizer.unk_token_id not in one for one in ids)
    assert max(map(len, ids)) <= DrawnEncoder(kind="clip").context
    assert tokenizer.unk_token_id in tokenizer("a red giraffe")["input_ids"]


@pytest.mark.parametrize("kind", ["clip", "convolutional"])
def test_padding_changes_no_embedding(kind: str) -> None:
    encoder = load_dual_encoder(f"drawn:{kind}").train()
    tokens = encoder.prepare.tokens(["A red circle."])
    short = {name: tensor[:, : int(tokens["attention_mask"].sum())] for name, tensor in tokens.items()}
    assert_close(encoder.encode_texts(tokens).text_TD, encoder.encode_texts(short).text_TD)
    scrambled = tokens | {"input_ids": tokens["input_ids"] + 9 * (1 - tokens["attention_mask"])}
    assert_close(encoder.encode_texts(tokens).text_TD, encoder.encode_texts(scrambled).text_TD)


@kinds
def test_twelve_pairs_are_learnt_by_heart(kind: str) -> None:
    """That gradients are right and reach what they must: nothing of this could be learnt otherwise."""
    encoder = DrawnEncoder(kind=kind, image_size=32, width=64, layers=1, heads=2, embed_dim=64).build(seed=0)
    pixels, tokens = drawn_batch(encoder, 12)
    adam = torch.optim.AdamW(encoder.train().parameters(), lr=2e-3)
    for _ in range(60):
        scores = encoder.log_scale.exp() * logits(encoder, pixels, tokens)
        rows, columns = scores.log_softmax(1).diagonal(), scores.log_softmax(0).diagonal()
        adam.zero_grad()
        (-(rows + columns).mean()).backward()
        adam.step()
    with torch.no_grad():
        found = logits(encoder.eval(), pixels, tokens)
    assert found.argmax(1).tolist() == found.argmax(0).tolist() == list(range(12))
