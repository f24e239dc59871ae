"""Checkpoints: what can go wrong when one is loaded, and what happens when memory does not suffice."""

import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForZeroShotObjectDetection, BlipForConditionalGeneration, BlipModel

from counterfoil.errors import ModelError
from counterfoil.models.hosting import Checkpoint, halving, load_model


def test_a_tiny_model_is_built_once_and_loads_like_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = load_model(Checkpoint(model="tiny:blip"), BlipForConditionalGeneration)
    (folder,) = (tmp_path / "counterfoil" / "tiny").iterdir()
    again = load_model(Checkpoint(model=str(folder)), BlipForConditionalGeneration)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))


@pytest.mark.parametrize(
    ("model", "of", "told"),
    [
        ("someone/elsewhere", BlipForConditionalGeneration, "hf download someone/elsewhere"),
        ("./nowhere", BlipForConditionalGeneration, "no model at ./nowhere: it is no folder"),
        ("tiny:blop", BlipForConditionalGeneration, "did you mean 'blip'"),
        ("tiny:blip", AutoModelForZeroShotObjectDetection, "GroundingDinoConfig"),
        ("tiny:blip", BlipModel, "is no BlipModel: .* of its weights are missing"),
    ],
)
def test_what_cannot_be_loaded_says_why(
    model: str, of: type, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=told):
        load_model(Checkpoint(model=model), of)


class _Gate(BaseHTTPRequestHandler):
    """A hub whose only model is gated."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("X-Error-Code", "GatedRepo")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def gated_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with HTTPServer(("127.0.0.1", 0), _Gate) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        template = url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
        yield
        server.shutdown()


@pytest.mark.usefixtures("gated_hub")
def test_a_gated_model_says_whose_licence_to_accept() -> None:
    with pytest.raises(ModelError, match=r"someone/gated is gated: accept its licence at .*HF_TOKEN"):
        load_model(Checkpoint(model="someone/gated"), BlipForConditionalGeneration)


def test_a_dtype_that_nobody_knows_names_those_that_are() -> None:
    with pytest.raises(ModelError, match="unknown dtype 'bf15': did you mean 'bf16'"):
        Checkpoint(model="any", dtype="bf15")


def test_a_batch_that_memory_cannot_hold_is_halved_until_it_fits_and_none_is_done_twice() -> None:
    sizes: list[int] = []

    def work(some: Sequence[int]) -> list[int]:
        sizes.append(len(some))
        if len(some) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return [10 * value for value in some]

    assert halving(8, work, range(9)) == [10 * value for value in range(9)]
    assert sizes == [8, 4, 2, 2, 2, 2, 1]


def test_one_that_memory_cannot_hold_says_what_to_do() -> None:
    def work(some: Sequence[int]) -> list[int]:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")

    with pytest.raises(ModelError, match="offload=true"):
        halving(4, work, [1, 2])


def test_other_errors_are_not_taken_for_a_lack_of_memory() -> None:
    def work(some: Sequence[int]) -> list[int]:
        raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes do not fit"):
        halving(4, work, [1, 2])
