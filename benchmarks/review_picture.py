"""The pictures of docs/review.md: the review page of the demo's photos, on a desk and on a phone.

    python benchmarks/review_picture.py [--out docs]

Needs the browser chromium. Three made-up reviewers judge a sample beforehand, by chance.
"""

from __future__ import annotations

import argparse
import random
import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from counterfoil.demo import demo_source
from counterfoil.judgements import REASONS, Judgement, Ledger
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.recipes.photos import photos
from counterfoil.review.build import open_index
from counterfoil.review.selection import Wanted, select
from counterfoil.review.serve import open_page
from counterfoil.sources import open_source

SAMPLE = Wanted(sample=10)
SHOTS = {
    "review.jpg": ("/?", 1280, 820),
    "review_phone.jpg": ("/?", 390, 844),
    "review_results.png": ("/results?", 1280, 820),
}


def judge(dataset: Path) -> str:
    """What three reviewers might say of a sample; returns the key of the foil that is shown."""
    index, _ = open_index(dataset, lambda what, done, total: None)
    entries = index.entries(select(index, SAMPLE).tolist())
    index.close()
    ledger, chance = Ledger(dataset), random.Random(3)
    for reviewer, number in (("Ada", 60), ("Bob", 90), ("Cyd", len(entries))):
        for entry in entries[:number]:
            bad = (random.Random(entry.key).random() < 0.15) != (chance.random() < 0.05)
            said: dict[str, Any] = {"verdict": "rejected", "reason": chance.choice([*REASONS])} if bad else {}
            name = f"{reviewer} {entry.key}"
            ledger.append(
                Judgement(
                    **{"id": name, "foil": entry.key, "reviewer": reviewer, "verdict": "accepted"} | said
                )
            )
    return next(entry.key for entry in entries if entry.after == "blue" and "saucer" in entry.caption)


def shoot(browser: Browser, address: str, path: str, width: int, height: int) -> bytes:
    """A page as Ada sees it."""
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": "reviewer", "value": "Ada", "url": address}])
    page = context.new_page()
    page.goto(address.rstrip("/") + path, wait_until="networkidle")
    data = page.screenshot()
    context.close()
    return data


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("docs"))
    options = parser.parse_args()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        dataset = Path(folder) / "photos"
        source = demo_source(Path(folder) / "source")
        mine(open_source(f"coco:{source}"), photos(), dataset, Local(workers=0))
        query = SAMPLE.query(foil=judge(dataset))
        served = open_page(dataset, port=0)
        thread = Thread(target=served.run)
        thread.start()
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (path, width, height) in SHOTS.items():
            data = shoot(browser, served.address, path + query, width, height)
            with Image.open(BytesIO(data)) as picture:
                plain = picture.convert("RGB")
            small = plain if name.endswith("jpg") else plain.quantize(64)
            small.save(options.out / name, optimize=True, quality=85)
        browser.close()
        served.server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main()
