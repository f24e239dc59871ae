"""The dataset card that `mine` writes: what is in it, where it comes from, what was refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from counterfoil.markdown import judges, reading, table
from counterfoil.mine.counts import told

_HEADER = """---
configs:
- config_name: default
  data_files:
  - split: train
    path: data/*.parquet
- config_name: rejected
  data_files:
  - split: train
    path: rejected/*.parquet
tags:
- image-text
- hard-negatives
- compositionality
- counterfoil
---
"""

_HOW = """
## How to read it

```python
from datasets import load_dataset

rows = load_dataset("parquet", data_files="data/*.parquet", split="train")
for foil in rows[0]["foils"]:
    print(foil["operation"], foil["kind"], "|", foil["caption"], "|", foil["negative_caption"])
```

One row is one picture with its captions and all of its foils; a group is never split over files.
`image` and `negative_image` went through the same encoder. A text-only foil has no `negative_image`.
`caption` and `negative_caption` differ by one fact; a two-way foil's `negative_image` by the same fact.
Refused foils lie in `rejected/` in the same form, with `stage`, `reason` and `detail`.

## What to keep in mind

{edits} Whether a foil holds was checked by the scores beside it, not by people. Facts that no
annotation or caption gives are unknown, so a text-only foil may now and then be true of its picture.
"""

_CLASSICAL = "The edits are classical image processing: no model looked at the pictures."
_GENERATED = (
    "Generative models took part, those below: they see what is not there, and what they write or paint may "
    "be wrong, biased, or under terms of their own."
)

_AUDITED = """
## Audit

Foils that readers of captions alone, or of pictures alone, could tell were withdrawn until these could not;
they lie in `rejected/` with the stage "audit". AUC with its 95 % interval, in brackets the share of right
answers to "which of the two is it?"; then the same by readers of other kinds, which chose nothing.
"""

_REVIEWED = {
    "accepted": "Only foils that more reviewers accepted than rejected were kept",
    "not-rejected": "Foils that more reviewers rejected than accepted were withdrawn",
}


def write(manifest: Mapping[str, Any], described: Mapping[str, Any]) -> str:
    """The card as Markdown. The same run gives the same bytes: no dates, no durations."""
    counts, recipe = manifest["counts"], described["recipe"]
    models = sorted(set(_models(recipe)))
    parts = [
        _HEADER,
        f"# {counts['foils']:,} foils of {counts['samples']:,} pictures\n",
        f"Mined by counterfoil {described['versions']['counterfoil']} with the recipe `{recipe['name']}`, "
        f"seed {described['seed']}, fingerprint `{described['fingerprint']}`.\n",
        *([f"{described['about']}\n"] if "about" in described else []),
        table(("", "number"), [(name.replace("_", " "), f"{number:,}") for name, number in counts.items()]),
        "\n## Yield per stage\n",
        table(
            ("stage", "in", "out", "refused, by reason"),
            [(s["name"], f"{s['in']:,}", f"{s['out']:,}", told(s["rejected"])) for s in manifest["stages"]],
        ),
        "\n## Operations and kinds\n",
        table(
            ("cell", "two-way kept", "two-way refused", "text-only kept", "text-only refused"),
            [(name, *(f"{cell.get(way, 0):,}" for way in _WAYS)) for name, cell in manifest["cells"].items()],
        ),
        "\n## Editors\n",
        table(
            ("editor", "kept", "refused by the filter"),
            [
                (name, f"{e.get('kept', 0):,}", f"{e.get('rejected', 0):,}")
                for name, e in manifest["editors"].items()
            ],
        ),
        "\n## Inputs that were refused\n",
        told(manifest["sample_reasons"]) or "None.",
        f"\n\nRegions that were refused: {told(manifest['part_reasons']) or 'none'}.\n",
        "\n## Licences of the pictures\n",
        "The negatives are derived from the pictures and stand under their licences.\n",
        table(("licence", "pictures"), [(n, f"{c:,}") for n, c in sorted(manifest["licences"].items())]),
        *_audited(described.get("audit")),
        *_reviewed(described.get("review")),
        _HOW.replace("{edits}", _GENERATED if models else _CLASSICAL),
        *(["\n## Models\n", table(("model", "revision"), models)] if models else []),
        "\n## Versions\n",
        table(("library", "version"), sorted(described["versions"].items())),
    ]
    return "\n".join(parts)


def _models(config: Any) -> Iterator[tuple[str, str]]:
    """Name and revision of every model in a recipe's description."""
    if isinstance(config, Mapping):
        if "unit" in config and "model" in config:
            yield config["model"], config.get("revision") or "newest"
        config = list(config.values())
    if isinstance(config, list):
        for part in config:
            yield from _models(part)


def _audited(audit: Mapping[str, Any] | None) -> list[str]:
    if audit is None:
        return []
    rows = [
        (what, f"{of['foils']:,}", f"{of['two_way']:,}", *(reading(of.get(by)) for by in ("text", "picture")))
        for what, of in (("before", audit["before"]), ("after", audit["after"]))
    ]
    chosen = table(("", "foils", "two-way", "captions alone", "pictures alone"), rows)
    return [_AUDITED, chosen, "\n", judges(audit["judges"])]


def _reviewed(review: Mapping[str, Any] | None) -> list[str]:
    if review is None:
        return []
    rows = [(verdict, f"{number:,}") for verdict, number in review["verdicts"].items()]
    how = f'{_REVIEWED[review["kept"]]}; the others lie in `rejected/` with the stage "review".\n'
    return ["\n## Review\n", how, table(("verdict of the reviewers together", "foils"), rows)]


_WAYS = ("two_way_kept", "two_way_rejected", "text_only_kept", "text_only_rejected")
