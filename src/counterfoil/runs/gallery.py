"""Retrieval at size, from what `evaluate` is told to a benchmark as it stands in results.json."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from counterfoil.errors import RecipeError
from counterfoil.evaluate.gallery.embedded import Shard, open_gallery
from counterfoil.evaluate.gallery.recall import ALONE, Share, StreamedRecall
from counterfoil.evaluate.results import Answers, answers_path
from counterfoil.evaluate.scorers.judge import CONTROL, SCORES, Computing
from counterfoil.sources import open_source

if TYPE_CHECKING:
    from counterfoil.models.ranks import Ranks

EMBEDDINGS, GALLERY = "embeddings:", "gallery"

SAMPLES = 4096
"""Of a shard of embeddings: at most so many are embedded again when a run was killed."""

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, kw_only=True)
class AtSize:
    """What was asked.

    Args:
        model: a dual encoder, or "embeddings:FOLDER".
        source: of pictures and captions, as `mine` reads them; "" for embeddings.
        out: the results.json; embeddings and counts lie beside it.
        computing: how the model computes; its `cache` is where embeddings lie instead.
        allow_missing: leave out pictures that cannot be read.
    """

    model: str
    source: str
    out: Path
    computing: Computing
    allow_missing: bool = False

    @property
    def work(self) -> Path:
        """Where embeddings and counts lie."""
        return self.out.with_suffix(".gallery")


class _Shown(NamedTuple):
    """A gallery on disk, and what is told of how it came there."""

    shards: list[Shard]
    missing: int = 0
    truncated: int = 0
    fingerprint: str = ""


def retrieve(asked: AtSize, ranks: Ranks | None, progress: Progress) -> tuple[dict[str, Any], str]:
    """Embed, unless that is done, and count; every rank does its share, and the first folds the counts.

    Returns:
        The benchmark, nothing on other ranks; and the hash of what answers.

    Raises:
        RecipeError: embeddings and a source, or neither.
        DataError: a source or a gallery is damaged, or pictures cannot be read.
        ScoreError: an embedding is no number, or the model has none.
    """
    share = Share(ranks.rank, ranks.world, lambda: ranks.all(None)) if ranks else ALONE
    shown = _given(asked) if asked.model.startswith(EMBEDDINGS) else _embedded(asked, ranks, share, progress)
    retrieval = StreamedRecall(shown.shards, asked.work / "counts", share=share, progress=progress)
    retrieval.count()
    told = _told(retrieval, shown, asked) if share.rank == 0 else {}
    return told, shown.fingerprint or retrieval.fingerprint


def _given(asked: AtSize) -> _Shown:
    if asked.source:
        raise RecipeError(
            f"{asked.model} has its pictures already: --on {GALLERY}, not {GALLERY}:{asked.source}"
        )
    return _Shown(open_gallery(Path(asked.model.removeprefix(EMBEDDINGS)).expanduser()))


def _embedded(asked: AtSize, ranks: Ranks | None, share: Share, progress: Progress) -> _Shown:
    if asked.model.startswith((CONTROL, SCORES)):
        raise RecipeError(
            f"--on {GALLERY}:{asked.source} asks for embeddings, which {asked.model} has none of"
        )
    from counterfoil.evaluate.gallery.embedding import Embedding
    from counterfoil.evaluate.scorers.opened import open_cosine

    scorer = open_cosine(asked.model, asked.computing, ranks, progress)
    name = sha256(asked.source.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    made = Embedding(
        source=open_source(asked.source),
        embedder=scorer.embedder,
        folder=(asked.computing.cache or asked.work) / scorer.fingerprint / f"{GALLERY}-{name}",
        size=SAMPLES,
        allow_missing=asked.allow_missing,
        share=share,
        progress=progress,
    )()
    return _Shown(*made, scorer.fingerprint)


def _told(retrieval: StreamedRecall, shown: _Shown, asked: AtSize) -> dict[str, Any]:
    with Answers(answers_path(asked.out, GALLERY)) as answers:
        result = retrieval.rates(answers)
    return {
        **result.as_json(),
        "chance": retrieval.chance(),
        "controls": {},
        "digest": answers.digest,
        "general": True,
        "licence": "",
        "missing": shown.missing,
        "source": asked.source,
        "truncated": shown.truncated,
    }
