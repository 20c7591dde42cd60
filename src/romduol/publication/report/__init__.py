"""The report: composed once, written in two languages and two formats."""

from romduol.publication.report.compose import Composed, compose
from romduol.publication.report.model import ReportModel

__all__ = ["Composed", "ReportModel", "compose"]
