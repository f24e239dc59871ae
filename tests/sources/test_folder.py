"""Folders of pictures with their captions beside them."""

from pathlib import Path

import pytest

from counterfoil.errors import DataError
from counterfoil.records import Rejected, Sample
from counterfoil.sources.folder import Folder


def read(folder: Path) -> list[tuple[str, object]]:
    """Key, and captions or reason, of everything that leaves."""
    out = Folder(path=str(folder)).read()
    return [(one.key, one.reason if isinstance(one, Rejected) else one.captions) for one in out]


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def test_folders_are_read_in_order_with_all_below(tmp_path: Path) -> None:
    touch(tmp_path, "b.jpg", "a.PNG", "z/c.webp", "y/d.gif", "notes.md")
    for name, text in {"a": "A.", "b": "B.\n\nBee.\n", "z/c": "C.", "y/d": "D."}.items():
        (tmp_path / f"{name}.txt").write_text(text)
    assert read(tmp_path) == [("a", ("A.",)), ("b", ("B.", "Bee.")), ("y/d", ("D.",)), ("z/c", ("C.",))]


def test_lines_of_one_picture_are_one_sample_wherever_they_stand(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "sub/b.jpg", "c.jpg")
    (tmp_path / "captions.jsonl").write_text(
        '{"image": "a.jpg", "caption": "A."}\n'
        '{"file_name": "sub/b.jpg", "text": "B."}\n\n'
        '{"filepath": "a.jpg", "captions": ["Aa.", "Aaa."]}\n'
    )
    (tmp_path / "c.txt").write_text("C.")
    assert read(tmp_path) == [("sub/b", ("B.",)), ("a", ("A.", "Aa.", "Aaa.")), ("c", ("C.",))]


def test_a_list_in_a_folder_below_names_its_neighbours(tmp_path: Path) -> None:
    touch(tmp_path, "sub/a.jpg", "b.jpg")
    (tmp_path / "sub" / "captions.jsonl").write_text(
        '{"image": "a.jpg", "caption": "A."}\n{"image": "../b.jpg", "caption": "B."}\n'
        '{"image": "/etc/passwd", "caption": "C."}\n{"image": "../../c.jpg", "caption": "C."}'
    )
    assert read(tmp_path) == [
        ("sub/a", ("A.",)),
        ("b", ("B.",)),
        ("/etc/passwd", "path_outside"),
        ("../c", "path_outside"),
    ]


def test_a_picture_without_captions_is_not_forgotten(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "b.jpg", "b.txt")
    assert read(tmp_path) == [("a", "no_caption"), ("b", "no_caption")]


def test_bad_lines_are_named_by_their_numbers(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    lines = [
        '{"image": "a.jpg", "cap',
        "[1]",
        '{"caption": "A."}',
        '{"image": 7}',
        '{"image": "a.jpg", "text": "A."}',
    ]
    (tmp_path / "captions.jsonl").write_bytes("\n".join(lines).encode() + b'\n{"image": "\xff"}\n')
    assert read(tmp_path) == [
        *((f"captions.jsonl:{number}", "bad_line") for number in (1, 2, 3, 4)),
        ("a", ("A.",)),
        ("captions.jsonl:6", "bad_line"),
    ]


def test_a_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    assert read(tmp_path) == [("a.jpg", "bad_text")]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no folder"):
        read(tmp_path / "none")


def test_a_folder_without_pictures_is_an_error(tmp_path: Path) -> None:
    touch(tmp_path, "sub/notes.txt")
    with pytest.raises(DataError, match="holds no pictures"):
        read(tmp_path)


def test_the_picture_is_a_path_that_opens(tmp_path: Path) -> None:
    touch(tmp_path, "sub/a.jpg")
    (tmp_path / "sub" / "a.txt").write_text("A.")
    (sample,) = Folder(path=str(tmp_path)).read()
    assert isinstance(sample, Sample)
    assert Path(sample.image.path) == tmp_path / "sub" / "a.jpg"
