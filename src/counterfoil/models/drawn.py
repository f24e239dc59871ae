"""Small dual encoders from scratch for the drawn world, of three kinds of pooling.

All have one tokenizer, a token a word, of the words that the world's grammar knows, and are saved and
loaded by transformers' Auto classes like any other model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordLevel
from transformers import (
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    SiglipConfig,
    SiglipModel,
)

from counterfoil.errors import ModelError
from counterfoil.models.convolutional import STRIDE, ConvolutionalConfig, ConvolutionalModel
from counterfoil.models.dual_encoder import DualEncoder
from counterfoil.models.prepare import prepare_for
from counterfoil.world.grammar import RESERVED
from counterfoil.world.say import FUNCTION_WORDS
from counterfoil.world.words import NUMBERS

PADDING, UNKNOWN, START, END = SPECIAL = ("[PAD]", "[UNK]", "[START]", "[END]")


@dataclass(frozen=True, kw_only=True)
class DrawnEncoder:
    """A small dual encoder.

    Args:
        kind: "convolutional" (ours: means of tokens), "ends" (ours: tokens of class and end), "clip" (the
            same on bare patches) or "siglip" (attention pooling for pictures, the last token for texts).
        image_size: height and width of pictures, a multiple of `patch`.
        patch: pixels to a token, each way; 8 for ours.
        width: of both towers; a multiple of `heads`.
        layers: blocks of each tower.
        heads: of attention.
        embed_dim: of embeddings; SigLIP's are as wide as its towers.
        context: the most tokens of a text.
    """

    kind: str
    image_size: int = 48
    patch: int = 8
    width: int = 128
    layers: int = 3
    heads: int = 4
    embed_dim: int = 128
    context: int = 40

    def build(self, seed: int = 0) -> DualEncoder:
        """One with weights from a seed. The global source of chance is left as it was.

        Raises:
            ModelError: sizes that cannot be.
        """
        tokenizer = drawn_tokenizer(self.context)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            try:
                model = _KINDS[self.kind](self, len(tokenizer)).eval()
            except (ValueError, AssertionError) as error:
                raise ModelError(f"no drawn encoder with {self}: {error}") from error
        prepare = prepare_for(model.config, drawn_image_processor(self.image_size), tokenizer)
        return DualEncoder(model, prepare, f"drawn:{self.kind}")


def drawn_tokenizer(context: int = 40) -> PreTrainedTokenizerFast:
    """A token for each word that the drawn world's grammar knows; [UNK] for all others.

    Args:
        context: the most tokens of a text, the marks of start and end among them.
    """
    split = pre_tokenizers.Whitespace()
    phrases = [*RESERVED, *FUNCTION_WORDS, *NUMBERS, "."]
    words = sorted({word for phrase in phrases for word, _ in split.pre_tokenize_str(phrase.lower())})
    numbers = {word: number for number, word in enumerate([*SPECIAL, *words])}
    tokenizer = Tokenizer(WordLevel(numbers, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = split
    ends = [(START, numbers[START]), (END, numbers[END])]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{START} $A {END}", special_tokens=ends)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=context,
        pad_token=PADDING,
        unk_token=UNKNOWN,
        bos_token=START,
        eos_token=END,
    )


def drawn_image_processor(size: int) -> CLIPImageProcessorPil:
    """Pictures to a square of `size`, values to -1..1."""
    square, half = {"height": size, "width": size}, [0.5, 0.5, 0.5]
    return CLIPImageProcessorPil(size=square, do_center_crop=False, image_mean=half, image_std=half)


def _clip(sizes: DrawnEncoder, vocabulary: int) -> PreTrainedModel:
    vision, text = _towers(sizes, vocabulary)
    same = {"projection_dim": sizes.embed_dim, "hidden_act": "gelu"}
    return CLIPModel(
        CLIPConfig(vision_config=vision | same, text_config=text | same, projection_dim=sizes.embed_dim)
    )


def _siglip(sizes: DrawnEncoder, vocabulary: int) -> PreTrainedModel:
    if sizes.embed_dim != sizes.width:
        raise ValueError("embed_dim is not width")
    vision, text = _towers(sizes, vocabulary)
    model = SiglipModel(SiglipConfig(vision_config=vision, text_config=text))
    with torch.no_grad():  # transformers starts them at 0; these are the paper's (arXiv 2303.15343)
        model.logit_scale.fill_(torch.tensor(10.0).log())
        model.logit_bias.fill_(-10.0)
    return model


def _convolutional(sizes: DrawnEncoder, vocabulary: int, pooling: str = "detectors") -> PreTrainedModel:
    if sizes.patch != STRIDE or sizes.image_size % STRIDE:
        raise ValueError(f"patch is not {STRIDE}, or image_size no multiple of it")
    config = ConvolutionalConfig(
        image_size=sizes.image_size,
        vocab_size=vocabulary,
        max_position_embeddings=sizes.context,
        hidden_size=sizes.width,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        projection_dim=sizes.embed_dim,
        pooling=pooling,
    )
    return ConvolutionalModel(config)


def _towers(sizes: DrawnEncoder, vocabulary: int) -> tuple[dict[str, int], dict[str, int]]:
    """Sizes of a stock model's two towers, as transformers names them."""
    if sizes.image_size % sizes.patch:
        raise ValueError("image_size is no multiple of patch")
    same = {
        "hidden_size": sizes.width,
        "intermediate_size": 4 * sizes.width,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
    }
    vision = same | {"image_size": sizes.image_size, "patch_size": sizes.patch}
    special = {"pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 3}
    text = same | special | {"vocab_size": vocabulary, "max_position_embeddings": sizes.context}
    return vision, text


_KINDS: Mapping[str, Callable[[DrawnEncoder, int], PreTrainedModel]] = {
    "convolutional": _convolutional,
    "ends": partial(_convolutional, pooling="ends"),
    "clip": _clip,
    "siglip": _siglip,
}

DRAWN: Mapping[str, DrawnEncoder] = {
    "convolutional": DrawnEncoder(kind="convolutional", layers=2),
    "ends": DrawnEncoder(kind="ends", layers=2),
    "clip": DrawnEncoder(kind="clip"),
    "siglip": DrawnEncoder(kind="siglip"),
}
"""By the name after "drawn:"; "drawn" alone is the first."""
