"""Tables: csv, tsv and JSON lines."""

from pathlib import Path
from typing import Any

import pytest

from counterfoil.errors import DataError
from counterfoil.records import Rejected
from counterfoil.sources.table import Table


def read(file: Path, **settings: Any) -> list[tuple[str, object]]:
    out = Table(path=str(file), **settings).read()
    return [(one.key, one.reason if isinstance(one, Rejected) else one.captions) for one in out]


def table(folder: Path, text: str, name: str = "t.csv") -> Path:
    for picture in ("a.jpg", "b.jpg"):
        (folder / picture).write_bytes(b"")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_rows_of_one_picture_are_one_sample_at_its_last_row(tmp_path: Path) -> None:
    file = table(tmp_path, "filepath,title\na.jpg,A.\nb.jpg,B.\na.jpg,Aa.\n")
    assert read(file) == [("b", ("B.",)), ("a", ("A.", "Aa."))]


def test_quotes_hold_commas_and_lines(tmp_path: Path) -> None:
    file = table(tmp_path, '\ufefffilepath,title\r\na.jpg,"A, and\r\na ""B""."\r\n\r\nb.jpg,B.\r\n')
    assert read(file) == [("a", ('A, and a "B".',)), ("b", ("B.",))]


def test_columns_separator_and_pictures_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "tables").mkdir()
    table(tmp_path / "images", "")
    file = table(tmp_path / "tables", "id;image;text\n1;a.jpg;A, a.\n", "t.txt")
    (tmp_path / "tables" / "a.jpg").unlink()
    settings = {"image_column": "image", "caption_column": "text", "separator": ";"}
    assert read(file, images=str(tmp_path / "images"), **settings) == [("a", ("A, a.",))]


def test_a_row_of_another_length_is_refused_by_its_line(tmp_path: Path) -> None:
    file = table(tmp_path, "filepath,title\na.jpg,A, and b.\nb.jpg\n,B.\nb.jpg,B.\n")
    assert read(file) == [
        ("t.csv:2", "bad_line"),
        ("t.csv:3", "bad_line"),
        ("t.csv:4", "bad_line"),
        ("b", ("B.",)),
    ]


def test_a_long_caption_is_a_reason_and_no_crash(tmp_path: Path) -> None:
    file = table(tmp_path, f"filepath,title\na.jpg,{'x' * 20_000}\nb.jpg,B.\n")
    assert read(file) == [("a", "caption_too_long"), ("b", ("B.",))]


def test_a_quote_left_open_is_an_error_with_its_line(tmp_path: Path) -> None:
    file = table(tmp_path, 'filepath,title\na.jpg,"A.\n' + "b.jpg,B.\n" * 20_000)
    with pytest.raises(DataError, match=r"t.csv, line \d+: .*Is a quote left open"):
        read(file)


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"unknown column 'title': .*Known: caption, filepath\. Set caption_column"
    ):
        read(table(tmp_path, "filepath,caption\na.jpg,A.\n"))
    with pytest.raises(DataError, match="unknown column 'filepath'"):
        read(table(tmp_path, '{"image": "a.jpg", "title": "A."}\n', "t.jsonl"))


def test_lines_may_hold_lists_and_lack_values(tmp_path: Path) -> None:
    rows = (
        '{"filepath": "a.jpg", "title": ["A.", "Aa."]}',
        '{"filepath": "b.jpg"}',
        '{"title": "C."}',
        '{"filepath": ["a.jpg"], "title": "D."}',
    )
    assert read(table(tmp_path, "\n".join(rows), "t.jsonl")) == [
        ("a", ("A.", "Aa.")),
        ("b", "no_caption"),
        ("t.jsonl:3", "bad_line"),
        ("t.jsonl:4", "bad_line"),
    ]


@pytest.mark.parametrize("data", [b"filepath,title\na.jpg,caf\xe9\n", b"\xff\xfef\x00i\x00"])
def test_a_table_that_is_not_utf8_is_an_error(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(DataError, match="Save it as UTF-8"):
        read(tmp_path / "t.csv")


def test_a_missing_table_is_an_error_and_an_empty_one_is_empty(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none.csv: No such file"):
        read(tmp_path / "none.csv")
    assert read(table(tmp_path, "")) == []
    assert read(table(tmp_path, "filepath,title\n")) == []


def test_names_that_lead_outside_are_refused(tmp_path: Path) -> None:
    file = table(tmp_path, "filepath,title\n../../etc/passwd,A.\n/etc/passwd,B.\nnone.jpg,C.\n")
    assert [reason for _, reason in read(file)] == ["path_outside", "path_outside", "missing_picture"]


def test_an_open_clip_table_is_read_whole(shared_data: Path) -> None:
    file = shared_data / "benchmarks" / "aro_negclip" / "valid_neg_clip.tsv"
    out = list(Table(path=str(file)).read())
    assert len(out) == 4839
    assert {one.reason for one in out if isinstance(one, Rejected)} == {"missing_picture"}
