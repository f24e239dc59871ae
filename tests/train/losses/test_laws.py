from dataclasses import replace

import pytest
import torch
from embedded import cast, live, random_batch, reordered, state, without_negatives
from loss_formulas import FORMULAS, Told, ahnpl, sparcl
from torch import Tensor

from counterfoil.errors import DataError, RecipeError
from counterfoil.train.batches import Embeddings
from counterfoil.train.losses import LOSSES, check_needs
from counterfoil.train.losses.loss import NEEDS

STILL = {"ahnpl": ahnpl, "sparcl": sparcl}
"""Losses with a part that has no gradient, by formulas that can hold it still."""

SIGMOID = {"sig_lip", "sparcl"}
every = pytest.mark.parametrize("name", LOSSES)


def value(name: str, e: Embeddings, of: dict[str, Tensor] | None = None) -> Tensor:
    return torch.stack(list(LOSSES[name](e, of or state()).values())).sum()


def gradients(name: str, e: Embeddings, of: dict[str, Tensor] | None = None) -> tuple[Tensor, Tensor]:
    """What the pictures and the texts of a live batch are taught."""
    image_ID, text_TD = torch.autograd.grad(value(name, e, of), [e.image_ID, e.text_TD])
    return image_ID, text_TD


def test_every_loss_has_a_formula_to_be_held_against() -> None:
    assert set(FORMULAS) == set(LOSSES)


@every
@pytest.mark.parametrize("seed", range(5))
def test_a_loss_is_what_its_formula_says(name: str, seed: int) -> None:
    e = random_batch(seed, groups=4 + seed)
    told = {key: float(number) for key, number in state().items()}
    assert float(value(name, e)) == pytest.approx(FORMULAS[name](Told(e, state()), told), rel=1e-10)


@every
def test_the_order_of_items_and_negatives_does_not_matter(name: str) -> None:
    e = random_batch(3)
    assert float(value(name, reordered(e))) == pytest.approx(float(value(name, e)), rel=1e-12)


@every
def test_a_batch_without_negatives_leaves_clip(name: str) -> None:
    e = without_negatives(random_batch(1))
    plain = "sig_lip" if name in SIGMOID else "clip"
    if name != "sparcl":
        assert float(value(name, e)) == pytest.approx(float(value(plain, e)), rel=1e-12)
    assert torch.isfinite(value(name, e))


@every
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_loss_and_its_gradient_stay_finite_at_the_largest_scale(name: str, dtype: torch.dtype) -> None:
    e, large = cast(random_batch(2), dtype), {k: v.to(dtype) for k, v in state(scale=100.0).items()}
    for batch in (live(e), live(without_negatives(e))):
        assert torch.isfinite(value(name, batch, large))
        assert all(torch.isfinite(gradient).all() for gradient in gradients(name, batch, large))


@every
def test_the_gradient_reaches_both_towers(name: str) -> None:
    e = live(random_batch(4))
    image_ID, text_TD = gradients(name, e)
    assert image_ID[e.layout.image_N].any(1).all()
    assert text_TD[e.layout.text_N].any(1).all()


@every
def test_the_gradient_reaches_all_that_a_loss_asks_for(name: str) -> None:
    e = live(random_batch(4, painted=1))
    image_ID, text_TD = gradients(name, e)
    for need, table, gradient in (
        ("negative_text", e.layout.negative_text_NK, text_TD),
        ("negative_image", e.layout.negative_image_NK, image_ID),
        ("positive_text", e.layout.positive_text_NP, text_TD),
    ):
        if need in LOSSES[name].needs:
            assert gradient[table[table >= 0]].any(1).all()


@pytest.mark.parametrize("name", sorted(set(LOSSES) - set(STILL)))
def test_the_gradient_is_the_slope(name: str) -> None:
    e = random_batch(5, groups=3, negatives=2, positives=1)

    def loss(image_ID: Tensor, text_TD: Tensor, scale: Tensor) -> Tensor:
        return value(name, replace(e, image_ID=image_ID, text_TD=text_TD), state() | {"scale": scale})

    inputs = (e.image_ID, e.text_TD, state()["scale"])
    assert torch.autograd.gradcheck(loss, [x.clone().requires_grad_() for x in inputs])


@pytest.mark.parametrize("name", STILL)
@pytest.mark.parametrize("leaf", ["image_ID", "text_TD"])
def test_the_gradient_is_the_slope_where_a_part_is_held_still(name: str, leaf: str) -> None:
    e = live(random_batch(5))
    gradient = gradients(name, e)[leaf == "text_TD"]
    here, told = getattr(e, leaf), {key: float(number) for key, number in state().items()}
    way = torch.randn(here.shape, generator=torch.Generator().manual_seed(0), dtype=here.dtype)
    step, still = 1e-6, Told(e, state())
    up, down = (
        STILL[name](Told(replace(e, **{leaf: here + sign * step * way}), state()), told, still)
        for sign in (1, -1)
    )
    assert (up - down) / (2 * step) == pytest.approx(float((gradient * way).sum()), rel=1e-6)


@every
def test_a_loss_that_lacks_what_it_needs_says_so(name: str) -> None:
    loss = LOSSES[name]
    check_needs(name, loss, NEEDS)
    for need in loss.needs:
        with pytest.raises(RecipeError, match=f"loss '{name}' needs .*{NEEDS[need].split()[0]}"):
            check_needs(name, loss, set(NEEDS) - {need})


def test_a_batch_without_words_or_teacher_is_refused_by_name() -> None:
    e = random_batch()
    with pytest.raises(DataError, match="loss 'fsc' needs patches and words"):
        value("fsc", replace(e, patch_IRD=None))
    with pytest.raises(DataError, match="loss 'de_gla' needs embeddings by a teacher"):
        value("de_gla", replace(e, teacher_image_ID=None))


@every
def test_what_a_loss_carries_has_no_gradient(name: str) -> None:
    e = live(random_batch())
    carried = LOSSES[name].carry(e, state())
    assert all(not tensor.requires_grad for tensor in carried.values())
    assert torch.isfinite(value(name, e, state() | carried))
