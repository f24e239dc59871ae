"""Measure how often drawn foils change one way and the other, and write the shares that make up for it.

Mines scenes of seeds that nothing else uses with the shares as they are, counts each change and its
reverse among the kept foils, and lowers the share of the commoner one. Run it after a change of the
rules, of the layout or of the editor; three times, as what is thinned out makes room for other foils, and
as a change that counts in several ways is thinned by the shares of all.

    python benchmarks/world_balance.py > shares.json
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from itertools import chain

from world_cues import first

from counterfoil.mine.propose.drawn.balance import Turn, share_of, turns
from counterfoil.world.words import COLOURS

FEWEST = 4
"""Changes that are rarer, both ways together, say too little."""


def counted(number: int, seeds: Iterable[int]) -> Counter[Turn]:
    """Of so many foils of each seed, how often each change was made.

    Of colours each is as often as its reverse by how they are chosen.
    """
    foils = chain.from_iterable(first("train", seed, number) for seed in seeds)
    found = (turn for foil in foils for turn in turns(foil.scene, foil))
    return Counter(t for t in found if t.form != "swap" and t.before != t.after and t.before not in COLOURS)


def rebalanced(found: Counter[Turn]) -> dict[str, dict[str, float]]:
    """The shares that would have made each change as frequent as its reverse; the rarer one is kept whole."""
    table: dict[str, dict[str, float]] = {}
    for change in sorted(found):
        reverse = Turn(change.form, change.after, change.before)
        if found[change] + found[reverse] < FEWEST:
            continue
        share = min(1.0, share_of(change) / share_of(reverse) * found[reverse] / found[change])
        if share < 1:
            table.setdefault(change.form, {})[f"{change.before} > {change.after}"] = round(share, 3)
    return table


def main() -> None:
    """Print the new table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--foils", type=int, default=10_000, help="of each seed")
    parser.add_argument("--seed", type=int, default=100_000, help="the first")
    parser.add_argument("--seeds", type=int, default=10, help="each holds out other compositions")
    args = parser.parse_args()
    found = counted(args.foils, range(args.seed, args.seed + args.seeds))
    print(json.dumps(rebalanced(found), indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
