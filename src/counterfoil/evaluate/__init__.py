"""Benchmarks, and the harness that scores a model on them.

    benchmark   Item, Benchmark, and `evaluate`: items in, rates with intervals out
    verdicts    one item's score matrix to margins: what the truth is ahead by
    scorers     who fills the matrices: models, files of scores, and the controls, one file each
    embeddings  what outlives a run          look    whether all pictures are there
    benchmarks  the benchmarks, one file for each source

`evaluate` never imports `mine` or `train`: it meets them in files and in checkpoints.
"""
