"""A step of training against its floor, and against the loops of open_clip and Hugging Face's Trainer.

The floor is forward, loss, backward and optimiser of the bare model on the same tensors, with nothing
around them. Trainer gets the same batches, ready made, and the same optimiser and loss. open_clip's loop
is written from its description (github.com/mlfoundations/open_clip, README and docs): its loss, torch's
AdamW as it comes, no clipping, and the scale held below 100. All but Trainer take turns step by step, so
that a busy machine is busy for all; time is that of the processor.

    python benchmarks/train_speed.py --steps 20
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from time import process_time

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import Dataset
from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, Trainer, TrainingArguments

from counterfoil.models import DualEncoder, load_dual_encoder
from counterfoil.models.drawn import drawn_tokenizer
from counterfoil.models.prepare import prepare_for
from counterfoil.models.ranks import Ranks
from counterfoil.recipes.finetune import clip
from counterfoil.train.batches import Batch
from counterfoil.train.batching import Batching
from counterfoil.train.collate import Batches
from counterfoil.train.drawn import drawn_foils
from counterfoil.train.loader import Loader
from counterfoil.train.optimiser import Optimiser
from counterfoil.train.training import Training

OPTIMISER = Optimiser(rate=1e-5)


def vit_b_32() -> DualEncoder:
    """CLIP ViT-B/32 as it is published, with random weights and the drawn world's tokenizer."""
    config = CLIPConfig(text_config={"eos_token_id": 3})
    torch.manual_seed(0)
    model = CLIPModel(config)
    processor = CLIPImageProcessorPil(size={"height": 224, "width": 224}, do_center_crop=False)
    return DualEncoder(model, prepare_for(model.config, processor, drawn_tokenizer()), "ViT-B/32")


def batches(encoder: DualEncoder, pairs: int, number: int) -> list[Batch]:
    """Batches of ordinary pairs, ready made."""
    data = drawn_foils("train", scenes=pairs * number, quads_per_cell=0)
    batching = Batching(foils=0, pairs=1, groups=pairs)
    made = Batches(foils=data, batching=batching, prepare=encoder.prepare)
    loader = Loader(made, batching.sampler_of(data), workers=0)
    return [batch for _, batch in zip(range(number), loader, strict=False)]


def contrast(encoder: DualEncoder, pixels_ICHW: Tensor, tokens: dict[str, Tensor]) -> Tensor:
    """CLIP's loss of a bare dual encoder, where picture i has text i."""
    image_ID = encoder.encode_images(pixels_ICHW).image_ID
    text_TD = encoder.encode_texts(tokens).text_TD
    logit_IT = encoder.log_scale.exp() * image_ID @ text_TD.T
    target_I = torch.arange(len(logit_IT))
    return (cross_entropy(logit_IT, target_I) + cross_entropy(logit_IT.T, target_I)) / 2


def floor(encoder: DualEncoder) -> Callable[[Batch], None]:
    """A step with nothing around it."""
    optimiser = OPTIMISER.build(encoder.train().parameters())

    def step(batch: Batch) -> None:
        optimiser.zero_grad(set_to_none=True)
        contrast(encoder, batch.pixels_ICHW, batch.tokens).backward()
        optimiser.step()

    return step


def open_clip(encoder: DualEncoder) -> Callable[[Batch], None]:
    """A step as open_clip's loop takes it in float32 on one process."""
    named = list(encoder.train().named_parameters())
    rests = [weight for name, weight in named if weight.ndim < 2 or "logit_scale" in name]
    decays = [weight for name, weight in named if weight.ndim >= 2 and "logit_scale" not in name]
    groups = [{"params": rests, "weight_decay": 0.0}, {"params": decays, "weight_decay": 0.2}]
    optimiser = torch.optim.AdamW(groups, lr=OPTIMISER.rate, betas=(0.9, 0.98), eps=1e-6)

    def step(batch: Batch) -> None:
        optimiser.zero_grad()
        contrast(encoder, batch.pixels_ICHW, batch.tokens).backward()
        optimiser.step()
        with torch.no_grad():
            encoder.log_scale.clamp_(0, math.log(100))

    return step


def ours(encoder: DualEncoder) -> Callable[[Batch], object]:
    """A step of `counterfoil train`."""
    return Training(replace(clip(), optimiser=OPTIMISER), encoder, 10**6, 0, Ranks()).step


class Contrastive(nn.Module):
    """What Trainer wants: a model that returns its loss."""

    def __init__(self, encoder: DualEncoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, pixels: Tensor, tokens: dict[str, Tensor]) -> dict[str, Tensor]:
        """The loss."""
        return {"loss": contrast(self.encoder, pixels, tokens)}


class Ready(Dataset[Batch]):
    """Batches as a dataset."""

    def __init__(self, made: list[Batch]) -> None:
        self.made = made

    def __len__(self) -> int:
        return len(self.made)

    def __getitem__(self, number: int) -> Batch:
        return self.made[number]


def trainer(encoder: DualEncoder, made: list[Batch]) -> float:
    """Seconds a step of Hugging Face's Trainer over ready batches, by its own loop."""
    model = Contrastive(encoder)
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            per_device_train_batch_size=1,
            num_train_epochs=1,
            max_grad_norm=1.0,
            use_cpu=True,
            report_to=[],
            save_strategy="no",
            logging_strategy="no",
            disable_tqdm=True,
            remove_unused_columns=False,
        )
        loop = Trainer(
            model=model,
            args=arguments,
            train_dataset=Ready(made),
            data_collator=lambda one: {"pixels": one[0].pixels_ICHW, "tokens": one[0].tokens},
            optimizers=(OPTIMISER.build(model.parameters()), None),
        )
        begin = process_time()
        loop.train()
        return (process_time() - begin) / len(made)


def timed(step: Callable[[Batch], object], batch: Batch) -> float:
    """Seconds of one step."""
    begin = process_time()
    step(batch)
    return process_time() - begin


def compare(name: str, build: Callable[[], DualEncoder], pairs: int, steps: int) -> None:
    """Print the figures of one model."""
    made = batches(build(), pairs, steps)
    ways: dict[str, Callable[[Batch], object]] = {
        "floor": floor(build()),
        "open_clip": open_clip(build()),
        "ours": ours(build()),
    }
    for step in ways.values():  # the first steps make room for gradients and moments
        step(made[0])
    spent: dict[str, list[float]] = {way: [] for way in ways}
    for number, batch in enumerate(made):
        for way in sorted(ways, reverse=bool(number % 2)):
            spent[way].append(timed(ways[way], batch))
    over, gain = (
        median(a / b for a, b in zip(spent[one], spent[other], strict=True))
        for one, other in (("ours", "floor"), ("open_clip", "ours"))
    )
    whole = {way: sum(times) / steps for way, times in spent.items()}
    encoder = build()
    trainer(encoder, made[:1])
    theirs = median(trainer(encoder, made) for _ in range(3))
    print(
        f"{name:9} {pairs:3} pairs: floor {1e3 * whole['floor']:.1f} ms, ours {1e3 * whole['ours']:.1f} ms, "
        f"ratio {over:.3f}; open_clip's loop {1e3 * whole['open_clip']:.1f} ms, ours "
        f"{gain:.2f} x its samples/s; Trainer {1e3 * theirs:.1f} ms, ours "
        f"{theirs / whole['ours']:.2f} x"
    )


def main() -> None:
    """Compare both models."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    compare("drawn", lambda: load_dual_encoder("drawn"), 64, asked.steps)
    compare("ViT-B/32", vit_b_32, 8, max(asked.steps // 2, 3))


if __name__ == "__main__":
    main()
