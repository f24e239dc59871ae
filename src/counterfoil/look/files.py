"""A report's files: written atomically, and only where something changed; scripts that cannot break out."""

from __future__ import annotations

import filecmp
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO


def to_script(value: Any) -> str:
    r"""JSON that is safe anywhere in a page or script: pure ASCII without <, > and &.

    Example:
        >>> to_script("</script>\u2028")
        '"\\u003c/script\\u003e\\u2028"'
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A text file that takes the path's place when complete, unless the same stands there already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".tmp")
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        yield file
    if path.exists() and filecmp.cmp(draft, path, shallow=False):
        draft.unlink()
    else:
        draft.replace(path)


def write(path: Path, text: str) -> None:
    """Write a whole text file in that way."""
    with replacing(path) as file:
        file.write(text)
