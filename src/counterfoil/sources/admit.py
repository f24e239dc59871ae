"""What every source has in common: a picture with captions, as found, in; a sample or a refusal out.

Captions are tidied here (one line, no control characters), keys are made unique, and no file name
leads out of the folder that it was found in.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from counterfoil.records import ImageFile, Region, Rejected, Sample

MAX_CAPTION = 1_000
"""Characters of a caption: what is longer is a page that was taken for a caption."""

# C0 and C1 controls other than white space, surrogate halves, bidirectional overrides, byte order mark
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")

Fault = tuple[str, str]
"""Reason and detail of a `Rejected`."""


class Found(NamedTuple):
    """A picture with captions, as it stands in a source.

    Args:
        name: the picture's file name, relative to `folder`.
        captions: as they were found; what is no text counts as none.
        folder: what the name must not lead out of.
        data: the picture's bytes, where it is no file of its own; its name is only a name then.
        key: of the sample; "" for the name without its suffix.
    """

    name: str
    captions: Sequence[object]
    folder: Path = Path()
    data: bytes | None = None
    key: str = ""
    licence: str = ""
    regions: tuple[Region, ...] = ()


def admit(found: Iterable[Found | Rejected]) -> Iterator[Sample | Rejected]:
    """Turn what was found into samples; refuse what is no sample. Remembers the keys, nothing else."""
    seen: set[str] = set()
    for one in found:
        if isinstance(one, Rejected):
            yield one
            continue
        key = tidy(one.key or key_of(one.name))
        fault = _twice(key, seen) or _misplaced(one) or _wordless(one)
        seen.add(key)
        yield refuse(key, *fault) if fault else _sample(key, one)


def refuse(key: str, reason: str, detail: str, *, part: bool = False) -> Rejected:
    """A refusal by a source; `part` where a sample goes on without what is refused."""
    return Rejected(
        record=None, key=tidy(key), stage="source", reason=reason, detail=tidy(detail)[:500], part=part
    )


def tidy(text: str) -> str:
    r"""One line: control characters gone, white space collapsed to single blanks.

    Example:
        >>> tidy(" A dog\x00 on\n\ta  mat. ")
        'A dog on a mat.'
    """
    return " ".join(_CONTROL.sub("", text).split())


def key_of(name: str) -> str:
    """The key of a picture: its file name without the suffix.

    Example:
        >>> key_of("./val2014/COCO_val2014_000000391895.jpg")
        'val2014/COCO_val2014_000000391895'
    """
    return posixpath.splitext(posixpath.normpath(name))[0]


def as_list(value: object) -> list[object]:
    """A caption column's value: one caption, or several."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _sample(key: str, found: Found) -> Sample:
    path = found.name if found.data is not None else str(found.folder / found.name)
    return Sample(
        key=key,
        image=ImageFile(path, found.data),
        captions=tuple(text for text in _texts(found) if len(text) <= MAX_CAPTION),
        licence=tidy(found.licence),
        regions=found.regions,
    )


def _texts(found: Found) -> list[str]:
    texts = (tidy(text) for text in found.captions if isinstance(text, str))
    return [text for text in texts if text]


def _wordless(found: Found) -> Fault | None:
    texts = _texts(found)
    if not texts:
        return "no_caption", f"{found.name}: none of its {len(found.captions)} captions has a word"
    if min(map(len, texts)) > MAX_CAPTION:
        return "caption_too_long", f"{found.name}: no caption is within {MAX_CAPTION:,} characters"
    return None


def _twice(key: str, seen: set[str]) -> Fault | None:
    if key in seen:
        return "duplicate_key", f"{key} came before: only the first is kept"
    return None


def _misplaced(found: Found) -> Fault | None:
    """Why a file name cannot be followed: it leads out of its folder, or to no file."""
    if posixpath.isabs(found.name) or posixpath.normpath(found.name).startswith(".."):
        return (
            "path_outside",
            f"{found.name!r} is no name inside {found.folder}: name pictures relative to it",
        )
    return None if found.data is not None else _lost(found)


def _lost(found: Found) -> Fault | None:
    path = found.folder / found.name
    try:
        there = path.is_file()
        real, folder = os.path.realpath(path), os.path.realpath(found.folder)
    except (OSError, ValueError) as error:
        return "missing_picture", f"{found.name!r} in {found.folder}: {error}"
    if not there:
        return "missing_picture", f"{path} is not there, or is no file"
    if os.path.commonpath([real, folder]) != folder:
        return "path_outside", f"{path} is a link out of {found.folder}, to {real}"
    return None
