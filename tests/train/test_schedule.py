"""The learning rate's factors, by hand."""

import pytest

from counterfoil.errors import RecipeError
from counterfoil.train.schedule import SHAPES, Schedule


def factors(schedule: Schedule, steps: int) -> list[float]:
    return [schedule.factor(step, steps) for step in range(steps)]


def test_a_warm_up_rises_in_a_straight_line_to_the_full_rate() -> None:
    assert factors(Schedule(shape="constant", warm_up=4), 6) == [0.25, 0.5, 0.75, 1, 1, 1]


def test_a_line_falls_by_the_same_amount_each_step_after_the_warm_up() -> None:
    assert factors(Schedule(shape="linear", warm_up=2), 6) == [0.5, 1, 1, 0.75, 0.5, 0.25]


def test_a_cosine_is_at_the_half_in_the_middle_and_at_0_85355_at_a_quarter() -> None:
    assert factors(Schedule(shape="cosine"), 4) == pytest.approx([1, 0.85355339, 0.5, 0.14644661])


def test_one_cycle_rises_from_a_25th_for_three_tenths_and_then_falls_to_nearly_nothing() -> None:
    one_cycle = SHAPES["one_cycle"]
    assert one_cycle(0) == pytest.approx(0.04)
    assert one_cycle(0.15) == pytest.approx((1 + 0.04) / 2)
    assert one_cycle(0.3) == pytest.approx(1)
    assert one_cycle(0.65) == pytest.approx((1 + 4e-6) / 2)
    assert one_cycle(1) == pytest.approx(4e-6)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_is_negative_or_above_the_full_rate(shape: str) -> None:
    assert all(0 <= factor <= 1 for factor in factors(Schedule(shape=shape, warm_up=3), 20))


def test_a_run_shorter_than_its_warm_up_has_a_rate_for_every_step() -> None:
    assert factors(Schedule(warm_up=10), 3) == pytest.approx([0.1, 0.2, 0.3])


def test_an_unknown_shape_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RecipeError, match="did you mean 'cosine'"):
        Schedule(shape="cosin")
