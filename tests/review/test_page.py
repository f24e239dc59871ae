"""The page over HTTP, without a browser's script: what it shows, what it writes, whom it refuses."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from contextlib import closing
from html import unescape
from pathlib import Path

import httpx
import pytest
from served import Serve, serving
from square_dataset import HOSTILE
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.errors import DataError
from counterfoil.judgements import FILE, read_standing
from counterfoil.review.serve import open_page
from counterfoil.shards import SCHEMA, read_rows, write_rows

FIRST = "square/00000/0"


def field(page: str, name: str) -> str:
    return unescape(re.findall(rf'name="{name}" value="([^"]*)"', page)[0])


def form(page: str, name: str) -> str:
    return unescape(re.findall(rf'action="(/{name}[^"]*)"', page)[0])


def judge(ask: httpx.Client, page: str, said: str = "accepted", note: str = "") -> httpx.Response:
    fields = {"id": field(page.split('class="bar"')[1], "id"), "said": said, "note": note}
    return ask.post(form(page, "verdict"), data=fields)


def verdicts(dataset: Path) -> dict[str, tuple[str, str]]:
    standing = read_standing(dataset)
    return {
        foil: (said.reason or said.verdict, said.note)
        for foil in standing.foils()
        for said in standing.of(foil).values()
    }


def test_a_foil_is_judged_undone_and_judged_otherwise(ask: httpx.Client, dataset: Path) -> None:
    first = ask.get("/").text
    second = judge(ask, first, note="  fine  ")
    assert second.url.params["foil"] == "square/00000/1"
    assert verdicts(dataset) == {FIRST: ("accepted", "fine")}
    undone = ask.post(form(second.text, "undo"), data={"id": "u1", "undoes": field(second.text, "undoes")})
    assert undone.url.params["foil"] == FIRST
    assert verdicts(dataset) == {}
    judge(ask, undone.text, "bad_picture")
    assert verdicts(dataset) == {FIRST: ("bad_picture", "")}


def test_the_same_form_sent_twice_counts_once_and_cannot_say_two_things(
    ask: httpx.Client, dataset: Path
) -> None:
    page = ask.get("/").text
    assert judge(ask, page).status_code == judge(ask, page).status_code == 200
    assert judge(ask, page, "bad_english").status_code == 400
    assert len((dataset / FILE).read_text().splitlines()) == 1


def test_every_foil_can_be_judged_whatever_its_key_and_then_all_are(ask: httpx.Client, dataset: Path) -> None:
    page = ask.get("/")
    for _ in range(78):
        page = judge(ask, page.text)
    assert "All judged" in page.text
    keys = [foil["key"] for row in read_rows(dataset / "data") for foil in row["foils"]]
    assert set(verdicts(dataset)) == set(keys)


def test_captions_with_script_are_text(ask: httpx.Client) -> None:
    for address in ("/browse", "/results", "/who", "/"):
        answer = ask.get(address, params={"words": "onerror", "to": HOSTILE, "seed": "3"})
        assert answer.status_code == 200
        assert "<script>document" not in answer.text
        assert "<img src=x" not in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert HOSTILE.split("\t")[0] in unescape(re.sub("<[^>]*>", "", ask.get("/?words=onerror").text))


def test_a_name_with_html_is_a_name_and_one_is_sent_nowhere_else(ask: httpx.Client, dataset: Path) -> None:
    answer = ask.post("/who", data={"name": "<b>Zoë</b>; x=1", "to": "//evil.example/"})
    assert answer.url.path == "/"
    judge(ask, answer.text)
    assert list(read_standing(dataset).of(FIRST)) == ["<b>Zoë</b>; x=1"]
    assert "<b>Zo" not in answer.text
    assert ask.post("/who", data={"name": "   "}).status_code == 422


def test_without_a_name_nothing_is_written(dataset: Path, ask: httpx.Client) -> None:
    page = ask.get("/").text
    ask.cookies.clear()
    assert judge(ask, page).status_code == 403
    assert "Who is judging?" in ask.get("/").text
    assert not (dataset / FILE).exists()


def test_a_verdict_about_a_foil_that_is_gone_is_answered_clearly(ask: httpx.Client, dataset: Path) -> None:
    answer = ask.post("/verdict", params={"foil": "gone/0"}, data={"id": "1", "said": "accepted"})
    assert answer.status_code == 410
    assert "gone/0 is no longer in the dataset" in answer.text
    assert not (dataset / FILE).exists()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/static/../app.py", 404),
        ("/static/%2e%2e%2fapp.py", 404),
        ("/static/..%2f..%2f..%2fetc%2fpasswd", 404),
        ("/picture/x/original/..%2f..%2fmanifest.json/small", 404),
        ("/picture/x/original/-1/huge", 422),
        ("/?sample=many", 422),
        ("/?seed=-1", 400),
        ("/browse?page=0", 422),
        ("/nowhere", 404),
        ("/openapi.json", 404),
    ],
)
def test_nothing_but_the_pages_can_be_read(ask: httpx.Client, address: str, status: int) -> None:
    answer = ask.get(address)
    assert answer.status_code == status
    assert "This did not work" in answer.text


def picture_of(ask: httpx.Client, side: str, foil: str = FIRST) -> httpx.Response:
    page = ask.get("/", params={"foil": foil}).text
    return ask.get(re.findall(rf'src="(/picture/\w+/{side}/\d+/large)"', page)[0])


def test_pictures_are_made_once_outside_the_dataset_and_show_the_foil(
    ask: httpx.Client, dataset: Path
) -> None:
    answers = [picture_of(ask, side) for side in ("original", "negative", "negative")]
    assert [answer.headers["content-type"] for answer in answers] == ["image/jpeg"] * 3
    assert answers[0].content != answers[1].content == answers[2].content
    made = list((dataset / "cache").rglob("*.jpg"))
    assert len(made) == 2
    assert json.loads((dataset / "manifest.json").read_text())["fingerprint"] == "0123abcd"


def test_a_picture_that_cannot_be_had_says_why(ask: httpx.Client, dataset: Path) -> None:
    for number in (-1, 10**6):
        answer = ask.get(re.sub(r"\d+/large", f"{number}/large", picture_of(ask, "negative").url.path))
        assert f"the dataset has no picture {number}" in answer.text
    assert "older dataset" in ask.get("/picture/other/original/0/small").text


def damaged(dataset: Path, picture: bytes | None) -> Path:
    (path,) = (dataset / "data").glob("*.parquet")
    rows = list(read_rows(path))
    rows[0]["image"] = {"bytes": picture, "path": "broken.jpg"}
    rows[0]["foils"][0]["negative_image"]["bytes"] = (picture or b"") + b"<svg onload='alert(1)'/>"
    write_rows(path, rows, SCHEMA)
    return dataset


@pytest.mark.parametrize(
    ("picture", "told"), [(b"", "none of JPEG"), (b"\xff\xd8no", "none of JPEG"), (None, "")]
)
def test_a_picture_that_does_not_decode_leaves_a_placeholder(
    dataset: Path, serve: Serve, picture: bytes | None, told: str
) -> None:
    with httpx.Client(base_url=serve(damaged(dataset, picture)), cookies={"reviewer": "Ada"}) as ask:
        for side in ("original", "negative"):
            answer = picture_of(ask, side)
            assert answer.headers["content-type"].startswith("image/svg")
            assert "No picture" in answer.text
            assert told in answer.text
            assert "<svg onload" not in answer.text
        assert judge(ask, ask.get("/").text, "bad_picture").status_code == 303


def test_requests_of_other_origins_and_hosts_are_refused(ask: httpx.Client, dataset: Path) -> None:
    page = ask.get("/").text
    own = {"Origin": str(ask.base_url).rstrip("/")}
    for wrong, status in [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403),
    ]:
        assert ask.get("/", headers=wrong).status_code == status, wrong
    lured = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert ask.get("/", headers=lured).status_code == 200
    body = {"id": "1", "said": "accepted"}
    assert ask.post(form(page, "verdict"), data=body, headers=lured).status_code == 403
    assert not (dataset / FILE).exists()
    assert ask.post(form(page, "verdict"), data=body, headers=own).status_code == 200


def test_other_machines_need_the_token(dataset: Path) -> None:
    with serving(dataset, host="0.0.0.0") as printed:
        address, _, token = printed.partition("/?token=")
        assert len(token) > 20
        with httpx.Client(base_url=address.replace("0.0.0.0", "127.0.0.1")) as ask:
            assert ask.get("/browse").status_code == 401
            guess = {"Cookie": "counterfoil_token=guess"}
            assert ask.get("/browse?token=guess", headers=guess).status_code == 401
            known = ask.get(f"/browse?token={token}")
            assert (known.status_code, known.headers["location"]) == (303, "/browse")
            assert "token" not in ask.get("/browse").text
            assert ask.get("/browse").status_code == 200
            assert ask.get("/browse", headers={"Host": "10.0.0.7:1"}).status_code == 200


def test_a_port_in_use_is_an_error_or_the_next_one_is_taken(dataset: Path) -> None:
    wrong = pytest.raises(DataError, match="Address already in use; name another with --port")
    with socket.create_server(("127.0.0.1", 0)) as taken, wrong:
        open_page(dataset, port=taken.getsockname()[1])
    first, second = open_page(dataset), open_page(dataset)
    with closing(first), closing(second):
        assert first.address != second.address


def test_without_pictures_two_captions_are_judged(dataset: Path, serve: Serve) -> None:
    (path,) = (dataset / "data").glob("*.parquet")
    rows = [row | {"foils": row["foils"][2:]} for row in read_rows(path)]
    write_rows(path, rows, SCHEMA)
    with httpx.Client(base_url=serve(dataset), cookies={"reviewer": "Ada"}) as ask:
        page = ask.get("/").text
        assert "text-only" in page
        assert 'id="view-flicker"' not in page
        assert judge(ask, page).status_code == 303


def test_the_command_says_what_is_wrong_or_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["review", str(tmp_path)])
    assert result.exit_code == 1
    assert "no finished dataset" in result.output
    code = "import sys; sys.modules['uvicorn'] = None; from counterfoil.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "review", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "pip install 'counterfoil[review]'" in done.stderr) == (1, True)
