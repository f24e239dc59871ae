"""Tars of pictures and captions."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from counterfoil.errors import DataError
from counterfoil.records import Rejected, Sample
from counterfoil.sources.webdataset import WebDataset, expand


def write(file: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(file, "w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return file


def read(path: Path | str) -> list[tuple[str, object]]:
    out = WebDataset(path=str(path)).read()
    return [(one.key, one.reason if isinstance(one, Rejected) else one.captions) for one in out]


def test_members_of_a_key_are_one_sample(tmp_path: Path) -> None:
    tar = write(
        tmp_path / "a.tar",
        {
            "x/1.txt": b"One.\nUno.",
            "x/1.jpg": b"1",
            "2.JPEG": b"2",
            "2.json": b'{"caption": "Two.", "license": "CC BY"}',
            "2.seg.png": b"a mask",
            "3.webp": b"3",
            "3.txt": b"Three.",
            "3.json": b'{"caption": null}',
        },
    )
    assert read(tar) == [("x/1", ("One.", "Uno.")), ("2", ("Two.",)), ("3", ("Three.",))]
    samples = [one for one in WebDataset(path=str(tar)).read() if isinstance(one, Sample)]
    assert [(s.image.path, s.image.data) for s in samples] == [
        ("x/1.jpg", b"1"),
        ("2.JPEG", b"2"),
        ("3.webp", b"3"),
    ]
    assert samples[1].licence == "CC BY"


def test_folders_and_patterns_are_read_in_order(tmp_path: Path) -> None:
    for number in (10, 9, 8):
        write(tmp_path / f"a-{number:02d}.tar", {f"{number}.jpg": b"", f"{number}.txt": b"A."})
    assert [key for key, _ in read(tmp_path)] == ["8", "9", "10"]
    assert [key for key, _ in read(tmp_path / "a-{09..10}.tar")] == ["9", "10"]
    with pytest.raises(DataError, match=r"a-07\.tar is not there \(1 of 2"):
        read(tmp_path / "a-{07..08}.tar")


def test_two_pairs_of_braces_are_all_pairs() -> None:
    assert expand("{0..1}/{8..9}.tar") == ["0/8.tar", "0/9.tar", "1/8.tar", "1/9.tar"]


def test_a_packed_tar_is_read_too(tmp_path: Path) -> None:
    tar = write(tmp_path / "a.tar", {"1.jpg": b"", "1.txt": b"A."})
    (tmp_path / "b.tar.gz").write_bytes(gzip.compress(tar.read_bytes()))
    assert read(tmp_path / "b.tar.gz") == [("1", ("A.",))]


def test_bad_samples_are_refused_and_the_others_read(tmp_path: Path) -> None:
    tar = write(
        tmp_path / "a.tar",
        {
            "1.txt": b"No picture.",
            "2.jpg": b"",
            "3.jpg": b"",
            "3.json": b'{"capt',
            "4.jpg": b"",
            "4.txt": b"caf\xe9",
            "5.jpg": b"",
            "5.json": b"[1]",
            "../../6.jpg": b"",
            "../../6.txt": b"Out.",
            "/etc/7.jpg": b"",
            "/etc/7.txt": b"Out.",
            "8.jpg": b"",
            "8.txt": b"A.",
            "9.jpg": b"",
            "9.txt": b"B.",
            "./8.jpg": b"",
            "./8.txt": b"Again.",
        },
    )
    assert read(tar) == [
        ("1", "missing_picture"),
        ("2", "no_caption"),
        ("3", "bad_text"),
        ("4", "bad_text"),
        ("5", "bad_text"),
        ("../../6", "path_outside"),
        ("/etc/7", "path_outside"),
        ("8", ("A.",)),
        ("9", ("B.",)),
        ("8", "duplicate_key"),
    ]


def test_links_in_a_tar_are_not_followed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        link = tarfile.TarInfo("1.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
        words = tarfile.TarInfo("1.txt")
        words.size = 2
        tar.addfile(words, io.BytesIO(b"A."))
    assert read(tmp_path / "a.tar") == [("1", "missing_picture")]


@pytest.mark.parametrize("kept", [100, 700, 1100, 1600, 3000])
def test_a_tar_that_is_cut_off_is_an_error(kept: int, tmp_path: Path) -> None:
    tar = write(
        tmp_path / "a.tar", {"1.jpg": b"x" * 900, "1.txt": b"A.", "2.jpg": b"y" * 900, "2.txt": b"B."}
    )
    tar.write_bytes(tar.read_bytes()[:kept])
    with pytest.raises(DataError, match=r"a\.tar, after .*damaged or cut off: get it again"):
        read(tar)


def test_what_is_no_tar_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_text("this is no tar" * 100)
    with pytest.raises(DataError, match=r"a\.tar, after its start"):
        read(tmp_path / "a.tar")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no tar"):
        read(tmp_path / "empty")
