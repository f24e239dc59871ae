"""The laboratory is fair: every arm sees the same numbers, and differs in its negatives alone."""

from __future__ import annotations

from functools import cache

import pytest
import torch

from counterfoil.recipes import lab
from counterfoil.recipes.lab import ARMS, PICTURES
from counterfoil.train.batches import FALSE, ORIGINAL, Batch, truth
from counterfoil.train.collate import Batches, Chosen
from counterfoil.train.dataset import FoilDataset

arms = pytest.mark.parametrize("arm", ARMS)


@cache
def data() -> FoilDataset:
    return lab.data(scenes=200, quads_per_cell=40)


@cache
def batch(arm: str) -> Batch:
    encoder = lab.ENCODERS["ends"].build()
    batches = Batches(foils=data(), batching=ARMS[arm], prepare=encoder.prepare)
    (indices, *_) = ARMS[arm].sampler_of(data()).order(0)
    return batches[Chosen(0, 0, indices)]


@arms
def test_every_arm_sees_as_many_pictures_and_captions(arm: str) -> None:
    assert len(batch(arm).pixels_ICHW) == PICTURES
    assert len(batch(arm).tokens["input_ids"]) == PICTURES


@arms
def test_an_arm_has_hard_negatives_of_its_own_modalities_alone(arm: str) -> None:
    layout = batch(arm).layout
    hard = {
        "text": int((layout.origin_T3[:, 2] != ORIGINAL).sum()),
        "image": int((layout.origin_I3[:, 2] != ORIGINAL).sum()),
    }
    assert {name for name, number in hard.items() if number} == {
        "none": set(),
        "text": {"text"},
        "image": {"image"},
        "both": {"text", "image"},
    }[arm]
    assert set(hard.values()) <= {0, PICTURES // 3}


@pytest.mark.parametrize("arm", ["text", "image"])
def test_strangers_are_originals_that_the_batch_has_nothing_else_of(arm: str) -> None:
    layout = batch(arm).layout
    table = layout.negative_image_NK if arm == "text" else layout.negative_text_NK
    strangers = table[table >= 0]
    mine, others = (layout.origin_I3, layout.origin_T3)[:: 1 if arm == "text" else -1]
    assert len(strangers) == PICTURES // 3
    assert (mine[strangers, 2] == ORIGINAL).all()
    assert not torch.isin(mine[strangers, 0], others[:, 0]).any()


@pytest.mark.parametrize("arm", ["text", "image", "both"])
def test_negatives_are_false_of_what_they_stand_beside(arm: str) -> None:
    layout = batch(arm).layout
    known = truth(layout)
    for table, at in ((layout.negative_text_NK, layout.image_N), (layout.negative_image_NK, layout.text_N)):
        item, slot = (table >= 0).nonzero(as_tuple=True)
        other, mine = table[item, slot], at[item]
        found = known[mine, other] if table is layout.negative_text_NK else known[other, mine]
        assert (found == FALSE).all()


def test_what_is_trained_on_is_seen_compositions_of_two_things() -> None:
    assert set(data().foils["operation"].to_pylist()) == {"swap"}
    assert all(key.startswith("train-") for key in data().samples["key"].to_pylist())
