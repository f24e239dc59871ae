"""A server for one dataset, on this machine."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe

from counterfoil.errors import DataError, ModelError
from counterfoil.review.build import Progress, open_index
from counterfoil.review.desk import Desk

try:
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


def review(
    dataset: Path,
    *,
    host: str = LOOPBACK,
    port: int | None = None,
    progress: Progress,
    ready: Callable[[str], None],
) -> None:
    """Serve the page until interrupted.

    Args:
        dataset: a folder that `mine` has written.
        host: address to listen on; one that other machines can reach needs a token, which `ready` is told.
        port: to listen on; the first free one from 8765 on where it is None.
        progress: told how far the index is.
        ready: told the address to open.

    Raises:
        DataError: no dataset, one without foils, a folder that cannot be written, or a port in use.
    """
    index, cache = open_index(dataset, progress)
    app = make_app(dataset.resolve().name, Desk(dataset, index), Pictures(dataset, index, cache))
    token = "" if is_loopback(host) else token_urlsafe(16)
    with _listening(host, port) as listening:
        bound = listening.getsockname()[1]
        named = f"[{host}]" if ":" in host else host
        ready(f"http://{named}:{bound}/" + (f"?token={token}" if token else ""))
        guarded = Guard(app, hosts(named, bound), token)
        config = uvicorn.Config(guarded, log_level="warning", access_log=False, timeout_graceful_shutdown=2)
        with contextlib.suppress(KeyboardInterrupt):  # the usual end
            uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int | None) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for one in [port] if port is not None else range(PORT, PORT + _TRIED):
        try:
            return socket.create_server((host, one), family=family)
        except OSError as error:
            failed = error
    raise DataError(f"cannot listen on {host}:{port or PORT}: {failed.strerror}; name another with --port")
