"""Recipes and units by name, their settings from the command line, and their dump to JSON.

Everything configurable is a frozen dataclass, so a setting is a path through fields, and the names
of units in a tuple: `propose.max_two_way=4`, `filter.limits.seam.ratio.max=2`.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import Field, field, fields, is_dataclass, replace
from hashlib import sha256
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from counterfoil.errors import RecipeError, unknown

T = TypeVar("T")

_ASIDE = "aside"


def aside(default: T) -> T:
    """A field that changes how the work is done, and not what comes out: no part of fingerprints and dumps.

    For what may differ when a run goes on: a server's address, how much is asked at a time.
    """
    return field(default=default, metadata={_ASIDE: True})


def is_aside(setting: Field[Any]) -> bool:
    """Whether a field is no part of fingerprints and dumps."""
    return bool(setting.metadata.get(_ASIDE))


def load_object(name: str, known: Mapping[str, str], what: str) -> Any:
    """The object called `name` in a table of "module:object" strings, or at such an address itself.

    Raises:
        RecipeError: nobody knows the name, or nothing is at the address.
    """
    if name not in known and ":" not in name:
        raise RecipeError(f"{unknown(what, name, known)}. A {what} of your own is given as module:object")
    address = known.get(name, name)
    module, _, attribute = address.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, SyntaxError, TypeError, ValueError) as error:
        raise RecipeError(f"no {what} at {address!r}: {error}") from error


def unit_name(unit: object) -> str:
    """A unit's name in settings, records and cards: its own `name`, else its class in snake case."""
    if isinstance(name := getattr(unit, "name", None), str):
        return name
    camel = type(unit).__name__
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(camel))


def with_settings(config: T, settings: list[str]) -> T:
    """The same configuration with each `path=value` put in.

    Raises:
        RecipeError: no such path, or a value of the wrong type.
    """
    for setting in settings:
        path, equals, value = setting.partition("=")
        if not equals:
            raise RecipeError(f"a setting is path=value, not {setting!r}")
        config = _put(config, path.strip(), value.strip(), path.strip())
    return config


def _put(config: Any, path: str, value: str, whole: str) -> Any:
    parts = _parts(config)
    name = next((n for n in parts if path == n or path.startswith(f"{n}.")), None)
    if name is None:
        raise RecipeError(unknown("setting", path, parts) + f" (in {whole})")
    rest = path[len(name) + 1 :]
    if rest:
        return _with_part(config, name, _put(parts[name], rest, value, whole))
    if is_dataclass(parts[name]):
        raise RecipeError(f"{whole} is a unit, not a value: set one of {', '.join(_parts(parts[name]))}")
    hint = get_type_hints(type(config))[name]
    return _with_part(config, name, _read(value, hint, whole))


def _parts(config: Any) -> dict[str, Any]:
    """What a configuration consists of, by name; the units of a tuple count as its own parts."""
    if isinstance(config, tuple):
        return {unit_name(unit): unit for unit in config if is_dataclass(unit)}
    if not is_dataclass(config):
        return {}
    own = {f.name: getattr(config, f.name) for f in fields(config)}
    units = {n: u for value in own.values() if isinstance(value, tuple) for n, u in _parts(value).items()}
    return own | {name: unit for name, unit in units.items() if name not in own}


def _with_part(config: Any, name: str, part: Any) -> Any:
    if isinstance(config, tuple):
        return tuple(part if is_dataclass(u) and unit_name(u) == name else u for u in config)
    if name in {f.name for f in fields(config)}:
        return replace(config, **{name: part})
    holder = next(
        f.name
        for f in fields(config)
        if isinstance(v := getattr(config, f.name), tuple) and name in _parts(v)
    )
    return replace(config, **{holder: _with_part(getattr(config, holder), name, part)})


def _read(text: str, hint: Any, path: str) -> Any:
    readers: dict[Any, Callable[[str], Any]] = {int: int, float: float, str: str, bool: _read_bool}
    kinds = [kind for kind in get_args(hint) or (hint,) if kind is not NoneType]
    if NoneType in get_args(hint) and text.lower() in {"", "none"}:
        return None
    try:
        if get_origin(hint) is tuple:
            return tuple(readers[kinds[0]](part.strip()) for part in text.split(",") if part.strip())
        return readers[kinds[0]](text)
    except (KeyError, TypeError):
        raise RecipeError(f"{path} cannot be set from text: it is a {hint}; write a recipe instead") from None
    except ValueError:
        raise RecipeError(f"{path} is a {getattr(kinds[0], '__name__', hint)}, not {text!r}") from None


def _read_bool(text: str) -> bool:
    truth = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.lower() not in truth:
        raise ValueError(text)
    return truth[text.lower()]


def to_json(config: Any) -> Any:
    """A configuration as plain JSON values; a dataclass carries its class and its `version`."""
    if is_dataclass(config) and not isinstance(config, type):
        own: dict[str, Any] = {"unit": f"{type(config).__module__}:{type(config).__qualname__}"}
        if (version := getattr(config, "version", None)) is not None:
            own["version"] = version
        told = (f.name for f in fields(config) if not is_aside(f))
        return own | {name: to_json(getattr(config, name)) for name in told}
    if isinstance(config, tuple | list):
        return [to_json(part) for part in config]
    if isinstance(config, Mapping):
        return {str(key): to_json(part) for key, part in config.items()}
    if config is None or isinstance(config, bool | int | float | str):
        return config
    if callable(config):
        return f"{config.__module__}:{config.__qualname__}"
    return str(config)


def fingerprint(config: Any) -> str:
    """A hash that moves with every field of a configuration."""
    return sha256(json.dumps(to_json(config), sort_keys=True).encode()).hexdigest()[:16]
