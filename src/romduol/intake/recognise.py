"""Which reader a file belongs to, by its first 256 KiB and its name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import cast

from romduol.casebook.evidence import ReadingOptions
from romduol.casebook.troubles import WrongUsage
from romduol.intake.source import Reader

# asked in this order: the strictest first
READERS = (
    "telegram",
    "instagram",  # before meta: the same files, where they say whose they are
    "meta",
    "meta.searches",  # by name only
    "telegram_html",
    "sms",
    "x",
    "tiktok",
    "mail",
    "signal",  # before whatsapp, which takes any bracketed date for its own
    "whatsapp",
    "transcripts",
    "webarchive",  # a zip by its own name or members: overlaps with none above
    "tella",
    "casedatabase",
    "forms",  # before tables, which would ask how to read them
    "tables",  # last: any .csv or workbook, read only by a mapping
)


class UnknownSource(WrongUsage):
    """Someone named a kind of source that no reader is called."""


@cache
def reader(name: str) -> Reader:
    """The reader called ``name``: its package's, as in ``READERS``."""
    if name not in READERS:
        raise UnknownSource(source=name, known=", ".join(READERS))
    return cast("Reader", import_module(f"romduol.intake.{name}"))


def recognise(head: bytes, name: str, options: ReadingOptions) -> Reader | None:
    """The reader for bytes beginning with ``head``, or none. ``options.source`` names one by hand.

    Raises ``UnknownSource`` when the name given is not a reader's.
    """
    if options.source:
        return reader(_called(options.source))
    return next((r for r in map(reader, READERS) if r.recognises(head, name)), None)


def _called(source: str) -> str:
    return "transcripts" if source == "transcript" else source
