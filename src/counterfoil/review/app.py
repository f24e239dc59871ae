"""The pages: addresses in, HTML and pictures out. All state is the desk's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from secrets import token_hex
from typing import Annotated, Any
from urllib.parse import quote, unquote

import numpy as np
from fastapi import Cookie, Depends, FastAPI, Form, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException as Refusal

from counterfoil.errors import DataError
from counterfoil.judgements import Judgement
from counterfoil.look.summary import TEMPLATES as REPORT
from counterfoil.review.desk import Desk
from counterfoil.review.page import Shown, render, shown
from counterfoil.review.pictures import Pictures, Side, Size, placeholder
from counterfoil.review.results import results
from counterfoil.review.selection import Wanted

PER_PAGE = 24
_OWN = files("counterfoil.review") / "templates"
_STATIC = {
    "style.css": (REPORT / "style.css", "text/css"),
    "flicker.js": (REPORT / "flicker.js", "text/javascript"),
    "review.css": (_OWN / "review.css", "text/css"),
    "review.js": (_OWN / "review.js", "text/javascript"),
    "icon.svg": (_OWN / "icon.svg", "image/svg+xml"),
}
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}


def _reviewer(reviewer: Annotated[str, Cookie()] = "") -> str:
    return unquote(reviewer)


Reviewer = Annotated[str, Depends(_reviewer)]


def _named(reviewer: Reviewer) -> str:
    if not reviewer:
        raise HTTPException(403, "Say who is judging first.")
    return reviewer


Named = Annotated[str, Depends(_named)]
Choice = Annotated[Wanted, Depends()]
Text = Annotated[str, Form()]


class Pages:
    """What is answered to a browser.

    Args:
        title: name of the dataset.
        desk: of it.
        pictures: of it.
    """

    def __init__(self, title: str, desk: Desk, pictures: Pictures) -> None:
        self._title = title
        self._desk = desk
        self._pictures = pictures
        self._fields = _fields(desk)

    def judge(self, wanted: Choice, reviewer: Reviewer, foil: str = "") -> Response:
        """One foil, large, to be judged; without a key the next one that is open."""
        if not reviewer:
            return RedirectResponse(f"/who?to={quote('/?' + wanted.query(foil=foil))}", 303)
        self._desk.refresh()
        ahead = _ahead(wanted)
        here = self._number(foil) if foil else self._desk.step(ahead, reviewer, None)
        if here is None:
            return self._page("done.html", wanted, reviewer, path="/")
        steps = [self._desk.step(wanted, reviewer, here, by) for by in (-1, 1)]
        steps.append(self._desk.step(ahead, reviewer, here))
        numbers = dict.fromkeys(number for number in (here, *steps) if number is not None)
        foils = dict(zip(numbers, self._shown([*numbers]), strict=True))
        before, after, preload = (None if number is None else foils[number] for number in steps)
        return self._page(
            "judge.html",
            wanted,
            reviewer,
            path="/",
            foil=foils[here],
            before=before,
            after=after,
            preload=preload,
            own=self._desk.standing.of(foils[here].key).get(reviewer),
            id=token_hex(8),
        )

    def browse(self, wanted: Choice, reviewer: Reviewer, page: Annotated[int, Query(ge=1)] = 1) -> Response:
        """Many foils, small."""
        self._desk.refresh()
        numbers = self._desk.chosen(wanted, reviewer)
        pages = max(1, -(-len(numbers) // PER_PAGE))
        page = min(page, pages)
        here = numbers[(page - 1) * PER_PAGE : page * PER_PAGE]
        foils = list(zip(self._shown(here.tolist()), self._desk.marks(here, reviewer), strict=True))
        number = {"page": page, "pages": pages, "found": len(numbers)}
        return self._page("browse.html", wanted, reviewer, path="/browse", foils=foils, **number)

    def results(
        self, wanted: Choice, reviewer: Reviewer, width: Annotated[int, Query(ge=1, le=100)] = 10
    ) -> Response:
        """What the verdicts say so far; `width` in points."""
        self._desk.refresh()
        found = results(self._desk, wanted, width / 100)
        return self._page("results.html", wanted, reviewer, path="/results", width=width, found=found)

    def ask_name(self, wanted: Choice, reviewer: Reviewer, to: str = "/") -> Response:
        """Who is judging?"""
        known = self._desk.reviewers()
        return self._page("who.html", wanted, reviewer, path="/who", to=_local(to), known=known)

    def take_name(self, name: Text, to: Text = "/") -> Response:
        """Remember the name in this browser."""
        name = " ".join(name.split())
        if not 0 < len(name) <= 60:
            raise HTTPException(422, "A name has one to sixty characters.")
        answer = RedirectResponse(_local(to), 303)
        answer.set_cookie("reviewer", quote(name), max_age=31536000, httponly=True, samesite="strict")
        return answer

    def take_verdict(  # noqa: PLR0917 - FastAPI reads the form from here
        self, wanted: Choice, reviewer: Named, foil: str, id: Text, said: Text, note: Text = ""
    ) -> Response:
        """Write a verdict down, and go on to the next foil that is open."""
        number = self._number(foil)
        accepted = said == "accepted"
        self._desk.judge(
            Judgement(
                id=id,
                foil=foil,
                reviewer=reviewer,
                verdict="accepted" if accepted else "rejected",
                reason="" if accepted else said,
                note=note.strip(),
            )
        )
        after = self._desk.step(_ahead(wanted), reviewer, number)
        key = "" if after is None else self._desk.index.entries([after])[0].key
        return RedirectResponse(f"/?{wanted.query(foil=key)}", 303)

    def take_back(self, wanted: Choice, reviewer: Named, foil: str, id: Text, undoes: Text) -> Response:
        """Take a verdict back, and return to its foil."""
        undone = Judgement(id=id, foil=foil, reviewer=reviewer, verdict="undone", undoes=undoes)
        self._desk.judge(undone)
        return RedirectResponse(f"/?{wanted.query(foil=foil)}", 303)

    def picture(self, stamp: str, side: Side, number: int, size: Size) -> Response:
        """A picture, or one that says why there is none."""
        if stamp != self._desk.index.stamp:
            return _no_picture("this page is of an older dataset: load it again")
        try:
            data = self._pictures.get(number, side, size)
        except DataError as error:
            return _no_picture(str(error))
        return Response(data, media_type="image/jpeg", headers=_FOREVER)

    def _number(self, key: str) -> int:
        number = self._desk.index.number(key)
        if number is None:
            raise HTTPException(410, f"The foil {key} is no longer in the dataset; nothing was written.")
        return number

    def _shown(self, numbers: list[int]) -> list[Shown]:
        return [shown(self._desk.index, entry) for entry in self._desk.index.entries(numbers)]

    def _page(self, name: str, wanted: Wanted, reviewer: str, **values: Any) -> Response:
        common = {
            "title": self._title,
            "wanted": wanted,
            "query": wanted.query(),
            "fields": self._fields,
            "reviewer": reviewer,
            "reached": self._desk.progress(wanted, reviewer),
            "last": self._desk.standing.last(reviewer),
            "undo": token_hex(8),
        }
        return HTMLResponse(render(name, **common | values))


def make_app(title: str, desk: Desk, pictures: Pictures) -> FastAPI:
    """The application, without its guard."""
    app = FastAPI(openapi_url=None)
    pages = Pages(title, desk, pictures)
    routes: list[tuple[str, str, Callable[..., Response]]] = [
        ("GET", "/", pages.judge),
        ("GET", "/browse", pages.browse),
        ("GET", "/results", pages.results),
        ("GET", "/who", pages.ask_name),
        ("POST", "/who", pages.take_name),
        ("POST", "/verdict", pages.take_verdict),
        ("POST", "/undo", pages.take_back),
        ("GET", "/picture/{stamp}/{side}/{number}/{size}", pages.picture),
        ("GET", "/static/{name}", _static),
    ]
    for method, path, answer in routes:
        app.add_api_route(path, answer, methods=[method], response_model=None)
    app.add_exception_handler(Refusal, _told)
    app.add_exception_handler(RequestValidationError, _told)
    app.add_exception_handler(DataError, _told)
    return app


async def _told(request: Request, error: Exception) -> Response:
    """An error as a page that says what happened."""
    if isinstance(error, Refusal):
        return HTMLResponse(render("error.html", told=error.detail), error.status_code)
    if isinstance(error, RequestValidationError):
        wrong = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors())
        return HTMLResponse(render("error.html", told=f"This request cannot be read: {wrong}"), 422)
    return HTMLResponse(render("error.html", told=f"Nothing was written: {error}"), 400)


def _no_picture(reason: str) -> Response:
    return Response(placeholder(reason), media_type="image/svg+xml")


def _static(name: str) -> Response:
    if name not in _STATIC:
        raise HTTPException(404, f"There is no {name} here.")
    file, media_type = _STATIC[name]
    return Response(file.read_bytes(), media_type=media_type, headers={"Cache-Control": "no-cache"})


def _ahead(wanted: Wanted) -> Wanted:
    """Where one goes on to: what is open, unless some verdict is looked for."""
    return wanted if wanted.verdict else replace(wanted, verdict="open")


def _local(address: str) -> str:
    """An address of ours: a page elsewhere is not where one is sent."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def _fields(desk: Desk) -> dict[str, list[tuple[str, int]]]:
    """The values of each filter, with the foils that have it."""
    counts = np.bincount(desk.index.cell_of, minlength=len(desk.index.cells))
    fields: dict[str, dict[str, int]] = {"operation": {}, "kind": {}, "editor": {}, "way": {}}
    for cell, count in zip(desk.index.cells, counts.tolist(), strict=True):
        for name, values in fields.items():
            if value := getattr(cell, name):
                values[value] = values.get(value, 0) + count
    return {name: sorted(values.items()) for name, values in fields.items()}
