"""Every error that this package raises on purpose.

    CounterfoilError
    |-- RecipeError    a recipe or a --set that cannot be: unknown name, wrong type, wrong stage order
    |-- DataError      a file or record that cannot be read, or a folder that cannot be written
    |-- EditError      an edit that changes nothing, or that no editor can draw
    |-- ModelError     weights or a model package that is missing or does not fit
    |-- MiningError    a run that cannot go on: a stage lost records, a worker died, too much was rejected
    |-- TrainingError  a run that cannot go on: a loss that is no number, a rank that died
    `-- ScoreError     a score that is not a number, or that nobody computed

A message says what happened, with the value; where (file, key, path); and what to do next.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class CounterfoilError(Exception):
    """The root: catch it to catch everything that this package raises on purpose."""


class RecipeError(CounterfoilError):
    """A recipe or a setting that cannot be."""


class DataError(CounterfoilError):
    """A file or record that cannot be read, or a folder that cannot be written."""


class EditError(CounterfoilError):
    """An edit that changes nothing, or that no editor can draw."""


class ModelError(CounterfoilError):
    """Weights or a model package that is missing or does not fit."""


class MiningError(CounterfoilError):
    """A run of mining that cannot go on."""


class TrainingError(CounterfoilError):
    """A run of training that cannot go on."""


class ScoreError(CounterfoilError):
    """A score that is not a number, or that nobody computed."""


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is unknown, which ones are known, and which was probably meant.

    Example:
        >>> unknown("recipe", "photo", ["photos", "gnm"])
        "unknown recipe 'photo': did you mean 'photos'? Known: gnm, photos"
    """
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"unknown {what} {name!r}: {hint}Known: {', '.join(names)}"
