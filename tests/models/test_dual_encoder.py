"""Every family: our embeddings are the model's own, at length 1; what is saved is what was there."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers as hf
from encoders import MODELS, SIZE, TEXTS, pictures, write_encoder
from torch import Tensor, nn
from torch.testing import assert_close

from counterfoil.errors import DataError, ModelError
from counterfoil.models import DualEncoder, load_dual_encoder
from counterfoil.models.dual_encoder import ImageFeatures, TextFeatures

families = pytest.mark.parametrize("family", MODELS)
pooled_at: dict[str, int | None] = {"clip": None, "metaclip_2": None, "siglip": -1, "siglip2": -1}
"""Where a family pools texts, by its paper: None for the end of the words; the first token otherwise."""


def unit(x: Tensor) -> Tensor:
    return x.div(x.norm(dim=-1, keepdim=True))


def own_embeddings(folder: Path, family: str) -> tuple[Tensor, Tensor]:
    """By transformers alone, called as its documentation says for the family."""
    model: Any = hf.AutoModel.from_pretrained(folder)
    image_processor: Any = hf.AutoImageProcessor.from_pretrained(folder, backend="pil")
    tokenizer: Any = hf.AutoTokenizer.from_pretrained(folder)
    images = image_processor(images=pictures(), return_tensors="pt", input_data_format="channels_last")
    if family in ("siglip", "siglip2"):
        made = tokenizer(TEXTS, padding="max_length", max_length=20, truncation=True, return_tensors="pt")
        texts = {"input_ids": made["input_ids"]}
    else:
        texts = dict(tokenizer(TEXTS, padding=True, return_tensors="pt", return_token_type_ids=False))
    with torch.no_grad():
        return (
            unit(model.get_image_features(**images).pooler_output),
            unit(model.get_text_features(**texts).pooler_output),
        )


@torch.no_grad()
def embedded(encoder: DualEncoder, **asked: bool) -> tuple[ImageFeatures, TextFeatures]:
    image = encoder.encode_images(encoder.prepare.pixels(pictures()), patches=asked.get("patches", False))
    return image, encoder.encode_texts(encoder.prepare.tokens(TEXTS), words=asked.get("words", False))


@families
def test_embeddings_are_the_models_own_at_length_1(family: str, tmp_path: Path) -> None:
    write_encoder(tmp_path, family)
    image, text = embedded(load_dual_encoder(str(tmp_path)))
    own_image, own_text = own_embeddings(tmp_path, family)
    assert_close(image.image_ID, own_image, rtol=0, atol=1e-6)
    assert_close(text.text_TD, own_text, rtol=0, atol=1e-6)
    assert (image.image_ID[0] - image.image_ID[1]).norm() > 1e-4
    assert (text.text_TD[0] - text.text_TD[1]).norm() > 1e-4


@families
def test_what_is_saved_is_what_was_there(family: str, tmp_path: Path) -> None:
    write_encoder(tmp_path / "first", family)
    encoder = load_dual_encoder(str(tmp_path / "first"))
    with torch.no_grad():
        encoder.log_scale.fill_(2.5)
    encoder.save(tmp_path / "second", card="# A card")
    again = load_dual_encoder(str(tmp_path / "second"))
    (image, text), (image_again, text_again) = embedded(encoder), embedded(again)
    assert torch.equal(image.image_ID, image_again.image_ID)
    assert torch.equal(text.text_TD, text_again.text_TD)
    assert math.isclose(again.log_scale.item(), 2.5, rel_tol=1e-6)
    assert (tmp_path / "second" / "README.md").read_text() == "# A card"
    assert type(hf.AutoModel.from_pretrained(tmp_path / "second")) is type(encoder.model)
    assert_close(
        own_embeddings(tmp_path / "second", family)[1], own_embeddings(tmp_path / "first", family)[1]
    )


def test_clip_opens_by_its_own_class_and_processor(tmp_path: Path) -> None:
    write_encoder(tmp_path / "first", "clip")
    encoder = load_dual_encoder(str(tmp_path / "first"))
    encoder.save(tmp_path / "second", card="")
    model: Any = hf.CLIPModel.from_pretrained(tmp_path / "second")
    processor: Any = hf.AutoProcessor.from_pretrained(tmp_path / "second")
    made = processor(images=pictures(), text=TEXTS, padding=True, return_tensors="pt")
    made.pop("token_type_ids", None)
    image, text = embedded(encoder)
    expected = encoder.log_scale.exp() * image.image_ID @ text.text_TD.T
    with torch.no_grad():
        assert_close(model(**made).logits_per_image, expected, rtol=0, atol=1e-4)


@families
def test_the_logits_are_the_models_own(family: str, tmp_path: Path) -> None:
    """Scale and bias: whatever the class calls them, our scaled cosines equal its logits."""
    write_encoder(tmp_path, family)
    encoder = load_dual_encoder(str(tmp_path))
    pixels, tokens = encoder.prepare.pixels(pictures()), encoder.prepare.tokens(TEXTS)
    image, text = embedded(encoder)
    images = {"pixel_values": pixels}
    if family == "siglip2":
        images = dict(encoder.prepare.image_processor(images=pictures(), return_tensors="pt"))
    with torch.no_grad():
        logits = encoder.model(**images, **tokens).logits_per_image
        ours = encoder.log_scale.exp() * image.image_ID @ text.text_TD.T
        ours = ours if encoder.bias is None else ours + encoder.bias
    assert_close(ours, logits, rtol=1e-5, atol=1e-5)
    assert (encoder.bias is not None) == family.startswith("siglip")


@families
def test_the_token_that_a_text_is_pooled_from_has_the_embedding_of_the_text(
    family: str, tmp_path: Path
) -> None:
    write_encoder(tmp_path, family)
    encoder = load_dual_encoder(str(tmp_path))
    text = embedded(encoder, words=True)[1]
    assert text.token_TWD is not None
    assert text.token_TW is not None
    lengths = [min(20, len(ids)) for ids in encoder.prepare.tokenizer(TEXTS)["input_ids"]]
    assert text.token_TW.sum(1).tolist() == lengths
    assert_close(text.token_TWD.norm(dim=-1), torch.ones(text.token_TW.shape))
    if family == "counterfoil_drawn":  # pools all
        return
    where = pooled_at.get(family, 0)
    for words, length, whole in zip(text.token_TWD, lengths, text.text_TD, strict=True):
        assert_close(words[length - 1 if where is None else where], whole, rtol=0, atol=1e-6)


@pytest.mark.parametrize("family", ["siglip", "align", "counterfoil_drawn"])
def test_the_only_patch_of_a_picture_has_the_embedding_of_the_picture(family: str, tmp_path: Path) -> None:
    write_encoder(tmp_path, family)
    encoder = load_dual_encoder(str(tmp_path))
    patches = encoder.encode_images(encoder.prepare.pixels(pictures()), patches=True).patch_IRD
    assert patches is not None
    assert patches.shape[1] > 1
    one = {"siglip": 16, "align": 8, "counterfoil_drawn": 8}[family]
    if family == "siglip":
        table = encoder.model.vision_model.embeddings
        table.position_embedding = nn.Embedding(1, 64)
        table.position_ids = torch.zeros(1, 1, dtype=torch.long)
    if family == "counterfoil_drawn":
        encoder.model.cell_positions = nn.Parameter(torch.zeros(1, 128))
    pixels = torch.randn(2, 3, one, one)
    found = encoder.encode_images(pixels, patches=True)
    assert found.patch_IRD is not None
    assert found.patch_IRD.shape[1] == 1
    assert_close(found.patch_IRD[:, 0], found.image_ID, rtol=0, atol=1e-6)


@pytest.mark.parametrize("family", ["clip", "metaclip_2", "chinese_clip", "altclip"])
def test_patches_of_clip_go_the_way_of_its_class_token(family: str, tmp_path: Path) -> None:
    """If the class token is put in a patch's place, the patch gets the picture's embedding."""
    write_encoder(tmp_path, family)
    encoder = load_dual_encoder(str(tmp_path))
    image = embedded(encoder, patches=True)[0]
    assert image.patch_IRD is not None
    assert image.patch_IRD.shape == (3, (SIZE // 16) ** 2, 24)
    tower = encoder.model.vision_model

    def shifted(module: Any, args: Any, out: Any) -> None:
        out.last_hidden_state = out.last_hidden_state.roll(1, dims=1)

    tower.encoder.register_forward_hook(shifted)
    turned = embedded(encoder, patches=True)[0]
    assert turned.patch_IRD is not None
    assert_close(turned.patch_IRD[:, 0], image.image_ID, rtol=0, atol=1e-6)
    assert_close(turned.patch_IRD[:, 1:], image.patch_IRD[:, :-1], rtol=0, atol=1e-6)


def test_pictures_of_any_shape_have_no_table_of_patches(tmp_path: Path) -> None:
    write_encoder(tmp_path, "siglip2")
    with pytest.raises(ModelError, match="differ in their number of patches"):
        embedded(load_dual_encoder(str(tmp_path)), patches=True)


def test_embeddings_are_float32_in_half_precision_and_gradients_reach_everything(tmp_path: Path) -> None:
    write_encoder(tmp_path, "clip")
    encoder = load_dual_encoder(str(tmp_path))
    with torch.autocast("cpu", torch.bfloat16):
        image = encoder.encode_images(encoder.prepare.pixels(pictures())).image_ID
        text = encoder.encode_texts(encoder.prepare.tokens(TEXTS)).text_TD
    assert image.dtype == text.dtype == torch.float32
    (encoder.log_scale.exp() * image @ text.T).log_softmax(1).diagonal().sum().backward()
    assert all(p.grad is not None for p in encoder.parameters())


def test_every_parameter_is_there_once(tmp_path: Path) -> None:
    write_encoder(tmp_path, "clip")
    encoder = load_dual_encoder(str(tmp_path))
    assert len(encoder.state_dict()) == len(encoder.model.state_dict())
    assert encoder.log_scale is encoder.model.logit_scale


def test_a_folder_in_use_is_left_alone_and_a_failed_save_leaves_nothing(tmp_path: Path) -> None:
    write_encoder(tmp_path / "first", "clip")
    encoder = load_dual_encoder(str(tmp_path / "first"))
    with pytest.raises(DataError, match="first"):
        encoder.save(tmp_path / "first", card="")
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file"):
        encoder.save(tmp_path / "file" / "second", card="")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "first"]


def test_a_single_picture_is_a_batch_of_one(tmp_path: Path) -> None:
    write_encoder(tmp_path, "clip")
    prepare = load_dual_encoder(str(tmp_path)).prepare
    one = pictures(1)[0]
    assert_close(prepare.pixels(one), prepare.pixels([one]), rtol=0, atol=0)
    assert prepare.pixels(np.zeros((3, 3, 3), np.uint8)).shape == (1, 3, SIZE, SIZE)
