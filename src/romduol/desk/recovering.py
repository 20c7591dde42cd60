"""The recovery sheet on its way to paper: the one secret that is ever written in the clear."""

from __future__ import annotations

from pathlib import Path

from romduol.casebook.troubles import WrongUsage
from romduol.casebook.wording import LANGUAGES
from romduol.vault import durable
from romduol.vault.recovery import Recovery


class SheetInTheBook(WrongUsage):
    """The recovery sheet was to be kept inside the book that it opens."""


class SheetExists(WrongUsage):
    """Another file, perhaps another book's sheet, lies where the recovery sheet was to go."""


def write_sheet(recovery: Recovery, path: Path) -> None:
    """Both languages, to ``path``, readable by its owner only, to be printed and then deleted."""
    durable.make_folder(path.absolute().parent)
    durable.write_whole(path.absolute(), "\f".join(map(recovery.sheet, LANGUAGES)).encode())


def require_place(sheet: Path, book: Path, unfinished: Path) -> None:
    """The sheet of ``book`` may be written to ``sheet``.

    Raises ``SheetInTheBook`` (whoever takes the book would take its key) or ``SheetExists``. The
    sheet of a try that a crash cut short (its half-made book is ``unfinished``) opens nothing and
    is written over.
    """
    if book.absolute() in sheet.absolute().parents:
        raise SheetInTheBook
    if sheet.exists() and not _is_of(unfinished, sheet):
        raise SheetExists


def _is_of(unfinished: Path, sheet: Path) -> bool:
    """Does ``sheet`` name the half-made book, by the first line of its log's checkpoint?"""
    checkpoints = unfinished / "log" / "checkpoints"
    if not checkpoints.is_file() or not sheet.is_file():
        return False
    origin, _, _ = checkpoints.read_bytes().partition(b"\n")
    return origin + b"+" in sheet.read_bytes()
