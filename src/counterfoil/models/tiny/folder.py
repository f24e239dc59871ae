"""A role to a folder with a tiny model, built when it is first asked for and kept in the cache."""

from __future__ import annotations

import shutil
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import mkdtemp

import torch

from counterfoil.errors import ModelError, unknown
from counterfoil.models.tiny import TINY
from counterfoil.storage import cache_folder


def tiny_folder(role: str) -> Path:
    """The folder of a tiny model with random weights: a real class, as `save_pretrained` writes it.

    Raises:
        ModelError: nobody builds such a model.
    """
    if role not in TINY:
        raise ModelError(unknown("tiny model", role, TINY))
    folder = cache_folder() / "tiny" / f"{role}-{_edition()}"
    if not folder.is_dir():
        _build(role, folder)
    return folder


def _build(role: str, folder: Path) -> None:
    """Whole or not at all: several workers may build the same one at a time."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(dir=folder.parent))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        TINY[role](unfinished)
    try:
        unfinished.rename(folder)
    except OSError:  # another worker was faster
        shutil.rmtree(unfinished)


@cache
def _edition() -> str:
    """Moves with the builders and with the libraries that write the files."""
    told = sha256("".join(version(name) for name in ("torch", "transformers")).encode())
    for path in sorted(files("counterfoil.models.tiny").iterdir(), key=lambda path: path.name):
        if path.name.endswith(".py"):
            told.update(path.read_bytes())
    return told.hexdigest()[:12]
