"""Bad input through the command: a bad record is refused and counted, a bad file is one sentence.

Nothing that was committed is lost, and no traceback reaches the user.
"""

import copy
import io
import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn import SCENES, draw, write_coco
from PIL import Image
from trees import tree
from typer.testing import CliRunner

from counterfoil import shards
from counterfoil.claim import claimed
from counterfoil.cli import app

Document = dict[str, Any]
SENTENCE = "A red car is to the left of a blue bench."
SMALL = ["--workers", "0", "--set", "shard_size=3"]


def ask(*arguments: str | Path) -> tuple[int, str]:
    """Status and output of a command that raised nothing unforeseen."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def counted(out: Path) -> dict[str, int]:
    """Why inputs, and parts of them, were refused."""
    manifest = json.loads((out / "manifest.json").read_text())
    assert not any("crashed" in stage["rejected"] for stage in manifest["stages"])
    return manifest["sample_reasons"] | manifest["part_reasons"]  # type: ignore[no-any-return]


def table(folder: Path, lines: list[tuple[str, Any]]) -> Path:
    """A table of file names and captions beside one sound picture, `sound.png`."""
    folder.mkdir(exist_ok=True)
    Image.fromarray(draw(SCENES[0][0], 0)).save(folder / "sound.png")
    rows = [{"filepath": name, "title": said} for name, said in [("sound.png", SENTENCE), *lines]]
    (folder / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder / "t.jsonl"


def held(picture: Image.Image, form: str, **how: Any) -> bytes:
    data = io.BytesIO()
    picture.save(data, form, **how)
    return data.getvalue()


SOUND = Image.fromarray(draw(SCENES[0][0], 0))
TURNED = Image.Exif()
TURNED[274] = 6
PICTURES: dict[str, tuple[bytes, str]] = {
    "truncated.jpg": (held(SOUND, "JPEG")[:1500], "truncated_picture"),
    "empty.jpg": (b"", "not_a_picture"),
    "one.png": (held(SOUND.resize((1, 1)), "PNG"), "picture_too_small"),
    "panorama.png": (held(Image.new("RGB", (12000, 40)), "PNG"), "picture_too_small"),
    "bomb.png": (held(Image.new("1", (9000, 9000)), "PNG"), "picture_too_large"),
    "text.jpg": (b"no picture", "not_a_picture"),
    "grey.jpg": (held(SOUND.convert("L"), "JPEG"), ""),
    "sixteen.png": (held(Image.fromarray(np.full((40, 60), 9999, np.uint16)), "PNG"), ""),
    "cmyk.jpg": (held(SOUND.convert("CMYK"), "JPEG"), ""),
    "palette.png": (held(SOUND.convert("P"), "PNG"), ""),
    "animated.gif": (held(SOUND, "GIF", save_all=True, append_images=[SOUND.rotate(180)]), ""),
    "turned.jpg": (held(SOUND, "JPEG", exif=TURNED), ""),
    "name\udcff.png": (held(SOUND, "PNG"), ""),
    "broken\udcff.jpg": (b"no picture", "not_a_picture"),
}


def test_odd_pictures_are_mined_and_bad_ones_refused_with_their_reason(tmp_path: Path) -> None:
    source = tmp_path / "photos"
    source.mkdir()
    for name, (data, _) in PICTURES.items():
        (source / name).write_bytes(data)
        (source / name).with_suffix(".txt").write_text(SENTENCE)
    status, told = ask("mine", source, "--out", tmp_path / "out", *SMALL)
    assert status == 0, told
    reasons = [reason for _, reason in PICTURES.values() if reason]
    assert counted(tmp_path / "out") == {reason: reasons.count(reason) for reason in reasons}
    rows = {row["key"]: row for row in shards.read_rows(tmp_path / "out" / "data")}
    assert len(rows) == len(PICTURES) - len(reasons)
    with Image.open(io.BytesIO(rows["turned"]["image"]["bytes"])) as upright:
        assert upright.size == (160, 240)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../etc/passwd", "path_outside"),
        ("/etc/passwd", "path_outside"),
        ("missing.jpg", "missing_picture"),
        ("no\0name.jpg", "missing_picture"),
        ("half\ud800.jpg", "missing_picture"),
        ("x" * 5000, "missing_picture"),
        ("./sound.png", "duplicate_key"),
        ("", "bad_line"),
    ],
)
def test_a_bad_file_name_is_refused_and_the_rest_is_mined(name: str, reason: str, tmp_path: Path) -> None:
    status, told = ask("mine", table(tmp_path / "in", [(name, SENTENCE)]), "--out", tmp_path / "out", *SMALL)
    assert status == 0, told
    assert counted(tmp_path / "out") == {reason: 1}


HOSTILE = [
    "A red car </script><script>document.title='broken'</script> is left of a <b>blue</b> bench.",
    '<img src=x onerror="alert(1)"> A red car & a "blue" bench {{ 7 * 7 }} ${x} {% raw %}',
    "A red\x00 car\x1b[31m is\x07 left of a bench.\x85",
    "A red \U0001f697 car on a road \U0001f600.",
    "\u202eA red car\u202c \u05e9\u05dc\u05d5\u05dd",
    "A red \ud83d car.",
    "A red car.\u2028A | blue bench.\r\n# A dog.",
    '=cmd|calc!A1 a red car, "quoted"',
    "(" * 900,
    "a red car and a blue bench and " * 30,
    *(f"A red car number {number} on a road." for number in range(60)),
]
WORDLESS = {"empty": "", "blank": " \n\t", "long": "A red car " * 2000, "none": None, "number": 5}


def test_hostile_captions_reach_report_and_exports_as_harmless_text(tmp_path: Path) -> None:
    captions: list[tuple[str, Any]] = [("hostile.png", HOSTILE)]
    captions += [(f"{name}.png", said) for name, said in WORDLESS.items()]
    source, out = table(tmp_path / "in", captions), tmp_path / "out"
    for name, _ in captions:
        shutil.copy(tmp_path / "in" / "sound.png", tmp_path / "in" / name)
    status, told = ask("mine", source, "--out", out, *SMALL)
    assert status == 0, told
    assert counted(out) == {"no_caption": 4, "caption_too_long": 1}
    status, told = ask("look", out)
    assert status == 0, told
    pages = "".join(path.read_text() for path in out.glob("report/**/*") if path.suffix in {".html", ".js"})
    for markup in ("<script>document.title", "<img src=x", "\x00", "\x1b", "\u202e"):
        assert markup not in pages
    for form in ("webdataset", "open_clip", "gnm", "winoground"):
        status, told = ask("export", out, "--format", form, "--out", tmp_path / form)
        assert status == 0, told


Break = Callable[[Document, Document], object]
ANNOTATIONS: dict[str, tuple[Break, str]] = {
    "a box outside": (lambda c, i: i["annotations"][0].update(bbox=[500, 500, 9, 9]), "bad_region"),
    "a box of words": (lambda c, i: i["annotations"][0].update(bbox="wide"), "bad_region"),
    "an empty mask": (
        lambda c, i: i["annotations"][0].update(segmentation={"size": [160, 240], "counts": [38400]}),
        "bad_region",
    ),
    "damaged run lengths": (
        lambda c, i: i["annotations"][0].update(segmentation={"size": [160, 240], "counts": "\ud800"}),
        "bad_region",
    ),
    "a crowd of everything": (
        lambda c, i: i["annotations"][0].update(
            iscrowd=1, segmentation={"size": [160, 240], "counts": [0, 38400]}
        ),
        "",
    ),
    "a mask one pixel high": (
        lambda c, i: i["annotations"][0].update(
            bbox=[20, 70, 70, 1], segmentation=[[20, 70, 90, 70, 90, 71, 20, 71]]
        ),
        "",
    ),
    "no such category": (lambda c, i: i["annotations"][0].update(category_id=[3]), "bad_region"),
    "no such picture": (lambda c, i: i["annotations"][0].update(image_id=999), "unknown_picture"),
    "a picture twice": (lambda c, i: c["images"].append(c["images"][0]), "duplicate_key"),
    "a picture that is a word": (lambda c, i: c["images"].append("word"), "bad_annotation"),
    "a licence that is a list": (lambda c, i: c["images"][0].update(license=[1]), ""),
    "a licence with half a character": (lambda c, i: c["images"][0].update(license="\ud800x"), ""),
    "a label with half a character": (lambda c, i: i["categories"][0].update(name="\ud800car"), ""),
    "a label of markup": (lambda c, i: i["categories"][0].update(name="<b>|\n" * 500), ""),
    "sixty regions on each other": (
        lambda c, i: i["annotations"].extend(dict(i["annotations"][0], id=n) for n in range(9, 69)),
        "",
    ),
}


@pytest.fixture(scope="module")
def two_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_coco(tmp_path_factory.mktemp("two"), 2)


@pytest.mark.parametrize("what", ANNOTATIONS)
def test_a_bad_annotation_is_refused_and_the_rest_is_mined(
    what: str, two_photos: Path, tmp_path: Path
) -> None:
    shutil.copytree(two_photos, tmp_path / "in")
    files = [tmp_path / "in" / "annotations" / f"{kind}_drawn.json" for kind in ("captions", "instances")]
    captions, instances = (json.loads(file.read_text()) for file in files)
    spoil, reason = ANNOTATIONS[what]
    spoil(captions, copy.deepcopy(instances) if instances is captions else instances)
    for file, document in zip(files, (captions, instances), strict=True):
        file.write_text(json.dumps(document))
    status, told = ask("mine", tmp_path / "in", "--out", tmp_path / "out", *SMALL)
    assert status == 0, told
    assert counted(tmp_path / "out") == ({reason: 1} if reason else {})


FILES: dict[str, tuple[bytes, str]] = {
    "captions_cut.json": (b'{"images": [{"id": 1, "file', "cut off or damaged"),
    "captions_empty.json": (b"", "cut off or damaged"),
    "captions_list.json": (b"5", 'no list "images"'),
    "captions_deep.json": (b"[" * 200_000, "nested too deeply"),
    "captions_binary.json": (b"\xff\xfe\x00", "Save it as UTF-8"),
    "empty.csv": (b"", "no samples at all"),
    "other.csv": (b"a,b\n1,2\n", "unknown column 'filepath'"),
    "latin.csv": (b"filepath,title\na.png,A \xff car.\n", "Save it as UTF-8"),
    "empty.tar": (b"", "damaged or cut off"),
    "broken.tgz": (b"\x1f\x8bxx", "damaged or cut off"),
    "broken.parquet": (b"PAR1xxxx", "broken.parquet"),
    "words.doc": (b"x", "of no known form"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_one_sentence(name: str, tmp_path: Path) -> None:
    data, sentence = FILES[name]
    (tmp_path / name).write_bytes(data)
    status, told = ask("mine", tmp_path / name, "--out", tmp_path / "out", *SMALL)
    assert status == 1
    assert "Error: " in told
    assert sentence in told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["", *SMALL], "no source is named"),
        (["x" * 5000, *SMALL], "is not there"),
        (["webdataset:a-{0..999999999}.tar", *SMALL], "more than 1,000,000 tars"),
        (["table:t.csv", "--set", "source.separator=;;", *SMALL], "separator is one character"),
        (["COCO", "--workers", "0", "--set", "shard_size=-1"], "shard_size is -1"),
        (["COCO", "--set", "batch_size=0", *SMALL], "batch_size is 0"),
        (["COCO", "--set", "quality=1000", *SMALL], "quality is 1000"),
        (["COCO", "--recipe", "os:sep", *SMALL], "'os:sep' is no recipe"),
        (["COCO", "--recipe", "os:getcwd", *SMALL], "it returns a str, not a MineRecipe"),
        (["COCO", "--recipe", ":", *SMALL], "no recipe at ':'"),
        (["COCO", "--engine", "rai", *SMALL], "unknown engine 'rai': did you mean 'ray'?"),
        (["COCO", "--address", "auto", *SMALL], "--engine local: "),
        (["COCO", "--engine", "ray", "--set", "engine.pool=draw:2", *SMALL], "did you mean 'pools'?"),
        (["COCO", "--engine", "ray", "--set", "engine.pools=drow:2", *SMALL], "did you mean 'draw'?"),
    ],
)
def test_a_bad_argument_is_one_sentence(
    arguments: list[str], sentence: str, two_photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("filepath,title\n")
    given = [str(two_photos) if argument == "COCO" else argument for argument in arguments]
    status, told = ask("mine", *given, "--out", "out")
    assert status == 1
    assert sentence in told


@pytest.fixture(scope="module")
def mined(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A source, and its dataset of two shards."""
    folder = tmp_path_factory.mktemp("mined")
    source = write_coco(folder / "in", 4)
    status, told = ask("mine", source, "--out", folder / "out", *SMALL)
    assert status == 0, told
    return source, folder / "out"


WHOLE = ("done/00000", "raw/prepared", "raw/cutouts", "data/00000", "rejected/00000", "raw/00000", "manifest")
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda data: b"",
    "half written": lambda data: data[: len(data) // 2],
    "one bit flipped": lambda data: data[:-60] + bytes([data[-60] ^ 1]) + data[-59:],
    "replaced": lambda data: b"[]",
}


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize("name", WHOLE)
def test_what_is_damaged_is_mined_anew(name: str, how: str, mined: tuple[Path, Path], tmp_path: Path) -> None:
    source, whole = mined
    shutil.copytree(whole, tmp_path / "out")
    file = next((tmp_path / "out").glob(f"{name}.*"))
    file.write_bytes(DAMAGE[how](file.read_bytes()))
    status, told = ask("mine", source, "--out", tmp_path / "out", *SMALL)
    assert status == 0, told
    assert tree(tmp_path / "out") == tree(whole)


@pytest.mark.parametrize("text", ["", '{"recipe": ', "[]", "{}"])
def test_a_damaged_description_of_the_run_is_one_sentence_and_nothing_is_touched(
    text: str, mined: tuple[Path, Path], tmp_path: Path
) -> None:
    source, whole = mined
    shutil.copytree(whole, tmp_path / "out")
    (tmp_path / "out" / "run.json").write_text(text)
    before = tree(tmp_path / "out")
    status, told = ask("mine", source, "--out", tmp_path / "out", *SMALL)
    assert status == 1
    assert str(tmp_path / "out") in told
    assert tree(tmp_path / "out") == before


def test_two_runs_never_mine_into_one_folder(two_photos: Path, tmp_path: Path) -> None:
    with claimed(tmp_path / "out", {"recipe": "another"}):
        status, told = ask("mine", two_photos, "--out", tmp_path / "out", *SMALL)
    assert status == 1
    assert "is being written by another process" in told


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_full_disk_is_one_sentence_and_what_is_committed_goes_on(
    workers: str, mined: tuple[Path, Path], tmp_path: Path
) -> None:
    """A limit on the size of files stands for the disk: writing fails in the same place."""
    source, whole = mined
    sizes = sorted(path.stat().st_size for path in whole.glob("data/*.parquet"))
    command = [sys.executable, "-c", "from counterfoil.cli import main; main()", "mine", str(source)]
    command += ["--out", str(tmp_path / "out"), "--workers", workers, "--set", "shard_size=3"]
    full = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (sizes[-1] - 1, sizes[-1] - 1)),
    )
    assert full.returncode == 1
    assert f"cannot write {tmp_path / 'out'}" in full.stderr
    assert "Traceback" not in full.stderr
    assert not list((tmp_path / "out").rglob(".unfinished-*"))
    status, told = ask("mine", source, "--out", tmp_path / "out", *SMALL)
    assert status == 0, told
    assert tree(tmp_path / "out") == tree(whole)
