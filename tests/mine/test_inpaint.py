"""The Inpaint stage: what the model is shown and told, and what is kept of its work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as coco
from scenes import disc, foil, scene

from counterfoil.mine.editors.candidates import Candidates
from counterfoil.mine.editors.mirror import Mirror
from counterfoil.mine.inpaint import Inpaint
from counterfoil.mine.stage import Run
from counterfoil.models.inpainter import Paint1, Painting
from counterfoil.records import Edit, Foil, Pixels, Rejected, Reworded, RunLengths

SCENE = scene(("ball", disc(160, 120, 40), (200, 30, 30)))
ASKED: list[Painting] = []


@dataclass(frozen=True, kw_only=True)
class Grey:
    """A painter that remembers what it was asked, and paints all of it in a shade that its chance tells."""

    black: tuple[str, ...] = field(default=())

    def load(self) -> Paint1:
        return self._paint

    def _paint(self, paintings: Sequence[Painting]) -> list[Pixels | None]:
        ASKED.extend(paintings)
        return [
            None if p.prompt in self.black else np.full_like(p.picture, 1 + p.seed % 250) for p in paintings
        ]


def proposal(number: int = 0, **changed: object) -> Reworded:
    edit = Edit(
        operation="replace", kind="object", before="ball", after="blue cube", box=SCENE.regions[0].box
    )
    made = foil(SCENE, edit, None, (0,), (f"a blue cube of glass, {number}",))
    told = {name: getattr(made, name) for name in Reworded.__dataclass_fields__}
    return Reworded(**(told | {"key": f"a/{number}", "two_way": True, "scene": SCENE} | changed))


def applied(*proposals: Reworded, stage: Inpaint | None = None) -> list[Foil | Rejected]:
    ASKED.clear()
    return (stage or Inpaint(painter=Grey(), min_side=64)).load(Run(0, Path()))(proposals)


def test_the_prompt_is_the_long_description_and_the_window_holds_the_widened_mask() -> None:
    (made,) = applied(proposal())
    (asked,) = ASKED
    assert asked.prompt == "a blue cube of glass, 0"
    assert asked.picture.shape == SCENE.pixels.shape  # of 320 x 240 there are no 512 pixels to be had
    assert asked.mask[120, 160 - 48 : 160 + 49].all()
    assert asked.mask[120].sum() == 97
    assert isinstance(made, Foil)
    assert made.editor == "inpaint"


def test_nothing_outside_the_widened_mask_changes_and_its_inside_does() -> None:
    (made,) = applied(proposal())
    assert isinstance(made, Foil)
    assert made.patch is not None
    changed = (made.patch.onto(SCENE.pixels) != SCENE.pixels).any(-1)
    assert not (changed & ~ASKED[0].mask).any()
    assert changed[disc(160, 120, 30)].all()


def test_all_of_a_batch_are_painted_in_one_call_each_by_a_chance_that_its_key_alone_decides() -> None:
    applied(proposal(0), proposal(1), proposal(2))
    together = {painting.prompt: painting.seed for painting in ASKED}
    assert len(set(together.values())) == 3
    applied(proposal(2))
    assert together[ASKED[0].prompt] == ASKED[0].seed


def test_text_only_proposals_pass_through() -> None:
    (made,) = applied(proposal(two_way=False))
    assert isinstance(made, Foil)
    assert (made.patch, made.editor, ASKED) == (None, "", [])


@pytest.mark.parametrize(
    ("asked", "stage", "reason"),
    [
        (proposal(), Inpaint(painter=Grey(), min_side=256), "smaller_than_crop"),
        (
            proposal(targets=(), edit=Edit(operation="add", kind="object", before="no cat", after="cat")),
            None,
            "no_box",
        ),
        (
            proposal(7),
            Inpaint(painter=Grey(black=("a blue cube of glass, 7",)), min_side=64),
            "black_picture",
        ),
    ],
)
def test_what_cannot_be_painted_is_refused_with_its_reason(
    asked: Reworded, stage: Inpaint | None, reason: str
) -> None:
    (made,) = applied(asked, stage=stage)
    assert isinstance(made, Rejected)
    assert made.reason == reason
    assert made.detail


def test_a_mask_without_a_pixel_is_refused() -> None:
    empty = coco.encode(np.asfortranarray(np.zeros((240, 320), np.uint8)))
    regions = (replace(SCENE.regions[0], outline=RunLengths(240, 320, empty["counts"])),)
    (made,) = applied(proposal(scene=replace(SCENE, regions=regions)))
    assert isinstance(made, Rejected)
    assert made.reason == "empty_mask"


def test_an_edit_that_a_classical_editor_draws_is_left_to_it() -> None:
    side = Edit(operation="replace", kind="relation", before="left of", after="right of")
    mirrored, painted = applied(
        proposal(0, edit=side), proposal(1), stage=Inpaint(painter=Grey(), min_side=64, editors=(Mirror(),))
    )
    assert isinstance(mirrored, Foil)
    assert isinstance(painted, Foil)
    assert (mirrored.editor, painted.editor, len(ASKED)) == ("mirror", "inpaint", 1)
    assert mirrored.patch is not None
    assert (mirrored.patch.pixels == SCENE.pixels[:, ::-1]).all()


PAIR = scene(("ball", disc(160, 50, 30), (200, 30, 30)), ("cup", disc(160, 180, 40), (30, 30, 200)))
EXCHANGE = Edit(operation="swap", kind="object", before="ball above cup", after="cup above ball")


def exchange() -> Reworded:
    return proposal(scene=PAIR, edit=EXCHANGE, targets=(0, 1), values=("cup", "ball"))


def test_of_two_things_exchanged_each_is_painted_in_the_box_of_the_other_and_nothing_else_changes() -> None:
    (made,) = applied(exchange())
    assert [painting.prompt for painting in ASKED] == ["cup", "ball"]
    upper, lower = (painting.mask for painting in ASKED)
    assert upper[20:80, 130:190].all()  # the box of the ball, not its disc
    assert lower[140:220, 120:200].all()
    assert isinstance(made, Foil)
    assert made.patch is not None
    changed = (made.patch.onto(PAIR.pixels) != PAIR.pixels).any(-1)
    assert changed[50, 160]
    assert changed[180, 160]
    assert not (changed & ~(upper | lower)).any()
    whole = np.zeros((240, 320), bool)
    whole[made.patch.window()] = made.patch.mask
    assert (whole == (upper | lower)).all()


def test_an_exchange_of_which_one_half_is_not_shown_is_refused() -> None:
    (made,) = applied(exchange(), stage=Inpaint(painter=Grey(black=("ball",)), min_side=64))
    assert isinstance(made, Rejected)
    assert made.reason == "black_picture"


def test_the_positive_of_an_exchange_is_each_thing_painted_where_it_is() -> None:
    (made,) = applied(
        exchange(), stage=Inpaint(painter=Grey(), min_side=64, candidates=Candidates(positives=True))
    )
    assert [painting.prompt for painting in ASKED] == ["cup", "ball", "ball", "cup"]
    assert isinstance(made, Foil)
    assert made.positive is not None
