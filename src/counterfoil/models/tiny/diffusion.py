"""Stable Diffusion and SDXL: from words, to inpaint, and to change a picture as told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    EulerDiscreteScheduler,
    StableDiffusionInpaintPipeline,
    StableDiffusionInstructPix2PixPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLInpaintPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from counterfoil.models.tiny.vocabulary import clip_tokenizer
from counterfoil.models.tiny.weights import TOWER

_SCHEDULE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
LATENTS = 4
"""Channels of latents: what a network that paints from words sees."""


def write_sd(folder: Path) -> None:
    """Stable Diffusion at 64 x 64, from words."""
    _write_sd(folder, StableDiffusionPipeline, LATENTS)


def write_sd_inpaint(folder: Path) -> None:
    """The same that inpaints: it sees the mask, and what is around it."""
    _write_sd(folder, StableDiffusionInpaintPipeline, LATENTS + 1 + LATENTS)


def write_instruct_pix2pix(folder: Path) -> None:
    """The same that changes pictures as told: it sees the picture."""
    _write_sd(folder, StableDiffusionInstructPix2PixPipeline, LATENTS + LATENTS)


def write_sdxl(folder: Path) -> None:
    """SDXL at 64 x 64, from words."""
    _write_sdxl(folder, StableDiffusionXLPipeline, LATENTS)


def write_sdxl_inpaint(folder: Path) -> None:
    """The same that inpaints."""
    _write_sdxl(folder, StableDiffusionXLInpaintPipeline, LATENTS + 1 + LATENTS)


def _write_sd(folder: Path, pipeline: Callable[..., Any], channels: int) -> None:
    tokenizer = clip_tokenizer()
    pipeline(
        vae=autoencoder(),
        text_encoder=CLIPTextModel(text_config(tokenizer)),
        tokenizer=tokenizer,
        unet=network(channels, cross_attention_dim=32),
        scheduler=DDIMScheduler(**_SCHEDULE, clip_sample=False, set_alpha_to_one=False, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)


def _write_sdxl(folder: Path, pipeline: Callable[..., Any], channels: int) -> None:
    """With two readers of the prompt."""
    tokenizer = clip_tokenizer()
    pipeline(
        vae=autoencoder(),
        text_encoder=CLIPTextModel(text_config(tokenizer)),
        text_encoder_2=CLIPTextModelWithProjection(text_config(tokenizer)),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=network(
            channels,
            cross_attention_dim=64,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=32 + 6 * 8,
        ),
        scheduler=EulerDiscreteScheduler(**_SCHEDULE, steps_offset=1),
    ).save_pretrained(folder)


def autoencoder() -> AutoencoderKL:
    """Pictures to latents an eighth as wide, as in the real ones."""
    return AutoencoderKL(
        block_out_channels=(8, 8, 16, 16),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=LATENTS,
        norm_num_groups=4,
        sample_size=64,
        layers_per_block=1,
    )


def network(channels: int, **more: int | str) -> UNet2DConditionModel:
    """What takes the noise out of latents of 8 x 8."""
    return UNet2DConditionModel(
        sample_size=8,
        in_channels=channels,
        out_channels=LATENTS,
        block_out_channels=(16, 32),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=8,
        norm_num_groups=8,
        **more,
    )


def text_config(tokenizer: CLIPTokenizer) -> CLIPTextConfig:
    """A reader of prompts."""
    return CLIPTextConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=tokenizer.model_max_length,
        projection_dim=32,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        **TOWER,
    )
