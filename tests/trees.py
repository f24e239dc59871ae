"""A folder as what is in it."""

from pathlib import Path

from counterfoil.mine.run import TIMES


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name, but how long the stages took, which is never the same."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != TIMES
    }
