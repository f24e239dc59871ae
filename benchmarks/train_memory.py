"""Is the memory of a step that of a chunk? Its peak for a large batch beside a small one, and its gradient.

    python benchmarks/train_memory.py [--few 256] [--many 4096] [--chunk 256] [--loss gnm]

A CLIP of transformers in the drawn world's size (48 px, 3 layers of width 128), random pictures and
words, half of the pairs foils. Each case runs in a process of its own: the small batch and the large one
in chunks, and the large one at once. Peaks are those of the whole process, batch and libraries included.
"""

# ruff: noqa: N815 - tensors end in their shape
from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from transformers import CLIPConfig, CLIPModel

from counterfoil.train.batches import ORIGINAL, Batch, Layout
from counterfoil.train.cached import loss_and_gradients
from counterfoil.train.losses import LOSSES

SIZE, WORDS, CONTEXT = 48, 100, 40


class Pictures(NamedTuple):
    """See `train.towers.Encoder`."""

    image_ID: Tensor
    patch_IRD: Tensor | None = None


class Texts(NamedTuple):
    """See `train.towers.Encoder`."""

    text_TD: Tensor
    token_TWD: Tensor | None = None
    token_TW: Tensor | None = None


class Clip(nn.Module):
    """A small CLIP."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        tower = {
            "hidden_size": 128,
            "intermediate_size": 512,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
        }
        words = {"vocab_size": WORDS, "max_position_embeddings": CONTEXT, "eos_token_id": WORDS - 1}
        self.model = CLIPModel(
            CLIPConfig(
                text_config={**tower, **words, "bos_token_id": WORDS - 2, "pad_token_id": 0},
                vision_config={**tower, "image_size": SIZE, "patch_size": 8},
                projection_dim=128,
            )
        )
        self.log_scale: nn.Parameter = self.model.logit_scale
        self.bias: nn.Parameter | None = None

    def encode_images(self, pixels_ICHW: Tensor, *, patches: bool = False) -> Pictures:
        """Unit vectors of pictures."""
        del patches
        seen = self.model.vision_model(pixel_values=pixels_ICHW).pooler_output
        return Pictures(normalize(self.model.visual_projection(seen), dim=-1))

    def encode_texts(self, tokens: dict[str, Tensor], *, words: bool = False) -> Texts:
        """Unit vectors of texts."""
        del words
        read = self.model.text_model(**tokens).pooler_output
        return Texts(normalize(self.model.text_projection(read), dim=-1))


def foils(number: int) -> Batch:
    """So many random pictures and texts: originals, then their foils."""
    half = number // 2
    index = torch.arange(half)
    none = torch.full_like(index, ORIGINAL)
    texts = torch.randint(1, WORDS - 2, (number, CONTEXT))
    texts[:, -1] = WORDS - 1
    original = torch.stack([index, none, none], 1)
    caption, foil = torch.stack([index, 0 * index, none], 1), torch.stack([index, 0 * index, 0 * index], 1)
    layout = Layout(
        image_N=index,
        text_N=index,
        negative_text_NK=half + index[:, None],
        negative_image_NK=half + index[:, None],
        positive_text_NP=torch.zeros(half, 0, dtype=torch.long),
        origin_I3=torch.cat([original, foil]),
        origin_T3=torch.cat([caption, foil]),
        content_T=torch.arange(number),
    )
    keys = tuple(map(str, range(half)))
    return Batch(
        keys=keys, pixels_ICHW=torch.randn(number, 3, SIZE, SIZE), tokens={"input_ids": texts}, layout=layout
    )


def case(loss: str, number: int, chunk: int, out: Path) -> None:
    """One step; print its peak in MiB and its processor time, and leave loss and gradient in a file."""
    torch.set_num_threads(1)
    encoder = Clip()
    batch = foils(number)
    before = time.process_time()
    result = loss_and_gradients(encoder, LOSSES[loss], batch, {}, chunk=chunk or None)
    seconds = time.process_time() - before
    gradient = torch.cat(
        [weight.grad.flatten() for weight in encoder.parameters() if weight.grad is not None]
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    torch.save({"loss": result.loss, "gradient": gradient}, out)
    print(json.dumps({"MiB": round(peak, 1), "seconds": round(seconds, 2), "loss": result.loss.item()}))


def main() -> None:
    """Run the cases and print them with their ratio and their distance."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--few", type=int, default=256, help="pictures of the small batch")
    parser.add_argument("--many", type=int, default=4096, help="pictures of the large batch")
    parser.add_argument("--chunk", type=int, default=256)
    parser.add_argument("--loss", default="gnm", choices=sorted(set(LOSSES) - {"fsc", "de_gla"}))
    parser.add_argument("--case", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        number, chunk, out = options.case
        case(options.loss, int(number), int(chunk), Path(out))
        return
    with TemporaryDirectory() as folder:
        cases = {
            "small": (options.few, options.chunk),
            "large": (options.many, options.chunk),
            "at once": (options.many, 0),
        }
        peaks, found = {}, {}
        for name, (number, chunk) in cases.items():
            out = Path(folder) / f"{name}.pt"
            command = [
                sys.executable,
                __file__,
                "--loss",
                options.loss,
                "--case",
                str(number),
                str(chunk),
                str(out),
            ]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            peaks[name] = json.loads(told.splitlines()[-1])
            print(f"{name:8} {number:6} pictures, chunk {chunk or 'none':5}: {peaks[name]}")
            found[name] = torch.load(out, weights_only=True)
    compare(peaks["large"]["MiB"] / peaks["small"]["MiB"], found["large"], found["at once"])


def compare(ratio: float, chunked: dict[str, Tensor], direct: dict[str, Tensor]) -> None:
    """Print the ratio of peaks, and the distance of loss and gradient, relative to their length."""
    print(f"peak, large over small: {ratio:.2f} x")
    for name, whole in direct.items():
        apart = (chunked[name].double() - whole.double()).norm() / whole.double().norm()
        print(f"{name}, chunked against at once: {apart:.1e} relative")


if __name__ == "__main__":
    main()
