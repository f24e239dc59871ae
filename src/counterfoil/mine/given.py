"""The Given stage: variations that a source brings along become foils, as they are. Pictured to Scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from counterfoil.frozen import grow
from counterfoil.mine.propose.rewriting import difference
from counterfoil.mine.stage import Apply, Run
from counterfoil.pictures import PictureError, decode
from counterfoil.records import Edit, Patch, Pictured, Rejected, Scene, Scored, Variation


@dataclass(frozen=True, kw_only=True)
class Given:
    """Read the picture of each variation; it replaces the whole of the original.

    Args:
        max_pixels, max_side, min_side: as of `Decode`, whose they have to be.
    """

    takes: ClassVar[type] = Pictured
    gives: ClassVar[type] = Scored
    version: ClassVar[int] = 1
    max_pixels: int = 50_000_000
    max_side: int = 1024
    min_side: int = 16

    def load(self, run: Run) -> Apply:
        """Nothing to get ready."""

        def take(batch: Sequence[Pictured]) -> list[Scored | Rejected]:
            return [made for picture in batch for made in self._of(picture)]

        return take

    def _of(self, picture: Pictured) -> Iterator[Scored | Rejected]:
        if not picture.variations:
            yield Rejected(record=picture, key=picture.key, stage="given", reason="no_variations")
            return
        scene = grow(picture, Scene, parses=(), facts=())
        for number, variation in enumerate(picture.variations):
            yield self._foil(scene, number, variation)

    def _foil(self, scene: Scene, number: int, variation: Variation) -> Scored | Rejected:
        try:
            pixels = decode(variation.image, self.max_pixels, self.max_side, self.min_side)
        except PictureError as error:
            return _refused(scene, error.reason, str(error))
        if pixels.shape != scene.pixels.shape:
            sizes = " and ".join(f"{p.shape[1]} x {p.shape[0]}" for p in (scene.pixels, pixels))
            return _refused(scene, "another_size", f"{variation.image.path}: {sizes}")
        edit = _edit(variation)
        if edit is None:
            return _refused(scene, "nothing_changed", f"{variation.image.path}: {variation.captions[0]!r}")
        return Scored(
            key=f"{scene.key}/{number}",
            scene=scene,
            edit=edit,
            proposer="given",
            caption=scene.captions.index(variation.caption) if variation.caption in scene.captions else 0,
            negative_changes=(),
            two_way=True,
            values=(variation.description or edit.after,),
            true_caption=variation.caption,
            negative_caption=variation.captions[0],
            also_negative=variation.captions[1:],
            patch=Patch.whole(pixels),
            editor="given",
            scores=dict(variation.scores),
        )


def _edit(variation: Variation) -> Edit | None:
    """What the variation says that it changed, else the words in which its caption differs."""
    before, after = variation.before, variation.after
    if not before:
        start, end, after = difference(variation.caption, variation.captions[0])
        before = variation.caption[start:end]
    if before.strip() == after.strip():
        return None
    return Edit(operation="replace", kind="object", before=before, after=after.strip())


def _refused(scene: Scene, reason: str, detail: str) -> Rejected:
    return Rejected(record=scene, key=scene.key, stage="given", reason=reason, detail=detail, part=True)
