"""One thing or several that a sentence can speak of: how they are called, and after which captions."""

from __future__ import annotations

from typing import NamedTuple

from counterfoil.mine.english import plural
from counterfoil.mine.perceive.captions import Noun
from counterfoil.mine.perceive.nouns import spoken
from counterfoil.mine.propose.told import Told
from counterfoil.records import Box


class Subject(NamedTuple):
    """One thing or several, and what to call them.

    Args:
        label: their category.
        regions: which they are.
        quality: what sets one apart of its kind ("white", "larger"); "" where nothing has to.
    """

    label: str
    regions: tuple[int, ...]
    quality: str = ""

    @property
    def plural(self) -> bool:
        """Whether a verb of it stands in the plural."""
        return len(self.regions) > 1

    @property
    def be(self) -> str:
        """The verb "to be" of it."""
        return "are" if self.plural else "is"

    def boxes(self, known: Told) -> list[Box]:
        """The boxes of its regions."""
        return [known.scene.regions[region].box for region in self.regions]

    def area(self, known: Told) -> float:
        """Area of its boxes, as a share of the picture."""
        return sum(known.scene.regions[region].area for region in self.regions)

    def captions(self, known: Told) -> set[int]:
        """The captions after which its name can mean nothing else."""
        unnamed = set(known.unnamed(self.label))
        if self.plural or self.quality:
            return unnamed | {c for c in range(len(known.nouns)) if naming(known, c, self.label, many=True)}
        if known.is_only(self.regions[0]):
            return unnamed | {link.caption for link in known.links_to(self.regions[0])}
        return {c for c in range(len(known.nouns)) if naming(known, c, self.label, many=False)}

    def name(self, known: Told, caption: int) -> str:
        """What to call it after a caption, with its article."""
        if self.quality:
            return f"the {self.quality} {spoken(self.label)}"
        if self.plural:
            return f"the {self._plural(known, caption)}"
        noun = None if known.is_only(self.regions[0]) else naming(known, caption, self.label, many=False)
        return f"the {_text(known, caption, noun) if noun else known.name(self.regions[0], caption)}"

    def _plural(self, known: Told, caption: int) -> str:
        """The captions' own word for all of them ("men"), the caption's before others'."""
        links = [link for link in known.links if link.regions == self.regions and link.noun.plural]
        links.sort(key=lambda link: link.caption != caption)
        if not links or (self.label != "person" and links[0].caption != caption):
            return plural(spoken(self.label))
        return _text(known, links[0].caption, links[0].noun)


def naming(known: Told, caption: int, label: str, *, many: bool) -> Noun | None:
    """The one noun of a caption that names a label, and surely, if it speaks of many, or of one."""
    nouns = known.naming(caption, label)
    fits = len(nouns) == 1 and nouns[0].sure and nouns[0].plural == many and len(nouns[0].labels) == 1
    return nouns[0] if fits and not known.scene.captions[caption].isupper() else None


def _text(known: Told, caption: int, noun: Noun) -> str:
    return str(known.scene.parses[caption][noun.first : noun.last + 1].text.lower())
