"""Words found in a picture, on a page or in a list become rows in the shape of ``MESSAGE``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from romduol.casebook.evidence import MESSAGE, Kind, Precision
from romduol.intake.identity import MessageIds


@dataclass(frozen=True, slots=True)
class Attached:
    """Something a row speaks of; the fields of ``evidence.ATTACHMENT``."""

    name: str
    media: str
    held: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """One stretch of words and where it stands: bytes ``[start, end)`` of ``member``.

    ``place`` tells apart equal words at different places of one original (a box, a page); it goes
    into the id and nowhere else.
    """

    member: str
    start: int
    end: int
    text: str
    place: str
    rules: tuple[str, ...]
    at: datetime | None = None  # UTC
    at_text: str = ""
    attached: tuple[Attached, ...] = ()


def batch(rows: Sequence[Written], platform: str, thread: str, original: str) -> pa.RecordBatch:
    """All of ``rows`` as messages without an author.

    ``original`` names the bytes themselves (their SHA-256), so that the same picture or page under
    another file name gives the same ids, and two pictures with the same name and words do not.
    """
    count, text = len(rows), pa.string()
    texts = pa.array([row.text for row in rows], text)
    places = pa.array([f"{row.at_text} {row.place}" for row in rows], text)
    nobody = pa.nulls(count, text)
    ids = MessageIds(platform).of(pa.repeat(original, count), nobody, places, texts)
    stamps = [Precision.SECOND if row.at else Precision.UNKNOWN for row in rows]
    columns: dict[str, pa.Array[Any]] = {
        "message": ids,
        "member": pa.array([row.member for row in rows], text),
        "start": pa.array([row.start for row in rows], pa.int64()),
        "end": pa.array([row.end for row in rows], pa.int64()),
        "record": pa.array(range(count), pa.int64()),
        "platform": pa.repeat(platform, count),
        "thread": pa.repeat(thread, count),
        "kind": pa.repeat(str(Kind.MESSAGE), count),
        "sent_at": pa.array([row.at for row in rows], pa.timestamp("us", tz="UTC")),
        "sent_at_text": pa.array([row.at_text for row in rows], text),
        "precision": pa.array([str(stamp) for stamp in stamps], text),
        "text": texts,
        "edited": pa.repeat(False, count),
        "deleted": pa.repeat(False, count),
        "attachments": pa.array(
            [[_attachment(one) for one in row.attached] for row in rows],
            MESSAGE.field("attachments").type,
        ),
        "rules": pa.array([list(row.rules) for row in rows], pa.list_(text)),
    }
    columns |= {f.name: pa.nulls(count, f.type) for f in MESSAGE if f.name not in columns}
    return pa.RecordBatch.from_arrays([columns[n] for n in MESSAGE.names], schema=MESSAGE)


def _attachment(one: Attached) -> dict[str, str | bool]:
    return {"name": one.name, "media": one.media, "held": one.held, "note": one.note}
