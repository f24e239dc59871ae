"""The law of sources: the same pictures and captions give the same samples, in whatever form."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from counterfoil.errors import RecipeError
from counterfoil.pictures import decode
from counterfoil.records import Sample
from counterfoil.sources import SOURCES, open_source, recognise

PICTURES = {
    "a-lamp": ("A red  lamp.", "A lamp on\ta wall.\x07"),
    "b-tree": ("A tree \U0001f332 in front of a house.",),
    "c-dog": ("\u05db\u05dc\u05d1 \u05d1\u05d7\u05d5\u05e5", "A <b>dog</b> outside.", "A dog."),
}
SAMPLES = [
    ("a-lamp", ("A red lamp.", "A lamp on a wall.")),
    ("b-tree", ("A tree \U0001f332 in front of a house.",)),
    ("c-dog", ("\u05db\u05dc\u05d1 \u05d1\u05d7\u05d5\u05e5", "A <b>dog</b> outside.", "A dog.")),
]


def drawn(number: int) -> bytes:
    pixels = np.full((24, 32, 3), 60 * number, np.uint8)
    pixels[:, number * 8 : number * 8 + 8] = 255
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    return data.getvalue()


def pictures() -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    for number, (key, captions) in enumerate(PICTURES.items()):
        yield key, drawn(number), captions


def beside(folder: Path) -> list[tuple[str, tuple[str, ...]]]:
    folder.mkdir(parents=True, exist_ok=True)
    for key, data, _ in pictures():
        (folder / f"{key}.png").write_bytes(data)
    return [(f"{key}.png", captions) for key, captions in PICTURES.items()]


def write_folder(top: Path) -> Path:
    for name, captions in beside(top):
        (top / name).with_suffix(".txt").write_text("\n".join(captions), encoding="utf-8")
    return top


def write_listed_folder(top: Path) -> Path:
    rows = [{"file_name": name, "captions": captions} for name, captions in beside(top)]
    (top / "captions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return top


def write_table(top: Path) -> Path:
    rows = [f"{name}\t{caption!r}" for name, captions in beside(top) for caption in captions]
    lines = [row.replace("'", "").replace("\\t", " ").replace("\\x07", "\x07") for row in rows]
    (top / "table.tsv").write_text("\n".join(["filepath\ttitle", *lines]), encoding="utf-8")
    return top / "table.tsv"


def write_lines(top: Path) -> Path:
    rows = [{"filepath": name, "title": text} for name, captions in beside(top) for text in captions]
    (top / "table.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return top / "table.jsonl"


def write_coco(top: Path) -> Path:
    names = beside(top / "images")
    images = [{"id": i, "file_name": name, "width": 32, "height": 24} for i, (name, _) in enumerate(names)]
    said = [(i, text) for i, (_, captions) in enumerate(names) for text in captions]
    annotations = [{"id": n, "image_id": i, "caption": text} for n, (i, text) in enumerate(said)]
    (top / "annotations").mkdir()
    file = top / "annotations" / "captions_drawn.json"
    file.write_text(json.dumps({"images": images, "annotations": annotations}))
    return top


def write_karpathy(top: Path) -> Path:
    images = [
        {"filename": name, "split": "test", "sentences": [{"raw": text} for text in captions]}
        for name, captions in beside(top)
    ]
    (top / "dataset.json").write_text(json.dumps({"images": images, "dataset": "drawn"}))
    return top / "dataset.json"


def write_flat_karpathy(top: Path) -> Path:
    rows = [{"image": name, "caption": list(captions)} for name, captions in beside(top)]
    (top / "flat.json").write_text(json.dumps(rows))
    return top / "flat.json"


def write_tar(top: Path) -> Path:
    top.mkdir()
    with tarfile.open(top / "drawn.tar", "w") as tar:
        for key, data, captions in pictures():
            words = json.dumps({"captions": captions, "status": "success"}).encode()
            for suffix, content in (("png", data), ("txt", b"what json says, goes"), ("json", words)):
                info = tarfile.TarInfo(f"{key}.{suffix}")
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return top / "drawn.tar"


def write_parquet(top: Path) -> Path:
    datasets = pytest.importorskip("datasets")
    top.mkdir()
    columns = datasets.Features(
        {"image": datasets.Image(), "caption": datasets.Sequence(datasets.Value("string"))}
    )
    rows = [
        {"image": {"bytes": data, "path": f"{key}.png"}, "caption": list(captions)}
        for key, data, captions in pictures()
    ]
    datasets.Dataset.from_list(rows, features=columns).to_parquet(str(top / "drawn.parquet"))
    return top / "drawn.parquet"


WRITERS: dict[str, list[Callable[[Path], Path]]] = {
    "folder": [write_folder, write_listed_folder],
    "table": [write_table, write_lines],
    "coco": [write_coco],
    "karpathy": [write_karpathy, write_flat_karpathy],
    "webdataset": [write_tar],
    "hf": [write_parquet],
}
FORMS = [(name, writer) for name, writers in WRITERS.items() for writer in writers]


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_that_reads_files_is_under_this_law(name: str) -> None:
    whole = {"drawn", "gnm"}  # they have no captions but their own
    assert name in WRITERS or name in whole


@pytest.mark.parametrize(("name", "write"), FORMS, ids=[w.__name__ for _, w in FORMS])
def test_the_same_content_gives_the_same_samples(
    name: str, write: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = write(tmp_path / "source")
    assert recognise(str(path)) == name
    for text in (str(path), f"{name}:{path}"):
        samples = list(open_source(text).read())
        assert all(isinstance(sample, Sample) for sample in samples)
        assert [(s.key, s.captions) for s in samples if isinstance(s, Sample)] == SAMPLES
        for number, sample in enumerate(samples):
            assert isinstance(sample, Sample)
            true = np.asarray(Image.open(io.BytesIO(drawn(number))))
            assert (decode(sample.image) == true).all()


@pytest.mark.parametrize(("name", "write"), FORMS, ids=[w.__name__ for _, w in FORMS])
def test_reading_twice_gives_the_same(name: str, write: Callable[[Path], Path], tmp_path: Path) -> None:
    source = open_source(f"{name}:{write(tmp_path / 'source')}")
    assert list(source.read()) == list(source.read())


@pytest.mark.parametrize("name", WRITERS)
def test_an_unknown_setting_names_the_known_ones(name: str, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=f"unknown setting of source {name} 'colour'"):
        open_source(f"{name}:{tmp_path}", {"colour": "red"})
