"""The report shows every foil, opens from disk, and no caption can break out of it."""

import html
import json
import re
import shutil
import subprocess
import tracemalloc
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from counterfoil.errors import DataError
from counterfoil.look import look
from counterfoil.look.difference import difference
from counterfoil.look.files import to_script
from counterfoil.look.tally import Values

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--virtual-time-budget=20000"),
)


def script(path: Path) -> Any:
    """The value that a script hands to the page, read as the JSON that it is."""
    text = re.sub(r"^counterfoil\.\w+\((?:\d+,)?|\);\n$", "", path.read_text(encoding="ascii"))
    return json.loads(text.replace(",\n]", "]"))


def groups(report: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((report / "groups").glob("0*.js")):
        yield from script(path)


def state(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


class Elements(HTMLParser):
    """Collects a page's elements and the addresses it names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_every_foil_is_in_the_report_with_its_pictures(dataset: Path) -> None:
    report = look(dataset).parent
    shown = list(groups(report))
    assert [len(group["foils"]) for group in shown] == [5] * 25 + [3, 1]
    kept, _, text_only, by_filter, by_editor = shown[3]["foils"]
    with Image.open(report / kept["picture"][0]) as picture:
        assert picture.size == (80, 60) == tuple(kept["picture"][1:])
    assert kept["true"] == ["a ", "red", " square on grey"]
    assert kept["negative"] == ["a ", "blue", " square on grey"]
    assert kept["box"] == [0.25, 0.2, 0.75, 0.8]
    assert "picture" not in text_only
    assert by_filter["detail"] == "named orange"
    assert by_editor["detail"] == "0.71 of the picture"


def test_the_index_files_each_foil_under_what_one_can_filter_by(dataset: Path) -> None:
    index = script(look(dataset).parent / "groups" / "index.js")
    foils = [index["signatures"][code] for code in index["groups"][3]]
    assert foils == [
        ["replace", "attribute", "recolour", "colours", "two-way", "kept", "", ""],
        ["replace", "attribute", "recolour", "colours", "two-way", "kept", "", ""],
        ["swap", "order", "", "colours", "text-only", "kept", "", ""],
        [
            "replace",
            "attribute",
            "recolour",
            "colours",
            "two-way",
            "rejected",
            "filter: colour_not_verified",
            "",
        ],
        ["replace", "attribute", "", "colours", "two-way", "rejected", "edit: mask_too_large", ""],
    ]
    search = script(look(dataset).parent / "groups" / "search.js")
    assert [len(words) - 1 for words in search] == [len(codes) for codes in index["groups"]]


def test_a_second_look_writes_nothing(dataset: Path) -> None:
    report = look(dataset).parent
    before = state(report)
    (report / "report.json").write_text("forgotten")  # so that all is made again
    look(dataset)
    after = state(report)
    assert {path for path in after if after[path] != before.get(path)} == {str(report / "report.json")}
    look(dataset)
    assert state(report) == after


def test_what_the_dataset_no_longer_has_leaves_the_report(dataset: Path) -> None:
    report = look(dataset).parent
    look(dataset, limit=10)
    assert sorted(path.name for path in (report / "groups").iterdir()) == [
        "000000.js",
        "index.js",
        "search.js",
    ]
    # originals and negatives, three each; the greys of these ten differ
    assert len(list(report.glob("pictures/*/*.jpg"))) == 10 * 4
    assert "first 10 groups" in (report / "index.html").read_text()


def test_a_folder_that_is_no_report_is_left_alone(dataset: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos" / "pictures"
    photos.mkdir(parents=True)
    (photos / "holiday.jpg").write_bytes(b"dear")
    with pytest.raises(DataError, match="is no report"):
        look(dataset, tmp_path / "photos")
    assert [path.name for path in photos.iterdir()] == ["holiday.jpg"]


def test_an_unfinished_dataset_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no manifest\.json"):
        look(tmp_path)


def test_a_damaged_shard_is_named(dataset: Path) -> None:
    (dataset / "data" / "00000.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError, match=r"00000\.parquet"):
        look(dataset)


def test_pages_name_no_address_outside_and_no_script_of_a_caption(dataset: Path) -> None:
    report = look(dataset).parent
    for page in ("index.html", "groups.html"):
        text = (report / page).read_text(encoding="utf-8")
        elements = Elements(text).found
        sources = [attributes["src"] for tag, attributes in elements if tag == "script"]
        assert set(sources) <= {"flicker.js", "groups.js", "groups/index.js"}
        assert not [name for _, attributes in elements for name in attributes if name.startswith("on")]
        named = [a for _, attributes in elements for k, a in attributes.items() if k in {"src", "href"}]
        assert not [
            address for address in named if re.match(r"[a-z]+:|//", address or "") and address != "data:,"
        ]
    for path in (*report.glob("*.css"), *report.glob("*.js")):
        assert "//" not in re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.MULTILINE)


def test_scripts_are_ascii_without_markup(dataset: Path) -> None:
    for path in look(dataset).parent.glob("groups/*.js"):
        assert not set("<>&") & set(path.read_text(encoding="ascii"))


@given(st.text())
def test_any_text_survives_a_script(text: str) -> None:
    written = to_script(text)
    assert json.loads(written) == text
    assert not set(written) & set("<>&\u2028\u2029")


def test_plots_say_in_words_what_they_show(dataset: Path) -> None:
    text = look(dataset).read_text(encoding="utf-8")
    said = [html.unescape(label) for label in re.findall(r'<svg role="img" aria-label="([^"]*)"', text)]
    assert said[0] == "Yield per stage. perceive: 27 in, 26 out; filter: 125 in, 75 out"
    assert said[1].startswith("Why foils were rejected. ")
    assert "filter: colour_not_verified: 25" in said[1]
    assert said[2] == "Kept two-way foils by operation and kind. replace attribute 52"
    assert said[4] == "Kept per editor. recolour: 52 of 77"
    assert len(said) == 6


def test_a_number_of_any_size_of_a_score_stays_in_bounds() -> None:
    values = Values(limit=100)
    for number in range(10_000):
        values.add(float(number))
    assert len(values.kept) <= 100
    assert list(values.kept) == [float(n) for n in range(0, 10_000, values.stride)]


def test_memory_does_not_grow_with_the_dataset(make_dataset: Callable[[int], Path]) -> None:
    def peak(folder: Path) -> int:
        tracemalloc.start()
        look(folder)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small, large = make_dataset(80), make_dataset(240)
    look(small, limit=1)  # what is imported and remembered once is no growth
    assert peak(large) < 1.5 * peak(small)


@pytest.mark.parametrize(
    ("true", "negative", "expected"),
    [
        ("A man.", "A man.", (["A man."], ["A man."])),
        (
            "a dog and a cat",
            "a cat and a dog",
            (["a ", "dog", " and a ", "cat", ""], ["a ", "cat", " and a ", "dog", ""]),
        ),
        ("Dogs.", "No dogs.", (["", "Dogs", "."], ["", "No dogs", "."])),
        ("a red bus", "a red bus in the rain", (["a red bus", "", ""], ["a red bus", " in the rain", ""])),
        ("", "new", (["", "", ""], ["", "new", ""])),
    ],
)
def test_changed_words_are_told_apart(
    true: str, negative: str, expected: tuple[list[str], list[str]]
) -> None:
    assert difference(true, negative) == expected


@given(st.text("ab c.", max_size=40), st.text("ab c.", max_size=40))
def test_the_pieces_of_a_difference_are_the_captions(true: str, negative: str) -> None:
    ours, theirs = difference(true, negative)
    assert ("".join(ours), "".join(theirs)) == (true, negative)
    assert ours[::2] == theirs[::2]
    assert len(ours) % 2 == 1


def test_captions_of_thousands_of_words_are_compared_at_once() -> None:
    true = " ".join(f"w{n}" for n in range(10_000))
    negative = " ".join(f"v{n}" for n in range(10_000))
    assert difference(f"a {true} z", f"a {negative} z") == (["a ", true, " z"], ["a ", negative, " z"])


def drive(report: Path, steps: str, folder: Path) -> tuple[str, list[Any]]:
    """Open the groups in a browser and take steps there; returns the page, and what the steps say."""
    assert CHROMIUM
    page = (report / "groups.html").read_text(encoding="utf-8")
    driver = """<script>(async () => {
      const said = [], say = (value) => said.push(value), find = (name) => document.querySelector(name);
      const settle = () => new Promise((done) => setTimeout(done, 400));
      const send = (key, on) => dispatchEvent(new KeyboardEvent(on, { key }));
      const press = (key, on = "keydown") => { send(key, on); return settle(); };
      const go = (hash) => { location.hash = hash; return settle(); };
      await settle();
      STEPS
      document.body.dataset.said = JSON.stringify(said);
    })();</script></body>"""
    (report / "driver.html").write_text(
        page.replace("</body>", driver.replace("STEPS", steps)), encoding="utf-8"
    )
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "--dump-dom", (report / "driver.html").as_uri()]
    dump = subprocess.run(command, capture_output=True, timeout=60, check=True).stdout.decode()
    body = next(attributes for tag, attributes in Elements(dump).found if tag == "body")
    return dump, json.loads(body["data-said"] or "")


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser: install chromium")
def test_the_groups_can_be_filtered_searched_and_walked_in_a_browser(dataset: Path, tmp_path: Path) -> None:
    expected = {
        "verdict=kept": "78 foils in 26 groups",
        "verdict=": "129 foils in 27 groups",
        "way=text-only": "26 foils in 26 groups",
        "verdict=rejected&reason=edit%3A+mask_too_large": "25 foils in 25 groups",
        "text=GREEN+square/00007": "1 foil in 1 group",
        "text=onerror": "4 foils in 2 groups",
    }
    steps = f"for (const hash of {list(expected)}) {{ await go(hash); say(find('#status').textContent); }}"
    steps += """
      await go("");
      await press("j"); await press("j");
      say(document.activeElement.getAttribute("aria-label"));
      await press("n");
      say(new URLSearchParams(location.hash.slice(1)).get("page"));
      const [first, second] = find(".pair").querySelectorAll("img"), sources = [first.src, second.src];
      await press("x"); say(first.src === sources[1] && second.src === sources[0]);
      await press("x", "keyup"); say(first.src === sources[0]);
      const select = find("select[name=verdict]");
      select.value = "rejected"; select.dispatchEvent(new Event("input", { bubbles: true })); await settle();
      say(location.hash);
    """
    page, said = drive(look(dataset).parent, steps, tmp_path / "browser")
    assert said[:6] == list(expected.values())
    assert said[6:] == ["group square/00001", "2", True, True, "#verdict=rejected"]
    assert re.findall("<title>(.*?)</title>", page) == ["squares: groups - counterfoil report"]
    assert not [tag for tag, attributes in Elements(page).found if "onerror" in attributes]
