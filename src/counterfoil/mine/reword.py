"""The edit in words: a proposal's changes applied to its caption, and the English around them mended.

Proposal in, Reworded out: the true caption, which states the fact, and the negative one. Mended are
"a" and "an" beside a change, a sentence's capital, and spaces where words went. Nothing is mended
away from a change, so that both captions keep whatever the author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from counterfoil.frozen import grow
from counterfoil.mine.english import article
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import Change, Proposal, Rejected, Reworded

_ARTICLE = re.compile(r"\b(an?|An?|AN)(\s+)([^\W_][\w'.-]*)")
_DOUBLED = re.compile(r"(?<!\w)(?:(\w++) \1|(?:a|an|the) (?:a|an|the|no))\b")
"""Of a text in small letters: to ignore case takes the expression twice as long."""


class Refusal(NamedTuple):
    """Why a change cannot be told."""

    reason: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Reword:
    """Both captions of a foil.

    Args:
        max_characters: a longer caption is refused.
        max_growth: by how many words the two captions may differ in length.
    """

    max_characters: int = 400
    max_growth: int = 8

    takes: ClassVar[type] = Proposal
    gives: ClassVar[type] = Reworded
    version: ClassVar[int] = 1

    def load(self, run: Run) -> Apply:
        """Have the rules of English ready, whose import takes a second."""
        article("word")

        def apply(batch: Sequence[Proposal]) -> list[Reworded | Rejected]:
            return [self._reword(proposal) for proposal in batch]

        return apply

    def _reword(self, proposal: Proposal) -> Reworded | Rejected:
        caption = proposal.scene.captions[proposal.caption]
        true = changed(caption, proposal.true_changes) if proposal.true_changes else caption
        # Scrambled words are not to be mended: the same words in another order are the point.
        scrambled = proposal.edit.kind == "order"
        negative = changed(caption, proposal.negative_changes, mend=not scrambled)
        if isinstance(true, Refusal):
            return _rejected(proposal, true)
        if isinstance(negative, Refusal):
            return _rejected(proposal, negative)
        refusal = self._judge(caption, true, negative)
        if refusal is None and not scrambled:
            refusal = self._grammar(caption, true, negative)
        if refusal is not None:
            return _rejected(proposal, refusal)
        also = tuple(self._also(proposal)) if proposal.also else ()
        return grow(proposal, Reworded, true_caption=true, negative_caption=negative, also_negative=also)

    def _also(self, proposal: Proposal) -> Iterator[str]:
        """The further captions that can be told; one that cannot is no loss, for the foil has its own."""
        for number, changes in proposal.also:
            caption = proposal.scene.captions[number]
            negative = changed(caption, changes)
            if isinstance(negative, Refusal) or self._judge(caption, caption, negative):
                continue
            if self._grammar(caption, caption, negative) is None:
                yield negative

    def _judge(self, caption: str, true: str, negative: str) -> Refusal | None:
        if true.casefold() == negative.casefold():
            return Refusal("captions_equal", repr(true))
        if len(true) > self.max_characters or len(negative) > self.max_characters:
            return Refusal("caption_too_long", f"{max(len(true), len(negative))} characters")
        if not (true.isprintable() and negative.isprintable()):
            return Refusal("control_characters", repr(caption))
        return None

    def _grammar(self, caption: str, true: str, negative: str) -> Refusal | None:
        if abs(true.count(" ") - negative.count(" ")) > self.max_growth:
            return Refusal("ungrammatical", f"{true!r} and {negative!r} differ by many words")
        if _stutters(negative, caption) or _stutters(true, caption):
            return Refusal("ungrammatical", f"a word twice in {negative!r}")
        return None


def changed(caption: str, changes: Sequence[Change], *, mend: bool = True) -> str | Refusal:
    """A caption with changes applied and, unless told otherwise, mended.

    Example:
        >>> changed("A red car.", [Change(2, 5, "orange")])
        'An orange car.'
    """
    whole, position = "", 0
    marks: list[tuple[int, int]] = []
    for start, end, text in changes if len(changes) == 1 else sorted(changes):
        if not position <= start <= end <= len(caption):
            return Refusal(
                "changes_overlap", f"{start} to {end} of {len(caption)} characters, after {position}"
            )
        kept = caption[position:start]
        fitted, position = _fitted(caption, start, end, text, kept) if mend else (text, end)
        first = len(whole) + len(kept)
        marks.append((first, first + len(fitted)))
        whole += kept + fitted
    whole += caption[position:]
    return _mended(whole, marks, caption) if mend else whole


def _fitted(caption: str, start: int, end: int, text: str, kept: str) -> tuple[str, int]:
    """A change's text with the capital and the spaces that its place asks for."""
    if not text:
        before = kept[-1:] or caption[start - 1 : start]
        if end < len(caption) and (before in ("", " ") and caption[end] == " "):
            return "", end + 1
        return "", end
    if start < end and caption[start].isupper() and text[0].islower() and _opens_sentence(caption, start):
        text = text[0].upper() + text[1:]
    return text, end


def _opens_sentence(caption: str, start: int) -> bool:
    before = caption[:start].rstrip()
    return not before or before[-1] in ".!?"


def _mended(text: str, marks: Sequence[tuple[int, int]], caption: str) -> str:
    """Articles right before and at the end of each changed place, and the first capital."""
    for start, end in reversed(marks):
        opening = max(start - 4, 0)
        near = text[opening : end + 4].lower()
        if "a " not in near and "an " not in near:
            continue
        for found in reversed(list(_ARTICLE.finditer(text, opening, min(end + 30, len(text))))):
            if found.end() >= start and found.start() <= end:
                text = _with_article(text, found)
    if text[:1].islower() and caption[:1].isupper():
        text = text[0].upper() + text[1:]
    if text[-1:] == " ":
        text = text.rstrip()
    return text


def _with_article(text: str, found: re.Match[str]) -> str:
    old, _, word = found.groups()
    new = article(word)
    if old.lower() == new:
        return text
    new = new.capitalize() if old[0].isupper() else new
    return text[: found.start(1)] + new + text[found.end(1) :]


def _stutters(text: str, caption: str) -> bool:
    """Whether a word stands twice in a row that did not in the source."""
    return text != caption and _is_doubled(text) and not _is_doubled(caption)


def _is_doubled(text: str) -> bool:
    return _DOUBLED.search(text.lower()) is not None


def _rejected(proposal: Proposal, refusal: Refusal) -> Rejected:
    return Rejected(
        record=proposal, key=proposal.key, stage="reword", reason=refusal.reason, detail=refusal.detail
    )
