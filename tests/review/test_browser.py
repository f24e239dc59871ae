"""The page in a real browser: by mouse, by keyboard, by two people, on a phone; quiet, and usable by all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect, sync_playwright
from served import Serve, serving

from counterfoil.judgements import FILE, read_standing

expect.set_options(timeout=20_000)  # milliseconds; a machine that tests beside it is slow

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FIRST, SECOND = "square/00000/0", "square/00000/1"

Enter = Callable[..., Page]
"""Opens the page in a browser of one's own, by name."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs the browser chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def address(dataset: Path, serve: Serve) -> str:
    return serve(dataset)


@pytest.fixture
def enter(browser: Browser, address: str) -> Iterator[Enter]:
    """The test fails where the page has asked for anything elsewhere, or complained of anything."""
    wrong: list[str] = []
    with ExitStack() as stack:

        def opened(name: str, **how: Any) -> Page:
            context = stack.enter_context(browser.new_context(base_url=address, **how))
            page = context.new_page()
            page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("request", lambda asked: wrong.extend([asked.url][asked.url.startswith(address) :]))
            page.goto("/")
            page.get_by_label("Name").fill(name)
            page.get_by_role("button", name="Begin").click()
            expect(page.locator("#accept")).to_be_visible()
            return page

        yield opened
    assert wrong == []


def at(page: Page, foil: str) -> None:
    """Wait until a foil is shown."""
    expect(page.locator(".more bdi").last).to_have_text(foil)


def said(dataset: Path, foil: str) -> dict[str, str]:
    return {name: by.reason or by.verdict for name, by in read_standing(dataset).of(foil).items()}


def test_judging_by_mouse(enter: Enter, dataset: Path) -> None:
    page = enter("Ada")
    at(page, FIRST)
    page.get_by_label("Note").fill("quite")
    page.get_by_role("button", name="Accept").click()
    at(page, SECOND)
    page.get_by_role("button", name="Bad picture").dblclick()
    at(page, "square/00000/2")
    assert (said(dataset, FIRST), said(dataset, SECOND)) == ({"Ada": "accepted"}, {"Ada": "bad_picture"})
    assert read_standing(dataset).of(FIRST)["Ada"].note == "quite"
    page.get_by_role("button", name="Undo").click()
    at(page, SECOND)
    assert said(dataset, SECOND) == {}
    page.reload()
    at(page, SECOND)
    page.get_by_role("link", name="Previous").click()
    at(page, FIRST)
    expect(page.locator("#accept")).to_have_attribute("aria-pressed", "true")
    page.go_back()
    at(page, SECOND)
    assert page.get_by_text("1 of 78").count() == 1


def test_judging_by_keyboard(enter: Enter, dataset: Path) -> None:
    page = enter("Ada")
    page.keyboard.press("a")
    at(page, SECOND)
    page.keyboard.press("n")
    page.keyboard.type("aunu")  # letters, not commands
    page.keyboard.press("Escape")
    page.keyboard.press("5")
    at(page, "square/00000/2")
    assert read_standing(dataset).of(SECOND)["Ada"].note == "aunu"
    page.keyboard.press("u")
    at(page, SECOND)
    page.keyboard.press("j")
    at(page, "square/00000/2")
    page.keyboard.press("k")
    at(page, SECOND)
    page.keyboard.press("v")
    expect(page.locator("#view-flicker")).to_be_checked()
    page.get_by_text("Keys", exact=True).click()
    page.get_by_label("use these keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.locator("#accept").focus()
    page.keyboard.press("Enter")
    at(page, "square/00000/2")
    expect(page.locator("h2#foil")).to_be_focused()
    assert said(dataset, SECOND) == {"Ada": "accepted"}
    assert len((dataset / FILE).read_text().splitlines()) == 4


def sources(page: Page) -> list[str | None]:
    return [picture.get_attribute("src") for picture in page.locator(".pair img").all()]


def test_pictures_can_be_compared(enter: Enter) -> None:
    page = enter("Ada")
    page.keyboard.press("j")
    at(page, SECOND)
    expect(page.locator(".pair .region").first).to_be_visible()
    page.get_by_text("Region", exact=True).click()
    expect(page.locator(".pair .region").first).to_be_hidden()
    before = sources(page)
    box = page.locator(".pair .frame").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    assert sources(page) == before[::-1]
    page.mouse.up()
    assert sources(page) == before
    page.get_by_text("Difference").click()
    one, other = (frame.bounding_box() for frame in page.locator(".pair .frame").all())
    assert one == other
    page.keyboard.press("a")
    at(page, "square/00000/2")
    page.keyboard.press("j")
    at(page, "square/00001/0")
    expect(page.locator("#view-difference")).to_be_checked()  # it stays from foil to foil


def test_filters_hold_from_page_to_page(enter: Enter, address: str) -> None:
    page = enter("Ada")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("pictures").select_option("text-only")
    at(page, "square/00000/2")
    page.get_by_label("search").fill("00007")
    page.keyboard.press("Enter")
    at(page, "square/00007/2")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", name="All judged")).to_be_visible()
    page.get_by_role("link", name="Browse", exact=True).click()
    expect(page.locator("#found")).to_have_text("1 foil")
    expect(page.locator(".tile .mark")).to_have_text("accepted")
    page.get_by_role("link", name="Clear").click()
    expect(page.locator("#found")).to_have_text("78 foils")
    page.get_by_label("sample").select_option("3")
    expect(page.locator("#found")).to_have_text("6 foils")
    page.get_by_role("link", name="Results").click()
    expect(page.get_by_text("judged, of 78 foils")).to_be_visible()
    page.get_by_label("For an interval of at most").fill("40")
    page.keyboard.press("Enter")
    expect(page.get_by_text("more to judge for 40 points")).to_be_visible()
    assert page.url == f"{address}/results?sample=3&width=40"


def test_two_reviewers_do_not_see_each_other_but_their_agreement(enter: Enter, dataset: Path) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    for key, foil in (("a", SECOND), ("4", "square/00000/2")):
        ada.keyboard.press(key)
        at(ada, foil)
        expect(bob.locator("[aria-pressed=true]")).to_have_count(0)
        bob.keyboard.press("a")
        at(bob, foil)
    assert said(dataset, FIRST) == {"Ada": "accepted", "Bob": "accepted"}
    bob.get_by_role("link", name="Results").click()
    expect(bob.get_by_text("κ = 0.00, 1 of 2 alike")).to_be_visible()


def test_a_phone_shows_a_foil_and_all_verdicts_at_once(enter: Enter, dataset: Path) -> None:
    page = enter("Ada", **PHONE)
    for name in ("Accept", "Not false of the original", "Bad English"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    expect(page.locator(".saying.negative")).to_be_in_viewport()
    page.get_by_role("button", name="Accept").tap()
    at(page, SECOND)
    assert said(dataset, FIRST) == {"Ada": "accepted"}
    for tab in ("Judge", "Browse", "Results"):
        page.get_by_role("link", name=tab, exact=True).tap()
        expect(page.locator("[aria-current=page]")).to_have_text(tab)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab


PLACES = ("/", "/browse", "/results", "/?way=text-only", "/?words=nothing+fits", "/who", "/nowhere")


@pytest.mark.parametrize(("scheme", "places"), [("light", PLACES), ("dark", PLACES[:3])])
def test_axe_finds_nothing_serious(enter: Enter, scheme: str, places: Sequence[str]) -> None:
    page = enter("Ada", color_scheme=scheme)
    page.keyboard.press("a")
    at(page, SECOND)
    for address in places:
        if address == "/nowhere":
            page.set_content(page.request.get(address).text())
        else:
            page.goto(address)
        found = Axe().run(page)["violations"]
        serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] != "minor"]
        assert serious == [], address


def test_a_server_that_went_away_is_told_and_the_verdict_given_again(browser: Browser, dataset: Path) -> None:
    with serving(dataset) as address:
        context = browser.new_context()
        context.add_cookies([{"name": "reviewer", "value": "Ada", "url": address}])
        page = context.new_page()
        page.goto(address)
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    with serving(dataset, port=int(address.rpartition(":")[2])):
        page.keyboard.press("a")
        at(page, SECOND)
        context.close()
    assert said(dataset, FIRST) == {"Ada": "accepted"}
