"""Proposing clothes: drawn people in tops of known colours, and captions that do or do not tell them."""

import random
from pathlib import Path

import numpy as np
import pytest
from scenes import block, disc, ground, perceived, region

from counterfoil.frozen import grow
from counterfoil.mine.editors.clothes import Clothes
from counterfoil.mine.editors.editor import Painted
from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.propose.wear import WearOther
from counterfoil.mine.score.colour import ColourVerified
from counterfoil.mine.stage import Run
from counterfoil.records import Change, Foil, ImageFile, Mask, Proposal, Reworded, Scene

RUN = Run(0, Path())
COLOURS = {
    "red": (190, 20, 40), "blue": (30, 70, 170), "green": (40, 130, 60), "white": (235, 235, 235),
    "pale": (172, 172, 172), "navy": (24, 26, 44), "skin": (205, 150, 120),
}  # fmt: skip
SKIN, DARK = (205, 150, 120), (35, 33, 36)
Person = tuple[int, str]
"""Where the left edge of the top is, in pixels of 320, and its colour."""


def scene(
    captions: str | tuple[str, ...], *people: Person, crowd: Mask | None = None, grey: int = 200
) -> Scene:
    pixels, regions = ground(grey), []
    for left, colour in people:
        head, top, trousers = parts(left)
        pixels[head], pixels[top], pixels[trousers] = SKIN, COLOURS[colour], DARK
        regions.append(region("person", head | top | trousers))
    if crowd is not None:
        regions.append(region("person", crowd, crowd=True))
    said = (captions,) if isinstance(captions, str) else captions
    return perceived(
        Scene(
            key="s",
            image=ImageFile("s"),
            captions=said,
            regions=tuple(regions),
            pixels=pixels,
            parses=(),
            facts=(),
        )
    )


def parts(left: int) -> tuple[Mask, Mask, Mask]:
    return (
        disc(left + 25, 40, 15),
        block(left, 56, left + 50, 140),
        block(left + 4, 140, left + 46, 225),
    )


def drafts(of: Scene, rule: WearOther | None = None) -> list[Draft]:
    return list((rule or WearOther(per_garment=9)).load(RUN)(of, random.Random(0)))


def changed(of: Scene, draft: Draft, changes: tuple[Change, ...]) -> str:
    caption = of.captions[draft.caption]
    for start, end, text in sorted(changes, reverse=True):
        caption = caption[:start] + text + caption[end:]
    return caption


def pairs(of: Scene) -> dict[str, tuple[str, str]]:
    """By new colour: the true and the negative caption."""
    return {
        draft.values[0]: (
            changed(of, draft, draft.true_changes),
            changed(of, draft, draft.negative_changes),
        )
        for draft in drafts(of)
    }


def test_the_only_man_wears_another_colour() -> None:
    street = scene("A man waits.", (130, "blue"))
    told = pairs(street)
    assert told["red"] == (
        "A man waits. The man is wearing a blue top.",
        "A man waits. The man is wearing a red top.",
    )
    (draft, *_) = drafts(street)
    assert (draft.edit.operation, draft.edit.kind, draft.edit.before) == ("replace", "attribute", "blue")
    assert draft.two_way
    assert draft.targets == (0,)
    assert draft.edit.box == pytest.approx((130 / 320, 56 / 240, 180 / 320, 140 / 240), abs=0.02)


def test_a_caption_that_tells_the_colour_of_a_shirt_is_changed_there() -> None:
    assert pairs(scene("A man in a blue shirt waits.", (130, "blue")))["red"] == (
        "A man in a blue shirt waits.",
        "A man in a red shirt waits.",
    )
    told = pairs(scene("A woman wearing a blue jacket is outside.", (130, "blue")))
    assert told["green"][1] == "A woman wearing a green jacket is outside."
    assert pairs(scene("A boy dressed in blue.", (130, "blue")))["red"][1] == "A boy dressed in red."


def test_where_caption_and_picture_disagree_nothing_is_proposed() -> None:
    assert drafts(scene("A man in a red shirt waits.", (130, "blue"))) == []
    assert drafts(scene("A man in blue jeans.", (130, "blue"))) == []


def test_a_colour_that_a_caption_speaks_of_is_no_new_one() -> None:
    assert set(pairs(scene("A man waits at a red house.", (130, "blue")))) == {"green"}


def test_a_colour_near_the_old_one_is_no_new_one() -> None:
    assert "purple" not in pairs(scene("A man waits.", (130, "blue")))


def test_a_white_top_takes_every_colour() -> None:
    told = pairs(scene("A man waits.", (130, "white"), grey=90))
    assert set(told) == {"red", "blue", "green", "purple", "orange", "yellow", "pink", "black"}
    assert told["pink"] == (
        "A man waits. The man is wearing a white top.",
        "A man waits. The man is wearing a pink top.",
    )


def test_what_people_might_call_white_or_grey_is_told_by_what_it_is_not() -> None:
    told = pairs(scene("A man waits.", (130, "pale"), grey=90))
    assert told["red"] == (
        "A man waits. The man is not wearing red.",
        "A man waits. The man is wearing red.",
    )
    (draft, *_) = drafts(scene("A man waits.", (130, "pale"), grey=90))
    assert draft.edit.before == f"not {draft.edit.after}"


def test_a_light_colour_is_not_put_on_dark_cloth() -> None:
    assert {"yellow", "orange", "pink"}.isdisjoint(pairs(scene("A man waits.", (130, "blue"))))


def test_dark_blue_is_not_said_to_be_no_blue() -> None:
    assert "blue" not in pairs(scene("A man waits.", (130, "navy")))


def test_bare_skin_is_left_alone() -> None:
    assert drafts(scene("A man waits.", (130, "skin"))) == []


def test_of_two_people_the_side_tells_which_one() -> None:
    told = pairs(scene("Two people wait.", (40, "skin"), (230, "blue")))
    assert told["red"] == (
        "Two people wait. The person on the right is wearing a blue top.",
        "Two people wait. The person on the right is wearing a red top.",
    )


def test_someone_in_blue_is_the_only_one_in_blue() -> None:
    row = [(20, "skin"), (100, "blue"), (180, "skin"), (260, "skin")]
    assert pairs(scene("People wait.", *row))["red"] == (
        "People wait. Someone is wearing a blue top.",
        "People wait. Someone is wearing a red top.",
    )
    others = [(20, "white"), (100, "blue"), (180, "blue"), (260, "red")]
    street = scene("People wait.", *others)
    for draft in drafts(street):
        if "Someone" in changed(street, draft, draft.true_changes):
            assert draft.targets == (3,)


def test_the_caption_that_tells_a_colour_means_the_only_one_who_has_it() -> None:
    told = pairs(scene("A man in a blue shirt.", (40, "white"), (230, "blue")))
    assert told["red"][1] == "A man in a red shirt."


def test_a_man_before_a_crowd_is_the_one_that_captions_are_about() -> None:
    few = scene("A man waits.", (130, "blue"), crowd=block(0, 0, 320, 20))
    assert pairs(few)["red"][0] == "A man waits. The man is wearing a blue top."


def test_of_a_crowd_it_is_told_what_nobody_wears() -> None:
    many = scene("People wait.", (130, "blue"), crowd=block(0, 0, 320, 20))
    assert pairs(many) == {
        "red": ("People wait. Nobody is wearing red.", "People wait. Somebody is wearing red."),
        "green": ("People wait. Nobody is wearing green.", "People wait. Somebody is wearing green."),
    }
    seen = many.pixels.copy()
    seen[230:, :40] = COLOURS["red"]  # somebody who is not annotated might wear it
    assert set(pairs(grow(many, Scene, pixels=seen))) == {"green"}


def test_a_person_known_by_its_box_alone_is_left_alone() -> None:
    street = scene("A man waits.", (130, "blue"))
    boxed = tuple(type(r)(label=r.label, box=r.box) for r in street.regions)
    assert drafts(grow(street, Scene, regions=boxed)) == []


def test_so_many_colours_and_people_and_no_more() -> None:
    street = scene("Two people wait.", (40, "green"), (230, "blue"))
    made = drafts(street, WearOther(per_garment=2, most_garments=1))
    assert len(made) == 2
    assert len({draft.targets for draft in made}) == 1


def test_the_same_chance_gives_the_same_drafts() -> None:
    street = scene("A man waits.", (130, "blue"))
    assert drafts(street) == drafts(street)


@pytest.mark.parametrize("colour", ["blue", "green", "red"])
def test_clothes_are_painted_and_measured_and_skin_stays_as_it_is(colour: str) -> None:
    street = scene("A man waits.", (130, colour))
    head, top, _ = parts(130)
    for number, draft in enumerate(drafts(street, WearOther())):
        foil = _painted(street, number, draft)
        assert foil.patch is not None
        after = foil.patch.onto(street.pixels)
        moved = np.abs(after.astype(int) - street.pixels).max(2)
        assert (moved[head] == 0).mean() > 0.97
        assert (moved[top] > 10).mean() > 0.97
        assert ColourVerified().load(RUN)(foil)["colour.share"] > 0.9
        assert ColourVerified().load(RUN)(foil)["colour.old_share"] < 0.05


def _painted(of: Scene, number: int, draft: Draft) -> Foil:
    proposal = Proposal(key=f"s/{number}", scene=of, proposer="wear", **draft._asdict())
    words = grow(proposal, Reworded, true_caption="t", negative_caption="n")
    work = Clothes().load(RUN)(words, random.Random(0))
    assert isinstance(work, Painted), work
    return grow(words, Foil, patch=work.patch, editor="clothes")
