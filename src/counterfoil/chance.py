"""The one source of chance: it depends on a record, and on no shard, worker or order."""

from __future__ import annotations

import random
from hashlib import blake2b


def rng_for(seed: int, key: str, purpose: str) -> random.Random:
    """A generator for one purpose and one record of a run: the same one, whoever asks and whenever."""
    digest = blake2b(f"{seed}\0{key}\0{purpose}".encode(), digest_size=8).digest()
    return random.Random(int.from_bytes(digest))
