"""Finding clothes: drawn people of a skin-coloured head and arms, a top and trousers, all of it known."""

import numpy as np
import pytest
from scenes import Colour, block, disc, ground

from counterfoil.mine.perceive.garment import Garment, garments, is_skin
from counterfoil.records import Mask, Pixels

SKIN, DARK = (205, 150, 120), (35, 33, 36)
HEAD, TOP, TROUSERS = disc(160, 40, 18), block(130, 60, 190, 140), block(135, 140, 185, 220)
ARMS = block(118, 64, 130, 140) | block(190, 64, 202, 140)
PERSON = HEAD | TOP | TROUSERS | ARMS


def person(top: Colour, trousers: Colour = DARK, skin: Colour = SKIN) -> Pixels:
    """Lit from above (110 % to 85 %) and slightly noisy."""
    picture = ground().astype(np.float32)
    for part, colour in ((HEAD, skin), (ARMS, skin), (TOP, top), (TROUSERS, trousers)):
        picture[part] = colour
    light = np.linspace(1.1, 0.85, len(picture), dtype=np.float32)[:, None, None]
    noise = np.random.default_rng(0).normal(0, 2, picture.shape)
    return np.clip(picture * light + noise, 0, 255).astype(np.uint8)


def garment(picture: Pixels, mask: Mask, colour: str = "") -> Garment | None:
    return next((worn for worn in garments(picture, mask) if colour in ("", worn.colour)), None)


def found(picture: Pixels, mask: Mask = PERSON, colour: str = "") -> Garment:
    out = garment(picture, mask, colour)
    assert out is not None
    return out


def overlap(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.mark.parametrize(
    ("colour", "name"),
    [((30, 70, 170), "blue"), ((40, 130, 60), "green"), ((110, 40, 150), "purple"), ((190, 20, 40), "red")],
)
def test_a_plain_top_is_found_where_it_is(colour: Colour, name: str) -> None:
    out = found(person(colour), colour=name)
    assert out.zone == "top"
    assert overlap(out.mask, TOP) > 0.9


def test_no_skin_is_part_of_a_garment() -> None:
    for colour in ((30, 70, 170), (190, 20, 40)):
        mask = garments(person(colour), PERSON)[0].mask
        assert not (mask & HEAD).any()
        assert (mask & ARMS).sum() <= 160  # a rim of one pixel along two arms of 80 rows


def test_trousers_are_no_top() -> None:
    out = found(person((235, 235, 235), trousers=(30, 70, 170)), colour="blue")
    assert out.zone == "legs"
    assert overlap(out.mask, TROUSERS) > 0.9


def test_a_bluish_black_top_is_no_part_of_blue_jeans() -> None:
    out = found(person((26, 28, 34), trousers=(90, 115, 155)), colour="blue")
    assert overlap(out.mask, TROUSERS) > 0.9


def test_what_covers_all_of_the_body_is_no_top() -> None:
    out = found(person((40, 130, 60), trousers=(40, 130, 60)))
    assert out.zone == "some"
    assert overlap(out.mask, TOP | TROUSERS) > 0.9


def test_white_clothes_are_found_and_their_name_is_sure_in_good_light_alone() -> None:
    top = found(person((235, 235, 235)))
    assert (top.colour, top.zone) == ("white", "top")
    assert overlap(top.mask, TOP) > 0.9
    assert found(person((185, 185, 185))).colour == ""


def test_two_garments_are_two() -> None:
    worn = garments(person((40, 130, 60), trousers=(30, 70, 170)), PERSON)
    assert [(one.colour, one.zone) for one in worn] == [("green", "top"), ("blue", "legs")]


def test_dark_trousers_shoes_and_their_shadow_are_not_told_apart() -> None:
    assert all(worn.zone == "top" for worn in garments(person((40, 130, 60), trousers=DARK), PERSON))


@pytest.mark.parametrize("top", [SKIN, (225, 175, 150), (190, 120, 85), (110, 70, 45)])
def test_bare_skin_and_what_looks_like_it_is_no_garment(top: Colour) -> None:
    assert garments(person(top), PERSON) == []


def test_skin_is_known_by_hue_and_chroma() -> None:
    assert is_skin(np.array([0.7, 0.05, 0.05], np.float32))
    assert not is_skin(np.array([0.5, 0.18, 0.08], np.float32))
    assert not is_skin(np.array([0.7, 0.0, 0.01], np.float32))


@pytest.mark.parametrize("light", [(1.0, 0.35, 0.3), (1.0, 0.6, 0.35), (0.5, 0.6, 1.0)])
def test_in_coloured_light_where_skin_has_the_colour_too_nothing_is_found(light: Colour) -> None:
    lit = (person((200, 190, 185)) * np.array(light)).astype(np.uint8)
    assert garments(lit, PERSON) == []


def test_a_coloured_hat_is_no_garment() -> None:
    hat = block(135, 20, 185, 62)
    picture = person((235, 235, 235))
    picture[hat] = (30, 70, 170)
    assert garment(picture, PERSON | hat, "blue") is None


def test_stripes_are_no_garment_of_one_colour() -> None:
    picture = person((30, 70, 170))
    rows = np.zeros_like(TOP)
    rows[::12] = rows[1::12] = rows[2::12] = rows[3::12] = rows[4::12] = rows[5::12] = True
    picture[TOP & rows] = (235, 235, 235)
    assert garment(picture, PERSON) is None


def test_two_tops_that_do_not_touch_leave_it_open_which_one_is_meant() -> None:
    picture = person((30, 70, 170))
    picture[TOP & block(152, 0, 172, 240)] = (235, 235, 235)
    assert garment(picture, PERSON) is None


def test_somebody_tiny_wears_nothing_that_can_be_seen() -> None:
    small = person((30, 70, 170))[::10, ::10]
    assert garment(np.ascontiguousarray(small), np.ascontiguousarray(PERSON[::10, ::10])) is None


def test_nobody_wears_nothing() -> None:
    assert garments(person((30, 70, 170)), np.zeros_like(PERSON)) == []


def test_a_margin_around_the_person_changes_nothing() -> None:
    picture = person((30, 70, 170))
    window = slice(20, 222), slice(110, 210)
    near = found(picture[window], PERSON[window])
    assert (near.mask == found(picture).mask[window]).all()
