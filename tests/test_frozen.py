"""Records that are made quickly are what dataclasses make of them: the same fields, as frozen."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from counterfoil.errors import EditError
from counterfoil.frozen import grow, quick
from counterfoil.records import Edit


@dataclass(frozen=True, slots=True)
class Plain:
    """Two fields before the star, two after it."""

    name: str
    place: tuple[int, ...] = (1, 2)
    unit: str = field(kw_only=True)
    note: str = field(default="none", kw_only=True)


@quick
@dataclass(frozen=True, slots=True)
class Quick(Plain):
    """The same, made quickly."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Further(Quick):
    """One step further, with defaults of its own."""

    more: int
    facts: dict[str, float] = field(default_factory=dict)
    also: str | None = None


def test_a_quick_record_takes_what_a_plain_one_takes() -> None:
    assert inspect.signature(Quick).parameters.keys() == inspect.signature(Plain).parameters.keys()
    made = Quick("a", unit="m")
    assert (made.name, made.place, made.unit, made.note) == ("a", (1, 2), "m", "none")
    assert repr(Quick("a", (3,), unit="m", note="b")) == repr(Plain("a", (3,), unit="m", note="b")).replace(
        "Plain", "Quick"
    )


@pytest.mark.parametrize("wrong", [{}, {"unit": "m", "other": 1}])
def test_a_quick_record_refuses_what_a_plain_one_refuses(wrong: dict[str, object]) -> None:
    for kind in (Plain, Quick):
        with pytest.raises(TypeError, match=r"unit|other"):
            kind("a", **wrong)  # type: ignore[arg-type]


def test_a_quick_record_is_frozen_and_of_its_own_kind() -> None:
    made = Quick("a", unit="m")
    assert type(made) is Quick
    with pytest.raises(FrozenInstanceError):
        made.name = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del made.name
    assert made == Quick("a", unit="m") != Quick("b", unit="m")
    assert hash(made) == hash(Quick("a", unit="m"))


def test_a_quick_record_can_be_copied_replaced_and_sent_to_another_process() -> None:
    made = Quick("a", unit="m")
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == replace(made, name="a") == made


def test_a_subclass_of_a_quick_record_is_made_as_before() -> None:
    class Noted(Quick):
        pass

    made = Noted("a", unit="m")
    assert type(made) is Noted
    assert (made.name, made.unit) == ("a", "m")
    made.__dict__["seen"] = True


def test_an_edit_made_quickly_is_checked_all_the_same() -> None:
    with pytest.raises(EditError, match="changes nothing"):
        Edit(operation="replace", kind="object", before="dog", after="dog")


def test_what_has_a_dictionary_is_not_made_quickly() -> None:
    @dataclass(frozen=True)
    class Loose:
        name: str

    with pytest.raises(TypeError, match="Loose has no slots"):
        quick(Loose)


def test_a_record_grows_with_its_defaults_each_made_anew() -> None:
    made = Quick("a", unit="m")
    first, second = grow(made, Further, more=1), grow(made, Further, more=1)
    assert first == Further(name="a", unit="m", more=1)
    assert type(first) is Further
    assert first.facts is not second.facts
    with pytest.raises(FrozenInstanceError):
        first.more = 2  # type: ignore[misc]


def test_a_record_does_not_grow_without_all_that_it_needs() -> None:
    with pytest.raises(TypeError, match="more"):
        grow(Quick("a", unit="m"), Further)
    with pytest.raises(TypeError, match="colour"):
        grow(Quick("a", unit="m"), Further, more=1, colour="red")
