"""The filter's first broken limit is the reason."""

from counterfoil.mine.filter import Filter, Limit

FILTER = Filter(limits=(Limit(name="area", min=0.1), Limit(name="seam", max=2.0, editors=("recolour",))))


def test_a_foil_within_every_limit_is_kept() -> None:
    assert FILTER.judge("recolour", {"area": 0.1, "seam": 2.0}) is None


def test_the_first_limit_that_is_broken_is_the_reason() -> None:
    assert FILTER.judge("recolour", {"area": 0.05, "seam": 3.0}) == (
        "area_too_low",
        "area is 0.05, below 0.1",
    )
    assert FILTER.judge("recolour", {"area": 0.5, "seam": 3.0}) == ("seam_too_high", "seam is 3, above 2")


def test_a_limit_asks_nothing_of_other_editors_or_of_what_was_not_measured() -> None:
    assert FILTER.judge("remove", {"area": 0.5, "seam": 3.0}) is None
    assert FILTER.judge("recolour", {}) is None
