"""A server for one dataset, on this machine."""

from __future__ import annotations

import contextlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe

from counterfoil.errors import DataError, ModelError
from counterfoil.review.build import Progress, open_index
from counterfoil.review.desk import Desk
from counterfoil.review.index import Index

try:
    import python_multipart  # noqa: F401 - FastAPI reads forms by it, and asks for it late
    import uvicorn

    from counterfoil.review.app import make_app
    from counterfoil.review.guard import Guard, hosts, is_loopback
    from counterfoil.review.pictures import Pictures
except ImportError as error:
    raise ModelError(f"review needs {error.name}: pip install 'counterfoil[review]'") from error

_TRIED = 20
"""Ports that are tried, one after the other, where none was asked for."""

LOOPBACK = "127.0.0.1"
PORT = 8765


def _silent(what: str, done: int, total: int | None) -> None:
    pass


@dataclass(frozen=True)
class Page:
    """A page that is about to be served: at an address, by a server, on a socket that listens already."""

    address: str
    server: uvicorn.Server
    listening: socket.socket
    index: Index

    def run(self) -> None:
        """Serve until stopped."""
        with contextlib.closing(self), contextlib.suppress(KeyboardInterrupt):  # the usual end
            self.server.run(sockets=[self.listening])

    def close(self) -> None:
        """Let the port and the index go."""
        self.listening.close()
        self.index.close()


def open_page(
    dataset: Path, *, host: str = LOOPBACK, port: int | None = None, progress: Progress = _silent
) -> Page:
    """Get ready to serve a dataset's page.

    Args:
        dataset: a folder that `mine` has written.
        host: address to listen on; of one that other machines can reach, the address ends in a token.
        port: to listen on; the first free one from 8765 on where it is None.
        progress: told how far the index is.

    Raises:
        DataError: no dataset, one without foils, a folder that cannot be written, or a port in use.
    """
    index, cache = open_index(dataset, progress)
    with contextlib.ExitStack() as undone:
        undone.callback(index.close)
        app = make_app(dataset.resolve().name, Desk(dataset, index), Pictures(dataset, index, cache))
        listening = _listening(host, port)
        undone.pop_all()
    token = "" if is_loopback(host) else token_urlsafe(16)
    bound = listening.getsockname()[1]
    named = f"[{host}]" if ":" in host else host
    guarded = Guard(app, hosts(named, bound), token)
    config = uvicorn.Config(guarded, log_level="warning", access_log=False, timeout_graceful_shutdown=2)
    address = f"http://{named}:{bound}/" + (f"?token={token}" if token else "")
    return Page(address, uvicorn.Server(config), listening, index)


def _listening(host: str, port: int | None) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for one in [port] if port is not None else range(PORT, PORT + _TRIED):
        try:
            listening = socket.create_server((host, one), family=family)
        except OSError as error:
            failed = error
        else:
            # Else the end of each answer waits 40 ms for the browser to acknowledge its beginning.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return listening
    raise DataError(
        f"cannot listen on {host}:{port or PORT}: {os.strerror(failed.errno or 0)}; name another with --port"
    )
