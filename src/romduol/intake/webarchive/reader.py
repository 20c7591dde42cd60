"""A WACZ goes in, a row for each captured page comes out: its title, its address, when.

The time of a row is when the page was captured, which is not when it was written. Nothing is
listed from an archive whose digests differ: it is not what the capture tool wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from posixpath import join

import msgspec
import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.containers import is_archive, members
from romduol.intake.source import CannotRead, Source
from romduol.intake.webarchive.package import Proven, proven, small
from romduol.intake.writing import Attached, Written, batch

NAME = "webarchive"
VERSION = "1"
PLATFORM = "web"
CAPTURED, TITLE, PAGE_TEXT = "web.captured_at", "web.title", "web.page_text"

_LISTS = ("pages/pages.jsonl", "pages/extraPages.jsonl")


class _Page(msgspec.Struct):
    url: str = ""
    ts: str = ""
    title: str | None = None
    text: str | None = None
    format: str = ""  # on the first line only, which is no page


def recognises(head: bytes, name: str) -> bool:
    """Whether a zip is called .wacz, or opens with a web archive's own members."""
    if not is_archive(head):
        return False
    return name.casefold().endswith(".wacz") or (b"archive/" in head[:64] and b".warc" in head)


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """The pages in one batch, then the ``Read``; raises ``CannotRead``.

    A row's bytes are its line of the page list, inside the archive.
    """
    inside = _members(source)
    facts = proven(inside)
    lists = [inside[path] for path in _LISTS if path in inside]
    rows = [row for path in _LISTS if path in inside for row in _rows(path, inside[path], source)]
    if rows:
        original = sha256(b"".join(small(one) for one in lists)).hexdigest()
        yield batch(rows, PLATFORM, source.name, original)
    stamps = [row.at for row in rows if row.at is not None]
    yield Read(
        member=source.member,
        reader=f"{NAME}/{VERSION}",
        size=source.size,
        messages=len(rows),
        first=min(stamps, default=None),
        last=max(stamps, default=None),
        zone="UTC",
        zone_basis="in-file",
        notes=tuple(_notes(facts, rows)),
    )


def _members(source: Source) -> dict[str, Source]:
    """Members by their path inside this archive; one that is refused refuses the whole."""
    found = {}
    for member in members(source):
        if not isinstance(member, Source):
            raise CannotRead(member.reason)
        path = member.member.removeprefix(f"{source.member}/") if source.member else member.member
        found[path] = member
    return found


def _rows(path: str, pages: Source, source: Source) -> Iterator[Written]:
    at = 0
    for line in small(pages).splitlines(keepends=True):
        page = _page(line) if line.strip() else _Page(format="-")
        if not page.format:
            yield from _of(page, (join(source.member, path), at, at + len(line.rstrip(b"\r\n"))))
        at += len(line)


def _page(line: bytes) -> _Page:
    try:
        page = msgspec.json.decode(line, type=_Page)
    except msgspec.DecodeError as error:
        raise CannotRead(Note("note.webarchive.broken")) from error
    if not page.url and not page.format:
        raise CannotRead(Note("note.webarchive.broken"))
    return page


def _of(page: _Page, where: tuple[str, int, int]) -> Iterator[Written]:
    """The title, and the page's own words when the archive holds them, each a row."""
    at = _captured(page.ts)
    address = (Attached(page.url, "page", held=True),)
    rule = (CAPTURED,) if at else ()
    yield Written(*where, page.title or "", page.url, (TITLE, *rule), at, page.ts, address)
    if page.text:
        place = f"text {page.url}"
        yield Written(*where, page.text, place, (PAGE_TEXT, *rule), at, page.ts, address)


def _captured(stamp: str) -> datetime | None:
    """RFC 3339 as the format asks; none for any other writing, which stays in the row as text."""
    try:
        at = datetime.fromisoformat(stamp)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _notes(facts: Proven, rows: list[Written]) -> Iterator[Note]:
    yield Note("note.webarchive.proven", (("count", facts.members),))
    if not rows:
        yield Note("note.webarchive.no_pages")
    if not facts.sealed:
        yield Note("note.webarchive.not_sealed")
    if facts.signed:
        yield Note("note.webarchive.signed")
    if facts.unlisted:
        yield Note("note.webarchive.unlisted", (("count", facts.unlisted),))
    if facts.weakly:
        yield Note("note.webarchive.weak_digests", (("count", facts.weakly),))
    undated = sum(row.at is None for row in rows)
    if undated:
        yield Note("note.webarchive.undated", (("count", undated),))
