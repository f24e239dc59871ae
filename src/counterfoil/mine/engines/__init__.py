"""Map one pipeline over many shards."""

ENGINES = {
    "local": "counterfoil.mine.engines.local:Local",
    "ray": "counterfoil.mine.engines.ray:Ray",
}
"""Every engine by name; imported when it is asked for."""
