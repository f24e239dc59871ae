"""The report: a dataset's folder in, a folder of static pages that open from disk out.

index.html            the summary: counts, plots, one example of each cell
groups.html           every group; what it shows is loaded by script tags, for file:// forbids fetch
groups/index.js       the signature of every foil, for the filters
groups/search.js      the words of every group, loaded with the first search
groups/000000.js ...  `BLOCK` groups each, loaded when they come into view
pictures/             small pictures, named by their content
report.json           what the report was made of: the same again is not made again
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from rich.progress import track

from counterfoil.errors import DataError
from counterfoil.judgements import FILE, read_verdicts
from counterfoil.look.describe import describe, search_text
from counterfoil.look.files import replacing, to_script, write
from counterfoil.look.groups import Group, count_rows, read_groups
from counterfoil.look.summary import TEMPLATES, Example, write_pages
from counterfoil.look.tally import Signature, Tally, signature
from counterfoil.look.thumbnails import Thumbnails
from counterfoil.shards import read_manifest, signs

VERSION = 2
"""Raised when the same dataset gives another report."""

BLOCK = 10
"""Groups per script file: a page of filtered groups loads few foils that it does not show."""


def look(folder: Path, out: Path | None = None, limit: int = 0) -> Path:
    """Make a dataset's report, or bring it up to date.

    Args:
        folder: a dataset that `mine` finished.
        out: the report's folder; the dataset's own `report` where it is None.
        limit: show at most so many groups; 0 for all.

    Returns:
        The page to open.

    Raises:
        DataError: no finished dataset, or a folder that is no report or cannot be written.
    """
    manifest = read_manifest(folder)
    out = out or folder / "report"
    made_of = _made_of(folder, limit)
    if _stamp(out) != made_of:
        try:
            _make(folder, out, limit, manifest)
            write(out / "report.json", made_of)
        except OSError as error:
            raise DataError(f"cannot write the report {out}: {error.strerror or error}") from error
    return out / "index.html"


@dataclass
class _Scripts:
    """Writes the groups' scripts, and remembers what the summary needs."""

    thumbnails: Thumbnails
    reviewed: Mapping[str, str]
    tally: Tally = field(default_factory=Tally)
    codes: dict[Signature, int] = field(default_factory=dict)
    examples: dict[tuple[str, str], Example] = field(default_factory=dict)

    def write(self, groups: Iterator[Group], folder: Path) -> set[str]:
        """Write all scripts; returns their names."""
        names = {"index.js", "search.js"}
        with replacing(folder / "index.js") as index, replacing(folder / "search.js") as search:
            index.write(f'counterfoil.index({{"block":{BLOCK},"groups":[\n')
            search.write("counterfoil.search([\n")
            blocks = iter(lambda: [self._add(group, index, search) for group in islice(groups, BLOCK)], [])
            for number, block in enumerate(blocks):
                names.add(name := f"{number:06}.js")
                write(folder / name, f"counterfoil.block({number},{to_script(block)});\n")
            index.write(f'],"signatures":{to_script(list(self.codes))}}});\n')
            search.write("]);\n")
        return names

    def _add(self, group: Group, index: TextIO, search: TextIO) -> dict[str, Any]:
        filed = [signature(foil, self.reviewed.get(foil["key"], "")) for foil in group.kept]
        filed += map(signature, group.rejected)
        self.tally.add(group, filed)
        codes = [self.codes.setdefault(each, len(self.codes)) for each in filed]
        index.write(f"{to_script(codes)},\n")
        search.write(f"{to_script(search_text(group))},\n")
        described = describe(group, codes, self.thumbnails)
        for each, foil in zip(filed, described["foils"], strict=True):
            if each.verdict == "kept" and "picture" in foil and described["picture"]:
                self._show(Example(each, foil, described["picture"]))
        return described

    def _show(self, example: Example) -> None:
        """Keep one example of each cell, from as many different pictures as there are."""
        cell = example.signature.operation, example.signature.kind
        held = self.examples.get(cell)
        shown = [other.original for other in self.examples.values()]
        if held is None or (shown.count(held.original) > 1 and example.original not in shown):
            self.examples[cell] = example


def _make(folder: Path, out: Path, limit: int, manifest: dict[str, Any]) -> None:
    write(out / "report.json", "unfinished\n")
    scripts = _Scripts(Thumbnails(folder=out), read_verdicts(folder))
    total = count_rows(folder / "data")
    groups = track(read_groups(folder, limit), "report", total=limit or total, transient=True)
    names = scripts.write(iter(groups), out / "groups")
    examples = [scripts.examples[cell] for cell in sorted(scripts.examples)]
    title = folder.resolve().name
    write_pages(out, title=title, manifest=manifest, tally=scripts.tally, examples=examples, limit=limit)
    _remove_others(out / "groups", {out / "groups" / name for name in names})
    _remove_others(out / "pictures", {out / path for path in scripts.thumbnails.used})


def _remove_others(folder: Path, wanted: set[Path]) -> None:
    for path in folder.rglob("*.*"):
        if path not in wanted:
            path.unlink()


def _stamp(out: Path) -> str:
    """What the report was made of; "" where there is none yet."""
    stamp = out / "report.json"
    if not stamp.exists() and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataError(f"{out} exists and is no report: give another folder with --out, or remove it")
    return stamp.read_text(encoding="utf-8") if stamp.exists() else ""


def _made_of(folder: Path, limit: int) -> str:
    """All that the report depends on, short of reading the dataset: its manifest and its files' sizes."""
    templates = sorted(file.read_text(encoding="utf-8") for file in TEMPLATES.iterdir() if file.is_file())
    facts = {
        "version": VERSION,
        "limit": limit,
        "templates": blake2b("".join(templates).encode(), digest_size=16).hexdigest(),
        **signs(folder),
        "verdicts": (folder / FILE).stat().st_size if (folder / FILE).exists() else 0,
    }
    return json.dumps(facts, indent=1) + "\n"
