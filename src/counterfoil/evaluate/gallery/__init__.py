"""Retrieval in a gallery too large for memory: embeddings on disk in, recall out.

embedding  a source's pictures and captions to embeddings, a shard at a time
embedded   the gallery on disk, in shards
counting   the pictures of one shard against the texts of another: who is ahead of whose truth
recall     all shards against all: resumable, shared by ranks, folded to rates
"""
