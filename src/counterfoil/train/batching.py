"""What a batch consists of, as one value; GNM's three ways by name."""

from __future__ import annotations

from dataclasses import dataclass, field

from counterfoil.errors import RecipeError, unknown
from counterfoil.train.compose import Composition, Squares, Variations
from counterfoil.train.dataset import KEYS, FoilDataset
from counterfoil.train.samplers import GroupSampler, Keys, Scores


@dataclass(frozen=True, kw_only=True)
class Batching:
    """What a batch, of all ranks together, consists of.

    Args:
        key: what holds foils of one picture together as a group, of `dataset.KEYS`.
        foils: how many foils a group brings at most; 0 for ordinary pairs alone.
        pairs: how many ordinary pairs come with each group.
        groups: how many groups there are.
        score: by which foils are drawn, see `GroupSampler`; "" to draw uniformly.
        drop_last: leave out the groups that do not fill a batch; else the last one is smaller.
        compose: how foils and pairs become items.
    """

    key: str = "caption"
    foils: int = 1
    pairs: int = 1
    groups: int = 64
    score: str = ""
    drop_last: bool = True
    compose: Composition = field(default_factory=Squares)

    def __post_init__(self) -> None:
        """Refuse a key that nobody knows."""
        if self.key not in KEYS:
            raise RecipeError(unknown("key of groups", self.key, KEYS))

    def sampler(
        self,
        keys: Keys,
        *,
        ordinary: int,
        scores: Scores | None = None,
        seed: int = 0,
        rank: int = 0,
        world_size: int = 1,
    ) -> GroupSampler:
        """A sampler of such batches for any data; see `GroupSampler` for arguments and errors."""
        return GroupSampler(
            keys,
            foils_per_group=self.foils,
            ordinary=ordinary,
            ordinary_per_group=self.pairs,
            groups_per_batch=self.groups,
            scores=scores,
            seed=seed,
            rank=rank,
            world_size=world_size,
            drop_last=self.drop_last,
        )

    def sampler_of(
        self, foils: FoilDataset, *, seed: int = 0, rank: int = 0, world_size: int = 1
    ) -> GroupSampler:
        """A sampler of such batches for a dataset.

        Raises:
            DataError: some foil lacks the score; see also `GroupSampler`.
        """
        scores = foils.scores(self.score) if self.score and self.foils else None
        return self.sampler(
            foils.keys(self.key),
            ordinary=len(foils.sample_P),
            scores=scores,
            seed=seed,
            rank=rank,
            world_size=world_size,
        )


BATCHINGS: dict[str, Batching] = {
    "allinone": Batching(key="foil", foils=1, pairs=1, groups=100, compose=Variations()),
    "item_based": Batching(key="item", foils=2, pairs=8, groups=20, score="itm.mean", compose=Variations()),
    "image_based": Batching(
        key="picture", foils=2, pairs=8, groups=20, score="itm.mean", compose=Variations()
    ),
}
"""The batches of GNM (Sahin et al., WACV 2024, arXiv 2311.03964). "image_based" is the intended one: the
release repeats item_based's key."""
