"""The recovery sheet on its way to paper: the one secret that is ever written in the clear."""

from __future__ import annotations

from pathlib import Path

from romduol.casebook.troubles import WrongUsage
from romduol.casebook.wording import LANGUAGES
from romduol.vault import durable
from romduol.vault.recovery import Recovery


class SheetInTheBook(WrongUsage):
    """The recovery sheet was to be kept inside the book that it opens."""


def write_sheet(recovery: Recovery, path: Path) -> None:
    """Both languages, to ``path``, readable by its owner only, to be printed and then deleted."""
    durable.write_whole(path.absolute(), "\f".join(map(recovery.sheet, LANGUAGES)).encode())


def require_outside(book: Path, sheet: Path) -> None:
    """Raises ``SheetInTheBook``: whoever takes the book would take its key."""
    if book.absolute() in sheet.absolute().parents:
        raise SheetInTheBook
