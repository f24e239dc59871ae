"""Tokenizers of tiny models: everyday words as one token each, all other words letter by letter."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece
from transformers import CLIPTokenizer, PreTrainedTokenizerFast

WORDS = tuple(
    word
    for line in (
        "the of in on with and is are left right above below two three red blue green yellow black white",
        "brown wooden metal man woman person dog cat horse bird car bus train boat bench chair table sofa",
        "bed cup bottle plate bowl apple banana cake pizza tree flower grass sky water street house window",
        "door book phone laptop hat shirt umbrella ball kite yes no",
    )
    for word in line.split()
)

PADDING, UNKNOWN, START, END = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")

_PLACES = {"[PAD]": 0, "[UNK]": 100, "[CLS]": 101, "[SEP]": 102, ".": 1012, "?": 1029}
"""Where BERT's vocabulary has them: GroundingDINO looks for them there."""

BERT_SIZE = 1030
UNUSED = "[unused"
"""How the names of places begin that no piece has."""


def bert_tokenizer(context: int = 256, **marks: str) -> PreTrainedTokenizerFast:
    """Word pieces with the marks where BERT has them; any text comes back as it was, in small letters.

    Args:
        context: the most tokens of a text.
        marks: further ones by their names, as `image_token="<image>"`.
    """
    letters = "abcdefghijklmnopqrstuvwxyz0123456789-,'\"!:;()<>{}[]/_"
    pieces = iter([*WORDS, *letters, *(f"##{letter}" for letter in letters)])
    taken = {place: piece for piece, place in _PLACES.items()}
    numbers = {taken.get(n) or next(pieces, f"{UNUSED}{n}]"): n for n in range(BERT_SIZE)}
    tokenizer = Tokenizer(WordPiece(numbers, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    ends = [(START, numbers[START]), (END, numbers[END])]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}", pair=f"{START} $A {END} $B {END}", special_tokens=ends
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=context,
        pad_token=PADDING,
        unk_token=UNKNOWN,
        cls_token=START,
        sep_token=END,
        bos_token=START,
        eos_token=END,
        extra_special_tokens=marks,
        model_input_names=["input_ids", "attention_mask"],
    )


def clip_tokenizer(context: int = 77) -> CLIPTokenizer:
    """CLIP's tokenizer with bytes and no merges: a token a letter."""
    letters = [chr(code) for code in [*range(33, 127), *range(161, 173), *range(174, 324)]]
    names = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    with TemporaryDirectory() as folder:
        vocabulary, merges = Path(folder) / "vocab.json", Path(folder) / "merges.txt"
        vocabulary.write_text(json.dumps({name: number for number, name in enumerate(names)}))
        merges.write_text("#version: 0.2\n")
        return CLIPTokenizer(
            vocab=str(vocabulary), merges=str(merges), model_max_length=context, pad_token="<|endoftext|>"
        )


def unspoken(tokenizer: PreTrainedTokenizerFast) -> list[int]:
    """The numbers of the tokens that a model should never say: those that are no words, but for the end."""
    marks = {PADDING, UNKNOWN, START, *tokenizer.extra_special_tokens}
    return [n for piece, n in tokenizer.get_vocab().items() if piece.startswith(UNUSED) or piece in marks]
