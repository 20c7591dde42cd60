"""The release ledger: every number ever published goes into the index and comes back as values."""

from __future__ import annotations

from romduol.casebook.claims import Unit
from romduol.publication.disclosure.ledger import Edition, Ledger, Published
from romduol.publication.disclosure.model import Quantity
from romduol.records.models import CountedIncident, PublishedCell, PublishedPlace, Release


def keep(release: Release, edition: Edition) -> None:
    """Store an edition behind its release; call it inside the verb's transaction."""
    release.asked = edition.asked
    release.save(update_fields=["asked"])
    for cell in edition.cells:
        row = PublishedCell.objects.create(
            release=release,
            unit=cell.quantity.unit.value,
            value=cell.value,
            shown=cell.shown,
            low=cell.low,
            high=cell.high,
            rounded=cell.rounded,
        )
        PublishedPlace.objects.bulk_create(
            PublishedPlace(cell=row, axis=axis, term=term) for axis, term in cell.quantity.at
        )
    CountedIncident.objects.bulk_create(
        CountedIncident(release=release, incident=code) for code in sorted(edition.counted)
    )


def ledger() -> Ledger:
    """Every release so far, oldest first: each is a constraint on the next."""
    return Ledger(tuple(_edition(release) for release in Release.objects.order_by("pk")))


def _edition(release: Release) -> Edition:
    cells = release.cells.order_by("pk").prefetch_related("places")
    counted = release.counted.values_list("incident", flat=True)
    return Edition(
        release.code, release.asked, tuple(_published(cell) for cell in cells), frozenset(counted)
    )


def _published(cell: PublishedCell) -> Published:
    at = tuple((place.axis, place.term) for place in cell.places.all())
    quantity = Quantity.of(Unit(cell.unit), *at)
    return Published(quantity, cell.value, cell.shown, cell.low, cell.high, cell.rounded)
