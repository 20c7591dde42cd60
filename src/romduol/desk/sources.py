"""Which online accounts stand behind an incident, read from sealed messages for one release.

The codes of accounts in the index differ from woman to woman, so that nobody can link two records
by them. Only here, and only in memory, one account has one code in everybody's record: a number
that rests on one account would tell its owner who spoke.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from romduol.casebook.codes import Study
from romduol.desk import authors, segments
from romduol.desk.deciding import CONFIRMED, standing
from romduol.desk.opening import Book
from romduol.desk.pointing import rows_at
from romduol.records.models import Item, SuggestedRecord, Suggestion

_COLUMNS = ["member", "record", *authors.COLUMNS, "own"]
_Places = dict[tuple[int, str], dict[int, set[str]]]  # item and member: record, its incidents


def with_accounts(book: Book, study: Study) -> Study:
    """``study`` with the accounts behind every incident that a confirmed suggestion was taken into.

    Of a woman whose key this member lacks, of words told in an interview, and of accounts that are
    hers nothing is said.
    """
    places = _places({fact.incident for fact in study.incidents})
    found: dict[str, set[str]] = defaultdict(set)
    items = Item.objects.select_related("woman").in_bulk({item for item, _ in places})
    for (pk, member), records in places.items():
        item = items[pk]
        if book.may_read(item.woman.code):
            for record, account in _authors(book, item, member, list(records)):
                for incident in records[record]:
                    found[incident].add(account)
    return replace(study, accounts={code: frozenset(own) for code, own in found.items()})


def _places(counted: set[str]) -> _Places:
    """The messages behind suggestions that were confirmed into incidents that count."""
    places: _Places = defaultdict(lambda: defaultdict(set))
    rows = Suggestion.objects.filter(decisions__state=CONFIRMED).distinct()
    for one in rows.prefetch_related("decisions__incident", "others"):
        word = standing(one)
        if word is None or word.incident is None or word.incident.code not in counted:
            continue
        pointed: list[Suggestion | SuggestedRecord] = [one, *one.others.all()]
        for at in pointed:
            places[at.item_id, at.member][at.record].add(word.incident.code)
    return places


def _authors(book: Book, item: Item, member: str, records: list[int]) -> list[tuple[int, str]]:
    """Which account wrote each of these records, if the export names one that is not hers."""
    decided = authors.decided(book, item.woman)
    found = []
    for segment in item.segments.select_related("item__woman", "sealed"):
        table = rows_at(book, segments.open_segment(book, segment, _COLUMNS), member, records)
        for row in table.to_pylist():
            author = authors.of(row)
            if author and not authors.hers(decided, row):
                found.append((row["record"], book.mac("counted account", *author)))
    return found
