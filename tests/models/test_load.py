"""Weights of the field's codebases become the same model; what cannot be loaded says why."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import torch
import transformers as hf
from encoders import SIZE, TEXTS, model_of, pictures, under_openai_names, write_encoder, write_rest
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.testing import assert_close

from counterfoil.errors import ModelError
from counterfoil.models import DualEncoder, load_dual_encoder

# CLIP's own activation, and a text that ends with the last token of the vocabulary, as OpenAI's do.
CLIP = {"hidden_act": "quick_gelu"}


def clip() -> Any:
    return model_of("clip", **CLIP)


@torch.no_grad()
def embeddings(encoder: DualEncoder) -> tuple[Tensor, Tensor]:
    image = encoder.encode_images(encoder.prepare.pixels(pictures())).image_ID
    return image, encoder.encode_texts(encoder.prepare.tokens(TEXTS)).text_TD


def beside(folder: Path) -> None:
    """A tokenizer beside the weights whose last token ends a text, as CLIP's does."""
    write_rest(folder)
    words = json.loads((folder / "tokenizer.json").read_text())
    words["added_tokens"] = [token for token in words["added_tokens"] if token["content"] != "[END]"]
    words["model"]["vocab"].pop("[END]")
    words["model"]["vocab"]["[END]"] = 299
    words["post_processor"]["special_tokens"]["[END]"]["ids"] = [299]
    (folder / "tokenizer.json").write_text(json.dumps(words))


def scripted(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """A TorchScript archive as OpenAI's: the same names, in half precision, and three numbers."""
    numbers = {"input_resolution": SIZE, "context_length": 20, "vocab_size": 300}
    root = nn.Module()
    halves = {name: tensor.half() for name, tensor in tensors.items()}
    for name, tensor in (halves | {n: torch.tensor(v) for n, v in numbers.items()}).items():
        *parents, leaf = name.split(".")
        module = root
        for parent in parents:
            if parent not in dict(module.named_children()):
                module.add_module(parent, nn.Module())
            module = module.get_submodule(parent)
        module.register_buffer(leaf, tensor)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.script(root).save(str(path))


def torch_saved(make: Callable[[dict[str, Tensor]], Any]) -> Callable[[Path, dict[str, Tensor]], None]:
    return lambda path, tensors: torch.save(make(tensors), path)


def ddp(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"module.{name}": tensor for name, tensor in tensors.items()}


def halved(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.half() for name, tensor in tensors.items()}


def optimizer() -> dict[str, Any]:
    """Of a step that was made: tensors and numbers."""
    weight = nn.Parameter(torch.ones(2))
    adam = torch.optim.AdamW([weight])
    weight.sum().backward()
    adam.step()
    return adam.state_dict()


FORMS: dict[str, tuple[str, Callable[[Path, dict[str, Tensor]], None], float]] = {
    "OpenAI's archive": ("ViT-B-32.pt", scripted, 2e-3),
    "OpenAI's state dict": ("vit_openai.pt", torch_saved(dict), 1e-6),
    "open_clip .bin": ("ViT-B-32-quickgelu.bin", torch_saved(dict), 1e-6),
    "open_clip .safetensors": (
        "ViT-B-32-quickgelu.safetensors",
        lambda path, tensors: save_file(tensors, path),
        1e-6,
    ),
    "open_clip checkpoint": (
        "epoch_5.pt",
        torch_saved(lambda t: {"epoch": 5, "name": "lr_1e-5-model_ViT-B-32-quickgelu", "state_dict": ddp(t)}),
        1e-6,
    ),
    "open_clip with a text tower": (
        "ViT-B-32-quickgelu.pt",
        torch_saved(
            lambda t: {n if n.startswith("visual") or n == "logit_scale" else f"text.{n}": t[n] for n in t}
        ),
        1e-6,
    ),
    "GNM": ("gnm.pt", torch_saved(lambda t: {"epoch": 9, "model_state_dict": halved(t)}), 2e-3),
}
"""File name, who writes it, and how far half precision takes the embeddings."""


@pytest.mark.parametrize("form", FORMS)
def test_weights_of_every_form_give_the_embeddings_of_the_model_they_came_from(
    form: str, tmp_path: Path
) -> None:
    name, write, near = FORMS[form]
    write_encoder(tmp_path / "folder", "clip", **CLIP)
    (tmp_path / "file").mkdir()
    write(tmp_path / "file" / name, under_openai_names(clip()))
    beside(tmp_path / "file")
    encoder, origin = load_dual_encoder(str(tmp_path / "file" / name)), clip()
    tokens = encoder.prepare.tokens(TEXTS)
    origin.text_model.eos_token_id = 299
    with torch.no_grad():
        texts = origin.get_text_features(**tokens).pooler_output
        images = origin.get_image_features(encoder.prepare.pixels(pictures())).pooler_output
    ours = embeddings(encoder)
    assert_close(ours[0], nn.functional.normalize(images), rtol=0, atol=near)
    assert_close(ours[1], nn.functional.normalize(texts), rtol=0, atol=near)
    assert encoder.log_scale.item() == pytest.approx(origin.logit_scale.item(), abs=1e-3)
    encoder.save(tmp_path / "saved", card="")
    again: Any = hf.CLIPModel.from_pretrained(tmp_path / "saved")
    assert again.config.vision_config.hidden_act == again.config.text_config.hidden_act == "quick_gelu"
    assert_close(embeddings(load_dual_encoder(str(tmp_path / "saved"))), ours, rtol=0, atol=0)


def test_negclip_says_nothing_of_its_activation_and_is_refused_until_told(tmp_path: Path) -> None:
    tensors, path = under_openai_names(clip()), tmp_path / "negclip.pth"
    torch.save(
        {"epoch": 4, "name": "2022-09-lr_1e-06", "state_dict": ddp(tensors), "optimizer": optimizer()}, path
    )
    beside(tmp_path)
    with pytest.raises(ModelError, match=r"negclip.pth.*activation=quick_gelu.*activation=gelu"):
        load_dual_encoder(str(path))
    quick = embeddings(load_dual_encoder(str(path), activation="quick_gelu"))
    exact = embeddings(load_dual_encoder(str(path), activation="gelu"))
    assert all((one - other).abs().max() > 1e-3 for one, other in zip(quick, exact, strict=True))


CONFIG = {"model_cfg": {"embed_dim": 24, "vision_cfg": {}, "text_cfg": {}}}


@pytest.mark.parametrize(
    ("file", "make", "config", "told"),
    [
        ("weights.pt", dict, None, None),
        ("weights.pt", lambda t: {"state_dict": ddp(halved(t))}, None, None),
        ("weights.pt", lambda t: {"model_state_dict": t}, None, None),
        ("weights.pt", lambda t: {"model_state_dict": halved(t)}, None, "quick_gelu"),
        ("clip-ViT-B-32-QuickGELU.pt", dict, None, "quick_gelu"),
        ("ViT-B-32_openai.pt", dict, None, "quick_gelu"),
        ("weights.pt", lambda t: {"state_dict": t, "name": "from_openai"}, None, None),
        ("weights.pt", dict, {"accuracy": 0.7}, None),
        ("weights.pt", dict, CONFIG, "gelu"),
        ("weights.pt", dict, {"model_cfg": CONFIG["model_cfg"] | {"quick_gelu": True}}, "quick_gelu"),
        ("weights.pt", dict, CONFIG["model_cfg"] | {"quick_gelu": True}, "quick_gelu"),
    ],
)
def test_the_activation_is_known_from_what_stands_in_or_beside_the_file_or_asked_for(
    file: str, make: Callable[[Any], Any], config: Any, told: str | None, tmp_path: Path
) -> None:
    torch.save(make(under_openai_names(clip())), tmp_path / file)
    beside(tmp_path)
    if config:
        (tmp_path / "open_clip_config.json").write_text(json.dumps(config))
    if told is None:
        with pytest.raises(ModelError, match="which GELU"):
            load_dual_encoder(str(tmp_path / file))
        return
    assert load_dual_encoder(str(tmp_path / file)).model.config.vision_config.hidden_act == told


def test_a_folder_says_its_activation_and_can_be_overruled(tmp_path: Path) -> None:
    write_encoder(tmp_path, "clip", **CLIP)
    as_said, told = load_dual_encoder(str(tmp_path)), load_dual_encoder(str(tmp_path), activation="gelu")
    assert as_said.model.config.text_config.hidden_act == "quick_gelu"
    assert (embeddings(as_said)[1] - embeddings(told)[1]).abs().max() > 1e-3


def test_an_activation_for_another_family_is_refused(tmp_path: Path) -> None:
    write_encoder(tmp_path, "siglip")
    with pytest.raises(ModelError, match="not in doubt"):
        load_dual_encoder(str(tmp_path), activation="gelu")


def test_open_clips_folder_is_loaded_with_the_colours_it_was_trained_on(tmp_path: Path) -> None:
    said = CONFIG | {"preprocess_cfg": {"mean": [0.5] * 3, "std": [0.25] * 3, "resize_mode": "squash"}}
    (tmp_path / "open_clip_config.json").write_text(json.dumps(said))
    save_file(under_openai_names(clip()), tmp_path / "open_clip_model.safetensors")
    beside(tmp_path)
    pixels = load_dual_encoder(str(tmp_path)).prepare.pixels(torch.full((9, 7, 3), 255).byte().numpy())
    assert_close(pixels, torch.full((1, 3, SIZE, SIZE), 2.0))


def test_heads_are_64_wide_but_for_the_models_that_are_known_to_differ(tmp_path: Path) -> None:
    torch.save(under_openai_names(clip()), tmp_path / "openai.pt")
    beside(tmp_path)
    assert load_dual_encoder(str(tmp_path / "openai.pt")).model.config.vision_config.num_attention_heads == 1
    described = {
        "model_cfg": {"quick_gelu": True, "vision_cfg": {"head_width": 16}, "text_cfg": {"heads": 2}}
    }
    (tmp_path / "openai.json").write_text(json.dumps(described))
    config = load_dual_encoder(str(tmp_path / "openai.pt")).model.config
    assert (config.vision_config.num_attention_heads, config.text_config.num_attention_heads) == (4, 2)


def cut(path: Path, share: float = 0.6) -> None:
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


class Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


def test_a_pickle_that_holds_more_than_tensors_is_refused_and_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "it ran"
    torch.save({"state_dict": under_openai_names(clip()), "more": Evil(mark)}, tmp_path / "openai.pt")
    with pytest.raises(ModelError, match=r"openai.pt .*refused.*safetensors"):
        load_dual_encoder(str(tmp_path / "openai.pt"))
    assert not mark.exists()


def test_an_archive_that_holds_more_than_tensors_is_refused_and_not_run(tmp_path: Path) -> None:
    mark, path = tmp_path / "it ran", tmp_path / "archive.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/code/__torch__.py", "")
        archive.writestr("archive/data.pkl", pickle.dumps(Evil(mark), protocol=2))
    with pytest.raises(ModelError, match=r"archive.pt .*refused.*mkdir"):
        load_dual_encoder(str(path))
    assert not mark.exists()


def test_a_folder_with_a_pickle_that_holds_more_than_tensors_is_refused_and_not_run(tmp_path: Path) -> None:
    write_encoder(tmp_path, "clip")
    (tmp_path / "model.safetensors").unlink()
    mark = tmp_path / "it ran"
    torch.save({"logit_scale": torch.tensor(1.0), "more": Evil(mark)}, tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_dual_encoder(str(tmp_path))
    assert not mark.exists()


def whole_file(folder: Path, make: Callable[[dict[str, Tensor]], Any] = dict) -> Path:
    torch.save(make(under_openai_names(clip())), folder / "openai.pt")
    beside(folder)
    return folder / "openai.pt"


def truncated(folder: Path) -> Path:
    path = whole_file(folder)
    cut(path)
    return path


def archive_without_weights(folder: Path) -> Path:
    with ZipFile(folder / "archive.pt", "w") as archive:
        archive.writestr("archive/code/model.py", "")
    return folder / "archive.pt"


def truncated_archive(folder: Path) -> Path:
    scripted(folder / "archive.pt", under_openai_names(clip()))
    cut(folder / "archive.pt", 0.5)
    return folder / "archive.pt"


def truncated_safetensors(folder: Path) -> Path:
    save_file(under_openai_names(clip()), folder / "openai.safetensors")
    cut(folder / "openai.safetensors")
    return folder / "openai.safetensors"


def truncated_folder(folder: Path) -> Path:
    write_encoder(folder, "clip")
    cut(folder / "model.safetensors")
    return folder


def empty_file(folder: Path) -> Path:
    (folder / "openai.pt").touch()
    return folder / "openai.pt"


def no_tensors(folder: Path) -> Path:
    return whole_file(folder, lambda _: {"epoch": 3, "loss": 0.5})


def transformers_names(folder: Path) -> Path:
    write_encoder(folder, "clip")
    return folder / "model.safetensors"


def resnet(folder: Path) -> Path:
    return whole_file(folder, lambda t: t | {"visual.layer1.0.conv1.weight": torch.ones(2)})


def other_width(folder: Path) -> Path:
    return whole_file(folder, lambda t: t | {"visual.proj": torch.ones(64, 25)})


def a_weight_less(folder: Path) -> Path:
    return whole_file(folder, lambda t: {name: t[name] for name in t if name != "visual.ln_post.bias"})


def scale_itself(folder: Path) -> Path:
    return whole_file(folder, lambda t: t | {"logit_scale": torch.tensor(100.0)})


def text_encoder(folder: Path) -> Path:
    config = hf.BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8)
    hf.BertModel(config).save_pretrained(folder)
    write_rest(folder)
    return folder


def weights_of_another_class(folder: Path) -> Path:
    write_encoder(folder, "siglip")
    config = model_of("clip").config
    config.save_pretrained(folder)
    return folder


def weights_of_another_width(folder: Path) -> Path:
    write_encoder(folder, "clip")
    config = json.loads((folder / "config.json").read_text())
    config["projection_dim"] = 25
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def larger_tokenizer(folder: Path) -> Path:
    model_of("clip", vocab_size=200).save_pretrained(folder)
    write_rest(folder)
    return folder


def tokenizer_that_ends_otherwise(folder: Path) -> Path:
    write_encoder(folder, "clip")
    beside(folder)
    return folder


def no_padding(folder: Path) -> Path:
    write_encoder(folder, "clip")
    config = json.loads((folder / "tokenizer_config.json").read_text())
    del config["pad_token"]
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return folder


def no_tokenizer(folder: Path) -> Path:
    write_encoder(folder, "clip")
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").unlink()
    return folder


def other_size_of_pictures(folder: Path) -> Path:
    write_encoder(folder, "clip")
    hf.CLIPImageProcessorPil().save_pretrained(folder)
    return folder


def no_image_processor(folder: Path) -> Path:
    write_encoder(folder, "clip")
    (folder / "preprocessor_config.json").unlink()
    return folder


def unreadable_description(folder: Path) -> Path:
    (folder / "openai.json").write_text("{")
    return whole_file(folder)


BAD: dict[Callable[[Path], Path], str] = {
    truncated: "truncated or damaged",
    truncated_archive: "truncated or damaged|is damaged",
    archive_without_weights: "truncated or damaged",
    truncated_safetensors: "truncated or damaged",
    truncated_folder: "cannot be loaded",
    empty_file: "damaged",
    no_tensors: "no named tensors",
    transformers_names: "given as their folder",
    resnet: "visual.layer1",
    other_width: "do not fit",
    a_weight_less: "not whole",
    scale_itself: "not a logarithm",
    text_encoder: "is a BertModel, not a dual encoder",
    weights_of_another_class: "CLIPModel that its config.json describes: logit_scale",
    weights_of_another_width: "text_projection.weight, visual_projection.weight",
    larger_tokenizer: "242 tokens, the model 200",
    tokenizer_that_ends_otherwise: "does not end texts with 3",
    no_padding: "no padding token",
    no_tokenizer: "no tokenizer in",
    other_size_of_pictures: "224 x 224",
    no_image_processor: "cannot be loaded",
    unreadable_description: "openai.json cannot be read",
    lambda folder: folder / "none.pt": "no file of weights",
    lambda folder: folder / "none": "neither a folder nor a file",
}


@pytest.mark.parametrize("bad", BAD)
def test_what_cannot_be_loaded_is_one_error_that_names_it(
    bad: Callable[[Path], Path], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=BAD[bad]) as raised:
        load_dual_encoder(str(bad(tmp_path)))
    assert str(tmp_path) in str(raised.value)


def test_a_tokenizer_can_be_given(tmp_path: Path) -> None:
    write_encoder(tmp_path / "whole", "clip")
    shutil.copytree(tmp_path / "whole", tmp_path / "bad")
    no_tokenizer(tmp_path / "bad")
    encoder = load_dual_encoder(str(tmp_path / "bad"), tokenizer=str(tmp_path / "whole"))
    assert_close(embeddings(encoder), embeddings(load_dual_encoder(str(tmp_path / "whole"))), rtol=0, atol=0)


def test_a_siglip_with_its_own_kind_of_tokenizer_is_loaded(tmp_path: Path) -> None:
    sentencepiece = pytest.importorskip("sentencepiece", reason="pip install 'counterfoil[torch]'")
    write_encoder(tmp_path, "siglip")
    for file in tmp_path.glob("*token*"):
        file.unlink()
    numbers = {
        "vocab_size": 40,
        "hard_vocab_limit": False,
        "pad_id": 0,
        "eos_id": 1,
        "unk_id": 2,
        "bos_id": -1,
    }
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS * 20), model_prefix=str(tmp_path / "spiece"), minloglevel=2, **numbers
    )
    told = {
        "tokenizer_class": "SiglipTokenizer",
        "eos_token": "</s>",
        "pad_token": "</s>",
        "unk_token": "<unk>",
    }
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(told))
    encoder = load_dual_encoder(str(tmp_path))
    words = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / "spiece.model"))
    said = encoder.prepare.tokens(["A dog."])["input_ids"][0].tolist()
    expected = [*words.encode("a dog"), 1]  # in small letters, without the full stop, and its end
    assert said == [*expected, *[1] * (encoder.prepare.length - len(expected))]


def test_without_torch_the_error_names_the_extra() -> None:
    code = """
import sys
sys.modules["torch"] = None
from counterfoil.errors import ModelError
try:
    import counterfoil.models
except ModelError as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert told == "models need torch, not installed: pip install 'counterfoil[torch]'\n"
