"""A TikTok export, or one text of it, goes in; messages come out, or it is refused whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.entries import Entries, Entry
from romduol.intake.jsonplaces import Broken, Tape, refusal
from romduol.intake.source import CannotRead, Source
from romduol.intake.tiktok import archive, folder
from romduol.intake.tiktok.archive import Seen
from romduol.intake.tiktok.rows import entry

NAME = "tiktok"
VERSION = "1"

_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*\"")
_FILES = re.compile(r"user_data(?:_tiktok)?(?: ?\(\d+\))?\.json", re.IGNORECASE)
_OF_TIKTOK = re.compile(
    rb"\"(?:Video Browsing History|Watch History|Off TikTok Activity|Tiktok Live|TikTok Live"
    rb"|Tiktok Shopping|TikTok Shop|CommentsList|ChatHistory|FansList|ItemFavoriteList"
    rb"|FavoriteVideoList|Favorite Videos)\"\s*:"
)
_SECTION = re.compile(
    rb"\"(?:Activity|Your Activity|Comment|Direct Messages?|Video|Post|Profile|App Settings"
    rb"|Profile And Settings|Likes and Favorites)\"\s*:\s*\{"
)


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` opens TikTok's JSON, by its own section names, or one of its texts."""
    if folder.is_folder_text(head):
        return True
    if not _ROOT.match(head):
        return False
    named = _FILES.fullmatch(name) is not None
    return bool(_SECTION.search(head) and (named or _OF_TIKTOK.search(head)))


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every message, comment and post of hers, then the ``Read``.

    Raises ``CannotRead`` for a file that was cut short or is not laid out as TikTok does.
    """
    entries = Entries(f"{NAME}/{VERSION}", NAME, source, options)
    kind = folder.is_folder_text(source.head())
    if kind:
        own = next(iter(options.own), "")
        yield from entries.batches(entry(found, own) for found in folder.walk(source, kind))
        yield entries.closing(("UTC", "in-file"), _about(own, {kind}))
        return
    seen = Seen()
    try:
        own = _own(source) or next(iter(options.own), "")
        yield from entries.batches(_entries(source, own, seen))
    except Broken as broken:
        raise CannotRead(refusal(broken, NAME, source.size)) from None
    if not seen.sections:
        raise CannotRead(Note("note.tiktok.nothing"))
    yield entries.closing(
        ("UTC", "assumed"), [*_zone(), *_about(own, seen.sections), *_blocked(seen)]
    )


def _own(source: Source) -> str:
    """Her user name, which may stand behind the messages; walks the file to its end."""
    seen = Seen()
    with source.open() as stream:
        for _ in archive.walk(Tape(stream), seen):
            pass
    return seen.own


def _entries(source: Source, own: str, seen: Seen) -> Iterator[Entry]:
    with source.open() as stream:
        for found in archive.walk(Tape(stream), seen):
            yield entry(found, own)


def _zone() -> list[Note]:
    return [Note("note.tiktok.zone_utc")]


def _about(own: str, sections: set[str]) -> list[Note]:
    unknown = not own and "chats" in sections
    notes = [Note("note.tiktok.own_unknown")] if unknown else []
    return [*notes, *([Note("note.tiktok.only_hers")] if "comments" in sections else [])]


def _blocked(seen: Seen) -> list[Note]:
    return [Note("note.tiktok.blocked", (("count", seen.blocked),))] if seen.blocked else []
