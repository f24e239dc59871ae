"""Whatever bytes a reader is given: samples, refusals or one clear error; no hang, and nothing is written."""

import json
import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from faults.long import CASES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources.test_agree import FORMS
from trees import tree

from counterfoil import shards
from counterfoil.config import with_settings
from counterfoil.errors import CounterfoilError
from counterfoil.mine.decode import Decode
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.mine.stage import Run
from counterfoil.recipes.photos import photos
from counterfoil.records import Rejected, Sample
from counterfoil.sources import open_source

FUZZED = settings(
    max_examples=CASES or 30,
    deadline=timedelta(seconds=20),  # a reader that hangs
    suppress_health_check=list(HealthCheck),
    derandomize=not CASES,
    database=None,
)

TEXTS = st.text(max_size=20) | st.sampled_from(
    ["../a.png", "/etc/passwd", "a\x00b", "link.png", "a-lamp.png", "c-dog.png", "", "\ud800", "A dog."]
)
NUMBERS = st.integers(-(2**70), 2**70) | st.floats() | st.booleans()
VALUES = st.recursive(
    st.none() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn, sound: bytes) -> bytes:
    """Sound bytes with a few cut out, put in, or changed."""
    data = bytearray(sound)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 1, 4, 64, 4096]))
        data[start : start + length] = draw(st.binary(max_size=8))
    return bytes(data)


@st.composite
def bent(draw: st.DrawFn, sound: Any) -> Any:
    """A sound JSON document in which one value is another."""
    if draw(st.integers(0, 3)) == 0 or not isinstance(sound, dict | list) or not sound:
        return draw(VALUES)
    copy = json.loads(json.dumps(sound))
    place = draw(st.sampled_from(sorted(sound) if isinstance(sound, dict) else range(len(sound))))
    copy[place] = draw(bent(sound[place]))
    return copy


@cache
def written(form: int) -> tuple[str, dict[str, bytes]]:
    """A source in one of its forms: what opens it, and its files."""
    name, write = FORMS[form]
    with TemporaryDirectory() as folder:
        path = write(Path(folder) / "in")
        return f"{name}:{path.relative_to(folder)}", tree(Path(folder))


def documents(form: int) -> list[str]:
    """The files of a form that are JSON, or lines of it."""
    return [name for name in written(form)[1] if name.endswith((".json", ".jsonl"))]


def outcome(act: Callable[[], Any]) -> Any:
    """What came of it; None for an error of ours."""
    with suppress(CounterfoilError):
        return act()
    return None


def read_all(folder: Path, form: int, name: str, data: bytes) -> None:
    """Read a source one file of which is other than it was, and decode its pictures."""
    source, files = written(form)
    for file, sound in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(data if file == name else sound)
    (folder / "secret.png").write_bytes(b"not yours")
    (folder / "in" / "link.png").symlink_to(folder / "secret.png")
    before = tree(folder)
    word, _, path = source.partition(":")
    read = outcome(lambda: list(open_source(f"{word}:{folder / path}").read())) or []
    assert all(isinstance(one, Sample | Rejected) for one in read)
    samples = [one for one in read if isinstance(one, Sample)]
    assert len(Decode().load(Run(0, folder))(samples)) == len(samples)
    for sample in samples:
        if sample.image.data is None:
            assert Path(sample.image.path).resolve().is_relative_to((folder / "in").resolve())
    assert tree(folder) == before


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[], Any]:
    """Makes a new folder for each case."""
    return lambda: TemporaryDirectory(dir=tmp_path)


@pytest.mark.parametrize("form", range(len(FORMS)), ids=[write.__name__ for _, write in FORMS])
@FUZZED
@given(data=st.data())
def test_a_source_of_damaged_bytes(form: int, folder: Callable[[], Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(written(form)[1])))
    sound = written(form)[1][name]
    with folder() as inside:
        read_all(Path(inside), form, name, data.draw(damaged(sound) | st.binary(max_size=200)))


JSON_FORMS = [form for form in range(len(FORMS)) if documents(form)]


@pytest.mark.parametrize("form", JSON_FORMS, ids=[FORMS[form][1].__name__ for form in JSON_FORMS])
@FUZZED
@given(data=st.data())
def test_a_source_of_bent_annotations(form: int, folder: Callable[[], Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(documents(form)))
    sound = [json.loads(line) for line in written(form)[1][name].splitlines()]
    lines = map(json.dumps, data.draw(st.lists(st.sampled_from(sound).flatmap(bent), max_size=3)))
    with folder() as inside:
        read_all(Path(inside), form, name, "\n".join(lines).encode("utf-8", "surrogatepass"))


@pytest.fixture(scope="module")
def mined(drawn_coco: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("mined") / "out"
    mine(open_source(str(drawn_coco)), photos(), out, Local(workers=0), limit=2)
    return tree(out)


DATASET = ("data/00000.parquet", "rejected/00000.parquet", "done/00000.json", "manifest.json", "run.json")


@pytest.mark.parametrize("name", DATASET)
@FUZZED
@given(data=st.data())
def test_a_damaged_file_of_a_dataset(
    name: str, mined: dict[str, bytes], folder: Callable[[], Any], data: st.DataObject
) -> None:
    hurt = data.draw(damaged(mined[name]) | st.binary(max_size=200))
    with folder() as inside:
        out = Path(inside, "out")
        for file, sound in mined.items():
            (out / file).parent.mkdir(parents=True, exist_ok=True)
            (out / file).write_bytes(hurt if file == name else sound)
        before = tree(out)
        if name.endswith(".parquet"):
            outcome(lambda: list(shards.read_rows(out / name)))
        outcome(lambda: shards.read_manifest(out))
        outcome(lambda: shards.read_json(out / "run.json"))
        whole = shards.committed(out, "done/00000.json")
        touched = name.startswith(("data", "rejected", "done")) and hurt != mined[name]
        assert (whole is None) == touched
        assert tree(out) == before


@FUZZED
@given(path=st.text(max_size=20), value=st.text(max_size=20))
def test_any_setting(path: str, value: str) -> None:
    outcome(lambda: with_settings(photos(), [f"{path}={value}"]))
    outcome(lambda: with_settings(photos(), [f"filter.limits.{path}={value}"]))


@FUZZED
@given(text=st.text(max_size=30))
def test_any_name_of_a_source(text: str) -> None:
    outcome(lambda: open_source(text))


class Runs:
    """A pickle that runs a command when it is opened."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (self.command,)


@pytest.mark.parametrize("name", DATASET)
def test_a_pickle_in_the_place_of_a_file_is_never_opened(
    name: str, mined: dict[str, bytes], tmp_path: Path
) -> None:
    for file, sound in mined.items():
        (tmp_path / "out" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / file).write_bytes(sound)
    (tmp_path / "out" / name).write_bytes(pickle.dumps(Runs(f"touch {tmp_path}/ran")))
    outcome(lambda: list(shards.read_rows(tmp_path / "out" / "data")))
    outcome(lambda: shards.read_manifest(tmp_path / "out"))
    if name not in {"manifest.json", "run.json"}:
        assert shards.committed(tmp_path / "out", "done/00000.json") is None
    assert not (tmp_path / "ran").exists()
