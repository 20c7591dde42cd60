"""Is the book what its log says? Files, rows, keys and entries are compared; orphans are swept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from romduol.desk import anchoring
from romduol.desk.custody import (
    THE_BOOK,
    KeysSetBack,
    catch_up,
    leaves,
    next_index,
    require_keys_not_set_back,
)
from romduol.desk.opening import Book
from romduol.desk.withdrawing import finish_withdrawals
from romduol.records import index
from romduol.records.models import (
    BookObject,
    Grant,
    Item,
    LogEntry,
    Member,
    Relation,
    Release,
    SealedObject,
    Tombstone,
    Woman,
)
from romduol.vault import entries
from romduol.vault.entries import Entry
from romduol.vault.keyfolder import slot

_KEEPS_AN_ITEM = ("receive", "read-again", "travel-item", "copy", "fingerprint")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be: the id of a sentence and what it is about, by code."""

    rule: str
    what: str


@dataclass
class Checked:
    """What ``check`` found. ``swept`` counts leftovers of interrupted work that were removed."""

    problems: list[Problem] = field(default_factory=list)
    swept: int = 0

    @property
    def ok(self) -> bool:
        """Nothing is damaged."""
        return not self.problems


def check(book: Book, progress: Callable[[int, int], None] = lambda _done, _all: None) -> Checked:
    """Finish what a crash left, compare everything, sweep what belongs to nothing.

    Nothing is swept while anything is damaged: what looks like an orphan may then be evidence.
    """
    found = Checked()
    with book.alone():
        found.problems += [Problem("check.index", said) for said in index.integrity_problems()]
        found.problems += _log_problems(book)
        if not found.problems:
            finish_withdrawals(book)
        found.problems += _entry_problems()
        found.problems += _item_problems()
        found.problems += _key_problems(book)
        found.problems += _object_problems(book, progress)
        found.problems += _set_back(book)
        if not found.problems:
            found.problems += [Problem(p.rule, p.name) for p in anchoring.problems(book)]
        if not found.problems:
            found.swept = _sweep(book)
    return found


def _log_problems(book: Book) -> list[Problem]:
    log = book.log()
    if log.whole and log.size <= next_index():
        catch_up(book)
        log = book.log()
    return [Problem(found.rule, str(found.at)) for found in log.audit(leaves())]


def _entry_problems() -> Iterator[Problem]:
    """Every entry stands in its place and its commitment opens, unless she has withdrawn."""
    living = _living()
    withdrawn = Tombstone.objects.exists()
    for expected, row in enumerate(LogEntry.objects.order_by("index").iterator()):
        entry = Entry.parse(bytes(row.leaf))
        salt, fact = bytes(row.salt), bytes(row.fact)
        blank = withdrawn and entry.subject not in living
        opens = entries.keeps(entry.commitment, salt, fact) if salt else blank
        if row.index != expected or row.subject != entry.subject or not opens:
            yield Problem("check.entry", str(expected))


def _living() -> set[str]:
    """Every subject an entry can be about whose record stands: only of others may it be blank."""
    kinds = (Woman, Item, Member, Release, Relation)
    return {THE_BOOK}.union(*(kind.objects.values_list("code", flat=True) for kind in kinds))


def _item_problems() -> Iterator[Problem]:
    """Every item received is still there as it was logged, and no item is there unlogged."""
    logged = {
        row.subject: json.loads(bytes(row.fact))
        for row in LogEntry.objects.order_by("index").iterator()
        if row.fact and Entry.parse(bytes(row.leaf)).verb in _KEEPS_AN_ITEM
    }
    held = {item.code: item for item in Item.objects.prefetch_related("segments")}
    for code in sorted(logged.keys() ^ held.keys()):
        yield Problem("check.item", code)
    for code in sorted(logged.keys() & held.keys()):
        if _as_logged(held[code]) != {k: logged[code][k] for k in ("sha256", "bytes", "messages")}:
            yield Problem("check.item", code)


def _as_logged(item: Item) -> dict[str, object]:
    messages = sum(segment.messages for segment in item.segments.all())
    return {"sha256": item.sha256, "bytes": item.size, "messages": messages}


def _key_problems(book: Book) -> Iterator[Problem]:
    forgotten = {slot(code) for code in _forgotten()}
    try:
        require_keys_not_set_back(book)
    except KeysSetBack as older:
        yield Problem("check.keys", older.rule)
    for damage in book.keyring.audit():
        if damage.facts["file"] not in forgotten:
            yield Problem("check.keys", damage.rule)
    with_keys = set(book.keyring.women())
    for woman in Woman.objects.exclude(code__in=with_keys):
        yield Problem("check.woman_key", woman.code)


def _forgotten() -> set[str]:
    """Members who took their own slot off this laptop; that their key file is gone is no damage."""
    rows = LogEntry.objects.exclude(fact=b"")
    found = (Entry.parse(bytes(leaf)) for leaf in rows.values_list("leaf", flat=True))
    return {entry.subject for entry in found if entry.verb == "forget"}


def _object_problems(book: Book, progress: Callable[[int, int], None]) -> Iterator[Problem]:
    rows = _known_objects()
    total, done = sum(size for _, size in rows), 0
    for name, size in rows:
        if not book.store.intact(name):
            yield Problem("check.object", name)
        done += size
        progress(done, total)


def _known_objects() -> list[tuple[str, int]]:
    """Name and sealed size of every object that a row speaks of, hers or the team's."""
    return [
        held
        for kind in (SealedObject, BookObject)
        for held in kind.objects.order_by("pk").values_list("name", "size")
    ]


def _strangers(book: Book) -> tuple[set[str], set[str]]:
    """Women and objects on disk that the index knows nothing of."""
    women = set(book.keyring.women()) - set(Woman.objects.values_list("code", flat=True))
    objects = set(book.store.names()) - {name for name, _ in _known_objects()}
    return women, objects


def _set_back(book: Book) -> Iterator[Problem]:
    """A crash leaves a key or some objects, not both: both mean that index and log are older than
    the rest of the folder, and what looks like leftovers is somebody's record."""
    women, objects = _strangers(book)
    if women and objects:
        yield Problem("check.set_back", str(len(women)))


def _sweep(book: Book) -> int:
    """Objects without a row, keys without a woman, grants and slots without their other half."""
    women, _ = _strangers(book)
    swept = len(book.store.sweep({name for name, _ in _known_objects()}))
    for code in women:
        book.keyring.destroy(code)
        swept += 1
    known = set(Member.objects.values_list("code", flat=True))
    for code in set(book.keyring.members()) - known:
        book.keyring.remove_member(code)
        swept += 1
    return swept + _mend_grants(book)


def _mend_grants(book: Book) -> int:
    """The key folder is the authority on who holds a key; the index follows it."""
    from romduol.desk.clock import now

    mended = 0
    for woman in Woman.objects.all():
        holders = set(book.keyring.grants(woman.code))
        stale = Grant.objects.filter(woman=woman).exclude(member__code__in=holders)
        mended += stale.delete()[0]
        for member in Member.objects.filter(code__in=holders).exclude(grants__woman=woman):
            Grant.objects.create(woman=woman, member=member, since=now())
            mended += 1
    return mended
