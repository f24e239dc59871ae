from collections.abc import Mapping
from dataclasses import replace

import pytest
import torch
from loss_formulas import FORMULAS, Told, ahnpl, sparcl
from torch import Tensor

from counterfoil.errors import DataError, RecipeError
from counterfoil.testing.embedded import live, random_batch, state, without_negatives
from counterfoil.testing.losses import check_loss, gradients, value
from counterfoil.train.batches import Embeddings
from counterfoil.train.losses import LOSSES, check_needs
from counterfoil.train.losses.loss import NEEDS

STILL = {"ahnpl": ahnpl, "sparcl": sparcl}
"""Losses with a part that has no gradient, by formulas that can hold it still."""

SIGMOID = {"sig_lip", "sparcl"}
every = pytest.mark.parametrize("name", LOSSES)


def test_every_loss_has_a_formula_to_be_held_against() -> None:
    assert set(FORMULAS) == set(LOSSES)


@every
def test_a_loss_keeps_the_laws_and_is_what_its_formula_says(name: str) -> None:
    def formula(e: Embeddings, of: Mapping[str, Tensor]) -> float:
        return FORMULAS[name](Told(e, dict(of)), {key: float(number) for key, number in of.items()})

    check_loss(LOSSES[name], formula)


@every
def test_what_a_loss_carries_can_be_carried_on(name: str) -> None:
    e = random_batch()
    assert torch.isfinite(value(LOSSES[name], e, state() | LOSSES[name].carry(e, state())))


@every
def test_a_batch_without_negatives_leaves_clip(name: str) -> None:
    e = without_negatives(random_batch(1))
    plain = "sig_lip" if name in SIGMOID else "clip"
    if name != "sparcl":
        assert float(value(LOSSES[name], e)) == pytest.approx(float(value(LOSSES[plain], e)), rel=1e-12)
    assert torch.isfinite(value(LOSSES[name], e))


@pytest.mark.parametrize("name", sorted(set(LOSSES) - set(STILL)))
def test_the_gradient_is_the_slope(name: str) -> None:
    e = random_batch(5, groups=3, negatives=2, positives=1)

    def loss(image_ID: Tensor, text_TD: Tensor, scale: Tensor) -> Tensor:
        return value(LOSSES[name], replace(e, image_ID=image_ID, text_TD=text_TD), state() | {"scale": scale})

    inputs = (e.image_ID, e.text_TD, state()["scale"])
    assert torch.autograd.gradcheck(loss, [x.clone().requires_grad_() for x in inputs])


@pytest.mark.parametrize("name", STILL)
@pytest.mark.parametrize("leaf", ["image_ID", "text_TD"])
def test_the_gradient_is_the_slope_where_a_part_is_held_still(name: str, leaf: str) -> None:
    e = live(random_batch(5))
    gradient = gradients(LOSSES[name], e)[leaf]
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
        value(LOSSES["fsc"], replace(e, patch_IRD=None))
    with pytest.raises(DataError, match="loss 'de_gla' needs embeddings by a teacher"):
        value(LOSSES["de_gla"], replace(e, teacher_image_ID=None))
