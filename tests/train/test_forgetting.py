"""What holds forgetting back, on a real CLIP with tiny random weights."""

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from transformers import CLIPConfig, CLIPModel

from counterfoil.errors import RecipeError
from counterfoil.train.forgetting import Forgetting, adapt, between, follow, freeze, merge

SMALL = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}


@pytest.fixture
def clip() -> Any:
    torch.manual_seed(0)
    config = CLIPConfig(
        text_config={**SMALL, "vocab_size": 50, "max_position_embeddings": 12, "eos_token_id": 49},
        vision_config={**SMALL, "image_size": 16, "patch_size": 8},
        projection_dim=8,
    )
    return CLIPModel(config).eval()


def embedded(model: nn.Module) -> Tensor:
    tokens = torch.arange(24).view(2, 12)
    pixels = torch.linspace(-1, 1, 2 * 3 * 16 * 16).view(2, 3, 16, 16)
    out = model(input_ids=tokens, pixel_values=pixels)
    return torch.cat([out.text_embeds, out.image_embeds])


@pytest.mark.parametrize(("tower", "prefixes"), [("image", ("vision", "visual")), ("text", ("text",))])
def test_a_frozen_tower_gets_no_gradient_and_the_other_one_does(
    clip: Any, tower: str, prefixes: tuple[str, ...]
) -> None:
    freeze(clip, (tower,))
    embedded(clip)[:2].mm(embedded(clip)[2:].T).square().sum().backward()
    with_gradient = {
        name for name, p in clip.named_parameters() if p.grad is not None and p.grad.abs().sum() > 0
    }
    assert with_gradient
    assert not any(name.startswith(prefixes) for name in with_gradient)


def test_adapters_change_nothing_at_first_and_alone_learn(clip: Any) -> None:
    before = embedded(clip)
    adapt(clip, Forgetting(lora_rank=2))
    assert torch.equal(embedded(clip), before)
    learning = [name for name, p in clip.named_parameters() if p.requires_grad]
    assert learning
    assert all("lora_" in name for name in learning)
    assert len(learning) == 2 * 2 * 2 * 2  # A and B of two projections in two layers of two towers


def test_merged_adapters_are_plain_weights_that_compute_the_same(clip: Any) -> None:
    names = list(clip.state_dict())
    adapted = adapt(clip, Forgetting(lora_rank=2))
    torch.manual_seed(1)
    for parameter in clip.parameters():
        if parameter.requires_grad:
            nn.init.normal_(parameter, std=0.3)
    before = embedded(clip)
    merge(adapted)
    assert list(clip.state_dict()) == names
    assert (embedded(clip) - before).abs().max() < 1e-6
    plain = copy.deepcopy(clip)
    assert torch.equal(embedded(plain), embedded(clip))


def test_layers_that_are_not_there_are_named_with_those_that_are(clip: Any) -> None:
    with pytest.raises(RecipeError, match=r"lora_targets=query.*q_proj"):
        adapt(clip, Forgetting(lora_rank=2, lora_targets=("query",)))


def test_an_average_follows_by_its_decay() -> None:
    average, model = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    average.weight.data.fill_(1.0)
    for value in (3.0, 5.0):
        model.weight.data.fill_(value)
        follow(average, model, 0.75)
    # 1 -> 0.75 * 1 + 0.25 * 3 = 1.5 -> 0.75 * 1.5 + 0.25 * 5 = 2.375
    assert average.weight.item() == pytest.approx(2.375)


def test_interpolation_is_exact_at_both_ends_and_linear_between() -> None:
    torch.manual_seed(0)
    start, end = ({"w": torch.randn(100), "n": torch.tensor(n)} for n in (1, 2))
    assert torch.equal(between(start, end, 0)["w"], start["w"])
    assert torch.equal(between(start, end, 1)["w"], end["w"])
    torch.testing.assert_close(between(start, end, 0.25)["w"], 0.75 * start["w"] + 0.25 * end["w"])
    assert between(start, end, 0.25)["n"].item() == 2


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"freeze": ("img",)}, "unknown forgetting.freeze 'img'"),
        ({"teacher": "begin"}, "Known: , average, start"),
        ({"teacher": "average"}, "needs forgetting.average"),
        ({"average": 1.0}, "not a decay"),
        ({"wise_ft": (0.5, 2.0)}, "not shares"),
    ],
)
def test_what_cannot_be_is_refused(setting: dict[str, object], told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        Forgetting(**setting)  # type: ignore[arg-type]
