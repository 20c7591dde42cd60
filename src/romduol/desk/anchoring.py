"""On a press: the log's root is stamped by a time-stamp authority, here or carried elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from romduol.casebook.troubles import Trouble
from romduol.desk import reading
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.opening import LOG, Book
from romduol.records.models import LogEntry
from romduol.vault import anchor, checkpoint, durable
from romduol.vault.anchor import Anchor, Problem, Request
from romduol.vault.entries import Entry
from romduol.vault.log import LogDamaged

VERB = "anchor"


def ask(book: Book, url: str, certificates: bytes) -> Anchor:
    """Ask the authority at ``url`` now, check its answer and keep it. Uses the network.

    On any trouble nothing is kept, the request neither.
    """
    with book.alone():
        asked = _request(book)
    try:
        return bring(book, anchor.ask(url, asked), certificates)
    except Trouble:
        anchor.forget(book.folder / LOG, asked)
        raise


def prepare(book: Book, out: Path) -> int:
    """Write a request to ``out``, to be carried to a machine that is connected; its log size."""
    reading.require_free(out)
    with book.alone():
        asked = _request(book)
        durable.write_whole(out.absolute(), asked.data)
    return asked.size


def bring(book: Book, answer: bytes, certificates: bytes) -> Anchor:
    """Check an authority's answer against the request made here, keep it and log it.

    Raises ``AnswerNotToOurRequest``, ``StampRefused`` or ``CertificatesUnreadable``.
    """
    with book.alone():
        kept = anchor.accept(book.folder / LOG, answer, certificates)
        with acting(book, VERB) as act:
            act.about(
                THE_BOOK,
                anchor=kept.name,
                size=kept.size,
                root=kept.root.hex(),
                token=kept.token,
                certificates=sha256(certificates).hexdigest(),
            )
    return kept


def listed(book: Book) -> list[Anchor]:
    """Every anchor of the book, each verified again without a connection."""
    return anchor.anchors(book.folder / LOG)


def problems(book: Book) -> Iterator[Problem]:
    """Anchors that do not verify, are of another log, are not as logged, or are gone."""
    folder = book.folder / LOG
    roots = _roots(book)
    bad = list(anchor.audit(folder, roots.get))
    yield from bad
    for fact in _logged():
        name = fact["anchor"]
        if name not in {one.name for one in bad} and not _is_as_logged(folder, fact):
            yield Problem("anchor.changed", name)


def _request(book: Book) -> Request:
    log = book.log()
    if not log.whole or not log.size:
        raise LogDamaged(size=log.size)
    return anchor.request(book.folder / LOG, log.size, log.root)


def _roots(book: Book) -> dict[int, bytes]:
    """The root under each size that the log signed; the log's own audit compares them with it."""
    points = (checkpoint.parse(text) for text in book.log().checkpoints())
    return {point.size: point.root for point in points}


def _logged() -> Iterator[dict[str, str]]:
    rows = LogEntry.objects.filter(subject=THE_BOOK).order_by("index")
    for leaf, fact in rows.values_list("leaf", "fact"):
        if Entry.parse(bytes(leaf)).verb == VERB:
            yield json.loads(bytes(fact))


def _is_as_logged(log: Path, fact: dict[str, str]) -> bool:
    place = log / anchor.FOLDER
    for suffix, name in ((".tsr", "token"), (".pem", "certificates")):
        path = place / (fact["anchor"] + suffix)
        if not path.is_file() or sha256(path.read_bytes()).hexdigest() != fact[name]:
            return False
    return True
