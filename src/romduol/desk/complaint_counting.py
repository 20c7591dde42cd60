"""The ledger of complaints as values: all of it inside the book, what may be counted outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from romduol.casebook.care import Complaint
from romduol.casework.complaints.measures import Measured, measured
from romduol.desk.clock import now
from romduol.desk.complaint_rows import value
from romduol.records import models


def measures(by: str = "", day: date | None = None) -> tuple[Measured, ...]:
    """Answer rates and waiting times as of ``day`` (today): everyone's, by code, no words."""
    return measured(ledger_of(models.Woman.objects.all()), day or now().date(), by)


def ledger_of(women: Iterable[models.Woman]) -> tuple[Complaint, ...]:
    """Every complaint of these women, oldest first."""
    rows = models.Complaint.objects.filter(woman__in=women).order_by("submitted_at", "pk")
    return tuple(value(row) for row in rows.select_related("woman").prefetch_related("checks"))
