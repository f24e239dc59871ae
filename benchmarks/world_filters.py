"""What the filters catch: foils from fallible perception and editing, against what is true of them.

Of the drawn world the truth of every foil is known. Perception misses items, sees wrong colours and
draws loose boxes; the editor fails, edits the wrong item or spoils another, at stated rates, and leaves
grain everywhere. The table says which share of the true foils and of the false ones the recipe's limits
keep, alone and together; the plot shows the same for every threshold. Thresholds were chosen on the
validation split; this prints the splits that are asked for.

    python benchmarks/world_filters.py --splits test held_out --plot docs/world_filters.png
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from counterfoil.chance import rng_for
from counterfoil.mine.editors.draw import Draw
from counterfoil.mine.editors.redraw import FAULTS, Redraw, redrawn
from counterfoil.mine.filter import Limit
from counterfoil.mine.perceive.drawn import PerceiveDrawn
from counterfoil.mine.pipeline import load_stages
from counterfoil.mine.stage import Run, Stage
from counterfoil.recipes.drawn import LIMITS, drawn
from counterfoil.records import Foil, Rejected, Scored
from counterfoil.sources.drawn import Drawn
from counterfoil.world.deal import deal
from counterfoil.world.read import matches


class Judged(NamedTuple):
    """A foil, whether it is true, and what the editor did wrong."""

    foil: Scored
    true: bool
    fault: str


def judged(split: str, number: int, perceive: PerceiveDrawn, editor: Redraw) -> list[Judged]:
    """Every foil of some scenes before the filter, and the truth about it."""
    records: list[Any] = list(Drawn(path=split, number=number).read())
    for _, apply in load_stages(degraded(perceive, editor), Run(0, Path())):
        records = [record for record in apply(records) if not isinstance(record, Rejected)]
    return [judge(foil) for foil in records]


def degraded(perceive: PerceiveDrawn, editor: Redraw) -> tuple[Stage, ...]:
    """The recipe's stages with worse perception and editing, and no filter."""
    swapped: dict[str, Stage] = {"PerceiveDrawn": perceive, "Draw": Draw(editors=(editor,))}
    return tuple(swapped.get(type(s).__name__, s) for s in drawn().stages if type(s).__name__ != "Filter")


def judge(foil: Scored) -> Judged:
    """True is a foil that was drawn as proposed, and whose four answers are right."""
    fault = FAULTS[int(foil.facts["fault"])]
    return Judged(foil, fault == "none" and is_true(foil), fault)


def is_true(foil: Foil) -> bool:
    """Whether the captions are as they should be of the scene and of the one that was proposed."""
    before, after = deal(foil.scene.key).drawing, redrawn(foil, rng_for(0, foil.key, "redraw"))
    texts = foil.true_caption, foil.negative_caption
    assert after is not None
    asked = [matches(text, drawing) for drawing in (before, after) for text in texts]
    return asked == [True, False, False, True]


def kept(foils: Sequence[Judged], limits: Sequence[Limit]) -> tuple[float, float]:
    """Which share of the true foils, and of the false ones, some limits keep."""
    passed = [not any(limit.broken(one.foil.editor, one.foil.scores) for limit in limits) for one in foils]
    true = [p for p, one in zip(passed, foils, strict=True) if one.true]
    false = [p for p, one in zip(passed, foils, strict=True) if not one.true]
    return share(true), share(false)


def share(passed: Sequence[bool]) -> float:
    """Of a list of answers the part that is yes; nan of none."""
    return sum(passed) / len(passed) if passed else float("nan")


def table(name: str, foils: Sequence[Judged]) -> None:
    """Print what each limit keeps, and all together; of the false foils, by what is wrong."""
    wrong = Counter(one.fault if one.fault != "none" else "perception" for one in foils if not one.true)
    falsity = sum(wrong.values()) / len(foils)
    print(f"\n{name}: {len(foils):,} foils, {falsity:.1%} false ({dict(sorted(wrong.items()))})")
    print(f"  {'limit':34}{'true kept':>10}{'false kept':>12}")
    for limit in LIMITS:
        side = f">= {limit.min:g}" if limit.min > -np.inf else f"<= {limit.max:g}"
        one, other = kept(foils, [limit])
        print(f"  {f'{limit.name} {side}':34}{one:10.3f}{other:12.3f}")
    one, other = kept(foils, LIMITS)
    print(
        f"  {'all':34}{one:10.3f}{other:12.3f}   precision {precision(foils):.3f} (before {1 - falsity:.3f})"
    )
    for fault in wrong:
        of_it = [o for o in foils if not o.true and (o.fault if o.fault != "none" else "perception") == fault]
        print(f"    {fault:32}{'':10}{kept(of_it, LIMITS)[1] if of_it else 0:12.3f}")


def precision(foils: Sequence[Judged]) -> float:
    """Share of the kept foils that are true."""
    passed = [one for one in foils if not any(x.broken(one.foil.editor, one.foil.scores) for x in LIMITS)]
    return float(np.mean([one.true for one in passed]))


def plot(foils: Sequence[Judged], path: Path) -> None:
    """For every threshold of each score: true foils kept against false foils kept."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 5.2))
    for limit in LIMITS:
        measured = [one for one in foils if limit.name in one.foil.scores]
        values = np.array([one.foil.scores[limit.name] for one in measured])
        true = np.array([one.true for one in measured])
        sign = 1 if limit.min > -np.inf else -1
        thresholds = np.unique(np.quantile(sign * values, np.linspace(0, 1, 200)))
        ways = [((sign * values >= t)[true].mean(), (sign * values >= t)[~true].mean()) for t in thresholds]
        (line,) = axes.plot(
            [w[1] for w in ways], [w[0] for w in ways], label=f"{limit.name} (n = {len(values):,})"
        )
        one, other = kept(measured, [limit])
        axes.plot([other], [one], "o", color=line.get_color())
    one, other = kept(foils, LIMITS)
    axes.plot([other], [one], "k*", markersize=14, label="all limits together")
    axes.axhline(0.9, color="grey", linewidth=0.8, linestyle=":")
    axes.axvline(0.15, color="grey", linewidth=0.8, linestyle=":")
    axes.set(xlim=(-0.02, 1.02), ylim=(0, 1.02), xlabel="false foils kept", ylabel="true foils kept")
    axes.set_title("What each filter keeps at 20 % faulty edits; dots: the recipe's limits", fontsize=10)
    axes.legend(loc="lower right", fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    print(f"\nplot: {path}")


PERCEPTIONS = {
    "exact perception": PerceiveDrawn(),
    "perception: 5 % missed, 5 % wrong colours, boxes loose by 10 %": PerceiveDrawn(
        missed=0.05, wrong_colour=0.05, loose=0.1
    ),
    "perception: 20 % missed, 20 % wrong colours, boxes loose by 20 %": PerceiveDrawn(
        missed=0.2, wrong_colour=0.2, loose=0.2
    ),
}
EDITORS = {
    "perfect editing": Redraw(),
    "20 % faulty editing": Redraw(failed=0.2 / 3, wrong_object=0.2 / 3, disturbed=0.2 / 3, grain=2.0),
}


def main() -> None:
    """Print the tables, and draw the plot."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--splits", nargs="+", default=["test"])
    parser.add_argument("--scenes", type=int, default=500)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    for split in args.splits:
        for seeing, perceive in PERCEPTIONS.items():
            for editing, editor in EDITORS.items():
                foils = judged(split, args.scenes, perceive, editor)
                table(f"{split}, {seeing}, {editing}", foils)
                if args.plot and editor.grain and perceive == PerceiveDrawn() and split == args.splits[0]:
                    plot(foils, args.plot)


if __name__ == "__main__":
    main()
