"""Models by name, on the device where they compute; reached only when there is one to load."""

from __future__ import annotations

from typing import cast

from counterfoil.errors import ScoreError
from counterfoil.evaluate.scorers.blind import LanguageModelScorer
from counterfoil.evaluate.scorers.cosine import Cosine
from counterfoil.evaluate.scorers.judge import Computing, Judge, always
from counterfoil.evaluate.scorers.matched import Matched
from counterfoil.evaluate.scorers.progress import Progress
from counterfoil.models import load_dual_encoder
from counterfoil.models.activation import Activation
from counterfoil.models.embedder import WORKERS
from counterfoil.models.fingerprint import weights_fingerprint
from counterfoil.models.hosting import Checkpoint
from counterfoil.models.language_model import load_language_model
from counterfoil.models.matcher import LOADERS, matcher_kind
from counterfoil.models.ranks import ALONE, Ranks, own_device


def open_model(name: str, computing: Computing, ranks: Ranks | None, progress: Progress) -> Judge:
    """A dual encoder, or a matcher where its config.json says so."""
    kind = matcher_kind(name)
    return (
        _matcher(name, kind, computing, ranks, progress)
        if kind
        else _dual_encoder(name, computing, ranks, progress)
    )


def open_blind(name: str, model: str, computing: Computing, ranks: Ranks | None) -> Judge:
    """A causal language model as the control that sees no picture; every rank scores everything."""
    reader = load_language_model(model, computing.precision)
    reader.model.to(ranks.device if ranks else own_device())
    scorer = LanguageModelScorer(reader.likelihoods)
    return Judge(name=name, on=always(scorer), fingerprint=weights_fingerprint(reader.model))


def open_cosine(name: str, computing: Computing, ranks: Ranks | None, progress: Progress) -> Cosine:
    """A dual encoder as a scorer.

    Raises:
        ScoreError: it is a matcher.
        ModelError: it cannot be loaded.
    """
    if matcher_kind(name):
        raise ScoreError(f"{name} looks at pairs and has no embeddings: a dual encoder is needed")
    activation = cast(Activation | None, computing.activation)  # checked where it is used
    encoder = load_dual_encoder(name, activation=activation, tokenizer=computing.tokenizer)
    return Cosine(
        encoder=encoder.to(ranks.device if ranks else own_device()).eval(),
        batch=computing.batch or Cosine.batch,
        precision=computing.precision,
        workers=computing.workers or WORKERS,
        cache=computing.cache,
        ranks=ranks or ALONE,
        progress=progress,
    )


def _dual_encoder(name: str, computing: Computing, ranks: Ranks | None, progress: Progress) -> Judge:
    scorer = open_cosine(name, computing, ranks, progress)
    return Judge(
        name=name,
        on=always(scorer),
        looks=True,
        fingerprint=scorer.fingerprint,
        truncated=scorer.truncated,
    )


def _matcher(name: str, kind: str, computing: Computing, ranks: Ranks | None, progress: Progress) -> Judge:
    device = str(ranks.device if ranks else own_device())
    matcher = LOADERS[kind](Checkpoint(model=name, device=device, dtype=computing.precision))
    scorer = Matched(
        matcher=matcher,
        batch=computing.batch or Matched.batch,
        workers=computing.workers or WORKERS,
        ranks=ranks or ALONE,
        progress=progress,
    )
    return Judge(name=name, on=always(scorer), looks=True, fingerprint=weights_fingerprint(matcher.model))
