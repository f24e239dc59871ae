"""What holds of every unit: a stage, a rule, an editor, a scorer, a loss, a benchmark's reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import Any

from counterfoil.config import fingerprint, is_aside, unit_name


def check_unit(unit: Any) -> None:
    """A unit is a frozen dataclass that says what it is, and its fingerprint moves with every field.

    Raises:
        AssertionError: it is not, or two settings of it have one fingerprint.
    """
    name = unit_name(unit)
    assert is_dataclass(unit), f"{name} is no dataclass"
    assert type(unit).__doc__, f"{name} has no docstring"
    assert _is_frozen(unit), f"{name} is not frozen: write @dataclass(frozen=True, kw_only=True)"
    prints = {"": fingerprint(unit)} | {
        field: fingerprint(_with(unit, field, v)) for field, v in _other(unit)
    }
    for field, found in prints.items():
        same = [other for other, print_ in prints.items() if print_ == found]
        assert same == [field], f"the fingerprint of {name} does not tell {' from '.join(map(repr, same))}"


def _is_frozen(unit: Any) -> bool:
    name = next((f.name for f in fields(unit)), "name")
    try:
        setattr(unit, name, getattr(unit, name, None))
    except FrozenInstanceError:
        return True
    return False


def _other(unit: Any) -> Iterator[tuple[str, Any]]:
    """Each field whose kind is plain, with another value."""
    for field in fields(unit):
        value = getattr(unit, field.name)
        if is_aside(field):
            continue
        if isinstance(value, bool):
            yield field.name, not value
        elif isinstance(value, int | float):
            yield field.name, value + 1 if abs(value) < float("inf") else 0.0
        elif isinstance(value, str):
            yield field.name, value + "x"
        elif isinstance(value, tuple) and value:
            yield field.name, ()


def _with(unit: Any, name: str, value: Any) -> Any:
    """The unit with a field that it may itself refuse."""
    changed = object.__new__(type(unit))
    for field in fields(unit):
        object.__setattr__(changed, field.name, getattr(unit, field.name))
    object.__setattr__(changed, name, value)
    return changed
