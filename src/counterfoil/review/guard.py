"""Who may ask: the reviewer's own browser, and nobody who lured it or found the port."""

from __future__ import annotations

import hmac
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Of every answer: nothing from elsewhere, no script in the page, nothing shown inside other pages."""

COOKIE = "counterfoil_token"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host's address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def hosts(host: str, port: int) -> frozenset[str]:
    """The names under which a browser may ask for us; none is every name."""
    if host in {"0.0.0.0", "[::]"}:
        return frozenset()
    names = {host, "127.0.0.1", "localhost", "[::1]"} if is_loopback(host) else {host}
    return frozenset(f"{name}:{port}" for name in names)


class Guard:
    """Refuses requests of other hosts and origins, and without the token where one is needed.

    Args:
        app: what answers.
        hosts: the only values of `Host` that are taken, as names may lead here by a trick; empty for all.
        token: what must be known; "" for none. `?token=` puts it into a cookie.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] = frozenset(), token: str = "") -> None:
        self._app = app
        self._hosts = hosts
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._refused(scope) or self._app
        await answer(scope, receive, _with_headers(send))

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts and host not in self._hosts:
            return PlainTextResponse(f"This page is not {host}: open the address that was printed.", 421)
        if headers.get("origin", f"{scope['scheme']}://{host}") != f"{scope['scheme']}://{host}":
            return PlainTextResponse("Requests from other pages are refused.", 403)
        if not _is_own(scope["method"], headers):
            return PlainTextResponse("Requests from other pages are refused.", 403)
        return self._without_token(scope, headers) if self._token else None

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if self._fits(given):
            known = RedirectResponse(scope["path"], 303)
            known.set_cookie(COOKIE, self._token, httponly=True, samesite="strict")
            return known
        if self._fits(_cookie(headers.get("cookie", ""))):
            return None
        return PlainTextResponse("Open the address that was printed: it ends in a token.", 401)

    def _fits(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())


def _is_own(method: str, headers: Headers) -> bool:
    """Whether it comes from our page, or from whoever typed or followed an address."""
    if headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
        return True
    return method == "GET" and headers.get("sec-fetch-mode") == "navigate"


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _with_headers(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return with_headers
