"""Look: a finished dataset in, a static report out that one opens from disk."""

from counterfoil.look.report import look

__all__ = ["look"]
