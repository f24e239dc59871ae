"""The nouns: what flows through a run, and what a dataset's rows are made of.

    Sample > Pictured > Described > Scene   a picture with captions; its pixels; what a model says of it;
                                            what is known of it
    Proposal > Reworded > Foil > Scored     one edit of one scene; in words; in pixels; measured
    Rejected                           what a stage refused, and why

A record grows by inheritance, so no field is ever None because it "has not happened yet". A
proposal *has* a scene and is none: the picture of a group exists once (docs/decisions/0001).
All records are frozen; arrays in them are never written to.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from counterfoil.errors import EditError
from counterfoil.frozen import quick

if TYPE_CHECKING:
    from spacy.tokens import Doc

Pixels = NDArray[np.uint8]
"""A picture: height x width x 3, RGB."""

Mask = NDArray[np.bool_]
"""Height x width; true inside."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, each in 0..1 of the picture's width and height."""

Operation = Literal["replace", "swap", "add", "remove"]
Kind = Literal["object", "attribute", "relation", "count", "order"]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A picture that nobody has decoded yet: a file's path, or its bytes with the name they had."""

    path: str
    data: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RunLengths:
    """A mask in COCO's compressed run lengths, as pycocotools reads and writes them."""

    height: int
    width: int
    counts: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A part of a picture that somebody annotated.

    Args:
        label: category, singular, as the annotator names it ("person", "fire hydrant").
        box: bounding box.
        outline: its mask, or None where only the box is known.
        crowd: one region for a crowd of things that nobody told apart.
    """

    label: str
    box: Box
    outline: RunLengths | None = None
    crowd: bool = False

    @property
    def area(self) -> float:
        """Area of the box as a share of the picture, 0..1."""
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top)


@dataclass(frozen=True, kw_only=True, slots=True)
class Variation:
    """A foil that somebody else has made, as a source finds it.

    Args:
        image: the sample's picture with one thing changed.
        caption: of the sample, that the foil answers.
        captions: of the variation.
        before: what was changed; "" where nobody told.
        after: what it became; "" where nobody told.
        description: what was painted, at length.
        scores: by name.
    """

    image: ImageFile
    caption: str
    captions: tuple[str, ...]
    before: str = ""
    after: str = ""
    description: str = ""
    scores: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One picture with its captions, and its regions and variations where they are known."""

    key: str
    image: ImageFile
    captions: tuple[str, ...]
    licence: str = ""
    regions: tuple[Region, ...] = ()
    variations: tuple[Variation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Pictured(Sample):
    """A sample whose picture is decoded: upright, RGB, at most as large as the recipe wants."""

    pixels: Pixels = field(repr=False)

    @property
    def height(self) -> int:
        """Height of the decoded picture in pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Width of the decoded picture in pixels."""
        return int(self.pixels.shape[1])

    def mask(self, region: int) -> Mask:
        """The mask of a region at the decoded picture's size, read-only; see `pictures.region_mask`."""
        from counterfoil.pictures import region_mask  # pictures builds on records

        height, width, _ = self.pixels.shape
        return region_mask(self.regions[region], height, width)


@dataclass(frozen=True, kw_only=True)
class Described(Pictured):
    """A picture that a model may have looked at.

    Args:
        tags: what it names, singular, each once, in the order of mention; () where nobody looked.
        description: its caption, which also stands last among `captions`; "" where nobody looked.
    """

    tags: tuple[str, ...] = ()
    description: str = ""


class Same:
    """A key for caches: equals itself alone. Scenes hold arrays, which neither compare nor hash."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


class Mention(NamedTuple):
    """Where a caption states a fact: characters `start` to `end` of `captions[caption]`."""

    caption: int
    start: int
    end: int


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One thing that is true of a picture.

    | kind | subject | value | other | regions | a mention covers |
    |---|---|---|---|---|---|
    | object | noun, singular | "" | "" | the one region, or all of a plural | its noun ("fire hydrant") |
    | attribute | noun, singular | "red" | "" | the one region | the adjective ("red") |
    | relation | noun | "left of" | noun | subject's, other's | the words of the relation |
    | count | noun, singular | "3" | "" | all that are counted | the number ("three") |
    """

    kind: Kind
    subject: str
    value: str = ""
    other: str = ""
    regions: tuple[int, ...] = ()
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scene(Described):
    """A sample whose facts are known. `parses` holds spaCy's reading of each caption."""

    parses: tuple[Doc, ...] = field(repr=False)
    facts: tuple[Fact, ...]


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """One fact changed: read it as "not `before` but `after`". It belongs to no modality.

    Args:
        operation: replace, swap, add or remove.
        kind: of fact: object, attribute, relation or count; "order" for the words alone.
        before: what is true of the original, as short as it can be said ("red", "three", "dog").
        after: what is true of the negative ("blue", "two", "cat").
        box: where the picture changes; None for the whole picture, or for words alone.
    """

    operation: Operation
    kind: Kind
    before: str
    after: str
    box: Box | None = None

    def __post_init__(self) -> None:
        """Refuse an edit that changes nothing."""
        if self.before == self.after:
            raise EditError(f"edit changes nothing: before and after are both {self.before!r}")

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        turned: dict[str, Operation] = {"add": "remove", "remove": "add"}
        operation = turned.get(self.operation, self.operation)
        return replace(self, operation=operation, before=self.after, after=self.before)


class Change(NamedTuple):
    """Characters `start` to `end` of a caption become `text`; an insertion where both are equal."""

    start: int
    end: int
    text: str


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """One edit that one scene allows, and the words that tell it.

    Args:
        key: the scene's key, a slash, and the number of this proposal.
        proposer: the rule that made it.
        two_way: the picture is to change too; else the foil is text-only.
        targets: the regions that the edit is about, in the order that the edit names them.
        values: what each target becomes, or what is put in: a colour, a category of the regions, or a
            description of what is to be painted.
        caption: which of the scene's captions it answers.
        true_changes: what makes that caption state the fact; () where it does already.
        negative_changes: what makes that caption state the changed fact.
        also: further captions that name what changes, each with what makes it state the changed fact.
    """

    key: str
    scene: Scene
    edit: Edit
    proposer: str
    caption: int
    negative_changes: tuple[Change, ...]
    true_changes: tuple[Change, ...] = ()
    two_way: bool = False
    targets: tuple[int, ...] = ()
    values: tuple[str, ...] = ()
    also: tuple[tuple[int, tuple[Change, ...]], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reworded(Proposal):
    """A proposal in words: two captions that differ by the one fact, and more that state the changed one."""

    true_caption: str
    negative_caption: str
    also_negative: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Patch:
    """What an editor painted: a rectangle that replaces the picture's own from (left, top) on.

    Outside `mask` the patch equals the picture, and outside the rectangle nothing is painted at
    all, so that "nothing else changes" holds by construction.
    """

    left: int
    top: int
    pixels: Pixels = field(repr=False)
    mask: Mask = field(repr=False)

    def window(self) -> tuple[slice, slice]:
        """The rectangle as an index into the picture."""
        height, width = self.mask.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)

    @classmethod
    def whole(cls, pixels: Pixels) -> Patch:
        """A patch that replaces all of a picture."""
        return cls(left=0, top=0, pixels=pixels, mask=_everywhere(*pixels.shape[:2]))

    @property
    def is_everywhere(self) -> bool:
        """Whether the mask is of all of the patch."""
        return _is_everywhere(Same(self.mask))

    def onto(self, pixels: Pixels, window: tuple[slice, slice] | None = None) -> Pixels:
        """A copy of the picture, or of a window of it, with the patch on it."""
        rows, columns = window or (slice(0, pixels.shape[0]), slice(0, pixels.shape[1]))
        own_rows, own_columns = self.window()
        down, own_down = _shared(rows, own_rows)
        across, own_across = _shared(columns, own_columns)
        painted = pixels[rows, columns].copy()
        painted[down, across] = self.pixels[own_down, own_across]
        return painted


def _shared(one: slice, other: slice) -> tuple[slice, slice]:
    """What two ranges share, as an index into the first and as one into the second."""
    start = max(one.start, other.start)
    stop = max(start, min(one.stop, other.stop))
    return slice(start - one.start, stop - one.start), slice(start - other.start, stop - other.start)


@lru_cache(2)
def _everywhere(height: int, width: int) -> Mask:
    """A mask of all of a picture, read-only. The last are kept, for pictures of a batch have few sizes."""
    mask = np.ones((height, width), np.bool_)
    mask.flags.writeable = False
    return mask


@lru_cache(8)
def _is_everywhere(same: Same) -> bool:
    """The last answers are kept: whole patches share their mask, and each is asked about by many scores."""
    mask: Mask = same.value
    return bool(mask.all())


@dataclass(frozen=True, kw_only=True, slots=True)
class Foil(Reworded):
    """What an edit made: a negative caption and, for a two-way foil, a painted patch.

    Args:
        patch: what was painted; None for a text-only foil.
        editor: who painted it; "" for a text-only foil.
        facts: what the editor knows of its work, for the scorers ("cutout": 3.0 ...).
        positive: the original fact, painted in the same way, so that paint does not tell the negative.
    """

    patch: Patch | None
    editor: str
    facts: dict[str, float] = field(default_factory=dict)
    positive: Patch | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored(Foil):
    """A foil with its measurements, by name."""

    scores: dict[str, float]


Record = Sample | Proposal


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """What a stage refused.

    Args:
        record: the record as it stood; None where it never became one (an unreadable line).
        key: of the record, or what names the input ("captions.jsonl:17").
        stage: who refused it.
        reason: one word or a few joined by underscores, the same for all such cases: it is counted.
        detail: one sentence with the values.
        part: only a part of the input was refused (a region), and the rest of it went on.
    """

    record: Record | None
    key: str
    stage: str
    reason: str
    detail: str = ""
    part: bool = False
