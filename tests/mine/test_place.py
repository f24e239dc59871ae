"""Where a thing may stand: drawn floors with things of known size on them."""

import numpy as np
import pytest
from standing import BLUE, GREEN, HEIGHT, RED, WIDTH, Thing, scene

from counterfoil.mine.place import Place, aloft, beside, instead
from counterfoil.mine.standers import standers
from counterfoil.mine.terrain import Terrain
from counterfoil.records import Scene

PERSON = Thing("person", BLUE, (180, 80, 214, 165))
"""85 pixels for 1.7 metres: 50 pixels a metre at the foot."""


def pixels(place: Place) -> tuple[float, float, float, float]:
    left, top, right, bottom = place.box
    return left * WIDTH, top * HEIGHT, right * WIDTH, bottom * HEIGHT


def dogs(of: Scene) -> list[Place]:
    return beside(Terrain(of), "dog", 1.0, standers(of, "ground"))


def test_a_person_tells_how_many_pixels_a_metre_has() -> None:
    (person,) = standers(scene("A person.", PERSON), "ground")
    assert person.metre == pytest.approx(50)
    assert person.foot == pytest.approx(165)


def test_a_dog_beside_a_person_is_as_large_as_a_dog_is() -> None:
    level = [place for place in dogs(scene("A person.", PERSON)) if abs(pixels(place)[3] - 165) < 0.01]
    assert level
    for place in level:
        left, top, right, bottom = pixels(place)
        assert bottom - top == pytest.approx(0.55 * 50)
        assert right - left == pytest.approx(0.55 * 50)


def test_no_place_is_for_a_taller_thing_than_there_is() -> None:
    made = scene("A person.", PERSON)
    among = beside(Terrain(made), "dog", 1.0, standers(made, "ground"), tallest=30)
    assert among == [place for place in dogs(made) if (place.box[3] - place.box[1]) * HEIGHT <= 30]
    assert 0 < len(among) < len(dogs(made))


def test_what_stands_nearer_is_larger_as_the_horizon_says() -> None:
    horizon = 165 - 1.5 * 50
    for place in dogs(scene("A person.", PERSON)):
        _, top, _, bottom = pixels(place)
        assert (bottom - top) / 0.55 == pytest.approx((bottom - horizon) / 1.5)


def test_no_place_is_outside_the_frame_and_none_hides_a_person_or_what_is_nearer() -> None:
    near = Thing("suitcase", RED, (230, 150, 290, 238))
    made = scene("A person.", PERSON, near)
    taken = PERSON.mask | near.mask
    places = dogs(made)
    assert places
    for place in places:
        left, top, right, bottom = (round(value) for value in pixels(place))
        assert min(left, top, WIDTH - right, HEIGHT - bottom) > 0
        assert taken[top:bottom, left:right].mean() < 0.01


def test_a_little_of_a_thing_farther_away_may_be_hidden() -> None:
    bench = Thing("bench", GREEN, (60, 120, 160, 168))
    hidden = []
    for place in dogs(scene("A person.", PERSON, bench)):
        left, top, right, bottom = (round(value) for value in pixels(place))
        share = bench.mask[top:bottom, left:right].sum() / bench.mask.sum()
        assert share < 0.17
        if share > 0.01:
            hidden.append(bottom)
    assert hidden
    assert min(hidden) > 168


def test_what_another_thing_carries_does_not_tell_of_the_ground() -> None:
    mouse = Thing("mouse", RED, (150, 130, 190, 155))
    laptop = Thing("laptop", BLUE, (100, 60, 260, 180))
    told = [thing.region for thing in standers(scene("A mouse.", mouse, laptop), "table")]
    assert told == [1]


def test_places_on_another_ground_are_left_out() -> None:
    made = scene("A person.", PERSON)
    painted = made.pixels.copy()
    painted[:, 230:] = (20, 60, 160)
    water = Scene(**{name: getattr(made, name) for name in made.__dataclass_fields__} | {"pixels": painted})
    places = dogs(water)
    assert places
    assert all(pixels(place)[2] <= 232 for place in places)


def test_without_a_thing_that_tells_the_size_there_is_no_place() -> None:
    cut_off = Thing("person", BLUE, (180, 0, 214, 85))
    seated = Thing("person", BLUE, (150, 80, 230, 165))
    assert dogs(scene("Nobody.")) == []
    assert dogs(scene("A person.", cut_off)) == []
    assert dogs(scene("A person.", seated)) == []


def test_a_cup_stands_on_the_table_where_one_is_annotated() -> None:
    table = Thing("dining table", (150, 110, 70), (60, 120, 340, 230))
    bottle = Thing("bottle", GREEN, (190, 90, 220, 171))
    made = scene("A bottle on a table.", table, bottle)
    places = beside(Terrain(made), "cup", 0.8, standers(made, "table"))
    assert places
    for place in places:
        left, _, right, bottom = (round(value) for value in pixels(place))
        assert table.mask[bottom - 1, left + 3 : right - 3].all()
        assert pixels(place)[3] - pixels(place)[1] == pytest.approx(0.11 * 300, rel=0.25)


def test_without_a_table_a_cup_stands_right_beside_what_stands_already() -> None:
    bottle = Thing("bottle", GREEN, (190, 90, 220, 171))
    made = scene("A bottle.", bottle)
    for place in beside(Terrain(made), "cup", 0.8, standers(made, "table")):
        left, _, right, _ = pixels(place)
        assert max(left - 220, 190 - right) <= 30


def test_what_comes_instead_has_the_same_foot_and_its_own_size() -> None:
    made = scene("A dog.", Thing("dog", RED, (150, 100, 250, 155)))
    place = instead(Terrain(made), 0, "sheep", 1.2)
    assert place is not None
    left, top, right, bottom = pixels(place)
    assert bottom == pytest.approx(155)
    assert (left + right) / 2 == pytest.approx(200)
    assert bottom - top == pytest.approx(55 * 0.85 / 0.55)
    assert right - left == pytest.approx(1.2 * 55 * 0.85 / 0.55)


def test_what_comes_instead_may_not_be_far_larger_or_hide_another() -> None:
    dog = Thing("dog", RED, (150, 100, 250, 155))
    neighbour = Thing("suitcase", BLUE, (252, 90, 300, 150))
    assert instead(Terrain(scene("A dog.", dog)), 0, "elephant", 1.4) is None
    assert instead(Terrain(scene("A dog.", dog, neighbour)), 0, "sheep", 1.6) is None


def under_sky(cloud: int = 0) -> Scene:
    """A person below, a pale sky above, and in it, if so, a checkered cloud on the left."""
    made = scene("A man on a beach.", Thing("person", BLUE, (180, 150, 204, 210)))
    made.pixels[:130] = (200, 215, 235)
    checks = np.indices((130, cloud)).sum(0)[..., None] // 4 % 2
    made.pixels[:130, :cloud] = np.where(checks, 120, 235)
    return made


def test_what_flies_has_its_place_in_the_open_sky_and_clear_of_the_ground() -> None:
    places = aloft(Terrain(under_sky()), 1.0)
    assert places
    assert all(0 < pixels(place)[1] < pixels(place)[3] < 130 for place in places)
    assert [place.score for place in places] == sorted((place.score for place in places), reverse=True)


def test_what_is_not_smooth_is_no_sky() -> None:
    places = aloft(Terrain(under_sky(cloud=200)), 1.0)
    assert places
    assert all(pixels(place)[0] >= 196 for place in places)
    assert aloft(Terrain(under_sky(cloud=400)), 1.0) == []


def test_the_side_of_a_thing_that_ends_at_a_wall_does_not_tell_what_ground_is() -> None:
    made = scene("A person.", PERSON)
    made.pixels[:, 214:] = np.where(np.indices((HEIGHT, WIDTH - 214)).sum(0)[..., None] // 3 % 2, 20, 240)
    places = dogs(made)
    assert places
    assert all(pixels(place)[2] <= 216 for place in places)
