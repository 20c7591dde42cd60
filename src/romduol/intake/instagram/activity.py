"""Her own comments, posts and likes on Instagram, and when her account was closed or opened: lists.

The keys of ``string_map_data`` are in the language of the account. Where they are not known, the
order in which Instagram writes them (comment, owner, time) decides, and the row says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from romduol.casebook.evidence import Kind, Precision, Read, ReadingOptions
from romduol.intake.entries import Attached, Entries, Entry
from romduol.intake.instagram.kinds import KEYS, FileKind
from romduol.intake.meta.activity import (
    Json,
    instant,
    newer_attachments,
    objects,
    read_records,
    string,
    written,
)
from romduol.intake.meta.cuts import Cut
from romduol.intake.meta.details import attached, fact, held
from romduol.intake.meta.labels import LABELLED, labelled
from romduol.intake.meta.mojibake import MENDED, deeply
from romduol.intake.meta.rows import ODD_STAMP
from romduol.intake.meta.threads import INSTAGRAM
from romduol.intake.source import Source

LOCALIZED = "instagram.localized_keys"
LIKED = "instagram.liked_comment"
_NO_POSTS = frozenset({FileKind.LIKED_COMMENTS, FileKind.PRIVACY})

_COMMENT = frozenset({"Comment", "Opmerking", "Kommentar", "Commentaire", "Comentario"})
_OWNER = frozenset({"Media Owner", "Media-eigenaar"})


def read_activity(
    source: Source, options: ReadingOptions, kind: FileKind, reader: str
) -> Iterator[pa.RecordBatch | Read]:
    """Every record of the file, then the ``Read``; raises ``CannotRead`` when it is not whole."""
    keys = frozenset(key for key, known in KEYS.items() if known is kind)

    def understood(cut: Cut[Json], row: int) -> Entry:
        return _entry(cut, row, kind, source)

    yield from read_records(Entries(reader, INSTAGRAM, source, options), keys, understood)


def _entry(cut: Cut[Json], row: int, kind: FileKind, source: Source) -> Entry:
    raw = cut.values[row]
    record = deeply(raw)
    text, owner, stamp, rules = _said(record, kind)
    when = instant(stamp)
    found = newer_attachments(record, labelled(record)) or _attachments(record, owner)
    return Entry(
        start=int(cut.starts[row]),
        end=int(cut.ends[row]),
        thread=kind.value,
        own=True,
        sent_at=when,
        stamp=written(stamp),
        text=text,
        kind=Kind.SYSTEM if kind in _NO_POSTS else Kind.MESSAGE,
        precision=Precision.UNKNOWN if when is None else Precision.SECOND,
        attached=tuple(held(one, source) for one, _ in found),
        rules=(
            *cut.rules.get(row, ()),
            *([MENDED] if record != raw else []),
            *rules,
            *([ODD_STAMP] if when is None else []),
            *(rule for _, more in found for rule in more),
        ),
    )


def _said(record: Json, kind: FileKind) -> tuple[str, str, Any, tuple[str, ...]]:
    """What was written, under whose post, when, and by which rule that was found out."""
    if LABELLED in record:
        newer = labelled(record)
        return newer.text, "", record.get("timestamp"), newer.rules
    if kind is FileKind.POSTS:
        media = objects(record.get("media"))
        first = media[0] if len(media) == 1 else {}
        text = string(record.get("title")) or string(first.get("title"))
        return text, "", record.get("creation_timestamp", first.get("creation_timestamp")), ()
    fields = record.get("string_map_data")
    if kind is FileKind.PRIVACY:
        return string(record.get("title")), "", _when(record), ()
    if isinstance(fields, dict):
        return _mapped({k: v for k, v in fields.items() if isinstance(v, dict)})
    listed = objects(record.get("string_list_data"))
    one = listed[0] if listed else {}
    rules = (LIKED,) if kind is FileKind.LIKED_COMMENTS else ()
    return string(one.get("value")), string(record.get("title")), one.get("timestamp"), rules


def _when(record: Json) -> Any:
    """The first time that stands in either of the forms a record has had."""
    fields = record.get("string_map_data")
    mapped = [v for v in fields.values() if isinstance(v, dict)] if isinstance(fields, dict) else []
    stamps = (one.get("timestamp") for one in (*mapped, *objects(record.get("string_list_data"))))
    return next((stamp for stamp in stamps if stamp), None)


def _mapped(fields: dict[str, Json]) -> tuple[str, str, Any, tuple[str, ...]]:
    """The values of ``string_map_data``: by keys we know, else by their order."""
    stamp = next((f["timestamp"] for f in fields.values() if f.get("timestamp")), None)
    values = {k: string(f.get("value")) for k, f in fields.items() if not f.get("timestamp")}
    if any(key in _COMMENT | _OWNER for key in values):
        comment = next((v for k, v in values.items() if k in _COMMENT), "")
        return comment, next((v for k, v in values.items() if k in _OWNER), ""), stamp, ()
    inorder = [*values.values(), "", ""]
    return inorder[0], inorder[1], stamp, (LOCALIZED,)


def _attachments(record: Json, owner: str) -> list[tuple[Attached, list[str]]]:
    """The pictures of a post, or under what a comment stands: owner and address."""
    media = objects(record.get("media_list_data")) + objects(record.get("media"))
    found = [attached(string(one.get("uri")), "") for one in media if one.get("uri")]
    if owner:
        found.append((fact("context", owner), []))
    links = [string(one.get("href")) for one in objects(record.get("string_list_data"))]
    return found + [(fact("link", link), []) for link in links if link]
