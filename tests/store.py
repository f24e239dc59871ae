"""Real servers of object stores on loopback, where they are installed; pyarrow finds them by what is told."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def s3_server() -> Iterator[None]:
    """S3, by moto; the environment tells pyarrow of it meanwhile."""
    with _served("moto_server", "moto[server]", "-H", "127.0.0.1", "-p") as port:
        told = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_EC2_METADATA_DISABLED": "true"}
        told |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        told |= {"AWS_DEFAULT_REGION": "us-east-1"}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in told.items():
                patch.setenv(name, value)
            yield


@contextmanager
def gcs_server() -> Iterator[str]:
    """Google's, with an empty bucket; yields the options that its places need."""
    start = ("start", "--host=127.0.0.1", "--in-memory", "--default-bucket=bucket", "--port")
    with _served("gcp-storage-emulator", "gcp-storage-emulator", *start) as port:
        yield f"scheme=http&endpoint_override=127.0.0.1:{port}&retry_limit_seconds=5"


@contextmanager
def _served(program: str, package: str, *arguments: str) -> Iterator[int]:
    """A server that lasts as long as the context, and its port."""
    beside = Path(sys.executable).with_name(program)
    server = str(beside) if beside.exists() else shutil.which(program)
    if server is None:
        pytest.skip(f"needs a server of an object store: pip install '{package}'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    quiet = subprocess.DEVNULL
    run = subprocess.Popen([server, *arguments, str(port)], stdout=quiet, stderr=quiet)
    try:
        _await(port)
        yield port
    finally:
        run.kill()
        run.wait()


def _await(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise TimeoutError("the server does not start")
