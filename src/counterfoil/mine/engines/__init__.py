"""Map one pipeline over many shards."""
