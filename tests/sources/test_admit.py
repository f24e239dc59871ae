"""What every source checks: captions, keys, and where file names lead."""

from pathlib import Path

import pytest

from counterfoil.records import Rejected, Sample
from counterfoil.sources.admit import Found, admit, tidy


def one(found: Found) -> Sample | Rejected:
    (out,) = admit([found])
    return out


def captions_of(*captions: object) -> tuple[str, ...] | str:
    out = one(Found("a.jpg", captions, data=b""))
    return out.reason if isinstance(out, Rejected) else out.captions


def reason_of(name: str, folder: Path) -> str:
    out = one(Found(name, ["A dog."], folder))
    return out.reason if isinstance(out, Rejected) else "none"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  A\t dog \r\n on\u00a0a mat. ", "A dog on a mat."),
        ("A\x00 dog\x1b[31m.\x7f", "A dog[31m."),
        ("A dog \x01 there.", "A dog there."),
        ("A \ud83ddog.", "A dog."),
        ("\ufeffA dog.", "A dog."),
        ("A \u202egod\u202c.", "A god."),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 at home",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 at home",
        ),
        ("\u05db\u05dc\u05d1 \u05d1\u05d7\u05d5\u05e5", "\u05db\u05dc\u05d1 \u05d1\u05d7\u05d5\u05e5"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\x00\n", ""),
    ],
)
def test_a_caption_is_one_line_without_control_characters(text: str, line: str) -> None:
    assert tidy(text) == line
    line.encode()


def test_captions_without_a_word_are_dropped() -> None:
    assert captions_of("", " ", "A dog.", None, 7, float("nan"), {"raw": "A cat."}) == ("A dog.",)


@pytest.mark.parametrize("captions", [(), ("",), ("\x00", " \n"), (None,), (3,)])
def test_no_caption_at_all_is_a_reason(captions: tuple[object, ...]) -> None:
    assert captions_of(*captions) == "no_caption"


def test_a_page_is_no_caption() -> None:
    assert captions_of("x" * 20_000, "A dog.") == ("A dog.",)
    assert captions_of("x" * 1_000) == ("x" * 1_000,)
    assert captions_of("x" * 2_001, "") == "caption_too_long"


def test_of_equal_keys_the_first_is_kept() -> None:
    first, second, other = admit(Found(name, ["A dog."], data=b"") for name in ("a.jpg", "./a.png", "b.jpg"))
    assert isinstance(first, Sample)
    assert isinstance(second, Rejected)
    assert isinstance(other, Sample)
    assert (second.key, second.reason) == ("a", "duplicate_key")


def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.jpg").write_text("")
    folder = tmp_path / "images"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.jpg").write_text("")
    (folder / "link.jpg").symlink_to(tmp_path / "outside.jpg")
    (folder / "up").symlink_to(tmp_path)
    (folder / "inner.jpg").symlink_to(folder / "a.jpg")
    reasons = {
        "a.jpg": "none",
        "sub/../a.jpg": "none",
        "inner.jpg": "none",
        "../outside.jpg": "path_outside",
        "sub/../../outside.jpg": "path_outside",
        "../../etc/passwd": "path_outside",
        "/etc/passwd": "path_outside",
        str(folder / "a.jpg"): "path_outside",
        "link.jpg": "path_outside",
        "up/outside.jpg": "path_outside",
    }
    assert {name: reason_of(name, folder) for name in reasons} == reasons


def test_a_name_that_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    for name in ("none.jpg", "folder.jpg", "loop.jpg", "a\0.jpg", "x" * 5_000):
        assert reason_of(name, tmp_path) == "missing_picture"


def test_a_linked_folder_of_pictures_is_no_way_out(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "a.jpg").write_text("")
    (tmp_path / "images").symlink_to(tmp_path / "store")
    assert reason_of("a.jpg", tmp_path / "images") == "none"
