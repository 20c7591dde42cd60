"""Submissions of a form become answers: the words of one cell, in its bytes, with their question.

An answer is a message of its own, since several joined would stand nowhere in the file. The
submission is its thread; the question it answers is named in its rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from romduol.casebook.evidence import Kind, Precision
from romduol.intake.entries import Attached, Entry
from romduol.intake.forms.columns import Columns, Part, columns, is_place
from romduol.intake.tables.plan import header_of
from romduol.intake.tables.rows import Cell, Row, Sheet
from romduol.intake.tables.stamps import Clock, Stamp

QUESTION = "forms.question="
VERSION_OF_FORM = "forms.version="
_ENDINGS = {
    "jpg": "image", "jpeg": "image", "png": "image", "webp": "image", "heic": "image",
    "m4a": "audio", "mp3": "audio", "amr": "audio", "ogg": "audio", "wav": "audio", "aac": "audio",
    "3gp": "video", "3gpp": "video", "mp4": "video", "mov": "video", "webm": "video",
    "pdf": "document", "docx": "document", "xlsx": "document",
}  # fmt: skip
_ANSWERED = ("end", "start")  # with the phone's own offset
_RECEIVED = ("_submission_time", "SubmissionDate", "_submission__submission_time")  # UTC
_NAMED = ("_uuid", "_submission__uuid", "meta/instanceID", "meta-instanceID", "meta:instanceID",
          "instanceID", "KEY", "_id")  # fmt: skip
_VERSIONS = ("__version__", "_version_", "FormVersion", "_submission___version__")


class Told(NamedTuple):
    """Of one submission: what names it, and when it was made, as written and as read."""

    name: str
    written: str
    stamp: Stamp


@dataclass(slots=True)
class Seen:
    """What is told beside the answers, as far as the file was walked."""

    submissions: int = 0
    answers: int = 0
    crooked: int = 0
    orphans: int = 0
    places: int = 0
    zoneless: int = 0
    zoned: int = 0
    undated: int = 0
    versions: set[str] = field(default_factory=set)
    sheets: list[Columns] = field(default_factory=list)


class Submissions:
    """One reading of one file: its sheets in order, the submissions before their repeats."""

    def __init__(self, zone: ZoneInfo, beside: frozenset[str]) -> None:
        self.seen = Seen()
        self._local = Clock(zone)
        self._utc = Clock(ZoneInfo("UTC"))
        self._beside = beside
        self._by_index: dict[str, Told] = {}

    def answers(self, sheet: Sheet) -> Iterator[Entry]:
        """Every answer of ``sheet`` in file order; none when it holds no submissions."""
        header = header_of(sheet)
        found = columns(tuple(t.strip() for t in header.texts())) if header else None
        if header is None or found is None:
            return
        self.seen.sheets.append(found)
        for row in sheet.rows():
            if row.number <= header.number:
                continue
            if any(cell.text for cell in row.cells[len(found.names) :]):
                self.seen.crooked += 1
                continue
            yield from self._of_row(row, found)

    def _of_row(self, row: Row, found: Columns) -> Iterator[Entry]:
        said = {
            name: cell.text
            for name, part, cell in zip(found.names, found.parts, row.cells, strict=False)
            if part is Part.BOOKKEEPING
        }
        told = self._told(said, row, found)
        version = next((said[name] for name in _VERSIONS if said.get(name)), "")
        self.seen.versions.update({version} - {""})
        about = (f"{VERSION_OF_FORM}{version}",) if version else ()
        which = (said.get("KEY") or said.get("_index", "")) if found.repeat else ""
        for name, part, cell in zip(found.names, found.parts, row.cells, strict=False):
            if part is not Part.QUESTION or not cell.text.strip():
                continue
            if is_place(cell.text):
                self.seen.places += 1
            else:
                yield self._answer(cell, name, told, (which, about))

    def _told(self, said: dict[str, str], row: Row, found: Columns) -> Told:
        if found.repeat:
            return self._of_parent(said, row)
        self.seen.submissions += 1
        name = next((said[key] for key in _NAMED if said.get(key)), f"row {row.number}")
        told = self._when(said, name)
        self.seen.undated += told.stamp.moment is None
        if said.get("_index"):
            self._by_index[said["_index"]] = told
        return told

    def _of_parent(self, said: dict[str, str], row: Row) -> Told:
        """A repeat is told of by its submission: by its id, else by its place in the first sheet.

        ODK names a repeat inside a repeat ``uuid:…/outer[1]``; the submission is the first part.
        """
        parent = self._by_index.get(said.get("_parent_index", ""))
        name = said.get("_submission__uuid") or said.get("PARENT_KEY", "").partition("/")[0]
        if parent is not None and name in ("", parent.name):
            return parent
        if not name:
            self.seen.orphans += 1
        return self._when(said, name or f"row {row.number}")

    def _when(self, said: dict[str, str], name: str) -> Told:
        for keys, clock in ((_ANSWERED, self._local), (_RECEIVED, self._utc)):
            for key in keys:
                stamp = clock.read(said.get(key, ""))
                if stamp.moment is not None:
                    self.seen.zoned += stamp.zoned or clock is self._utc
                    self.seen.zoneless += not stamp.zoned and clock is self._local
                    return Told(name, said[key], stamp)
        return Told(name, "", Stamp(None, None, Precision.UNKNOWN))

    def _answer(
        self, cell: Cell, question: str, told: Told, about: tuple[str, tuple[str, ...]]
    ) -> Entry:
        self.seen.answers += 1
        which, version = about
        moment: datetime | None = told.stamp.moment
        return Entry(
            start=cell.start,
            end=cell.end,
            thread=told.name,
            text=cell.text,
            stamp=told.written,
            sent_at=moment,
            precision=told.stamp.precision,
            kind=Kind.TURN,
            key=f"{which} {question}" if which else question,
            attached=self._attached(cell.text),
            rules=(f"{QUESTION}{question}", *version, *cell.rules, *told.stamp.rules),
        )

    def _attached(self, text: str) -> tuple[Attached, ...]:
        """An answer that is nothing but the name of a file is that file."""
        stem, _, ending = text.rpartition(".")
        media = _ENDINGS.get(ending.lower(), "")
        if not media or not stem or "\n" in text or "/" in text:
            return ()
        return (Attached(media, text, text in self._beside),)
