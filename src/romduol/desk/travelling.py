"""A book for the road: chosen women only, under keys and a passphrase of its own.

Sealed objects are copied as they are: the women's keys are the same in both books, everything else
(members, database key, log) is new, so a lost travel copy opens nothing at home. A travel copy does
not publish: what was published stays in the ledger at home.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core import serializers
from django.db.models import Model

from romduol.casebook.codes import Codebook
from romduol.casebook.troubles import Trouble
from romduol.desk import codebooks, opening, study_travelling
from romduol.desk.custody import THE_BOOK, acting, is_logged
from romduol.desk.identifying import IDENTITY
from romduol.desk.membership import add_row, require_usable
from romduol.desk.opening import Book
from romduol.desk.recovering import require_place, write_sheet
from romduol.desk.women import find
from romduol.records import index, models
from romduol.vault.keyring import Keyring
from romduol.vault.objects import ObjectStore
from romduol.vault.passphrases import new_passphrase
from romduol.vault.recovery import Recovery

ON_THE_ROAD = "on-the-road"  # the verb by which a travel copy says in its own log what it is


class PublishedAtHomeOnly(Trouble):
    """Somebody asked a travel copy for a release."""


def require_home() -> None:
    """Raises ``PublishedAtHomeOnly`` in a travel copy: home's ledger would not hold its numbers.

    Two books that publish without knowing of each other give each other's numbers away.
    """
    if is_logged(ON_THE_ROAD, THE_BOOK):
        raise PublishedAtHomeOnly


@dataclass(frozen=True, slots=True)
class TravelCopy:
    """What was made; the passphrase is shown once."""

    passphrase: str
    recovery: Recovery
    women: int
    items: int


def travel(
    book: Book, aliases: Sequence[str], out: Path, member: str, sheet: Path | None = None
) -> TravelCopy:
    """Make the travel copy in ``out``. Raises ``NoGrant`` for a woman whose key is not held.

    Identity cards stay at home. ``book`` is closed afterwards: one index is open at a time. The
    copy's recovery sheet is written to ``sheet`` before the copy is there.
    """
    require_usable(member)
    women = [find(alias) for alias in dict.fromkeys(aliases)]
    for woman in women:
        book.identities(woman.code)
    opening.require_free(out)
    if sheet is not None:
        require_place(sheet, out, opening.unfinished(out))
    with acting(book, "travel") as act:
        act.about(THE_BOOK, women=len(women))
    rows = _rows_of(women) + study_travelling.rows_of(book, women)
    codebook = codebooks.team(book)
    names = [o.name for w in women for o in w.objects_held.exclude(kind=IDENTITY)]
    passphrase = new_passphrase()
    with opening.being_made(out) as part:
        keyring, code, recovery = book.keyring.export_for_travel(
            [w.code for w in women], part / opening.KEYS, passphrase, chosen=False
        )
        target = ObjectStore(part / opening.OBJECTS)
        for name in names:
            book.store.copy_to(name, target)
        book.close()
        items = _fill(part, keyring, _Taken(code, member, rows, codebook))
        if sheet is not None:
            write_sheet(recovery, sheet)
    return TravelCopy(passphrase, recovery, len(women), items)


def _rows_of(women: Sequence[models.Woman]) -> list[dict[str, Any]]:
    """Every row that is hers, as plain values; tables in an order that respects references."""
    found: list[Model] = []
    for woman in women:
        found += _hers(woman)
    found += models.Relation.objects.filter(item__woman__in=women, other__woman__in=women)
    data: list[dict[str, Any]] = serializers.serialize("python", found)
    return data


def _hers(woman: models.Woman) -> Iterable[Model]:
    incidents = list(woman.incidents.all())
    items = list(woman.items.all())
    yield woman
    yield from woman.objects_held.exclude(kind=IDENTITY)
    yield from woman.consents.all()
    yield from items
    yield from incidents
    for item in items:
        yield from item.segments.all()
        yield from item.handovers.all()
        yield from item.examinations.all()
        yield from item.suggestions.all()
        yield from models.SuggestedRecord.objects.filter(suggestion__item=item)
        yield from models.Decision.objects.filter(suggestion__item=item)
    for incident in incidents:
        for related in ("places", "actors", "acts", "impacts", "retreats", "outcomes"):
            yield from getattr(incident, related).all()
    yield from woman.accounts.all()
    for complaint in woman.complaints.all():
        yield complaint
        yield from complaint.checks.all()
        yield from complaint.notes.all()
    yield from woman.steps.all()


@dataclass(frozen=True, slots=True)
class _Taken:
    """Who travels (their code and name), and what goes along."""

    code: str
    member: str
    rows: list[dict[str, Any]]
    codebook: Codebook


def _fill(out: Path, keyring: Keyring, taken: _Taken) -> int:
    index.create(out / opening.INDEX, keyring.database_key)
    with opening.adopt(out, keyring) as book:
        with acting(book, "new") as act:
            traveller = add_row(taken.code, taken.member, lead=True)
            _load(taken.rows, traveller)
            study_travelling.bring_codebook(book, taken.codebook, traveller)
            act.about(taken.code, members=1)
        with acting(book, ON_THE_ROAD) as act:
            act.about(THE_BOOK, women=models.Woman.objects.count())
        items = list(models.Item.objects.prefetch_related("segments"))
        for item in items:
            with acting(book, "travel-item") as act:
                messages = sum(s.messages for s in item.segments.all())
                act.about(item.code, sha256=item.sha256, bytes=item.size, messages=messages)
        return len(items)


def _load(rows: list[dict[str, Any]], traveller: models.Member) -> None:
    """The rows again, with the traveller in place of members who stayed at home."""
    for row in rows:
        if "by" in row["fields"]:
            row["fields"]["by"] = traveller.pk
    for found in serializers.deserialize("python", rows):
        found.save()
    for woman in models.Woman.objects.all():
        models.Grant.objects.create(woman=woman, member=traveller, since=woman.added)
