"""Role balance: each word as often in negatives alone as in true captions alone."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.audit.foils import Shown
from counterfoil.audit.roles import one_sided

CHANGES = st.lists(st.permutations(["red", "blue", "green"]).map(lambda said: said[:2]), max_size=30)


def foil(number: int, true: str, negative: str) -> Shown:
    made = {"operation": "replace", "kind": "attribute", "editor": "", "two_way": False}
    captions = {"true": f"a {true} car", "negative": f"a {negative} car"}
    return Shown(key=f"{number:02}", group=f"{number}", **captions, **made)  # type: ignore[arg-type]


def unevenness(foils: list[Shown]) -> int:
    surplus: Counter[str] = Counter()
    for each in foils:
        surplus.update(each.negative.split())
        surplus.subtract(each.true.split())
    return sum(number**2 for number in surplus.values())


def test_a_change_in_one_direction_only_is_withdrawn_and_one_in_both_is_evened() -> None:
    foils = [foil(n, "red", "blue") for n in range(5)] + [foil(n + 5, "blue", "red") for n in range(2)]
    assert one_sided(foils) == {"00", "01", "02"}
    assert one_sided([*foils, foil(9, "cat", "dog")]) == {"00", "01", "02", "09"}


def test_changes_in_a_circle_are_even_already() -> None:
    assert one_sided([foil(0, "red", "blue"), foil(1, "blue", "green"), foil(2, "green", "red")]) == set()


@given(CHANGES)
def test_no_foil_that_is_left_would_make_it_more_even(changes: list[list[str]]) -> None:
    foils = [foil(number, true, negative) for number, (true, negative) in enumerate(changes)]
    withdrawn = one_sided(foils)
    left = [each for each in foils if each.key not in withdrawn]
    assert unevenness(left) <= unevenness(foils)
    for each in left:
        assert unevenness([other for other in left if other is not each]) >= unevenness(left)
