"""A checkpoint to a model that is ready to work: where it lies, on what device, in what precision.

The one place that loads the models of generative recipes, of transformers and diffusers alike, and that
says in plain words what went wrong. It never runs code that comes with a checkpoint.
"""

from __future__ import annotations

import ctypes
import gc
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from huggingface_hub.errors import GatedRepoError, LocalEntryNotFoundError, OfflineModeIsEnabled
from safetensors import SafetensorError
from transformers.utils import logging

from counterfoil.errors import ModelError, unknown

A = TypeVar("A")
B = TypeVar("B")

DTYPES: Mapping[str, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
"""What weights are held and computed in; "auto" is bf16 on a GPU and fp32 elsewhere."""

_OUT_OF_MEMORY = ("out of memory", "can't allocate memory")
"""What torch says where it has no error of its own for it: of a CPU, and of some libraries."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Which weights, and how they are held.

    Args:
        model: a folder of `save_pretrained`, an id on the hub, or "tiny:ROLE": random weights of a real
            class, built on the spot.
        revision: of the id: a branch, a tag or a commit; "" for the newest.
        device: "cpu", "cuda", "cuda:1", "mps" ..., or "auto": a GPU where there is one.
        dtype: "fp32", "bf16", "fp16", or "auto".
        batch: pictures, texts or pairs at a time; halved where memory does not suffice.
        offload: keep weights in main memory and bring them to the GPU part by part: slower, and fits.
    """

    model: str
    revision: str = ""
    device: str = "auto"
    dtype: str = "auto"
    batch: int = 8
    offload: bool = False

    def __post_init__(self) -> None:
        """Refuse what no model can be held in."""
        if self.dtype not in {"auto", *DTYPES}:
            raise ModelError(unknown("dtype", self.dtype, ["auto", *DTYPES]))
        if self.batch < 1:
            raise ModelError(f"batch of {self.model} is {self.batch}: at least one at a time")

    @property
    def on(self) -> torch.device:
        """The device it works on."""
        if self.device != "auto":
            return torch.device(self.device)
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")

    @property
    def precision(self) -> torch.dtype:
        """What it is held and computes in."""
        if self.dtype == "auto":
            return torch.bfloat16 if self.on.type == "cuda" else torch.float32
        return DTYPES[self.dtype]


def load_model(checkpoint: Checkpoint, of: Any, **settings: Any) -> Any:
    """A model of transformers, ready to work.

    Args:
        checkpoint: which, and where to.
        of: its class, or an Auto class.
        settings: further ones for `from_pretrained`.

    Raises:
        ModelError: it cannot be had, is of another architecture, or lacks weights.
    """
    offloaded = {"device_map": "auto"} if checkpoint.offload else {}
    with _told(checkpoint, of):
        model, found = of.from_pretrained(
            where(checkpoint),
            revision=checkpoint.revision or "main",
            dtype=checkpoint.precision,
            output_loading_info=True,
            ignore_mismatched_sizes=True,
            **offloaded,
            **settings,
        )
    if wrong := sorted({*found["missing_keys"], *(key for key, *_ in found["mismatched_keys"])}):
        raise ModelError(
            f"{checkpoint.model} is no {type(model).__name__}: {len(wrong)} of its weights are missing or of "
            f"another shape, {wrong[0]} among them. Give a checkpoint of that architecture"
        )
    return model.eval() if checkpoint.offload else model.to(checkpoint.on).eval()


def load_beside(checkpoint: Checkpoint, of: Any, **settings: Any) -> Any:
    """What lies beside a model: its tokenizer, image processor or processor, by their Auto class.

    Raises:
        ModelError: it is not there.
    """
    with _told(checkpoint, of):
        return of.from_pretrained(where(checkpoint), revision=checkpoint.revision or "main", **settings)


def load_pipeline(checkpoint: Checkpoint, of: str, **settings: Any) -> Any:
    """A pipeline of diffusers, ready to work and silent.

    Args:
        checkpoint: which, and where to.
        of: the name of its class in diffusers, or of an Auto class.
        settings: further ones for `from_pretrained`.

    Raises:
        ModelError: it cannot be had, is of another architecture, or diffusers is not installed.
    """
    kind = _of_diffusers(of)
    with _told(checkpoint, kind):
        pipeline = kind.from_pretrained(
            where(checkpoint),
            revision=checkpoint.revision or "main",
            dtype=checkpoint.precision,
            **settings,
        )
    pipeline.set_progress_bar_config(disable=True)
    if checkpoint.offload:
        pipeline.enable_model_cpu_offload(device=checkpoint.on)
        return pipeline
    return pipeline.to(checkpoint.on)


def _of_diffusers(name: str) -> Any:
    try:
        with warnings.catch_warnings(action="ignore"):  # of what diffusers itself still does in old ways
            import diffusers

            diffusers.utils.logging.disable_progress_bar()
            return getattr(diffusers, name)
    except ModuleNotFoundError as missing:
        raise ModelError(
            f"painting needs {missing.name}, not installed: pip install 'counterfoil[models]'"
        ) from missing
    except AttributeError as error:
        raise ModelError(f"diffusers has no pipeline called {name!r}") from error


def halving(batch: int, work: Callable[[Sequence[A]], Sequence[B]], values: Sequence[A]) -> list[B]:
    """What `work` makes of the values, `batch` at a time; a batch that memory cannot hold is halved.

    Raises:
        ModelError: memory cannot hold a single one.
    """
    made: list[B] = []
    while len(made) < len(values):
        some = values[len(made) : len(made) + batch]
        try:
            made += work(some)
        except (RuntimeError, MemoryError) as error:
            if not _is_out_of_memory(error):
                raise
            reason = str(error)
        else:
            continue
        # Out of the except clause, whose traceback would keep the tensors of the failed call alive.
        if len(some) == 1:
            raise ModelError(
                f"memory does not suffice for one at a time ({reason}): set offload=true or dtype=bf16 of "
                "its checkpoint, a smaller model, or one_at_a_time=true of the recipe"
            )
        batch = len(some) // 2
        release()
    return made


def release() -> None:
    """Give back the memory of models that nobody holds any more: the GPU's, and this machine's."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    trim()


def trim() -> None:
    """Give back what glibc keeps of freed memory; other allocators keep nothing."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def _is_out_of_memory(error: Exception) -> bool:
    known = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return known or any(words in str(error) for words in _OUT_OF_MEMORY)


def where(checkpoint: Checkpoint) -> str:
    """The folder or id of a checkpoint, as `from_pretrained` takes it.

    Raises:
        ModelError: there is no such folder, or no such tiny model.
    """
    kind, _, role = checkpoint.model.partition(":")
    if kind == "tiny":
        from counterfoil.models.tiny.folder import tiny_folder  # whose builders need every model library

        return str(tiny_folder(role))
    folder = Path(checkpoint.model).expanduser()
    if checkpoint.model.startswith((".", "/", "~")) and not folder.is_dir():
        raise ModelError(f"no model at {checkpoint.model}: it is no folder")
    return str(folder)


@contextmanager
def _told(checkpoint: Checkpoint, of: Any) -> Iterator[None]:
    """What libraries raise, in plain words; their progress bars stay out of ours."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(_reason(checkpoint, of, error)) from error
    except (ImportError, SafetensorError) as error:
        raise ModelError(f"{checkpoint.model} cannot be loaded as {of.__name__}: {error}") from error
    finally:
        if shown:
            logging.enable_progress_bar()


def _reason(checkpoint: Checkpoint, of: Any, error: BaseException) -> str:
    name, causes = checkpoint.model, list(_causes(error))
    if any(isinstance(cause, GatedRepoError) for cause in causes):
        return (
            f"{name} is gated: accept its licence at https://huggingface.co/{name}, then set HF_TOKEN to a "
            "token of yours"
        )
    if any(isinstance(cause, LocalEntryNotFoundError | OfflineModeIsEnabled) for cause in causes):
        return (
            f"{name} is not a folder here, not among the models that were downloaded before, and the hub "
            f"cannot be reached: where there is a network, run `hf download {name}`, or copy its folder here "
            "and give the folder"
        )
    return f"{name} cannot be loaded as {of.__name__}: {' '.join(str(error).split())[:400]}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
