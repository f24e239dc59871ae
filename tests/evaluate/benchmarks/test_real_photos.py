"""Real photos end to end: items at hand in their official form, by a real model of random weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from encoders import SIZE
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import CLIPConfig, CLIPModel, PreTrainedTokenizerFast

from counterfoil.evaluate.benchmark import evaluate
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.evaluate.benchmarks.coco_counterfactuals import CocoCounterfactuals
from counterfoil.evaluate.benchmarks.sugarcrepe import PARTS
from counterfoil.evaluate.benchmarks.sugarcrepe_pp import CONFIGURATIONS
from counterfoil.evaluate.benchmarks.valse import PIECES
from counterfoil.evaluate.data import Data
from counterfoil.evaluate.rates import Rate
from counterfoil.evaluate.scorers.cosine import Cosine
from counterfoil.models import DualEncoder
from counterfoil.models.drawn import drawn_image_processor
from counterfoil.models.prepare import prepare_for

Records = list[dict[str, Any]]


@pytest.fixture
def joined(shared_data: Path, tmp_path: Path) -> Callable[[str], tuple[Path, Records]]:
    """A folder with the real photos, and the records at hand of a benchmark."""
    (tmp_path / "photos").symlink_to(shared_data / "coco_mini" / "images")

    def read(name: str) -> tuple[Path, Records]:
        lines = (shared_data / "joined" / f"{name}.jsonl").read_text().splitlines()
        return tmp_path, [json.loads(line) for line in lines]

    return read


def encoder_of(texts: list[str]) -> DualEncoder:
    """A small CLIP of random weights that knows every word of some texts, so that none are alike to it."""
    tokenizer = Tokenizer(models.WordLevel({"[PAD]": 0, "[UNK]": 1, "[START]": 2, "[END]": 3}, "[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    words = {word for text in texts for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text.lower())}
    tokenizer.add_tokens(sorted(words))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[START] $A [END]", special_tokens=[("[START]", 2), ("[END]", 3)]
    )
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "bos_token": "[START]", "eos_token": "[END]"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=40, **names)
    tower = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = tower | {
        "vocab_size": len(fast),
        "max_position_embeddings": 40,
        "bos_token_id": 2,
        "eos_token_id": 3,
    }
    vision = tower | {"image_size": SIZE, "patch_size": 8}
    torch.manual_seed(0)
    model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)).eval()
    with torch.no_grad():  # of the size that they start with, all texts are nearly one
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.copy_(torch.randn_like(weight) / weight[0].numel() ** 0.5)
    return DualEncoder(model, prepare_for(model.config, drawn_image_processor(SIZE), fast), "random")


def scored(name: str, data: Data) -> dict[str, Rate]:
    """What random weights get, all at chance by twice their intervals."""
    benchmark = BENCHMARKS[name].open(data)
    texts = [text for item in benchmark.items() for text in item.texts]
    metrics = evaluate(benchmark, Cosine(encoder=encoder_of(texts))).metrics
    for metric, rate in metrics.items():
        reach = max(rate.value - rate.low, rate.high - rate.value)
        assert abs(rate.value - benchmark.chance_of(metric)) <= 2 * reach, metric
    return metrics


def write_parts(folder: Path, parts: dict[str, Any]) -> None:
    for part, records in parts.items():
        (folder / f"{part}.json").write_text(json.dumps(records))


def test_sugarcrepe(joined: Callable[[str], tuple[Path, Records]]) -> None:
    folder, records = joined("sugarcrepe")
    parts: dict[str, dict[str, Any]] = {part: {} for part in PARTS}
    for record in records:
        parts[record["split"]][record["key"]] = record | {"filename": record["image"]}
    write_parts(folder, parts)
    metrics = scored("sugarcrepe", Data(folder))
    assert metrics["accuracy"].n == 45
    assert metrics["macro-7/accuracy"].n == 45


def test_sugarcrepe_pp(joined: Callable[[str], tuple[Path, Records]]) -> None:
    folder, records = joined("sugarcrepe_pp")
    parts: dict[str, Records] = {configuration: [] for configuration in CONFIGURATIONS.values()}
    for record in records:
        named = record | {"id": record["key"], "filename": record["image"]}
        parts[CONFIGURATIONS[record["split"]]].append(named)
    write_parts(folder, parts)
    metrics = scored("sugarcrepe_pp", Data(folder))
    assert metrics["itt"].n == metrics["tot"].n == 29


def test_valse(joined: Callable[[str], tuple[Path, Records]]) -> None:
    folder, records = joined("valse")
    parts: dict[str, dict[str, Any]] = {piece: {} for piece in PIECES}
    for record in records:
        parts[record["split"]][record["key"]] = record | {"image_file": record["image"]}
    write_parts(folder, parts)
    metrics = scored("valse", Data(folder))
    assert metrics["accuracy"].n == 4  # of five, annotators left one out
    assert "macro-11/accuracy" not in metrics  # nine pieces have no item here


def write_lines(path: Path, records: Iterator[dict[str, Any]]) -> None:
    path.write_text("\n".join(map(json.dumps, records)))


def test_vsr(joined: Callable[[str], tuple[Path, Records]]) -> None:
    folder, records = joined("vsr")
    write_lines(folder / "random_test.jsonl", iter(records))
    assert scored("vsr", Data(folder))["accuracy"].n == 5


def test_coco_counterfactuals(joined: Callable[[str], tuple[Path, Records]]) -> None:
    """The made pictures are not at hand: the photo of the next record stands for each."""
    folder, records = joined("coco_counterfactuals")
    named = (
        {
            "id": record["key"],
            "image_0": Path(record["image"]).stem,
            "image_1": Path(after["image"]).stem,
            "caption_0": record["caption"],
            "caption_1": record["counterfactual_caption"],
        }
        for record, after in zip(records, [*records[1:], records[0]], strict=True)
    )
    write_lines(folder / "examples.jsonl", named)
    assert scored("coco_counterfactuals", Data(folder))["group"].n == 79
    (gallery,) = CocoCounterfactuals(pool=True).open(Data(folder)).items()
    assert len(gallery.pictures) == len(gallery.texts) == 158


def test_karpathy_retrieval(joined: Callable[[str], tuple[Path, Records]]) -> None:
    folder, records = joined("karpathy_test")
    flat = [{"image": record["orig"], "caption": record["captions"]} for record in records]
    (folder / "coco_karpathy_test.json").write_text(json.dumps(flat))
    metrics = scored("coco_retrieval", Data(folder))
    assert (metrics["text@1"].n, metrics["image@1"].n) == (6, 30)
    assert metrics["image@10"].value == 1.0  # of six photos
