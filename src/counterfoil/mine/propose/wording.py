"""How a changed fact is told: which caption answers it, and what changes in its words.

Every function looks for a caption that states the fact; else for one that names the thing once, so
that the fact can be put in (in the true caption too); else it adds a short sentence to the first
caption, where that sentence can mean only one thing of the picture. None where nothing is sure.
"""

from __future__ import annotations

from typing import NamedTuple

from counterfoil.records import Change, Scene


class Wording(NamedTuple):
    """The words of a draft: see `Proposal`."""

    caption: int
    true_changes: tuple[Change, ...]
    negative_changes: tuple[Change, ...]


def attribute_words(scene: Scene, region: int, before: str, after: str) -> Wording | None:
    """Of a region that is `before` and becomes `after` ("red", "blue")."""


def swapped_attribute_words(scene: Scene, first: int, second: int, values: tuple[str, str]) -> Wording | None:
    """Of two regions that exchange their attributes; `values` is what each has in the original."""


def object_words(scene: Scene, region: int, label: str) -> Wording | None:
    """Of a region whose thing becomes a `label`."""


def presence_words(scene: Scene, label: str, *, there: bool) -> Wording | None:
    """Of a `label` that is there in the original and goes (`there`), or is not and comes."""


def count_words(scene: Scene, label: str, before: int, after: int) -> Wording | None:
    """Of `before` things called `label` that become `after`."""


def relation_words(scene: Scene, first: int, second: int, before: str, after: str) -> Wording | None:
    """Of a region that stands `before` ("left of") another and then stands `after` it."""


def swapped_object_words(scene: Scene, first: int, second: int, relation: str) -> Wording | None:
    """Of two regions that change places; `relation` is how the first stands to the second at first."""
