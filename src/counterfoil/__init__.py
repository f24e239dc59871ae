"""Hard negatives in both modalities for vision-language models: mine, look, train, evaluate."""

__version__ = "0.1.0.dev0"
