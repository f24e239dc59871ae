"""Tiny models: real classes with random weights, saved to a folder and loaded like real checkpoints.

They answer nonsense, at once and without a download: for tests, and to watch a whole recipe run.
A new one is a module that writes it into a folder, and a line here.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from counterfoil.models.tiny import (
    blip,
    blip_itm,
    chat,
    clip,
    diffusion,
    florence2,
    grounding_dino,
    masked_lm,
    owlv2,
    sam,
    writer,
)

TINY: Mapping[str, Callable[[Path], None]] = {
    "blip": blip.write,
    "florence2": florence2.write,
    "chat": chat.write,
    "grounding_dino": grounding_dino.write,
    "owlv2": owlv2.write,
    "writer": writer.write,
    "masked_lm": masked_lm.write,
    "sam": sam.write_sam,
    "sam2": sam.write_sam2,
    "sam3": sam.write_sam3,
    "blip_itm": blip_itm.write,
    "clip": clip.write,
    "sd": diffusion.write_sd,
    "sdxl": diffusion.write_sdxl,
    "instruct_pix2pix": diffusion.write_instruct_pix2pix,
    "sd_inpaint": diffusion.write_sd_inpaint,
    "sdxl_inpaint": diffusion.write_sdxl_inpaint,
}
"""Who writes it, by role: "tiny:ROLE" is its name as a checkpoint."""
