"""Short sentences that state one fact, to stand after a caption: before and after with the same words.

Each function gives the true and the negative sentence; `variant` chooses among ways to say it.
"""

from __future__ import annotations

from counterfoil.mine.english import agree, article, capital, count_phrase, plural
from counterfoil.mine.perceive.nouns import spoken
from counterfoil.records import Change

Pair = tuple[str, str]

_PRESENT = (
    ("There {are} {thing}.", "There {are} no {bare}."),
    ("{Thing} {are} visible.", "No {bare} {are} visible."),
    ("There {are} {thing} in the picture.", "There {are} no {bare} in the picture."),
    ("{Thing} can be seen.", "No {bare} can be seen."),
)
_COUNTED = (
    "There {are} {count}.",
    "There {are} {count} in the picture.",
    "{Count} {are} visible.",
    "{Count} can be seen.",
)
_RELATED = {
    "left of": ("to the left of", "on the left of"),
    "right of": ("to the right of", "on the right of"),
    "above": ("above", "above"),
    "below": ("below", "below"),
}


def presence(label: str, number: int, variant: int) -> Pair:
    """A thing, or several, that are there, and that are not."""
    noun = spoken(label).removeprefix("piece of ")
    one = number == 1 or noun != spoken(label)
    bare = noun if one else plural(noun)
    thing = f"{article(noun)} {noun}" if noun == spoken(label) and one else f"some {bare}"
    return _presence(thing, bare, "is" if one else "are", variant)


def coming(noun: str, colour: str, variant: int) -> Pair:
    """No thing of a colour, and one."""
    there, gone = _presence(f"{article(colour)} {colour} {noun}", f"{colour} {noun}", "is", variant)
    return gone, there


def _presence(thing: str, bare: str, are: str, variant: int) -> Pair:
    words = {"are": are, "bare": bare, "thing": thing, "Thing": capital(thing)}
    there, gone = _PRESENT[variant % len(_PRESENT)]
    return there.format(**words), gone.format(**words)


def becoming(before: str, after: str, variant: int) -> Pair:
    """A thing of one category that is there, and one of another in its stead."""
    return presence(before, 1, variant)[0], presence(after, 1, variant)[0]


def count(label: str, before: int, after: int, variant: int) -> Pair:
    """So many things, and another number of them."""
    return _counted(label, before, variant), _counted(label, after, variant)


def attribute(noun: str, before: str, after: str) -> Pair:
    """A colour of the one thing called so."""
    return f"The {noun} is {before}.", f"The {noun} is {after}."


def attributes(nouns: Pair, values: Pair) -> Pair:
    """The colours of two things, and exchanged."""
    (first, second), (one, other) = nouns, values
    return (
        f"The {first} is {one} and the {second} is {other}.",
        f"The {first} is {other} and the {second} is {one}.",
    )


def coloured(noun: str, before: str, after: str, variant: int) -> Pair:
    """One thing of a colour that is there, and one of another colour in its stead."""
    there = _PRESENT[variant % len(_PRESENT)][0]
    true, negative = (f"{article(colour)} {colour} {noun}" for colour in (before, after))
    return (
        there.format(are="is", thing=true, Thing=capital(true)),
        there.format(are="is", thing=negative, Thing=capital(negative)),
    )


def two_coloured(nouns: Pair, values: Pair) -> Pair:
    """Two things of two colours that are there, and with the colours exchanged."""
    (first, second), (one, other) = nouns, values
    return (
        f"There is {article(one)} {one} {first} and {article(other)} {other} {second}.",
        f"There is {article(other)} {other} {first} and {article(one)} {one} {second}.",
    )


def relation(first: str, words: str, second: str, variant: int) -> str:
    """How one thing stands to another."""
    return f"The {first} is {_RELATED[words][variant % 2]} the {second}."


def added(caption: str, sentence: str) -> tuple[Change, ...]:
    """What puts a sentence after a caption: its own full stop and first capital mended."""
    text = caption.rstrip()
    start = len(text) - len(text.lstrip())
    body = text.rstrip(",;:-. ") if text[-1:] in ",;:-" else text
    stop = " " if body[-1:] in ".!?" else ". "
    tail = Change(len(body), len(caption), stop + sentence)
    return (
        (Change(start, start + 1, text[start].upper()), tail)
        if text[start : start + 1].islower()
        else (tail,)
    )


def _counted(label: str, number: int, variant: int) -> str:
    phrase = count_phrase(number, spoken(label))
    template = _COUNTED[variant % len(_COUNTED)]
    return template.format(are=agree("are", plural_subject=number != 1), count=phrase, Count=capital(phrase))
