"""What a bag says about its items: where they came from, their log entries, and the proofs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from romduol.casework.bags import tags
from romduol.desk import bag_stamps, relating, segments
from romduol.desk.custody import acting, canonical
from romduol.desk.opening import Book
from romduol.desk.sealing import card_of
from romduol.records.models import Item, LogEntry, Relation

if TYPE_CHECKING:
    from romduol.desk.bagging import Leaving

CUSTODY, CHECKPOINT, PROOF = "custody.jsonl", "checkpoint.txt", "proof.json"
_POSITION = ["member", "record", "start", "end", "kind", "sent_at", "sent_at_other",
             "sent_at_text", "precision", "rules"]  # fmt: skip


def provenance(book: Book, leaving: Sequence[Leaving]) -> bytes:
    """One line an item: its hashes, who received it when, under which consent, how it was read,
    and what it is to other items."""
    related = relating.of([one.item for one in leaving])
    lines = []
    for one in leaving:
        item, card = one.item, card_of(book, one.item.card)
        lines.append(
            canonical(
                {
                    "item": item.code,
                    "file": one.path,
                    "woman": item.woman.code,
                    "sha256": item.sha256,
                    "blake3": item.blake3,
                    "bytes": item.size,
                    "received": item.received.isoformat(),
                    "received_by": item.by.code,
                    "received_under": _consent(item.consent),
                    "leaves_under": _consent(one.consent),
                    "reader": item.reader,
                    "reads": card.get("reads", []),
                    "made": card.get("made"),
                    "unread": item.unread,
                    "relations": [
                        {"kind": r.kind, "other": r.other, "record": r.record}
                        for r in related[item.code]
                    ],
                }
            )
        )
    return b"".join(line + b"\n" for line in lines)


def _consent(row: Any) -> dict[str, Any]:
    """A consent row without the names sealed in its card."""
    until = row.until.isoformat() if row.until else None
    return {
        "row": row.pk, "scope": row.scope, "state": row.state, "mode": row.mode,
        "on": row.on.isoformat(), "until": until,
    }  # fmt: skip


def positions(book: Book, item: Item) -> bytes:
    """One line a message: where in the original it stands and how its stamp was read; no text."""
    out = io.BytesIO()
    for _, table in segments.messages_of(book, item.woman, item.code):
        for batch in table.select(_POSITION).to_batches(max_chunksize=8192):
            for row in batch.to_pylist():
                out.write(json.dumps(row, default=_time, ensure_ascii=False).encode() + b"\n")
    return out.getvalue()


def _time(value: Any) -> str:
    return str(value.isoformat()).replace("+00:00", "Z")


def tag_files(
    book: Book, code: str, items: Sequence[Item], manifest: bytes, info: bytes
) -> dict[str, bytes]:
    """Log the bag, then everything that stands beside its payload."""
    entries = _entries_about(items)
    stamps = bag_stamps.files(book)
    with acting(book, "bag") as act:
        act.about(
            code,
            manifest=sha256(manifest).hexdigest(),
            info=sha256(info).hexdigest(),
            custody=custody_digest([bytes(entry.leaf) for entry in entries]),
            stamps=bag_stamps.digest(stamps),
            items=len(items),
        )
    log = book.log()
    point = log.latest
    assert point is not None
    its_own = LogEntry.objects.get(index=act.index)
    proof = {**_opened(book, its_own), "key": str(log.verifier_key)}
    files = {
        tags.DECLARATION: tags.DECLARED,
        tags.INFO: info,
        tags.MANIFEST: manifest,
        CUSTODY: b"".join(canonical(_opened(book, entry)) + b"\n" for entry in entries),
        CHECKPOINT: point.text.encode(),
        PROOF: canonical(proof) + b"\n",
        **stamps,
        **bag_stamps.proofs(book),
    }
    listed = {name: sha256(data).hexdigest() for name, data in files.items()}
    return {**files, tags.TAG_MANIFEST: tags.manifest(listed)}


def custody_digest(leaves: Iterable[bytes]) -> str:
    """What the bag's own entry says about the entries that come with it: none can be left out."""
    return sha256(b"\n".join(leaves)).hexdigest()


def _entries_about(items: Sequence[Item]) -> list[LogEntry]:
    """Every entry about the items, and about relations whose two ends are in the bag."""
    links = Relation.objects.filter(item__in=items, other__in=items).values_list("code", flat=True)
    subjects = [*(item.code for item in items), *links]
    return list(LogEntry.objects.filter(subject__in=subjects).order_by("index"))


def _opened(book: Book, entry: LogEntry) -> dict[str, str]:
    return {
        "entry": bytes(entry.leaf).decode(),
        "fact": bytes(entry.fact).decode(),
        "salt": bytes(entry.salt).hex(),
        "inclusion": book.log().inclusion(entry.index).to_json(),
    }
