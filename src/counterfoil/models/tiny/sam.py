"""SAM, SAM 2 and SAM 3."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import (
    Sam2Config,
    Sam2HieraDetConfig,
    Sam2MaskDecoderConfig,
    Sam2Model,
    Sam2PromptEncoderConfig,
    Sam2VisionConfig,
    Sam3Config,
    Sam3DETRDecoderConfig,
    Sam3DETREncoderConfig,
    Sam3GeometryEncoderConfig,
    Sam3MaskDecoderConfig,
    Sam3Model,
    Sam3VisionConfig,
    Sam3ViTConfig,
    SamConfig,
    SamImageProcessorPil,
    SamMaskDecoderConfig,
    SamModel,
    SamPromptEncoderConfig,
    SamVisionConfig,
)
from transformers.image_processing_base import ImageProcessingMixin

from counterfoil.models.tiny.diffusion import text_config
from counterfoil.models.tiny.vocabulary import clip_tokenizer
from counterfoil.models.tiny.weights import scatter

_DECODER: dict[str, Any] = {
    "hidden_size": 32,
    "mlp_dim": 48,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "iou_head_hidden_dim": 32,
}
_MEAN, _STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def write_sam(folder: Path) -> None:
    """A segmenter of pictures of 64 x 64."""
    vision = SamVisionConfig(
        hidden_size=32,
        output_channels=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=64,
        patch_size=8,
        mlp_ratio=2.0,
        window_size=4,
        global_attn_indexes=[0],
        num_pos_feats=16,
    )
    prompt = SamPromptEncoderConfig(hidden_size=32, image_size=64, patch_size=8, mask_input_channels=4)
    decoder = SamMaskDecoderConfig(**_DECODER)
    config = SamConfig(vision_config=vision, prompt_encoder_config=prompt, mask_decoder_config=decoder)
    scatter(SamModel(config)).save_pretrained(folder)
    SamImageProcessorPil(
        size={"longest_edge": 64},
        pad_size={"height": 64, "width": 64},
        mask_size={"longest_edge": 16},
        mask_pad_size={"height": 16, "width": 16},
    ).save_pretrained(folder)


def write_sam2(folder: Path) -> None:
    """A segmenter of pictures of 64 x 64."""
    backbone = Sam2HieraDetConfig(
        hidden_size=8,
        num_attention_heads=1,
        image_size=[64, 64],
        blocks_per_stage=[1, 1, 2, 1],
        embed_dim_per_stage=[8, 16, 32, 64],
        num_attention_heads_per_stage=[1, 1, 2, 2],
        window_size_per_stage=[4, 4, 4, 4],
        global_attention_blocks=[3],
        window_positional_embedding_background_size=[4, 4],
        mlp_ratio=2.0,
    )
    vision = Sam2VisionConfig(
        backbone_config=backbone,
        backbone_channel_list=[64, 32, 16, 8],
        backbone_feature_sizes=[[16, 16], [8, 8], [4, 4]],
        fpn_hidden_size=32,
    )
    prompt = Sam2PromptEncoderConfig(hidden_size=32, image_size=64, patch_size=16, mask_input_channels=4)
    decoder = Sam2MaskDecoderConfig(**_DECODER, dynamic_multimask_via_stability=False)
    config = Sam2Config(vision_config=vision, prompt_encoder_config=prompt, mask_decoder_config=decoder)
    scatter(Sam2Model(config)).save_pretrained(folder)
    _write_square(folder, "Sam2ImageProcessorFast")


def write_sam3(folder: Path) -> None:
    """What finds and outlines words in pictures of 64 x 64."""
    tokenizer = clip_tokenizer(32)
    part: dict[str, Any] = {
        "hidden_size": 32,
        "num_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 48,
    }
    vision = Sam3VisionConfig(
        backbone_config=Sam3ViTConfig(
            hidden_size=32,
            intermediate_size=48,
            num_hidden_layers=1,
            num_attention_heads=2,
            image_size=64,
            pretrain_image_size=64,
            patch_size=8,
            window_size=4,
            global_attn_indexes=[0],
        ),
        fpn_hidden_size=32,
        backbone_feature_sizes=[[32, 32], [16, 16], [8, 8]],
    )
    config = Sam3Config(
        vision_config=vision,
        text_config=text_config(tokenizer),
        geometry_encoder_config=Sam3GeometryEncoderConfig(**part),
        detr_encoder_config=Sam3DETREncoderConfig(**part),
        detr_decoder_config=Sam3DETRDecoderConfig(**part, num_queries=8),
        mask_decoder_config=Sam3MaskDecoderConfig(hidden_size=32, num_attention_heads=2),
    )
    scatter(Sam3Model(config)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    _write_square(folder, "Sam3ImageProcessor")


def _write_square(folder: Path, kind: str) -> None:
    """What an image processor without a class of its own here would say of itself."""
    size = {"height": 64, "width": 64}
    settings: dict[str, Any] = {"size": size, "image_mean": _MEAN, "image_std": _STD}
    ImageProcessingMixin(image_processor_type=kind, **settings).save_pretrained(folder)
