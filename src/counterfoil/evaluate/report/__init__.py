"""Report: one results.json or several in, a page, its Markdown and its plots out."""

from counterfoil.evaluate.report.tables import Judged
from counterfoil.evaluate.report.write import write_report

__all__ = ["Judged", "write_report"]
