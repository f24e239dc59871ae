"""Frozen records, made quickly.

A frozen dataclass writes every field through `object.__setattr__`, at several times the price of an
assignment, and a caption has some eight foils of fifteen fields. Here a record is of an open kind while
its fields are assigned, and frozen from then on. The open kind is a subclass without further slots:
both have the same layout, so that Python lets a record of one become one of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any, TypeVar, cast

K = TypeVar("K")

_DEFAULT = "default_"
"""How the names begin under which compiled code finds a field's default, or what makes it."""


def quick(kind: type[K]) -> type[K]:
    """Give a frozen dataclass with slots an `__init__` that takes the same and costs about half.

    Raises:
        TypeError: it has no slots, or defaults that are made anew each time.
    """
    told = _told(kind)
    if kind.__dictoffset__ or any(field.default_factory is not MISSING for field in told):
        raise TypeError(f"{kind.__name__} has no slots, or a default that is made anew")
    plain = [_parameter(field) for field in told if not field.kw_only]
    named = [_parameter(field) for field in told if field.kw_only]
    heading = ["self", *plain, *(["*", *named] if named else [])]
    passed = ", ".join(f"{field.name}={field.name}" for field in told)
    lines = [
        f"if self.__class__ is not Kind: return before(self, {passed})",  # a subclass has its own layout
        "write(self, '__class__', Open)",
        *_assigned(kind, {field.name: field.name for field in told}),
    ]
    kind.__init__ = _compiled(heading, lines, kind)  # type: ignore[method-assign]
    return kind


def grow(record: Any, to: type[K], **more: Any) -> K:
    """The same record one step further: every field kept, `more` added.

    Raises:
        TypeError: a field that `to` has not, or one that nobody gives.
    """
    grown: K = _growing(type(record), to, *more)(record, **more)  # type: ignore[arg-type]
    return grown


@cache
def _growing(kind: Hashable, to: Hashable, *more: str) -> Callable[..., Any]:
    """What grows records of a kind: code that names every field, as dataclasses write their own."""
    before, after = cast(type[Any], kind), cast(type[Any], to)
    values = {field.name: _default(field) for field in _told(after) if _has_default(field)}
    values |= {field.name: f"record.{field.name}" for field in _told(before)} | {name: name for name in more}
    if after.__dictoffset__ or values.keys() != {field.name for field in _told(after)}:
        made = f"return Kind({', '.join(f'{name}={value}' for name, value in values.items())})"
        return _compiled(["record", *more], [made], after)
    lines = ["self = new(Open)", *_assigned(after, values), "return self"]
    return _compiled(["record", *more], lines, after)


def _told(kind: type[Any]) -> list[Field[Any]]:
    """The fields that a record is made from."""
    return [field for field in fields(kind) if field.init]


def _parameter(field: Field[Any]) -> str:
    return f"{field.name}={_default(field)}" if _has_default(field) else field.name


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _default(field: Field[Any]) -> str:
    return f"{_DEFAULT}{field.name}" + ("()" if field.default is MISSING else "")


def _assigned(kind: type[Any], values: dict[str, str]) -> list[str]:
    """Lines that give an open record its fields, and close it."""
    checked = ["self.__post_init__()"] if hasattr(kind, "__post_init__") else []
    return [*(f"self.{name} = {value}" for name, value in values.items()), "self.__class__ = Kind", *checked]


@cache
def _open(kind: Hashable) -> type[Any]:
    """The kind that a record is of while its fields are assigned."""
    closed = cast(type[Any], kind)
    # Python assigns at full speed only where deleting is the plain one too.
    plain = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(f"Open{closed.__name__}", (closed,), plain)


def _compiled(heading: list[str], lines: list[str], kind: type[Any]) -> Callable[..., Any]:
    """A function of these lines, which see the kind, its open kind and its defaults."""
    known = {
        _DEFAULT + field.name: field.default_factory if field.default is MISSING else field.default
        for field in _told(kind)
    }
    known |= {"Kind": kind, "new": object.__new__, "write": object.__setattr__, "before": kind.__init__}
    known["Open"] = _open(cast(Hashable, kind))
    made: dict[str, Callable[..., Any]] = {}
    exec(f"def function({', '.join(heading)}):\n " + "\n ".join(lines), known, made)
    return made["function"]
