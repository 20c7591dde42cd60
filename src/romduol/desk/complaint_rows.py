"""A complaint as the index keeps it, and as a value of the casebook; the same both ways."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from romduol.casebook.care import Check, Complaint
from romduol.casework.complaints.ledger import state_of
from romduol.records import models

_COLUMNS = {
    "target": "target",
    "category": "category",
    "way": "channel",
    "language": "language",
    "captured": "captured_at",
    "acknowledged": "acknowledged_at",
    "automatic": "acknowledged_automatic",
    "replied": "replied_at",
    "decided": "decided_at",
    "decision": "decision",
    "reasoned": "facts_given",
    "appealed": "appealed_at",
    "appeal_decided": "appeal_decided_at",
    "appeal_decision": "appeal_decision",
    "closed": "closed_at",
    "closing": "closed_reason",
    "sent": "submitted_at",
}


def value(row: models.Complaint) -> Complaint:
    """The row as a value; its woman by her code."""
    told: dict[str, Any] = {name: getattr(row, column) for name, column in _COLUMNS.items()}
    checks = tuple(
        sorted((Check(c.at, c.still_up) for c in row.checks.all()), key=lambda one: one.on)
    )
    return Complaint(id=row.code, woman=row.woman.code, checks=checks, **told)


def columns(complaint: Complaint) -> dict[str, Any]:
    """The columns of the row for this value; its checks are rows of their own."""
    told = {column: getattr(complaint, name) for name, column in _COLUMNS.items()}
    return told | {"state": state_of(complaint)}


def keep(row: models.Complaint, complaint: Complaint) -> None:
    """Write the value over its row, and the checks that are new; inside the verb's transaction."""
    held = value(row).checks
    for name, told in columns(complaint).items():
        setattr(row, name, told)
    row.save()
    left = list(held)
    for check in complaint.checks:
        if check in left:
            left.remove(check)
        else:
            row.checks.create(at=check.on, still_up=check.still_up)


def changed(before: Complaint, after: Complaint) -> dict[str, list[str]]:
    """What differs, as codes and days for the log: each field with what stood and what stands."""
    names = (one.name for one in fields(Complaint) if one.name != "checks")
    told = {name: [_plain(getattr(c, name)) for c in (before, after)] for name in names}
    return {name: pair for name, pair in told.items() if pair[0] != pair[1]}


def _plain(said: object) -> str:
    return "" if said is None else str(said)


def named(complaint: Complaint, code: str, woman: str) -> Complaint:
    """The complaint under a new code, of the woman of this code."""
    return replace(complaint, id=code, woman=woman)
