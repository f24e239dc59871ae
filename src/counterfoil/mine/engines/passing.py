"""What passes between processes: outcomes as bytes, parses without all the parser's words."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Sequence
from typing import Any

from spacy.tokens import Doc

from counterfoil.mine.pipeline import Outcome
from counterfoil.parsing import vocabulary


class _Pickler(pickle.Pickler):
    """Spell a parse by itself: by default each pickle holds all the parser's words, some 2 MB."""

    def reducer_override(self, value: Any) -> tuple[Callable[..., Any], tuple[Any, ...]] | Any:
        """How a parse is written; everything else goes the usual way."""
        return (_parse, (value.to_bytes(),)) if isinstance(value, Doc) else NotImplemented


def dumps(outcomes: Sequence[Outcome]) -> bytes:
    """Outcomes to bytes. Records that share a scene share it afterwards."""
    written = io.BytesIO()
    _Pickler(written, pickle.HIGHEST_PROTOCOL).dump(list(outcomes))
    return written.getvalue()


def loads(written: bytes) -> list[Outcome]:
    """What `dumps` was given. Only for bytes of our own: pickles can run code."""
    outcomes: list[Outcome] = pickle.loads(written)
    return outcomes


def _parse(written: bytes) -> Doc:
    return Doc(vocabulary()).from_bytes(written)
