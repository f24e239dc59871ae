"""A run of training: what comes out, and that it may be stopped anywhere."""

import itertools
import json
import math
import os
import signal
import time
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
import torch
from runs import (
    difference,
    model_file,
    run,
    small_data,
    small_encoder,
    small_recipe,
    start,
    start_ranks,
    weights,
)
from transformers import AutoModel, AutoProcessor

from counterfoil.config import load_object
from counterfoil.errors import CounterfoilError, DataError, RecipeError, TrainingError
from counterfoil.models import DualEncoder, load_dual_encoder
from counterfoil.models.ranks import Ranks
from counterfoil.recipes import TRAIN_RECIPES
from counterfoil.train.batching import Batching
from counterfoil.train.collate import Batches
from counterfoil.train.compose import Squares
from counterfoil.train.forgetting import Forgetting
from counterfoil.train.loader import Loader
from counterfoil.train.log import read
from counterfoil.train.loop import train
from counterfoil.train.losses import LOSSES
from counterfoil.train.optimiser import Optimiser
from counterfoil.train.recipe import TrainRecipe
from counterfoil.train.schedule import Schedule
from counterfoil.train.training import Training


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody stopped."""
    out = tmp_path_factory.mktemp("whole") / "out"
    run(out)
    return out


def losses(out: Path) -> list[float]:
    return [line["loss"] for line in read(out / "training" / "log.jsonl") if "loss" in line]


def test_what_comes_out_is_opened_by_transformers_and_by_us(whole: Path) -> None:
    assert type(AutoModel.from_pretrained(whole)).__name__ == "CLIPModel"
    AutoProcessor.from_pretrained(whole)
    pixels = torch.zeros(1, 3, 16, 16)
    ours = load_dual_encoder(str(whole)).encode_images(pixels).image_ID
    assert ours.shape == (1, 16)


def test_the_loss_falls(tmp_path: Path) -> None:
    run(tmp_path / "out", small_recipe(steps=60, optimiser=Optimiser(rate=1e-3)))
    found = losses(tmp_path / "out")
    assert len(found) == 60
    assert sum(found[-5:]) < 0.8 * sum(found[:5])


def test_a_run_that_is_done_is_told_and_not_repeated(whole: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("*") if path.is_file()}
    assert run(whole)["steps"] == 6
    assert {path: path.stat().st_mtime_ns for path in whole.rglob("*") if path.is_file()} == before


def test_the_same_seed_gives_the_same_weights_and_another_one_others(whole: Path, tmp_path: Path) -> None:
    run(tmp_path / "same")
    run(tmp_path / "other", seed=1)
    assert model_file(tmp_path / "same") == model_file(whole)
    assert difference(weights(tmp_path / "other"), weights(whole)) > 1e-4


def test_workers_change_nothing_but_the_time(whole: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", workers=2)
    assert model_file(tmp_path / "out") == model_file(whole)


STATEFUL = small_recipe(
    steps=6,
    save_every=1,
    loss=LOSSES["ce_clip"],
    forgetting=Forgetting(average=0.9, lora_rank=2),
)
"""Weights, adapters, an average, thresholds that the loss carries, moments of the optimiser."""


def run_stateful(out: Path) -> None:
    run(out, STATEFUL, workers=1)  # which lives on for seconds when the run is killed


def test_killed_at_any_moment_and_run_again_the_weights_are_the_same_to_the_bit(tmp_path: Path) -> None:
    run_stateful(tmp_path / "whole")
    out, moments = tmp_path / "killed", (0.0, 0.01, 0.002)
    kills = sum(killed(start(run_stateful, out), out, wait) for wait in moments)
    run_stateful(out)
    assert kills
    assert model_file(out) == model_file(tmp_path / "whole")
    steps = [line["step"] for line in read(out / "training" / "log.jsonl") if "loss" in line]
    assert steps == list(range(1, 7))


def killed(process: BaseProcess, out: Path, wait: float) -> bool:
    """Whether a run was killed, so long after it had saved once more."""
    before = latest_marker(out)
    while process.is_alive() and latest_marker(out) == before:
        time.sleep(0.001)
    time.sleep(wait)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def latest_marker(out: Path) -> Path | None:
    return max((out / "training" / "checkpoints").glob("[0-9]*.json"), default=None)


def test_a_damaged_checkpoint_is_told_and_the_run_goes_on_from_the_one_before(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, recipe = tmp_path / "out", small_recipe(save_every=2)
    run(out, recipe)
    (out / "training" / "done.json").unlink()
    last = out / "training" / "checkpoints" / "00000006.pt"
    last.write_bytes(last.read_bytes()[:-100])
    run(out, recipe)
    told = capsys.readouterr().err
    assert "the checkpoint of step 6" in told
    assert "going on after step 4" in told
    assert difference(weights(out), weights(whole)) == 0


def test_a_folder_of_another_recipe_seed_or_model_is_refused_and_not_touched(whole: Path) -> None:
    before = model_file(whole)
    with pytest.raises(DataError, match="holds a run with another recipe"):
        run(whole, small_recipe(steps=7))
    with pytest.raises(DataError, match="holds a run with another seed"):
        run(whole, seed=3)
    with pytest.raises(DataError, match="holds a run with another model"):
        train(small_recipe(), small_data(), small_encoder("siglip"), whole)
    assert model_file(whole) == before


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(DataError, match="holds other files"):
        run(tmp_path)


def run_into(out: Path, recipe: Any) -> None:
    try:
        run(out, recipe)
    except CounterfoilError as error:
        (out.parent / f"error{os.environ['RANK']}").write_text(str(error))
        raise SystemExit(1) from error


@pytest.mark.parametrize("loss", ["two_way", "sig_lip"])
def test_two_ranks_learn_what_one_learns(tmp_path: Path, loss: str) -> None:
    recipe = small_recipe(loss=LOSSES[loss], optimiser=Optimiser(rate=3e-4))
    run(tmp_path / "one", recipe)
    ranks = start_ranks(2, run_into, tmp_path / "two", recipe)
    for rank in ranks:
        rank.join(120)
    assert [rank.exitcode for rank in ranks] == [0, 0]
    assert difference(weights(tmp_path / "one"), weights(tmp_path / "two")) < 1e-6


def test_two_ranks_begin_with_the_same_adapters(tmp_path: Path) -> None:
    recipe = small_recipe(forgetting=Forgetting(lora_rank=2), optimiser=Optimiser(rate=3e-4))
    run(tmp_path / "one", recipe)
    ranks = start_ranks(2, run_into, tmp_path / "two", recipe)
    for rank in ranks:
        rank.join(120)
    assert difference(weights(tmp_path / "one"), weights(tmp_path / "two")) < 1e-6


def test_a_run_of_two_ranks_goes_on_with_one_in_the_middle_of_an_epoch(tmp_path: Path) -> None:
    recipe = small_recipe(optimiser=Optimiser(rate=3e-4), save_every=1, keep=6)
    run(tmp_path / "one", recipe)
    ranks = start_ranks(2, run_into, tmp_path / "two", recipe)
    for rank in ranks:
        rank.join(120)
    assert [rank.exitcode for rank in ranks] == [0, 0]
    training = tmp_path / "two" / "training"
    (training / "done.json").unlink()
    for step in range(4, 7):
        (training / "checkpoints" / f"{step:08}.json").unlink()
    before = load_checkpoint(training / "checkpoints" / "00000003.pt")["loader"]
    assert before["batch"] > 0
    run(tmp_path / "two", recipe)
    assert difference(weights(tmp_path / "one"), weights(tmp_path / "two")) < 1e-6


def load_checkpoint(path: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(path, weights_only=True)
    return state


def die_on_rank_one(out: Path) -> None:
    encoder, steps = small_encoder(), itertools.count()

    def die(*_: Any) -> None:
        if next(steps) == 4:
            os.kill(os.getpid(), signal.SIGKILL)

    if os.environ["RANK"] == "1":
        encoder.model.text_model.register_forward_hook(die)
    try:
        train(small_recipe(steps=2000), small_data(), encoder, out)
    except TrainingError as error:
        (out.parent / "told").write_text(str(error))
        raise SystemExit(1) from error


def test_a_rank_that_dies_stops_the_others_with_a_message(tmp_path: Path) -> None:
    begin = time.monotonic()
    ranks = start_ranks(2, die_on_rank_one, tmp_path / "out")
    for rank in ranks:
        rank.join(120)
    assert [rank.exitcode for rank in ranks] == [1, -signal.SIGKILL]
    assert "rank 0 stops, as it lost another rank" in (tmp_path / "told").read_text()
    assert time.monotonic() - begin < 60


def run_with_other_data(out: Path) -> None:
    data = small_data()
    if os.environ["RANK"] == "1":
        data = data.where(data.two_way & (data.sample_F != data.sample_F[0]))
    try:
        train(small_recipe(), data, small_encoder(), out)
    except DataError as error:
        (out.parent / f"told{os.environ['RANK']}").write_text(str(error))


def test_ranks_with_unequal_data_are_refused(tmp_path: Path) -> None:
    for rank in start_ranks(2, run_with_other_data, tmp_path / "out"):
        rank.join(120)
    for rank_number in (0, 1):
        assert "rank 1 has another data than rank 0" in (tmp_path / f"told{rank_number}").read_text()
    assert not (tmp_path / "out").exists()


def test_bf16_learns_about_the_same_and_its_weights_stay_float32(whole: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", small_recipe(precision="bf16"))
    found = weights(tmp_path / "out")
    assert {value.dtype for name, value in found.items() if "position_ids" not in name} == {torch.float32}
    assert 0 < difference(found, weights(whole)) < 0.1
    assert losses(tmp_path / "out") == pytest.approx(losses(whole), rel=0.05)


def test_a_step_whose_gradient_overflows_fp16_changes_no_weight_and_lowers_the_factor() -> None:
    recipe, encoder = small_recipe(precision="fp16"), small_encoder()
    batches = Batches(foils=small_data(), batching=recipe.batching, prepare=encoder.prepare)
    batch = next(iter(Loader(batches, recipe.batching.sampler_of(small_data()), workers=0)))
    training = Training(recipe, encoder, 6, 0, Ranks())
    state = training.state()
    training.resume(state | {"scaler": state["scaler"] | {"scale": 2.0**120}})
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    assert not math.isfinite(training.step(batch)["norm"])
    assert difference(before, encoder.state_dict()) == 0
    assert training.state()["scaler"]["scale"] == 2.0**119


def test_fp16_scales_its_gradients_and_learns_about_the_same(whole: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", small_recipe(precision="fp16"))
    found = losses(tmp_path / "out")
    assert found[0] == pytest.approx(losses(whole)[0], rel=0.01)
    assert len(found) == 6


def test_chunks_change_nothing_but_the_memory(whole: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", small_recipe(chunk=3, optimiser=Optimiser(rate=1e-3)))
    run(tmp_path / "at_once", small_recipe(optimiser=Optimiser(rate=1e-3)))
    assert difference(weights(tmp_path / "out"), weights(tmp_path / "at_once")) < 1e-5


def test_a_frozen_tower_comes_out_as_it_went_in(tmp_path: Path) -> None:
    run(tmp_path / "out", small_recipe(forgetting=Forgetting(freeze=("image",))))
    found, begun = weights(tmp_path / "out"), small_encoder().model.state_dict()
    moved = {name for name, value in found.items() if not torch.equal(value, begun[name])}
    assert moved
    assert not any(name.startswith("vision") for name in moved)
    assert any(name.startswith("text_model") for name in moved)


def test_adapters_come_out_as_plain_weights(tmp_path: Path) -> None:
    run(tmp_path / "out", small_recipe(forgetting=Forgetting(lora_rank=2)))
    found, begun = weights(tmp_path / "out"), small_encoder().model.state_dict()
    assert found.keys() <= begun.keys()
    moved = {name for name, value in found.items() if not torch.equal(value, begun[name])}
    assert {name.split(".")[-2] for name in moved - {"logit_scale"}} == {"q_proj", "v_proj"}


def test_the_average_of_one_step_lies_between_start_and_end_by_its_decay(tmp_path: Path) -> None:
    run(tmp_path / "end", small_recipe(steps=1))
    run(tmp_path / "out", small_recipe(steps=1, forgetting=Forgetting(average=0.75)))
    begun = small_encoder().model.state_dict()
    expected = {name: 0.75 * begun[name] + 0.25 * value for name, value in weights(tmp_path / "end").items()}
    assert difference(weights(tmp_path / "out"), expected) < 1e-6


def scale_of(encoder: DualEncoder) -> dict[str, float]:
    return {"foils/scale": encoder.log_scale.item(), "rest/scale": -encoder.log_scale.item()}


def test_interpolation_is_measured_and_its_last_share_comes_out(whole: Path, tmp_path: Path) -> None:
    told = run(tmp_path / "out", small_recipe(forgetting=Forgetting(wise_ft=(0.0, 1.0, 0.5))), probe=scale_of)
    begun, end = small_encoder().log_scale.item(), weights(whole)["logit_scale"].item()
    sweep = {share: measured["foils/scale"] for share, measured in told["wise_ft"].items()}
    assert sweep == pytest.approx({"0": begun, "1": end, "0.5": (begun + end) / 2})
    assert weights(tmp_path / "out")["logit_scale"].item() == pytest.approx((begun + end) / 2)
    assert told["before"]["foils/scale"] == pytest.approx(begun)
    assert told["after"]["foils/scale"] == pytest.approx((begun + end) / 2)
    folder = tmp_path / "out" / "training"
    assert (folder / "pareto.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((folder / "before_after.json").read_text())["after"] == told["after"]
    assert "| foils/scale |" in (tmp_path / "out" / "README.md").read_text()


def test_a_teacher_holds_the_model_near_to_its_start(tmp_path: Path) -> None:
    near = Forgetting(teacher="start", distil=1000.0)
    slow = small_recipe(steps=20, optimiser=Optimiser(rate=1e-3))
    run(tmp_path / "free", slow)
    run(tmp_path / "held", replace(slow, forgetting=near))
    pixels = torch.linspace(-1, 1, 3 * 16 * 16).view(1, 3, 16, 16)
    begun = small_encoder().encode_images(pixels).image_ID
    free, held = (
        (load_dual_encoder(str(tmp_path / name)).encode_images(pixels).image_ID - begun).norm().item()
        for name in ("free", "held")
    )
    assert held < 0.5 * free


def test_an_average_teaches_the_loss_that_asks_for_one(tmp_path: Path) -> None:
    taught = Forgetting(average=0.9, teacher="average")
    run(tmp_path / "out", small_recipe(loss=LOSSES["de_gla"], forgetting=taught))
    lines = [line for line in read(tmp_path / "out" / "training" / "log.jsonl") if "loss/teacher" in line]
    assert lines[0]["loss/teacher"] == pytest.approx(0, abs=1e-9)  # the teacher begins as the model
    assert lines[-1]["loss/teacher"] > 0


def test_a_picture_that_holds_no_numbers_stops_the_run_and_is_named(tmp_path: Path) -> None:
    encoder = small_encoder()
    own = encoder.prepare
    encoder.prepare = replace(own, image_processor=NoNumbers(own.image_processor))
    with pytest.raises(TrainingError, match=r"step 1: .*not finite, in a batch of ") as told:
        train(small_recipe(), small_data(), encoder, tmp_path / "out")
    assert str(told.value).count("train-") == 1


class NoNumbers:
    """The model's own image processor, of whose first picture one value is none."""

    def __init__(self, own: Any) -> None:
        self.own = own

    def __call__(self, **arguments: Any) -> Any:
        made = self.own(**arguments)
        made["pixel_values"][0, 0, 0, 0] = float("nan")
        return made


def test_a_loss_that_is_no_number_stops_the_run_with_the_keys_of_its_batch(tmp_path: Path) -> None:
    encoder = small_encoder()
    with torch.no_grad():
        encoder.model.visual_projection.weight[0, 0] = float("nan")
    with pytest.raises(TrainingError, match=r"step 1: loss, norm.* not finite.*lower optimiser.rate") as told:
        train(small_recipe(), small_data(), encoder, tmp_path / "out")
    assert str(told.value).count("train-") == 8


@pytest.mark.parametrize("name", TRAIN_RECIPES)
def test_every_built_in_recipe_takes_a_step(name: str, tmp_path: Path) -> None:
    recipe: TrainRecipe = load_object(name, TRAIN_RECIPES, "recipe")()
    batching = replace(recipe.batching, groups=4, score="")
    run(tmp_path / "out", replace(recipe, steps=1, batching=batching, trackers=(), schedule=Schedule()))
    assert difference(weights(tmp_path / "out"), small_encoder().model.state_dict()) > 0


def test_a_loss_that_needs_negative_pictures_refuses_data_without(tmp_path: Path) -> None:
    data = small_data()
    with pytest.raises(RecipeError, match=r"'triplet_clip' needs .*two-way.*the batches have none"):
        train(
            small_recipe(loss=LOSSES["triplet_clip"]),
            data.where(~data.two_way),
            small_encoder(),
            tmp_path / "a",
        )
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(("left_out", "lacking"), [("texts", "captions"), ("images", "pictures")])
def test_negatives_that_a_batch_leaves_out_are_not_there(left_out: str, lacking: str, tmp_path: Path) -> None:
    batching = Batching(foils=1, pairs=1, groups=4, compose=Squares(**{left_out: False}))
    with pytest.raises(RecipeError, match=rf"'triplet_clip' needs negative {lacking}[^,]*, and"):
        run(tmp_path / "out", small_recipe(loss=LOSSES["triplet_clip"], batching=batching))
    assert not (tmp_path / "out").exists()


def test_a_loss_that_needs_a_teacher_refuses_a_recipe_without(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="needs embeddings by a teacher"):
        run(tmp_path / "out", small_recipe(loss=LOSSES["de_gla"]))


def test_a_batch_larger_than_the_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a batch of 500 groups is larger than the data"):
        run(tmp_path / "out", small_recipe(batching=Batching(groups=500)))


def test_a_tracker_that_nobody_knows_or_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="did you mean 'tensorboard'"):
        small_recipe(trackers=("tensorbored",))
    with pytest.raises(RecipeError, match="pip install trackio"):
        run(tmp_path / "out", small_recipe(trackers=("trackio",)))


def test_a_gradient_is_cut_to_the_norm_that_it_may_have(tmp_path: Path) -> None:
    plain = Optimiser(kind="adam", rate=1e-3, betas=(0.0, 0.0), eps=1e3, weight_decay=0.0, clip=0.0)
    moved = {}
    for clip in (0.0, 0.5):
        out = tmp_path / str(clip)
        run(out, small_recipe(steps=1, optimiser=replace(plain, clip=clip), schedule=Schedule()))
        begun = small_encoder().model.state_dict()
        moved[clip] = weights(out)["text_projection.weight"] - begun["text_projection.weight"]
    norm = next(line["norm"] for line in read(tmp_path / "0.0" / "training" / "log.jsonl"))
    assert norm > 0.5
    # with so large an epsilon a step is the gradient times rate / eps
    torch.testing.assert_close(moved[0.5], moved[0.0] * 0.5 / norm, rtol=0.02, atol=1e-8)


def test_tensorboard_gets_the_numbers(tmp_path: Path) -> None:
    run(tmp_path / "out", small_recipe(trackers=("tensorboard",), probe_every=3), probe=scale_of)
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(tmp_path / "out" / "training" / "tensorboard"))
    events.Reload()
    assert [event.step for event in events.Scalars("loss")] == [1, 2, 3, 4, 5, 6]
    assert [event.step for event in events.Scalars("probe/foils/scale")] == [3, 6]
