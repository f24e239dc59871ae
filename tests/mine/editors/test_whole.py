"""Whole pictures by tiny pipelines: from captions, and from instructions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from diffusers.pipelines import stable_diffusion
from scenes import block, ground, reworded, scene
from transformers import CLIPConfig, CLIPImageProcessorPil

from counterfoil.errors import ModelError
from counterfoil.mine.editors.candidates import Attempt, Candidates
from counterfoil.mine.editors.imagine import Imagine
from counterfoil.mine.editors.instruct import Instruct, instruction
from counterfoil.mine.inpaint import Inpaint
from counterfoil.mine.prompt import NOTHING, prompt_of
from counterfoil.mine.stage import Run
from counterfoil.models.diffusion import canvas
from counterfoil.models.hosting import Checkpoint, load_pipeline
from counterfoil.models.inpainter import Inpainter
from counterfoil.models.repainter import InstructionEditor, Repainter, TextToImage, Wish
from counterfoil.records import Edit, Foil, Kind, Operation, Pixels, Rejected, Reworded

RUN = Run(3, Path())
DOG = scene(
    ("dog", block(80, 60, 200, 180), (150, 110, 60)),
    pixels=ground(),
    captions=("A dog on a road.",),
)
RED = Edit(operation="replace", kind="object", before="dog", after="red cat", box=DOG.regions[0].box)


def proposal(edit: Edit = RED, number: int = 0, *, two_way: bool = True) -> Reworded:
    made = reworded(DOG, edit, (0,), ("a cat that is red",))
    return replace(
        made,
        key=f"drawn/{number}",
        two_way=two_way,
        true_caption="A dog on a road.",
        negative_caption="A red cat on a road.",
    )


def tiny(role: str, batch: int = 4) -> Checkpoint:
    return Checkpoint(model=f"tiny:{role}", device="cpu", dtype="fp32", batch=batch)


PAINTERS: dict[str, Repainter] = {
    "sd": TextToImage(checkpoint=tiny("sd"), steps=2),
    "sdxl": TextToImage(checkpoint=tiny("sdxl"), steps=2),
    "instruct_pix2pix": InstructionEditor(checkpoint=tiny("instruct_pix2pix"), steps=2),
}


def noise(height: int, width: int, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3), np.uint8)


@pytest.mark.parametrize("role", PAINTERS)
def test_pictures_of_any_size_keep_theirs_and_depend_on_words_seed_and_no_neighbour(role: str) -> None:
    repaint = PAINTERS[role].load()
    wishes = [
        Wish(noise(48, 64), "a dog", 1),
        Wish(noise(90, 60), "a cat", 2),
        Wish(noise(48, 64), "a cat", 1),
        Wish(noise(48, 64), "a dog", 4),
    ]
    painted = repaint(wishes)
    assert [picture is not None and picture.shape for picture in painted] == [w.picture.shape for w in wishes]
    first, _, other_words, other_seed = (np.asarray(picture, int) for picture in painted)
    (alone,) = repaint(wishes[:1])
    assert np.abs(first - np.asarray(alone, int)).max() <= 2
    assert np.abs(first - other_seed).mean() > 5
    assert (first != other_words).any()


def test_an_instruction_changes_the_picture_that_it_is_given() -> None:
    repaint = PAINTERS["instruct_pix2pix"].load()
    one, other = repaint([Wish(noise(64, 64), "red", 1), Wish(noise(64, 64, 1), "red", 1)])
    assert np.abs(np.asarray(one, int) - np.asarray(other, int)).mean() > 0.5


def test_pictures_are_painted_at_their_own_shape_and_the_area_of_the_trained_square() -> None:
    assert canvas(480, 640, 512) == (448, 592)
    assert canvas(1000, 10, 64) == (640, 16)


@pytest.mark.parametrize("role", ["sd", "instruct_pix2pix"])
def test_the_whole_stage_paints_foils_and_positives(role: str) -> None:
    painter, candidates = PAINTERS[role], Candidates(positives=True)
    stage: Any = Imagine if role == "sd" else Instruct
    foils = stage(painter=painter, candidates=candidates).load(RUN)([proposal(), proposal(number=1)])
    for foil in foils:
        assert isinstance(foil, Foil)
        assert foil.patch is not None
        assert foil.positive is not None
        assert foil.patch.mask.all()
        assert foil.patch.onto(DOG.pixels).shape == DOG.pixels.shape
        assert (foil.patch.pixels != foil.positive.pixels).any()
    assert (foils[0].patch.pixels != foils[1].patch.pixels).any(), "each by a chance of its own"


def test_words_alone_are_imagined_on_request_and_never_edited() -> None:
    (imagined,) = Imagine(painter=PAINTERS["sd"], text_only=True).load(RUN)([proposal(two_way=False)])
    assert imagined.two_way
    assert imagined.patch is not None
    (left,) = Imagine(painter=PAINTERS["sd"], text_only=False).load(RUN)([proposal(two_way=False)])
    assert left.patch is None
    (left,) = Instruct(painter=PAINTERS["instruct_pix2pix"]).load(RUN)([proposal(two_way=False)])
    assert left.patch is None


def edited(operation: Operation, kind: Kind, before: str, after: str) -> Reworded:
    return proposal(Edit(operation=operation, kind=kind, before=before, after=after, box=RED.box))


@pytest.mark.parametrize(
    ("of", "told", "again"),
    [
        (proposal(), "Replace the dog with a red cat.", "Replace the dog with a dog."),
        (edited("replace", "attribute", "old", "young"), "Make the dog young.", "Make the dog old."),
        (
            edited("remove", "object", "dog", "no dog"),
            "Remove the dog.",
            'Change the picture so that it shows: "A dog on a road.".',
        ),
        (
            edited("add", "object", "no owl", "owl"),
            "Add an owl.",
            'Change the picture so that it shows: "A dog on a road.".',
        ),
        (
            edited("replace", "count", "one", "two"),
            'Change the picture so that it shows: "A red cat on a road.".',
            'Change the picture so that it shows: "A dog on a road.".',
        ),
    ],
)
def test_an_edit_is_told_as_an_instruction(of: Reworded, told: str, again: str) -> None:
    assert instruction(Attempt(of, original=False, seed=0)) == told
    assert instruction(Attempt(of, original=True, seed=0)) == again


def test_the_original_is_painted_again_by_the_words_for_it() -> None:
    assert prompt_of(proposal()) == "a cat that is red"
    assert prompt_of(proposal(), original=True) == "dog"
    colour = edited("replace", "attribute", "brown", "blue")
    assert (prompt_of(colour), prompt_of(colour, original=True)) == ("blue dog", "brown dog")
    assert prompt_of(edited("add", "object", "no owl", "owl"), original=True) == NOTHING
    assert prompt_of(edited("replace", "count", "two", "one"), original=True) == "dog"


def test_positives_of_inpainting_lie_in_the_same_mask_and_touch_nothing_else() -> None:
    stage = Inpaint(
        painter=Inpainter(checkpoint=tiny("sd_inpaint"), steps=2),
        crop=64,
        min_side=64,
        candidates=Candidates(positives=True),
    )
    (foil,) = stage.load(RUN)([proposal()])
    assert isinstance(foil, Foil)
    assert foil.patch is not None
    assert foil.positive is not None
    assert foil.patch.window() == foil.positive.window()
    assert (foil.patch.mask == foil.positive.mask).all()
    assert (foil.patch.pixels != foil.positive.pixels).any()
    outside = ~foil.positive.mask
    assert (foil.positive.pixels[outside] == DOG.pixels[foil.positive.window()][outside]).all()


@pytest.mark.parametrize(("threshold", "shown"), [(-2.0, False), (2.0, True)])
def test_what_the_safety_checker_withholds_is_refused(threshold: float, shown: bool, tmp_path: Path) -> None:
    tower = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 1, "num_attention_heads": 2}
    vision = tower | {"image_size": 32, "patch_size": 16}
    of: Any = stable_diffusion
    checker = of.StableDiffusionSafetyChecker(CLIPConfig(text_config=tower, vision_config=vision))
    checker.concept_embeds_weights.data.fill_(threshold)  # the least cosine that is withheld
    pipeline = load_pipeline(tiny("sd"), "AutoPipelineForText2Image")
    extractor = CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    parts = pipeline.components | {"safety_checker": checker, "feature_extractor": extractor}
    of.StableDiffusionPipeline(**parts).save_pretrained(tmp_path)
    checkpoint = Checkpoint(model=str(tmp_path), device="cpu", dtype="fp32")
    stage = Imagine(painter=TextToImage(checkpoint=checkpoint, steps=1))
    (out,) = stage.load(RUN)([proposal()])
    if shown:
        assert isinstance(out, Foil)
    else:
        assert isinstance(out, Rejected)
        assert (out.stage, out.reason) == ("imagine", "black_picture")
        assert "'A red cat on a road.'" in out.detail


def test_a_checkpoint_of_another_kind_is_refused() -> None:
    with pytest.raises(ModelError, match="cannot be loaded as AutoPipelineForText2Image"):
        TextToImage(checkpoint=tiny("clip")).load()
    with pytest.raises(ModelError, match="no pipeline called 'Nonsense'"):
        TextToImage(checkpoint=tiny("sd"), pipeline="Nonsense").load()
