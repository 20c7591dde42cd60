"""Her own posts and comments on Facebook, the groups she joined and left, and her searches if a
person asks: lists of records.

Others' comments on her posts are not in her download. The sentence Meta writes above a record
("… commented on …'s post.") is kept beside her words, not among them; of a group joined or left it
is all there is, and is the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from romduol.casebook.evidence import Kind, Note, Precision, Read, ReadingOptions
from romduol.intake.entries import Attached, Entries, Entry
from romduol.intake.meta.cuts import Cut, cuts
from romduol.intake.meta.details import attached, fact, held
from romduol.intake.meta.ending import why
from romduol.intake.meta.kinds import KEYS, FileKind
from romduol.intake.meta.labels import LABELLED, UNKNOWN, Labelled, labelled
from romduol.intake.meta.mojibake import MENDED, deeply
from romduol.intake.meta.outline import list_outline
from romduol.intake.meta.rows import ODD_STAMP
from romduol.intake.meta.shapes import Decoding
from romduol.intake.source import CannotRead, Source
from romduol.intake.telegram.outline import by_scanning
from romduol.intake.telegram.tape import Broken

FACEBOOK = "facebook"
CAPTION = "meta.caption"
_NO_POSTS = frozenset({FileKind.SEARCHES, FileKind.GROUPS})

Json = dict[str, Any]
Understood = Callable[[Cut[Json], int], Entry]  # a window's record by its row

OBJECTS: Decoding[Json] = Decoding(dict[str, Any])
_YEAR_10000 = 253_402_300_800


def read_activity(
    source: Source, options: ReadingOptions, kind: FileKind, reader: str
) -> Iterator[pa.RecordBatch | Read]:
    """Every record of the file, then the ``Read``; raises ``CannotRead`` when it is not whole."""
    keys = frozenset(key for key, known in KEYS.items() if known is kind)

    def understood(cut: Cut[Json], row: int) -> Entry:
        return _entry(cut, row, kind, source)

    yield from read_records(Entries(reader, FACEBOOK, source, options), keys, understood)


def read_records(
    entries: Entries, keys: frozenset[bytes], understood: Understood
) -> Iterator[pa.RecordBatch | Read]:
    """Each record under ``keys`` as ``understood``, in batches, then the ``Read``."""
    odd = Counter[str]()

    def found() -> Iterator[Entry]:
        for cut in record_cuts(entries.source, keys):
            for row in range(len(cut.values)):
                entry = understood(cut, row)
                odd.update(entry.rules)
                yield entry

    try:
        yield from entries.batches(found())
    except Broken as broken:
        raise CannotRead(why(broken, entries.source)) from None
    told = ((ODD_STAMP, "odd_stamp"), (UNKNOWN, "labels_unknown"))
    notes = [Note(f"note.meta.{what}", (("count", odd[r]),)) for r, what in told if odd[r]]
    yield entries.closing(("UTC", "in-file"), notes)


def record_cuts(source: Source, keys: frozenset[bytes]) -> Iterator[Cut[Json]]:
    """The records under ``keys`` (or of a file that is one list), window by window."""
    with source.open() as stream:
        found = list_outline(stream, keys, by_scanning)
    with source.open() as stream:
        for span in found:
            yield from cuts(stream, span, OBJECTS)


def _entry(cut: Cut[Json], row: int, kind: FileKind, source: Source) -> Entry:
    raw = cut.values[row]
    record = deeply(raw)
    data = objects(record.get("data"))
    comments = [one["comment"] for one in data if isinstance(one.get("comment"), dict)]
    comment: Json = comments[0] if comments else {}
    found = [one for part in _parts(record) for one in _attachments(part)]
    text, caption = _words(data, comment, kind, record)
    newer = labelled(record)
    found += newer_attachments(record, newer)
    when = instant(record.get("timestamp", comment.get("timestamp")))
    return Entry(
        start=int(cut.starts[row]),
        end=int(cut.ends[row]),
        thread=_thread(kind, comment),
        author=string(comment.get("author")) or None,
        own=True,
        sent_at=when,
        stamp=written(record.get("timestamp", comment.get("timestamp"))),
        text=text or newer.text,
        kind=Kind.SYSTEM if kind in _NO_POSTS else Kind.MESSAGE,
        precision=Precision.UNKNOWN if when is None else Precision.SECOND,
        edited_at=next(
            (instant(d["update_timestamp"]) for d in data if "update_timestamp" in d), None
        ),
        attached=(*_title(record, kind), *(held(one, source) for one, _ in found)),
        rules=(
            *cut.rules.get(row, ()),
            *([MENDED] if record != raw else []),
            *newer.rules,
            *([CAPTION] if caption else []),
            *([ODD_STAMP] if when is None else []),
            *(rule for _, rules in found for rule in rules),
        ),
    )


def _words(data: list[Json], comment: Json, kind: FileKind, record: Json) -> tuple[str, bool]:
    """Her words; and whether, for want of a post, they are the caption of a picture."""
    if kind is FileKind.GROUPS:
        return string(record.get("title")), False
    if kind is FileKind.SEARCHES:
        held = [*data, *_parts(record)]
        return "\n".join(
            dict.fromkeys(string(one.get("text")) for one in held if one.get("text"))
        ), False
    words = [string(one.get("post")) for one in data] + [string(comment.get("comment"))]
    said = "\n".join(one for one in words if one)
    if said:
        return said, False
    captions = [string(_object(part.get("media")).get("description")) for part in _parts(record)]
    caption = "\n".join(dict.fromkeys(one for one in captions if one))
    return caption, bool(caption)


def _thread(kind: FileKind, comment: Json) -> str:
    group = string(comment.get("group"))
    return f"group/{group}" if group else kind.value


def _title(record: Json, kind: FileKind) -> tuple[Attached, ...]:
    title = string(record.get("title"))
    return (fact("context", title),) if title and kind is not FileKind.GROUPS else ()


def _parts(record: Json) -> list[Json]:
    attachments = objects(record.get("attachments"))
    return [part for one in attachments for part in objects(one.get("data"))]


def _attachments(part: Json) -> list[tuple[Attached, list[str]]]:
    found = []
    media = _object(part.get("media"))
    if media:
        found.append(attached(string(media.get("uri")), ""))
    for key, kind in (("external_context", "link"), ("place", "place"), ("event", "event")):
        if isinstance(part.get(key), dict):
            found.append((fact(kind, part[key]), []))
    return found


def newer_attachments(record: Json, newer: Labelled) -> list[tuple[Attached, list[str]]]:
    """Of a record with labels: its media, and the links and names beside its words."""
    if LABELLED not in record:
        return []
    media = [attached(string(one.get("uri")), "") for one in objects(record.get("media"))]
    return [*media, *((fact("context", value), []) for value in newer.beside)]


def objects(value: Any) -> list[Json]:
    """The objects in a list; nothing when it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def string(value: Any) -> str:
    """A string; ``""`` when it is none."""
    return value if isinstance(value, str) else ""


def written(value: Any) -> str:
    """A stamp as it was written; ``""`` when there is none."""
    return str(value) if isinstance(value, int | str) else ""


def instant(value: Any) -> datetime | None:
    """Seconds since 1970 as an instant; ``None`` when they are none of our era."""
    whole = value if isinstance(value, int) and not isinstance(value, bool) else 0
    return datetime.fromtimestamp(whole, UTC) if 0 < whole < _YEAR_10000 else None


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
