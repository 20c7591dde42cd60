"""Time stamps held for the log go along in a bag, and are checked there without a connection.

A stamp is over the root of the log's first entries; the proof beside it shows that these are the
beginning of the log under the bag's checkpoint. Whatever entry stands among them is as old. In the
bag, for each: ``NAME.tsr``, ``NAME.pem`` and ``NAME.root`` for any RFC 3161 program, and
``NAME.json`` with the proof (RFC 9162, 2.1.4).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath

from romduol.casebook.troubles import Trouble
from romduol.desk.custody import canonical
from romduol.desk.opening import LOG, Book
from romduol.vault import anchor, merkle
from romduol.vault.anchor import Kept, Request
from romduol.vault.checkpoint import Checkpoint

FOLDER = "stamps/"
_SUFFIXES = (".json", ".pem", ".root", ".tsr")


@dataclass(frozen=True, slots=True)
class Stamped:
    """The log's first ``size`` entries existed at ``at``, says ``authority``."""

    size: int
    at: datetime
    authority: str


class StampUnsound(ValueError):
    """A stamp in a bag does not hold, or is not the one that was packed."""


def files(book: Book) -> dict[str, bytes]:
    """The stamps of the log, by their place in a bag. Raises ``StampRefused`` for a bad one."""
    found: dict[str, bytes] = {}
    for one in anchor.kept(book.folder / LOG):
        anchor.verified(one)
        place = f"{FOLDER}{one.asked.name}"
        found[f"{place}.tsr"] = one.answer
        found[f"{place}.pem"] = one.certificates
        found[f"{place}.root"] = one.asked.root
    return found


def digest(stamps: dict[str, bytes]) -> str:
    """What the bag's own entry says about its stamps: none can be left out or put in."""
    held = [f"{name} {sha256(data).hexdigest()}\n" for name, data in sorted(stamps.items())]
    return sha256("".join(held).encode()).hexdigest()


def proofs(book: Book) -> dict[str, bytes]:
    """For each stamp, that its root is the beginning of the log as it is now."""
    log = book.log()
    return {
        f"{FOLDER}{one.asked.name}.json": canonical(
            {
                "size": one.asked.size,
                "nonce": str(one.asked.nonce),
                "consistency": [_text(step) for step in log.consistency(one.asked.size)],
            }
        )
        + b"\n"
        for one in anchor.kept(book.folder / LOG)
    }


def check(
    names: Sequence[str], read: Callable[[str], bytes], point: Checkpoint, named: str | None
) -> Iterator[Stamped]:
    """Every stamp among the files ``names`` of a bag whose checkpoint is ``point``.

    ``named`` is the digest in the bag's own entry; none for bags older than stamps. Raises
    ``StampUnsound`` at the first that does not hold.
    """
    mine = sorted(name for name in names if name.startswith(FOLDER))
    held = {name: read(name) for name in mine if not name.endswith(".json")}
    if (named is None and mine) or (named is not None and digest(held) != named):
        raise StampUnsound
    for stem in sorted({name.rpartition(".")[0] for name in mine}):
        if any(f"{stem}{suffix}" not in mine for suffix in _SUFFIXES):
            raise StampUnsound
        yield _checked(stem, read(f"{stem}.json"), held, point)


def _checked(stem: str, proof: bytes, held: dict[str, bytes], point: Checkpoint) -> Stamped:
    try:
        said = json.loads(proof)
        size, nonce = int(said["size"]), int(said["nonce"])
        path = [base64.b64decode(step, validate=True) for step in said["consistency"]]
        again = {"size": size, "nonce": str(nonce), "consistency": [_text(step) for step in path]}
        root, name = held[f"{stem}.root"], PurePosixPath(stem).name
        asked = Request(name, size, root, nonce, b"")
        found = anchor.verified(Kept(asked, held[f"{stem}.tsr"], held[f"{stem}.pem"]))
    except (ValueError, KeyError, TypeError, Trouble) as error:
        raise StampUnsound from error
    exact = canonical(again) + b"\n" == proof
    if not exact or not merkle.consistent(size, root, point.size, point.root, path):
        raise StampUnsound
    return Stamped(size, found.at, found.authority)


def _text(step: bytes) -> str:
    return base64.b64encode(step).decode()
