"""A clock that jumps changes nothing: nobody asks for the time of day, but for when a verdict was given."""

import ast
from pathlib import Path

import counterfoil

PACKAGE = Path(counterfoil.__file__).parent
CLOCKS = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}


def asked(file: Path) -> set[str]:
    """The clocks that a module reads."""
    calls = (node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))
    named = {ast.unparse(call) for call in calls}
    return {clock for clock in CLOCKS for name in named if name == clock or name.endswith(f".{clock}")}


def test_no_module_reads_the_time_of_day() -> None:
    asking = {str(file.relative_to(PACKAGE)): asked(file) for file in PACKAGE.rglob("*.py")}
    assert len(asking) > 100
    assert {name for name, clocks in asking.items() if clocks} == {"judgements.py"}
