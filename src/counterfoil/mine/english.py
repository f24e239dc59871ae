"""Small English: articles, plurals, number words, verbs that agree.

Words in, words out. `inflect` knows the rules; each answer is kept, because captions repeat words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

NUMBERS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

_FINITE = {"is": "are", "was": "were", "has": "have", "does": "do"}
_FINITE_BACK = {plural: singular for singular, plural in _FINITE.items()}


@cache
def _engine() -> Any:
    import inflect  # a slow import, and not every stage needs it

    return inflect.engine()


@lru_cache(8192)
def article(word: str) -> str:
    """The indefinite article that a word takes.

    Example:
        >>> article("hour"), article("unicorn"), article("TV")
        ('an', 'a', 'a')
    """
    return str(_engine().a(word)).split(" ", 1)[0] if word else "a"


_DETERMINED = re.compile(r"(?i)(an?|the|one|some|its|his|her|their)\b")


def with_article(thing: str) -> str:
    """A thing as one says it of one: with the indefinite article, unless it is told apart or several.

    Example:
        >>> with_article("old car"), with_article("the dog"), with_article("red apples")
        ('an old car', 'the dog', 'red apples')
    """
    noun = thing.rpartition(" ")[2]
    if _DETERMINED.match(thing) or singular(noun) != noun:
        return thing
    return f"{article(thing)} {thing}"


@lru_cache(8192)
def plural(noun: str) -> str:
    """The plural of a singular noun or of a phrase that ends in one.

    Example:
        >>> plural("sheep dog"), plural("knife"), plural("TV"), plural("pair of skis")
        ('sheep dogs', 'knives', 'TVs', 'pairs of skis')
    """
    return f"{noun}s" if noun[-1:].isupper() else str(_engine().plural_noun(noun))


@lru_cache(8192)
def singular(noun: str) -> str:
    """The singular of a plural noun; the noun itself where it already is one.

    Example:
        >>> singular("knives"), singular("bus"), singular("women")
        ('knife', 'bus', 'woman')
    """
    if noun.endswith(("us", "ss")):
        return noun
    found = _engine().singular_noun(noun)
    return str(found) if found and plural(str(found)) == noun else noun


def number_word(number: int) -> str:
    """A number in words up to twelve, in digits above."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


def number_of(word: str) -> int | None:
    """The number that a word or digits say; None where they say none."""
    if word in NUMBERS:
        return NUMBERS.index(word)
    return int(word) if word.isascii() and word.isdigit() and len(word) < 4 else None


def count_phrase(number: int, noun: str) -> str:
    """A number with its noun: "one dog", "two dogs"."""
    return f"{number_word(number)} {noun if number == 1 else plural(noun)}"


def join(words: Sequence[str]) -> str:
    """Words as a list in a sentence: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def agree(verb: str, *, plural_subject: bool) -> str:
    """A finite verb of the present, turned to agree with its subject.

    Example:
        >>> agree("are", plural_subject=False), agree("watch", plural_subject=False)
        ('is', 'watches')
        >>> agree("sits", plural_subject=True), agree("carries", plural_subject=True)
        ('sit', 'carry')
    """
    if plural_subject:
        return _FINITE.get(verb) or _without_s(verb)
    return _FINITE_BACK.get(verb) or _with_s(verb)


def _with_s(verb: str) -> str:
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else f"{verb}s"


def _without_s(verb: str) -> str:
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    return (
        verb[:-2] if verb.endswith(("sses", "shes", "ches", "xes", "zes", "oes")) else verb.removesuffix("s")
    )


def capital(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]
