"""Every code block of the documentation runs, in order, page by page."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.demo import demo_source
from counterfoil.evaluate.benchmarks import BENCHMARKS
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.recipes.photos import photos
from counterfoil.sources import open_source

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str]]:
    # `make demo` sets up a virtual environment of its own: it is tried in a fresh clone instead.
    found = [(kind, code) for kind, code in BLOCK.findall(page.read_text()) if not code.startswith("make ")]
    return [(kind, code) for kind, code in found if code.strip()]


@pytest.fixture(scope="module")
def foils(drawn_coco: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the pages that mine nothing themselves call "foils"."""
    out = tmp_path_factory.mktemp("docs") / "foils"
    mine(open_source(str(drawn_coco)), photos(), out, Local(workers=0), limit=4)
    return out


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.name)
def test_the_code_blocks_of_a_page_run(page: Path, foils: Path, tmp_path: Path) -> None:
    demo_source(tmp_path / "photos")  # what the pages call "photos"
    if "--out foils " not in page.read_text():
        shutil.copytree(foils, tmp_path / "foils")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    for kind, code in blocks(page):
        command = ["bash", "-euc", code] if kind == "bash" else [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{page.name}:\n{code}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_benchmark_stands_in_the_table_of_its_page() -> None:
    page = (ROOT / "docs" / "evaluate.md").read_text()
    for name in BENCHMARKS:
        assert f"`{name.removesuffix('-held_out').removesuffix('-test')}" in page, name
