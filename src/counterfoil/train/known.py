"""What is known to be false, for a few pictures or texts at a time: `batches.truth` without its table.

A table of all pictures and all texts grows with the square of the batch. What says that a text is true of a
picture is few: pairs of one group, and texts with the words of those.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor

from counterfoil.train.batches import Layout, by_origin


@dataclass(frozen=True)
class Marked:
    """Some columns of each row, as a sorted list: row * width + column."""

    code_P: Tensor
    width: int

    def rows(self, row_Q: Tensor) -> Tensor:
        """A table of some rows: true in their columns, Q x width."""
        none = torch.zeros(len(row_Q), self.width, dtype=torch.bool, device=row_Q.device)
        return self.write(none, row_Q, True)

    def write(self, table_QC: Tensor, row_Q: Tensor, value: bool) -> Tensor:
        """Write a value into a table of some rows, in their columns; the same table."""
        start_Q, stop_Q = (torch.searchsorted(self.code_P, (row_Q + n) * self.width) for n in (0, 1))
        place_P, of_P = _spans(start_Q, stop_Q)
        table_QC[of_P, self.code_P[place_P] % self.width] = value
        return table_QC

    def among(self, columns_S: Tensor) -> Marked:
        """The same in a few of the columns, in ascending order."""
        column_P = self.code_P % self.width
        place_P = torch.searchsorted(columns_S, column_P).clamp(max=len(columns_S) - 1)
        kept_P = columns_S[place_P] == column_P
        row_P = torch.div(self.code_P, self.width, rounding_mode="floor")
        return Marked((row_P * len(columns_S) + place_P)[kept_P], len(columns_S))

    def has(self, row_Q: Tensor, column_Q: Tensor) -> Tensor:
        """Whether single places are marked; Q may be any shape."""
        return torch.isin(row_Q * self.width + column_Q, self.code_P)


def marked(row_P: Tensor, column_P: Tensor, width: int) -> Marked:
    """These places, of rows that are `width` wide."""
    return Marked((row_P * width + column_P).unique(), width)


class Side(NamedTuple):
    """What is known of pictures, of texts; or of texts, of pictures.

    Args:
        said: by words: of a picture those that are true of it; or of words the pictures they are true of.
        may: what of the same group is true or unknown.
        denied: what of the same group is false, whatever its words.
    """

    said: Marked
    may: Marked
    denied: Marked

    def false(self, may_QC: Tensor, row_Q: Tensor) -> Tensor:
        """What is false of some rows, given what may be by its words; written over that."""
        self.may.write(may_QC, row_Q, True)
        return self.denied.write(may_QC, row_Q, False).logical_not_()


@dataclass(frozen=True)
class Known:
    """Which texts are known to be false of which pictures.

    Args:
        word_T: a number for the words of each text, from 0 on.
        of_images, of_texts: what is known from either side.
    """

    word_T: Tensor
    of_images: Side
    of_texts: Side

    def false_texts(self, image_Q: Tensor) -> Tensor:
        """Of some pictures the texts that are false of them, Q x T."""
        return self.of_images.false(self.of_images.said.rows(image_Q)[:, self.word_T], image_Q)

    def among(self, text_S: Tensor) -> Known:
        """The same of a few of the texts, in ascending order; only `false_texts` is."""
        words, word_S = torch.unique(self.word_T[text_S], return_inverse=True)
        said, may, denied = self.of_images
        side = Side(said.among(words), may.among(text_S), denied.among(text_S))
        return replace(self, word_T=word_S, of_images=side)

    def false_images(self, text_Q: Tensor) -> Tensor:
        """Of some texts the pictures that they are false of, Q x I."""
        return self.of_texts.false(self.of_texts.said.rows(self.word_T[text_Q]), text_Q)

    def false_pairs(self, image_Q: Tensor, text_Q: Tensor) -> Tensor:
        """Which of these pairs exist (-1 does not) and are false; Q may be any shape."""
        image, text = image_Q.clamp(min=0), text_Q.clamp(min=0)
        said, may, denied = self.of_images
        may_Q = said.has(image, self.word_T[text]) | may.has(image, text)
        return (image_Q >= 0) & (text_Q >= 0) & (denied.has(image, text) | ~may_Q)


def known(layout: Layout) -> Known:
    """What is known of a batch."""
    image_P, text_P = _kin(layout.origin_I3[:, 0].contiguous(), layout.origin_T3[:, 0])
    _, true, false = by_origin(layout.origin_I3[image_P], layout.origin_T3[text_P])
    words, word_T = torch.unique(layout.content_T, return_inverse=True)
    pairs = (
        (image_P[true], word_T[text_P[true]]),
        (image_P[~false], text_P[~false]),
        (image_P[false], text_P[false]),
    )
    texts, images = len(word_T), len(layout.origin_I3)
    widths = (len(words), texts, texts)
    return Known(
        word_T,
        of_images=Side(
            *(marked(image, other, width) for (image, other), width in zip(pairs, widths, strict=True))
        ),
        of_texts=Side(*(marked(other, image, images) for image, other in pairs)),
    )


def _kin(group_I: Tensor, group_T: Tensor) -> tuple[Tensor, Tensor]:
    """All pictures and texts of one group."""
    sorted_T, text_T = group_T.sort()
    start_I, stop_I = (torch.searchsorted(sorted_T, group_I, right=right) for right in (False, True))
    place_P, image_P = _spans(start_I, stop_I)
    return image_P, text_T[place_P]


def _spans(start_Q: Tensor, stop_Q: Tensor) -> tuple[Tensor, Tensor]:
    """The numbers from each start to its stop, and of which span each is."""
    number_Q = stop_Q - start_Q
    of_P = torch.repeat_interleave(number_Q)
    return torch.arange(len(of_P), device=of_P.device) + (start_Q - number_Q.cumsum(0) + number_Q)[of_P], of_P
