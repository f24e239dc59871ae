"""A folder as what is in it."""

from pathlib import Path


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
