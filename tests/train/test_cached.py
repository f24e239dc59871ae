import copy

import pytest
import torch
from small_encoder import SmallEncoder, batch_of
from torch import Tensor

from counterfoil.errors import RecipeError
from counterfoil.testing.embedded import random_layout
from counterfoil.train.batches import Batch, Embeddings
from counterfoil.train.cached import Result, loss_and_gradients
from counterfoil.train.losses import LOSSES
from counterfoil.train.losses.ahnpl import Ahnpl
from counterfoil.train.losses.loss import Loss

every = pytest.mark.parametrize("name", LOSSES)
CHUNKS = [1, 3, 1000]


def learned(
    encoder: SmallEncoder, loss: Loss, batch: Batch, chunk: int | None, state: dict[str, Tensor] | None = None
) -> tuple[Result, dict[str, Tensor]]:
    """The result of a step, and the gradients that it leaves."""
    encoder.zero_grad()
    teacher = copy.deepcopy(encoder) if "teacher" in loss.needs else None
    result = loss_and_gradients(encoder, loss, batch, state or {}, chunk=chunk, teacher=teacher)
    found = {
        name: weight.grad.clone() for name, weight in encoder.named_parameters() if weight.grad is not None
    }
    return result, found


def assert_same(one: dict[str, Tensor], other: dict[str, Tensor], rtol: float) -> None:
    """Equal relative to the largest number of each tensor."""
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        far = (tensor - other[name]).abs().max()
        assert far <= rtol * other[name].abs().max() + 1e-300, name


@every
def test_a_step_leaves_the_gradient_of_the_loss(name: str) -> None:
    encoder, batch, loss = SmallEncoder().double(), batch_of(random_layout()), LOSSES[name]
    result, found = learned(encoder, loss, batch, None)
    encoder.zero_grad()
    pictures = encoder.encode_images(batch.pixels_ICHW, patches=True)
    texts = encoder.encode_texts(batch.tokens, words=True)
    e = Embeddings(
        layout=batch.layout,
        **pictures._asdict(),
        **texts._asdict(),
        teacher_image_ID=pictures.image_ID.detach(),
        teacher_text_TD=texts.text_TD.detach(),
    )
    terms = loss(e, {"scale": encoder.log_scale.exp(), "bias": encoder.bias[0]})
    torch.autograd.backward(torch.stack(list(terms.values())).sum())
    direct = {key: weight.grad for key, weight in encoder.named_parameters() if weight.grad is not None}
    assert_same(result.terms, terms, 1e-13)
    assert_same(found, direct, 1e-12)


# In 32 bits sums in another order are rounded otherwise, by each processor in its way: 64 bits are the proof.
@every
@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize(("dtype", "rtol"), [(torch.float64, 1e-13), (torch.float32, 3e-6)])
def test_the_chunk_size_changes_neither_loss_nor_gradient(
    name: str, chunk: int, dtype: torch.dtype, rtol: float
) -> None:
    encoder, batch = SmallEncoder().to(dtype), batch_of(random_layout(), dtype=dtype)
    whole, gradients = learned(encoder, LOSSES[name], batch, None)
    parts, gradients_of_parts = learned(encoder, LOSSES[name], batch, chunk)
    assert_same(parts.terms, whole.terms, rtol)
    assert_same(parts.carried, whole.carried, rtol)
    assert_same(gradients_of_parts, gradients, rtol)


def test_dropout_is_the_same_when_a_chunk_is_embedded_again() -> None:
    encoder, batch = SmallEncoder(dropout=0.5).double(), batch_of(random_layout())
    torch.manual_seed(1)
    whole, gradients = learned(encoder, LOSSES["fsc"], batch, None)
    after = torch.get_rng_state()
    torch.manual_seed(1)
    parts, gradients_of_parts = learned(encoder, LOSSES["fsc"], batch, 1000)
    assert torch.equal(torch.get_rng_state(), after)
    assert_same(parts.terms, whole.terms, 1e-13)
    assert_same(gradients_of_parts, gradients, 1e-12)
    other, _ = learned(encoder, LOSSES["fsc"], batch, 1000)
    assert other.loss != whole.loss


def test_dropout_of_chunks_gives_the_slope_of_the_loss() -> None:
    encoder, batch = SmallEncoder(dropout=0.5).double(), batch_of(random_layout())

    def loss_at(step: float) -> float:
        moved = copy.deepcopy(encoder)
        with torch.no_grad():
            moved.get_parameter("image.2.weight").add_(step)
        torch.manual_seed(1)
        return learned(moved, LOSSES["clip"], batch, 3)[0].loss.item()

    torch.manual_seed(1)
    _, gradients = learned(encoder, LOSSES["clip"], batch, 3)
    slope = (loss_at(1e-6) - loss_at(-1e-6)) / 2e-6
    assert slope == pytest.approx(gradients["image.2.weight"].sum().item(), rel=1e-6)


@pytest.mark.parametrize("chunk", [None, 3])
def test_a_frozen_tower_is_left_alone(chunk: int | None) -> None:
    encoder, batch = SmallEncoder().double(), batch_of(random_layout())
    _, free = learned(encoder, LOSSES["neg_clip"], batch, chunk)
    for part in (encoder.patches, encoder.image):
        part.requires_grad_(False)
    _, frozen = learned(encoder, LOSSES["neg_clip"], batch, chunk)
    assert_same(
        frozen, {name: g for name, g in free.items() if not name.startswith(("patches", "image"))}, 1e-13
    )


def test_what_a_loss_learns_and_carries_goes_in_by_its_state() -> None:
    encoder, batch, loss = SmallEncoder().double(), batch_of(random_layout()), Ahnpl(alpha=0.9)
    alpha = torch.nn.Parameter(torch.tensor(0.9, dtype=torch.float64))
    first, _ = learned(encoder, loss, batch, None, {"alpha": alpha})
    assert alpha.grad is not None
    assert alpha.grad > 0
    second, _ = learned(encoder, loss, batch, None, {"alpha": alpha, "thresholds": torch.tensor([2.0])})
    assert second.terms["rank"] > first.terms["rank"]
    assert torch.equal(second.carried["thresholds"], first.carried["thresholds"])


def test_the_scale_is_at_most_a_hundred() -> None:
    encoder, batch = SmallEncoder().double(), batch_of(random_layout())
    losses = []
    for log_scale in (4.6052, 9.0):
        encoder.log_scale.data.fill_(log_scale)
        losses.append(learned(encoder, LOSSES["clip"], batch, None)[0].loss.item())
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)


def test_what_cannot_be_is_refused() -> None:
    encoder, batch = SmallEncoder().double(), batch_of(random_layout())
    with pytest.raises(RecipeError, match="chunk is 0"):
        loss_and_gradients(encoder, LOSSES["clip"], batch, {}, chunk=0)
    with pytest.raises(RecipeError, match="teacher"):
        loss_and_gradients(encoder, LOSSES["de_gla"], batch, {})
