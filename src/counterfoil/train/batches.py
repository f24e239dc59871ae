"""A batch: flat pictures, flat texts, and tables that say which belongs to which.

A picture that several foils share is encoded once, a missing negative is the index -1, and what is
true of what is known from where each picture and text came from. The letters at the end of a
tensor's name give its shape, throughout `train`:

    N items (a picture with one caption)   K negatives of an item   P further captions of an item
    I pictures   T texts   D width of an embedding   R patches of a picture   W tokens of a text
    C H W colour, height, width of pixels
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import torch
from torch import Tensor

ORIGINAL = -1
"""The foil of what no edit changed: an original picture, or a true caption."""

TRUE, UNKNOWN, FALSE = 1, 0, -1
"""What is known of a picture and a text: see `truth`."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which pictures and texts make an item, and where each came from.

    Args:
        image_N: the picture of each item.
        text_N: the caption of each item, true of its picture.
        negative_text_NK: captions false of the item's picture; -1 where there is none.
        negative_image_NK: pictures of which negative text k is true and the item's caption false; -1
            where there is none (a text-only foil).
        positive_text_NP: further captions that are true of the item's picture; -1 where there is none.
        origin_I3: of each picture its group, item and foil: numbers that are the same in no two
            groups, items of a group, foils of an item. An original has `ORIGINAL` for item and foil.
        origin_T3: of each text the same; a true caption has `ORIGINAL` for its foil.
        content_T: a number for the words of each text: equal words, equal numbers.
    """

    image_N: Tensor
    text_N: Tensor
    negative_text_NK: Tensor
    negative_image_NK: Tensor
    positive_text_NP: Tensor
    origin_I3: Tensor
    origin_T3: Tensor
    content_T: Tensor

    def to(self, device: torch.device | str) -> Layout:
        """The same on another device."""
        return self._each(lambda tensor: tensor.to(device, non_blocking=True))

    def _each(self, move: Callable[[Tensor], Tensor]) -> Layout:
        return replace(self, **{f.name: move(getattr(self, f.name)) for f in fields(self)})


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What a rank is given for one step.

    Args:
        keys: of the items, for messages.
        pixels_ICHW: the pictures, prepared for the model: float32, normalised.
        tokens: what the model's tokenizer made of the texts, each tensor T x W ("input_ids" ...).
        layout: which of them belong together.
    """

    keys: tuple[str, ...]
    pixels_ICHW: Tensor
    tokens: dict[str, Tensor]
    layout: Layout

    def broken_keys(self) -> tuple[str, ...]:
        """The items with a picture that holds what is no number."""
        broken_I = ~self.pixels_ICHW.isfinite().flatten(1).all(1)
        negative_NK = self.layout.negative_image_NK
        broken_N = broken_I[self.layout.image_N] | (broken_I[negative_NK] & (negative_NK >= 0)).any(1)
        return tuple(key for key, broken in zip(self.keys, broken_N.tolist(), strict=True) if broken)

    def to(self, device: torch.device | str) -> Batch:
        """The same on another device; from pinned memory, without waiting for it."""
        return self._each(lambda tensor: tensor.to(device, non_blocking=True))

    def pin_memory(self) -> Batch:
        """The same in pinned memory: what a `DataLoader` calls."""
        return self._each(Tensor.pin_memory)

    def _each(self, move: Callable[[Tensor], Tensor]) -> Batch:
        return replace(
            self,
            pixels_ICHW=move(self.pixels_ICHW),
            tokens={name: move(tensor) for name, tensor in self.tokens.items()},
            layout=self.layout._each(move),
        )


@dataclass(frozen=True, kw_only=True)
class Embeddings:
    """A whole batch, of all ranks, embedded: what a loss sees. All vectors have length 1.

    Args:
        image_ID: pictures.
        text_TD: texts.
        layout: which of them belong together.
        patch_IRD, token_TWD, token_TW: patches and tokens with their mask (true: a word), projected
            into the same space; None unless the loss asks for "tokens".
        teacher_image_ID, teacher_text_TD: the same by the teacher; None unless the loss asks for "teacher".
    """

    image_ID: Tensor
    text_TD: Tensor
    layout: Layout
    patch_IRD: Tensor | None = None
    token_TWD: Tensor | None = None
    token_TW: Tensor | None = None
    teacher_image_ID: Tensor | None = None
    teacher_text_TD: Tensor | None = None


@dataclass(frozen=True, kw_only=True)
class Apart(Embeddings):
    """The rows of this rank alone, with the layout of all: for a loss that lets the others' come by (`ring`).

    Args:
        images, texts: how many rows each rank has.
    """

    images: tuple[int, ...]
    texts: tuple[int, ...]


class Origin(NamedTuple):
    """What is known of pictures and texts from where they came from, whatever the words."""

    kin: Tensor
    true: Tensor
    false: Tensor


def by_origin(image_X3: Tensor, text_X3: Tensor) -> Origin:
    """Whether pictures and texts are of one group, and true or false there; origins of shapes that fit.

    Within a group, an original picture makes all true captions true and all negative ones false; a
    negative picture makes its own negative caption true, the caption that it answers false, and leaves
    everything else of the group unknown: a dog that was taken out leaves "a red car" true.
    """
    (group_I, item_I, foil_I), (group_T, item_T, foil_T) = image_X3.unbind(-1), text_X3.unbind(-1)
    kin, original, caption = group_I == group_T, foil_I == ORIGINAL, foil_T == ORIGINAL
    same_item = item_I == item_T
    true = kin & torch.where(original, caption, same_item & (foil_I == foil_T))
    false = kin & torch.where(original, ~caption, same_item & caption)
    return Origin(kin, true, false)


def truth(layout: Layout) -> Tensor:
    """What is known of every picture and text: TRUE, FALSE, or UNKNOWN where nobody can say, I x T.

    Within a group it is known `by_origin`. Pictures and texts of different groups are strangers: FALSE.
    The words of a text that is true of the picture are TRUE, unless the picture is there to make them
    false.
    """
    kin, true, false = by_origin(layout.origin_I3[:, None], layout.origin_T3)
    said = _same_words(true, layout.content_T) & ~false
    return torch.where(true | said, TRUE, torch.where(false | ~kin, FALSE, UNKNOWN))


def _same_words(true_IT: Tensor, content_T: Tensor) -> Tensor:
    """Where a text has the words of one that is true of the picture, I x T."""
    words, word_T = torch.unique(content_T, return_inverse=True)
    times_IV = torch.zeros(len(true_IT), len(words), device=true_IT.device)
    times_IV.index_add_(1, word_T, true_IT.float())
    return times_IV[:, word_T] > 0
