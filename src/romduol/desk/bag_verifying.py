"""Anyone, without the book: is a bag what left the book, byte for byte, entry for entry?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from romduol.casebook.troubles import Damaged
from romduol.casework.bags import checking, tags
from romduol.casework.bags.checking import Bag, BagUnreadable, open_bag, sha256_of
from romduol.desk import bag_stamps
from romduol.desk.bag_history import CHECKPOINT, CUSTODY, PROOF, custody_digest
from romduol.desk.bag_stamps import Stamped
from romduol.desk.bagging import PROVENANCE
from romduol.desk.checking import Problem
from romduol.desk.custody import canonical
from romduol.desk.verifying import verify_release
from romduol.vault import checkpoint, entries, proofs

_UNSOUND = (Damaged, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError)
_ARRIVALS = frozenset({"receive", "travel-item", "copy"})


def verify(path: Path) -> list[Problem]:
    """Everything wrong with what left a book, a release or a bag; empty when nothing is."""
    return verify_bag(path) if _is_bag(path) else verify_release(path)


def _is_bag(path: Path) -> bool:
    return checking.is_zip(path) or (path / tags.DECLARATION).is_file()


def verify_bag(path: Path) -> list[Problem]:
    """Everything wrong with the bag at ``path``, a folder or a ZIP file.

    Checked: each file against the manifests; the bag's entry, which names the payload's manifest,
    bag-info and the entries that came along, against the checkpoint by its inclusion proof; the
    same for each of these entries; each item's file against the entry of its arrival; each time
    stamp, and that what it is over is the beginning of the log. The key and the stamps'
    certificates are in the bag: whose they are, is for people to compare.
    """
    try:
        bag = open_bag(path)
    except BagUnreadable:
        return [Problem("verify.bag_unreadable", path.suffix)]
    problems = [Problem(found.rule, found.path) for found in checking.check(bag)]
    return problems or list(_proof_problems(bag))


def _proof_problems(bag: Bag) -> Iterator[Problem]:
    try:
        opened = _custody(bag)
        fact = _require_own_entry(bag, opened)
    except _UNSOUND:
        yield Problem("verify.bag_proof", PROOF)
        return
    try:
        arrived = _arrivals(opened)
        rows = [json.loads(line) for line in _read(bag, PROVENANCE).splitlines()]
        yield from _item_problems(bag, rows, arrived)
        if len(rows) != fact["items"]:
            yield Problem("verify.bag_item", PROVENANCE)
    except _UNSOUND:
        yield Problem("verify.bag_item", PROVENANCE)
    try:
        _stamps(bag, fact)
    except _UNSOUND:
        yield Problem("verify.bag_stamp", bag_stamps.FOLDER)


def stamps(path: Path) -> list[Stamped]:
    """The time stamps of a bag in which ``verify`` found nothing wrong; a release has none."""
    if not _is_bag(path):
        return []
    bag = open_bag(path)
    return _stamps(bag, json.loads(json.loads(_read(bag, PROOF))["fact"]))


def _stamps(bag: Bag, fact: dict[str, Any]) -> list[Stamped]:
    point = checkpoint.parse(_read(bag, CHECKPOINT).decode())
    held = bag_stamps.check(bag.names(), lambda name: _read(bag, name), point, fact.get("stamps"))
    return list(held)


def _custody(bag: Bag) -> list[dict[str, str]]:
    """The entries that came along, in the one form they are written in."""
    data = _read(bag, CUSTODY)
    found = [json.loads(line) for line in data.splitlines()]
    if b"".join(canonical(one) + b"\n" for one in found) != data:
        raise ValueError("entries in another form than they were written")
    return found


def _require_own_entry(bag: Bag, opened: Sequence[dict[str, str]]) -> dict[str, Any]:
    """The fact of the bag's own entry, once everything it names has been found to agree."""
    proof = json.loads(_read(bag, PROOF))
    if canonical(proof) + b"\n" != _read(bag, PROOF):
        raise ValueError("a proof in another form than it was written")
    text = _read(bag, CHECKPOINT).decode()
    key = checkpoint.VerifierKey.parse(proof["key"])
    for one in (proof, *opened):
        _require_entry(one, text, key)
    if checkpoint.parse(text).text != text or str(key) != proof["key"]:
        raise ValueError("a checkpoint or key in another form than it was signed")
    fact: dict[str, Any] = json.loads(proof["fact"])
    named = {
        "manifest": sha256_of(bag, tags.MANIFEST),
        "info": sha256_of(bag, tags.INFO),
        "custody": custody_digest(one["entry"].encode() for one in opened),
    }
    if any(fact[name] != digest for name, digest in named.items()):
        raise ValueError("the entry is about another bag")
    return fact


def _require_entry(one: dict[str, str], text: str, key: checkpoint.VerifierKey) -> None:
    """Raises a ``Damaged`` or ``ValueError`` unless the entry stands and keeps its fact."""
    leaf = one["entry"].encode()
    inclusion = proofs.Inclusion.parse(one["inclusion"])
    proofs.require_included(leaf, inclusion, text, key)
    if inclusion.to_json() != one["inclusion"]:
        raise ValueError("a proof in another form than it was written")
    salt = bytes.fromhex(one["salt"])
    keeps = entries.keeps(entries.Entry.parse(leaf).commitment, salt, one["fact"].encode())
    if salt.hex() != one["salt"] or not keeps:
        raise ValueError("the entry is about something else")


def _arrivals(opened: Sequence[dict[str, str]]) -> dict[str, str]:
    """The SHA-256 that the log holds of each item, from the entry that took it in."""
    found = {}
    for one in opened:
        entry = entries.Entry.parse(one["entry"].encode())
        if entry.verb in _ARRIVALS:
            found[entry.subject] = str(json.loads(one["fact"])["sha256"])
    return found


def _item_problems(
    bag: Bag, rows: Sequence[dict[str, Any]], arrived: dict[str, str]
) -> Iterator[Problem]:
    for row in rows:
        if not sha256_of(bag, row["file"]) == row["sha256"] == arrived.get(row["item"]):
            yield Problem("verify.bag_item", row["file"])


def _read(bag: Bag, name: str) -> bytes:
    with bag.open(name) as file:
        return file.read()
