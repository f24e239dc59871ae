"""Models of real classes that are small, but large enough to be what a run spends its time and memory on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionInpaintPipeline, UNet2DConditionModel
from transformers import (
    BertConfig,
    BlipConfig,
    BlipForConditionalGeneration,
    BlipImageProcessorPil,
    BlipProcessor,
    CLIPTextConfig,
    CLIPTextModel,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    GroundingDinoImageProcessorPil,
    GroundingDinoProcessor,
    SamConfig,
    SamImageProcessorPil,
    SamMaskDecoderConfig,
    SamModel,
    SamPromptEncoderConfig,
    SamVisionConfig,
    SwinConfig,
)

from counterfoil.models.tiny.vocabulary import bert_tokenizer, clip_tokenizer, unspoken
from counterfoil.models.tiny.weights import scatter, silence

_TOWER: dict[str, Any] = {
    "hidden_size": 384,
    "intermediate_size": 1536,
    "num_hidden_layers": 6,
    "num_attention_heads": 6,
}


def write_blip(folder: Path) -> None:
    """A captioner of pictures of 224 x 224."""
    tokenizer = bert_tokenizer()
    ids = {"pad_token_id": 0, "bos_token_id": 101, "sep_token_id": 102, "eos_token_id": 102}
    text = _TOWER | ids | {"vocab_size": len(tokenizer), "encoder_hidden_size": 384}
    config = BlipConfig(text_config=text, vision_config=_TOWER | {"image_size": 224, "patch_size": 16})
    model = scatter(BlipForConditionalGeneration(config))
    silence(model.text_decoder.cls.predictions.bias, unspoken(tokenizer))
    model.save_pretrained(folder)
    pictures = BlipImageProcessorPil(size={"height": 224, "width": 224})
    BlipProcessor(pictures, tokenizer).save_pretrained(folder)


def write_grounding_dino(folder: Path) -> None:
    """A detector of pictures whose shorter side is 256 pixels."""
    tokenizer = bert_tokenizer()
    backbone: dict[str, Any] = {"out_indices": [2, 3, 4]}  # which SwinConfig's signature hides
    config = GroundingDinoConfig(
        backbone_config=SwinConfig(
            image_size=256, embed_dim=64, depths=[2, 2, 4, 2], num_heads=[2, 4, 8, 16], **backbone
        ),
        text_config=BertConfig(vocab_size=len(tokenizer), **_TOWER),
        num_queries=32,
        encoder_layers=3,
        decoder_layers=3,
        d_model=128,
        num_feature_levels=4,
    )
    scatter(GroundingDinoForObjectDetection(config)).save_pretrained(folder)
    pictures = GroundingDinoImageProcessorPil(size={"shortest_edge": 256, "longest_edge": 384})
    GroundingDinoProcessor(pictures, tokenizer).save_pretrained(folder)


def write_sam(folder: Path) -> None:
    """A segmenter of pictures of 512 x 512."""
    vision = SamVisionConfig(
        hidden_size=384,
        num_hidden_layers=8,
        num_attention_heads=6,
        image_size=512,
        global_attn_indexes=[3, 7],
    )
    prompt = SamPromptEncoderConfig(image_size=512)
    config = SamConfig(
        vision_config=vision, prompt_encoder_config=prompt, mask_decoder_config=SamMaskDecoderConfig()
    )
    scatter(SamModel(config)).save_pretrained(folder)
    SamImageProcessorPil(
        size={"longest_edge": 512},
        pad_size={"height": 512, "width": 512},
        mask_size={"longest_edge": 128},
        mask_pad_size={"height": 128, "width": 128},
    ).save_pretrained(folder)


def write_sd_inpaint(folder: Path) -> None:
    """Stable Diffusion at 128 x 128."""
    tokenizer = clip_tokenizer()
    text = CLIPTextConfig(
        vocab_size=len(tokenizer), eos_token_id=tokenizer.eos_token_id, projection_dim=384, **_TOWER
    )
    pipeline: Any = StableDiffusionInpaintPipeline
    pipeline(
        vae=AutoencoderKL(
            block_out_channels=(32, 32, 64, 64),
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            latent_channels=4,
            sample_size=128,
            layers_per_block=1,
        ),
        text_encoder=CLIPTextModel(text),
        tokenizer=tokenizer,
        unet=UNet2DConditionModel(
            sample_size=16,
            in_channels=9,
            block_out_channels=(64, 128, 256, 256),
            layers_per_block=2,
            cross_attention_dim=384,
            attention_head_dim=8,
        ),
        scheduler=DDIMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            clip_sample=False,
            steps_offset=1,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)


MIDSIZE: Mapping[str, Callable[[Path], None]] = {
    "blip": write_blip,
    "grounding_dino": write_grounding_dino,
    "sam": write_sam,
    "sd_inpaint": write_sd_inpaint,
}


def write_all(folder: Path) -> None:
    """Each in a folder that is called by its role; those that are there are left."""
    torch.manual_seed(0)
    for role, write in MIDSIZE.items():
        if not (folder / role).is_dir():
            write(folder / role)
