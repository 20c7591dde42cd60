"""Submissions of KoboToolbox or ODK go in, CSV or workbook; answers come out as messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.entries import Entries
from romduol.intake.forms.columns import Part, is_form
from romduol.intake.forms.submissions import Seen, Submissions
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables.glimpse import header_names, words_of_workbook
from romduol.intake.tables.plan import sheets_of
from romduol.intake.tables.workbook import is_workbook
from romduol.intake.whatsapp.zones import zone_for

NAME = "forms"
VERSION = "1"
PLATFORM = "form"

_WORKBOOK_MARKS = (
    (">_uuid<", ">_submission_time<"),
    (">KEY<", ">SubmissionDate<"),
)


@dataclass(frozen=True, slots=True)
class FormPlan:
    """What a file of submissions would give. Names of columns are for the desk, never kept."""

    submissions: int
    answers: int
    questions: tuple[str, ...]
    personal: tuple[str, ...]
    choices: tuple[str, ...]
    crooked: int


def recognises(head: bytes, name: str) -> bool:
    """Whether a table's columns are those that Kobo or ODK put beside the answers."""
    if is_workbook(head, name):
        words = words_of_workbook(head)
        return any(all(mark in words for mark in marks) for marks in _WORKBOOK_MARKS)
    return name.lower().endswith((".csv", ".tsv")) and is_form(header_names(head))


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every answer that is about nobody's identity, sheet by sheet, then the ``Read``.

    Raises ``CannotRead`` for a file that is not whole, or holds no submissions.
    """
    zone, basis = zone_for(options)
    reading = Submissions(zone, source.beside)
    closings = []
    for sheet in sheets_of(source):
        entries = Entries(f"{NAME}/{VERSION}", PLATFORM, sheet.source, options)
        yield from entries.batches(reading.answers(sheet))
        closings.append(entries.closing())
    seen = reading.seen
    if not seen.sheets:
        raise CannotRead(Note("note.forms.no_submissions"))
    whole = closings[0] if len(closings) == 1 else None
    yield Read(
        member=source.member,
        reader=f"{NAME}/{VERSION}",
        size=source.size,
        messages=seen.answers,
        header=whole.header if whole and whole.size == source.size else 0,
        tail=whole.tail if whole and whole.size == source.size else 0,
        first=min((c.first for c in closings if c.first), default=None),
        last=max((c.last for c in closings if c.last), default=None),
        zone=str(zone) if seen.zoneless else "UTC" if seen.zoned else "",
        zone_basis=basis if seen.zoneless else "in-file" if seen.zoned else "",
        notes=tuple(_notes(seen, str(zone) if basis == "assumed" else "")),
    )


def _notes(seen: Seen, assumed: str) -> Iterator[Note]:
    personal = sum(len(sheet.of(Part.PERSONAL)) for sheet in seen.sheets)
    counted = {
        "note.forms.several": seen.submissions if seen.submissions > 1 else 0,
        "note.forms.personal_skipped": personal,
        "note.forms.places_skipped": seen.places,
        "note.forms.versions": len(seen.versions) if len(seen.versions) > 1 else 0,
        "note.forms.orphans": seen.orphans,
        "note.forms.crooked": seen.crooked,
        "note.forms.undated": seen.undated,
    }
    for sentence, count in counted.items():
        if count:
            yield Note(sentence, (("count", count),))
    if seen.zoneless and assumed:
        yield Note("note.forms.zone_assumed", (("zone", assumed),))


def dry_run(source: Source, options: ReadingOptions | None = None) -> FormPlan:
    """What ``source`` would give, and which columns are skipped; raises as ``read`` does."""
    zone, _ = zone_for(options or ReadingOptions())
    reading = Submissions(zone, source.beside)
    for sheet in sheets_of(source):
        for _ in reading.answers(sheet):
            pass
    seen = reading.seen
    if not seen.sheets:
        raise CannotRead(Note("note.forms.no_submissions"))
    return FormPlan(
        submissions=seen.submissions,
        answers=seen.answers,
        questions=_all(seen, Part.QUESTION),
        personal=_all(seen, Part.PERSONAL),
        choices=_all(seen, Part.CHOICE),
        crooked=seen.crooked,
    )


def _all(seen: Seen, part: Part) -> tuple[str, ...]:
    return tuple(name for sheet in seen.sheets for name in sheet.of(part))
