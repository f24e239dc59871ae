"""Foils to a fine-tuned dual encoder: our way, and those of the field.

Paper:    named at each recipe; rates, warm-ups and batches are theirs where they say so, on foils of
          ours. What a paper does not say is as in `finetune`.
Command:  counterfoil train DATA --model MODEL --out CKPT --recipe NAME
Hardware: one GPU for ViT-B/32; `chunk` lets large batches fit. Any CPU for drawn encoders.
Expect:   before_after.json tells; no published figure was reproduced here, as weights and photos of
          the papers are not at hand.
"""

from __future__ import annotations

from dataclasses import replace

from counterfoil.train.batching import BATCHINGS, Batching
from counterfoil.train.compose import Squares
from counterfoil.train.concatenated import Concatenated
from counterfoil.train.forgetting import Forgetting
from counterfoil.train.losses import LOSSES
from counterfoil.train.optimiser import Optimiser
from counterfoil.train.recipe import TrainRecipe
from counterfoil.train.schedule import Schedule
from counterfoil.train.text import GNM_CLEANING


def finetune() -> TrainRecipe:
    """Two-way foils beside ordinary pairs, by one cross entropy over both: ours."""
    return TrainRecipe(
        name="finetune",
        loss=LOSSES["two_way"],
        batching=Batching(key="picture", foils=2, pairs=2, groups=32),
        schedule=Schedule(shape="cosine", warm_up=50),
    )


def clip() -> TrainRecipe:
    """The same pictures and captions without negatives: what all others are to be held against."""
    return replace(_of("clip"), batching=_text_foils(negatives=False))


def gnm() -> TrainRecipe:
    """GNM as released: item_based batches, Adam with decay of all weights, no schedule.

    Needs foils with a score "itm.mean"; without, set batching.score= to draw uniformly.
    Source: Sahin et al., WACV 2024, arXiv 2311.03964.
    """
    return replace(
        _of("gnm"),
        batching=BATCHINGS["item_based"],
        cleaning=GNM_CLEANING,
        optimiser=Optimiser(
            kind="adam", rate=1e-6, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.1, decay_all=True, clip=0.0
        ),
        schedule=Schedule(shape="constant"),
        epochs=10,
    )


def neg_clip() -> TrainRecipe:
    """NegCLIP, batches of 256, without its mined neighbours. Source: Yuksekgonul et al., ICLR 2023."""
    recipe = _of("neg_clip", rate=1e-6, epochs=5)
    return replace(recipe, batching=replace(_text_foils(), groups=128), schedule=Schedule(warm_up=50))


def ce_clip() -> TrainRecipe:
    """CE-CLIP, four negative captions an item. Source: Zhang et al., CVPR 2024, arXiv 2306.08832."""
    return replace(_of("ce_clip", rate=5e-6, epochs=10), batching=replace(_text_foils(), foils=4))


def triplet_clip() -> TrainRecipe:
    """TripletCLIP: both sides of each foil. Source: Patel et al., NeurIPS 2024, arXiv 2411.02545."""
    return _of("triplet_clip")


def ahnpl() -> TrainRecipe:
    """AHNPL, five negative captions an item. Source: Huang et al., IJCAI 2025, arXiv 2505.15576."""
    return replace(_of("ahnpl"), batching=replace(_text_foils(), foils=5))


def sparcl() -> TrainRecipe:
    """SPARCL with adapters of rank 16, 3,000 steps. Source: Li et al., CVPR 2025, arXiv 2503.01167."""
    return replace(
        _of("sparcl"),
        batching=Batching(key="caption", foils=1, pairs=1, groups=32, compose=Squares(num_positives=1)),
        forgetting=Forgetting(lora_rank=16),
        steps=3000,
    )


def fsc() -> TrainRecipe:
    """FSC-CLIP, batches of 256. Source: Oh et al., EMNLP 2024, arXiv 2410.05210."""
    recipe = _of("fsc", rate=5e-6, epochs=5)
    return replace(
        recipe, batching=replace(_text_foils(), groups=128, foils=4), schedule=Schedule(warm_up=50)
    )


def sig_lip() -> TrainRecipe:
    """Sigmoid loss with both sides of foils, for SigLIP and kin. Source: Zhai et al., ICCV 2023."""
    return _of("sig_lip")


def dac_svlc() -> TrainRecipe:
    """SVLC and DAC with further captions of the picture. Source: Doveh et al., CVPR and NeurIPS 2023."""
    return replace(
        _of("dac_svlc"), batching=replace(_text_foils(), compose=Squares(images=False, num_positives=2))
    )


def clic() -> TrainRecipe:
    """CLIC: pictures two by two, the picture tower frozen. Source: Peleg et al., NeurIPS 2025."""
    return replace(
        _of("clic"),
        batching=Batching(foils=0, pairs=1, groups=128, compose=Concatenated()),
        forgetting=Forgetting(freeze=("image",)),
    )


def de_gla() -> TrainRecipe:
    """DeGLA: a teacher that follows the model. Source: Hu et al., ACM MM 2025, arXiv 2504.16801."""
    held = Forgetting(average=0.9996, teacher="average")
    return replace(_of("de_gla"), batching=replace(_text_foils(), foils=4), forgetting=held)


def _of(name: str, *, rate: float = 1e-5, epochs: int = 1) -> TrainRecipe:
    """Our recipe with another loss."""
    return replace(finetune(), name=name, loss=LOSSES[name], optimiser=Optimiser(rate=rate), epochs=epochs)


def _text_foils(*, negatives: bool = True) -> Batching:
    """Negative captions without their pictures, or none at all."""
    return Batching(
        key="caption", foils=1, pairs=1, groups=64, compose=Squares(texts=negatives, images=False)
    )
