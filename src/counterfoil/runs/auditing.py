"""What `counterfoil audit` does: read blindly, write what was found, and repair where that is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from counterfoil import shards
from counterfoil.audit.audit import audit
from counterfoil.audit.balance import Balance
from counterfoil.audit.judges import verdict
from counterfoil.audit.material import Material, Progress
from counterfoil.audit.report import summary, write_report
from counterfoil.audit.roles import unevenness
from counterfoil.errors import MiningError, RecipeError
from counterfoil.markdown import judges, reading, table
from counterfoil.mine.refilter import withdraw


class Order(NamedTuple):
    """What was asked of `audit`; `out` is DATASET/audit.json where it is None."""

    dataset: Path
    out: Path | None = None
    against: Path | None = None
    balance: Path | None = None
    limit: int | None = None
    language_model: str = ""
    roles: bool = False
    network: bool = False
    pairs: bool = False


def run(order: Order, progress: Progress) -> dict[str, Any]:
    """Audit a dataset, write audit.json and its report, and the balanced subset where one is asked for.

    Returns:
        What stands in audit.json.

    Raises:
        DataError: no finished dataset, a damaged one, too few groups, or a folder that cannot be written.
        MiningError: no subset could be found that blind readers cannot tell.
        ModelError: scikit-learn is missing, or the language model cannot be loaded.
        RecipeError: a subset was asked for, and only some of the groups to be read.
    """
    if order.balance and order.limit:
        raise RecipeError("--balance judges all foils: leave --limit out")
    told, readings = audit(
        order.dataset,
        against=order.against,
        limit=order.limit,
        language_model=order.language_model,
        network=order.network,
        progress=progress,
    )
    page = order.out or order.dataset / "audit.json"
    shards.write_json(page, told)
    write_report(told, readings, page)
    if order.balance:
        told |= {"balance": _balanced(order, readings.seen, told["dataset"], progress)}
        shards.write_json(page, told)
    return told


def _balanced(order: Order, seen: Material, dataset: str, progress: Progress) -> dict[str, Any]:
    found = Balance(roles=order.roles, pairs=order.pairs).choose(seen, progress)
    before, after = found.rounds[0], found.rounds[-1]
    if not found.even:
        raise MiningError(
            f"after {len(found.rounds)} rounds {after['foils']} of {before['foils']} foils are left and "
            f"not even (text {reading(after['text'])}, picture {reading(after.get('picture'))}): "
            "audit.json says by what"
        )
    verdicts = {"before": verdict(seen), "after": verdict(found.seen)}
    told = {"before": before, "after": after, "judges": verdicts, "of": dataset}
    withdraw(order.dataset, found.refused, told, order.balance or order.dataset)
    return {
        "goal": "auc and pairs" if order.pairs else "auc",
        "kept": after["foils"],
        "kept_share": round(after["foils"] / before["foils"], 4),
        "rounds": found.rounds,
        "withdrawn": len(found.refused),
        "judges": verdicts,
        "roles": {
            when: round(unevenness(of.foils), 4) for when, of in (("before", seen), ("after", found.seen))
        },
    }


def shown(told: dict[str, Any]) -> str:
    """What the terminal shows of an audit."""
    found = summary(told)
    lines = [table(found.head, found.rows)]
    lines += [f"{one['given_away']:.3f}  {one['told']}" for one in told["findings"][:5]]
    if repair := told.get("balance"):
        share = 100 * repair["kept_share"]
        lines.append(f"Balanced ({repair['goal']}): {repair['kept']} foils are kept ({share:.1f} %)")
        lines.append(judges(repair["judges"]))
    return "\n".join(lines)
