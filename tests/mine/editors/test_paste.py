"""Pasting: drawn things from one drawn photo into another."""

import random
from pathlib import Path

import numpy as np
import pytest
from standing import BLUE, GREEN, HEIGHT, RED, WIDTH, Thing, sample, scene

from counterfoil.mine.cutouts import Cutouts, GatherCutouts
from counterfoil.mine.editors.editor import Painted, Refused
from counterfoil.mine.editors.harmonise import as_sharp_as, cast, grain, in_light_of, scaled, with_grain
from counterfoil.mine.editors.paste import Add, Replace, paste_cutout
from counterfoil.mine.editors.shadow import contact_shadow, sunk
from counterfoil.mine.stage import Run
from counterfoil.records import Box, Edit, Pixels, Reworded, Scene

CUP = Thing("cup", RED, (150, 60, 230, 160))
BOTTLE = Thing("bottle", BLUE, (60, 40, 110, 170))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder with a cup and a bottle from other photos."""
    folder = tmp_path_factory.mktemp("run")
    photos = [sample(folder, "cup", CUP), sample(folder, "bottle", BOTTLE)]
    GatherCutouts().prepare(photos, folder, 0)
    return folder


def box_at(left: float, foot: float, height: float, aspect: float) -> Box:
    return left / WIDTH, (foot - height) / HEIGHT, (left + height * aspect) / WIDTH, foot / HEIGHT


def pasted(
    of: Scene, folder: Path, left: float = 60, foot: float = 180, height: float = 80
) -> Painted | Refused:
    bank = Cutouts(folder)
    (cup,) = bank.others("cup", "")
    box = box_at(left, foot, height, cup.aspect)
    return paste_cutout(of, cup, bank.pixels(cup.id), box, random.Random(0))


def test_the_thing_stands_in_its_box_and_nothing_else_changes(folder: Path) -> None:
    made = scene("A floor.")
    painted = pasted(made, folder)
    assert isinstance(painted, Painted)
    after = painted.patch.onto(made.pixels)
    changed = np.zeros((HEIGHT, WIDTH), bool)
    changed[painted.patch.window()] = painted.patch.mask
    np.testing.assert_array_equal(after[~changed], made.pixels[~changed])
    red = after[..., 0].astype(int) - after[..., 1] > 60
    rows, columns = np.nonzero(red)
    assert rows.min() == pytest.approx(100, abs=3)
    assert rows.max() == pytest.approx(179, abs=3)
    assert columns.min() == pytest.approx(60, abs=3)
    assert red[100:180].sum() == pytest.approx(np.pi / 4 * 80 * 64, rel=0.12)


def test_the_ground_is_darker_right_under_the_thing(folder: Path) -> None:
    made = scene("A floor.")
    painted = pasted(made, folder)
    assert isinstance(painted, Painted)
    after = painted.patch.onto(made.pixels).astype(float)
    assert after[181:184, 85:100].mean() < made.pixels[181:184, 85:100].mean() - 8
    assert after[120:124, 30:50].mean() == pytest.approx(made.pixels[120:124, 30:50].mean(), abs=2)


def test_the_same_chance_gives_the_same_bytes(folder: Path) -> None:
    one, two = (pasted(scene("A floor."), folder) for _ in range(2))
    assert isinstance(one, Painted)
    assert isinstance(two, Painted)
    np.testing.assert_array_equal(one.patch.pixels, two.patch.pixels)
    np.testing.assert_array_equal(one.patch.mask, two.patch.mask)


def test_what_would_look_wrong_is_refused(folder: Path) -> None:
    dog = Thing("dog", GREEN, (70, 120, 150, 175))
    for reason, made, height in [
        ("upscaled", scene("A floor."), 140),
        ("would_cover", scene("A dog.", dog), 80),
        ("no_cutout", scene("A floor.", key="cup"), 80),
    ]:
        refused = pasted(made, folder, height=height)
        assert isinstance(refused, Refused)
        assert refused.reason == reason


def edited(made: Scene, edit: Edit, label: str, targets: tuple[int, ...] = ()) -> Reworded:
    return Reworded(
        key="scene/0",
        scene=made,
        edit=edit,
        proposer="test",
        caption=0,
        negative_changes=(),
        two_way=True,
        targets=targets,
        values=(label,),
        true_caption="",
        negative_caption="",
    )


def test_a_bottle_gives_way_to_a_cup(folder: Path) -> None:
    made = scene("A bottle.", Thing("bottle", BLUE, (200, 90, 240, 180)))
    (cup,) = Cutouts(folder).others("cup", "")
    edit = Edit(
        operation="replace", kind="object", before="bottle", after="cup", box=box_at(190, 180, 75, cup.aspect)
    )
    painted = Replace().load(Run(0, folder))(edited(made, edit, "cup", (0,)), random.Random(0))
    assert isinstance(painted, Painted)
    after = painted.patch.onto(made.pixels).astype(int)
    assert (after[..., 2] - after[..., 0] > 60).sum() == 0
    assert (after[..., 0] - after[..., 2] > 60).sum() > 2500


def test_what_the_bank_does_not_have_is_refused(folder: Path) -> None:
    edit = Edit(operation="add", kind="object", before="no dog", after="dog", box=(0.1, 0.1, 0.3, 0.4))
    refused = Add().load(Run(0, folder))(edited(scene("A floor."), edit, "dog"), random.Random(0))
    assert isinstance(refused, Refused)
    assert refused.reason == "no_cutout"


def flat(value: int, spread: float = 0.0, size: int = 60) -> Pixels:
    noise = np.random.default_rng(1).normal(0, spread, (size, size, 1)) if spread else 0.0
    return np.clip(np.full((size, size, 3), float(value)) + noise, 0, 255).astype(np.uint8)


EVERYWHERE = np.ones((60, 60), np.float32)


def test_a_bright_thing_in_the_dark_becomes_darker_and_a_dark_one_in_the_light_lighter() -> None:
    dark, light = in_light_of(flat(220), EVERYWHERE, flat(30)), in_light_of(flat(30), EVERYWHERE, flat(220))
    assert dark.mean() < 140
    assert 35 < light.mean() < 80


def test_a_white_thing_turns_warm_in_the_light_of_a_lamp() -> None:
    lamp = np.full((60, 60, 3), (230, 170, 80), np.uint8)
    a, b = cast(lamp).tolist()
    assert cast(flat(200)).tolist() == pytest.approx([0, 0], abs=1)
    assert b > 30
    warm = in_light_of(flat(200), EVERYWHERE, lamp, (a, b)).reshape(-1, 3).mean(0)
    assert warm[0] - warm[2] > 20
    same = in_light_of(flat(200), EVERYWHERE, flat(200)).reshape(-1, 3).mean(0)
    assert abs(same[0] - same[2]) < 2


def test_a_thing_in_its_own_light_stays_as_it_is() -> None:
    same = in_light_of(flat(120, 5), EVERYWHERE, flat(120, 5))
    assert np.abs(same.astype(int) - flat(120, 5)).mean() < 1


def test_grain_is_measured_and_matched() -> None:
    assert grain(flat(120, 4)) == pytest.approx(4, rel=0.15)
    noisy = with_grain(flat(120), EVERYWHERE, flat(120, 4), np.random.default_rng(0))
    assert 2 < noisy[..., 0].std() < 5
    np.testing.assert_array_equal(
        with_grain(flat(120), EVERYWHERE, flat(120), np.random.default_rng(0)), flat(120)
    )


def test_a_sharp_thing_is_blurred_in_a_soft_picture_only() -> None:
    checks = np.kron(np.indices((15, 15)).sum(0) % 2, np.ones((4, 4)))[..., None] * np.array([200, 200, 200])
    sharp = checks.astype(np.uint8)
    assert as_sharp_as(sharp, EVERYWHERE, flat(120)).std() < sharp.std()
    np.testing.assert_array_equal(as_sharp_as(sharp, EVERYWHERE, sharp), sharp)


def test_a_cut_out_made_smaller_has_no_dark_rim() -> None:
    cut = np.zeros((80, 80, 4), np.uint8)
    cut[20:60, 20:60] = (200, 30, 40, 255)
    small = scaled(cut, 30, 30)
    shown = small[small[..., 3] > 5][:, :3].astype(int)
    assert np.abs(shown - (200, 30, 40)).max() <= 3


def test_the_shadow_lies_at_the_foot_and_nowhere_else() -> None:
    alpha = np.zeros((100, 100), np.float32)
    alpha[20:70, 40:60] = 1
    light = contact_shadow(alpha)
    assert light.min() > 0.4
    assert light[70, 50] < 0.85
    assert light[:50].min() > 0.99
    assert light[:, :15].min() > 0.99


def test_a_foot_is_lost_in_the_grass_and_stands_whole_on_a_floor() -> None:
    alpha = np.zeros((100, 100), np.float32)
    alpha[10:80, 40:60] = 1
    grass = np.clip(np.random.default_rng(0).normal(120, 25, (100, 100, 1)), 0, 255).astype(np.uint8)
    hidden = alpha - sunk(alpha, np.repeat(grass, 3, axis=2))
    assert hidden[78:80, 40:60].mean() > 0.5
    assert hidden[74:80, 40:60].std() > 0.1
    assert hidden[:74].max() == 0
    np.testing.assert_array_equal(sunk(alpha, flat(120, 2, 100)), alpha)


def test_what_can_hardly_be_seen_is_refused(folder: Path) -> None:
    made = scene("A floor.")
    made.pixels[80:200, 30:160] = (192, 40, 48)
    refused = pasted(made, folder)
    assert isinstance(refused, Refused)
    assert refused.reason == "hardly_seen"


def test_a_little_of_what_is_farther_away_may_be_covered_but_nothing_of_a_person(folder: Path) -> None:
    behind = Thing("bench", GREEN, (100, 90, 240, 160))
    assert isinstance(pasted(scene("A bench.", behind), folder), Painted)
    refused = pasted(scene("A man.", behind._replace(label="person")), folder)
    assert isinstance(refused, Refused)
    assert refused.reason == "would_cover"


def test_what_leaves_much_of_a_place_open_does_not_come_instead(folder: Path) -> None:
    (cup,) = Cutouts(folder).others("cup", "")
    bench = Thing("bench", GREEN, (120, 100, 300, 180))
    edit = Edit(
        operation="replace", kind="object", before="bench", after="cup", box=box_at(190, 180, 40, cup.aspect)
    )
    made = scene("A bench.", bench)
    refused = Replace().load(Run(0, folder))(edited(made, edit, "cup", (0,)), random.Random(0))
    assert isinstance(refused, Refused)
    assert refused.reason == "left_open"


def test_a_thing_is_as_soft_as_the_ground_that_it_stands_on(folder: Path) -> None:
    lawn = scene("A lawn.")
    waves = 128 + 60 * np.sin(np.arange(WIDTH) / 12)[None, :, None]
    lawn.pixels[:] = waves.astype(np.uint8)
    sharp = scene("A lawn.")
    sharp.pixels[:] = np.where(np.indices((HEIGHT, WIDTH)).sum(0)[..., None] // 4 % 2, 90, 160)
    edges = []
    for made in (lawn, sharp):
        painted = pasted(made, folder)
        assert isinstance(painted, Painted)
        across = painted.patch.onto(made.pixels)[140, 52:100].astype(float)
        edges.append(np.abs(np.diff(across[:, 1] - across[:, 0])).max())
    assert edges[0] < edges[1]
