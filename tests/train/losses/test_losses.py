"""What single losses promise beyond the laws."""

from dataclasses import replace
from math import log

import pytest
import torch
from loss_formulas import Told, ahnpl, ce_clip, sig_lip
from torch import Tensor

from counterfoil.testing.embedded import Drawn, random_batch, random_embeddings, state
from counterfoil.train import blocks
from counterfoil.train.batches import ORIGINAL, Embeddings, Layout
from counterfoil.train.losses import LOSSES, Loss
from counterfoil.train.losses.ahnpl import Ahnpl
from counterfoil.train.losses.ce_clip import CeClip, Rank
from counterfoil.train.losses.sig_lip import SigLip
from counterfoil.train.losses.sparcl import Margin

FOUR = torch.eye(4, dtype=torch.float64)


def value(loss: Loss, e: Embeddings, of: dict[str, Tensor]) -> float:
    return float(torch.stack(list(loss(e, of).values())).sum())


def foil_layout(groups: int) -> Layout:
    """Of each group one item with one two-way foil: pictures and texts 2g, and negatives 2g + 1."""
    drawn = Drawn()
    for group in range(groups):
        photo, caption = drawn.image(group, ORIGINAL, ORIGINAL), drawn.text(group, 0, ORIGINAL)
        false, painted = drawn.text(group, 0, 0), drawn.image(group, 0, 0)
        drawn.items.append((photo, caption, [false], [painted], []))
    return drawn.layout()


def test_clip_of_two_orthogonal_pairs_is_worked_out_by_hand() -> None:
    e = random_embeddings(foil_layout(2), width=4)
    e = replace(e, image_ID=FOUR, text_TD=FOUR)
    terms = LOSSES["clip"](e, {"scale": torch.tensor(log(3))})
    # Each row has the logits log 3 and 0: a cross entropy of log(3 + 1) - log 3, half of it each way.
    assert [float(term) for term in terms.values()] == pytest.approx([log(4 / 3) / 2] * 2)


def test_two_way_of_two_foils_asks_each_of_four_pictures_for_its_caption() -> None:
    e = random_embeddings(foil_layout(2), width=4)
    e = replace(e, image_ID=FOUR, text_TD=FOUR)
    of = {"scale": torch.tensor(log(3))}
    assert value(LOSSES["two_way"], e, of) == pytest.approx(log(6 / 3))
    assert value(LOSSES["two_way"], e, of) == pytest.approx(value(LOSSES["gnm"], e, of))
    # TripletCLIP: four captions each, but two pictures each, and both sides are added.
    assert value(LOSSES["triplet_clip"], e, of) == pytest.approx(log(6 / 3) + log(4 / 3))


def test_a_missing_negative_is_no_logit_of_zero() -> None:
    e = random_embeddings(foil_layout(1), width=4)
    e = replace(e, layout=replace(e.layout, negative_text_NK=torch.tensor([[-1]])))
    assert value(LOSSES["neg_clip"], e, state()) == 0


def test_the_same_words_are_no_rivals() -> None:
    e = random_embeddings(foil_layout(2), width=4)
    same = replace(e, layout=replace(e.layout, content_T=torch.tensor([7, 1, 7, 3])))
    assert value(LOSSES["clip"], e, state()) > 0
    assert value(LOSSES["clip"], same, state()) == 0


def test_losses_that_are_computed_in_blocks_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    e = random_batch(6)
    e = replace(e, image_ID=e.image_ID.requires_grad_())
    for loss in LOSSES.values():
        whole = torch.stack(list(loss(e, state()).values())).sum()
        (slope,) = torch.autograd.grad(whole, [e.image_ID])
        with monkeypatch.context() as patch:
            patch.setattr(blocks, "BLOCK", 3 * len(e.text_TD))
            parts = torch.stack(list(loss(e, state()).values())).sum()
            (slope_of_parts,) = torch.autograd.grad(parts, [e.image_ID])
        torch.testing.assert_close(parts, whole, rtol=1e-12, atol=0)
        torch.testing.assert_close(slope_of_parts, slope)


@pytest.mark.parametrize("name", ["ce_clip", "ahnpl"])
def test_the_margin_of_the_next_step_is_what_lies_between_true_and_false(name: str) -> None:
    e = random_batch(2)
    told = Told(e, state())
    true = [told.score(told.image[i], told.text[i]) for i in told.items]
    false = [told.score(told.image[i], k) for i in told.items for k in told.negatives[i]]
    apart = sum(true) / len(true) - sum(false) / len(false)
    carried = LOSSES[name].carry(e, state())
    assert carried["thresholds"].tolist() == pytest.approx([min(max(apart, 0), 10)])
    formula = {"ce_clip": ce_clip, "ahnpl": ahnpl}[name]
    expected = formula(told, {"thresholds": 3.0})
    threshold = {"thresholds": torch.tensor([3.0], dtype=torch.float64)}
    assert value(LOSSES[name], e, state() | threshold) == pytest.approx(expected, rel=1e-12)


def test_thresholds_by_slot_keep_their_value_where_the_slot_is_empty() -> None:
    e = random_batch(2)
    bare = replace(e.layout, negative_text_NK=e.layout.negative_text_NK[:, :1])
    loss = CeClip(rank=Rank(slots=2))
    old = {"thresholds": torch.tensor([1.0, 2.0], dtype=torch.float64)}
    carried = loss.carry(replace(e, layout=bare), state() | old)["thresholds"]
    assert carried[1] == 2
    assert carried[0] != 1


def test_alpha_is_learned_down_to_its_floor_only() -> None:
    e, loss = random_batch(2), Ahnpl(alpha=0.5)
    assert loss.learned() == {"alpha": 0.5}
    assert LOSSES["ahnpl"].learned() == {}
    cosine = (e.image_ID[e.layout.image_N] * e.text_TD[e.layout.text_N]).sum(1)
    for alpha, used in ((0.5, 0.5), (0.1, 0.2)):
        expected = 0.2 * (used - cosine).relu().mean()
        assert float(loss(e, state(alpha=alpha))["near"]) == pytest.approx(float(expected))


@pytest.mark.parametrize("own_only", [False, True])
def test_sig_lip_weighs_own_negatives_and_can_leave_out_those_of_others(own_only: bool) -> None:
    e = random_batch(3)
    loss = SigLip(weight=2.5, against="own" if own_only else "all")
    expected = sig_lip(Told(e, state()), {"bias": -2.0}, weight=2.5, own_only=own_only)
    assert value(loss, e, state()) == pytest.approx(expected, rel=1e-12)


def test_sig_lip_without_pictures_meets_no_negative_picture() -> None:
    e = random_batch(3)
    e = replace(e, image_ID=e.image_ID.requires_grad_())
    terms = SigLip(pictures=False)(e, state())
    (slope,) = torch.autograd.grad(torch.stack(list(terms.values())).sum(), [e.image_ID])
    painted = e.layout.negative_image_NK[e.layout.negative_image_NK >= 0]
    assert not slope[painted].any()


def test_the_margin_grows_as_a_foil_is_learned_less_and_vanishes_where_it_is_doubted() -> None:
    margin, zero = Margin(), torch.tensor(0.0)
    hinges = [float(margin.hinge(torch.tensor(d), zero)) for d in (-2.5, -2.0, -0.75, 0.5, 3.0)]
    # m: none, 2.5, 1.5, 0.5, 0.5; the hinge is m - d.
    assert hinges == pytest.approx([0, 4.5, 2.25, 0, 0])
