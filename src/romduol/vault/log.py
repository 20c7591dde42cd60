"""The custody log: every act on the book, in order, so that a later change shows.

``entries.jsonl`` holds one leaf a line; ``checkpoints`` holds every signed checkpoint, oldest
first, a blank line after each. Entries count only once a checkpoint covers them: what stands behind
the newest checkpoint is the trace of a write that a crash cut short, and the next write removes it.
The index keeps the same entries; whoever opens the book calls ``catch_up`` with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from romduol.casebook.troubles import Damaged
from romduol.vault import checkpoint, durable, merkle
from romduol.vault.checkpoint import Checkpoint, CheckpointForged, NotACheckpoint
from romduol.vault.proofs import Inclusion

_ENTRIES = "entries.jsonl"
_CHECKPOINTS = "checkpoints"


class LogDamaged(Damaged):
    """Somebody, or a failing disk, changed the log's files: they do not give what was signed."""


class LogForked(Damaged):
    """The log and the index tell different stories: an entry differs, or the log is ahead."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing an audit found. ``rule`` is an id of the wording catalogue (``log.…``)."""

    rule: str
    at: int  # index of the entry, or number of the checkpoint, counted from 0


class CustodyLog:
    """The ``log`` folder of one book, opened with its signing key.

    Opening never fails on a damaged log, so that ``audit`` can say what is wrong with it; writing
    to one does.
    """

    def __init__(self, folder: Path, signing_key: Ed25519PrivateKey, origin: str) -> None:
        self._folder = folder
        self._key = signing_key
        self.verifier_key = checkpoint.verifier_key(origin, signing_key)
        self._named = False  # has this program put the names of its files on the disk?
        self._load()

    @property
    def size(self) -> int:
        """How many entries the newest checkpoint covers."""
        return self.latest.size if self.latest else 0

    @property
    def root(self) -> bytes:
        """The Merkle root over them, 32 bytes."""
        return self._tree.root()

    @property
    def latest(self) -> Checkpoint | None:
        """The newest checkpoint; None before the first entry."""
        return self._latest

    @property
    def whole(self) -> bool:
        """Do the files give what the newest checkpoint signed?"""
        return self._whole

    def entries(self) -> Iterator[bytes]:
        """The leaves covered by the newest checkpoint, in order."""
        return iter(self._leaves)

    def checkpoints(self) -> list[str]:
        """The text of every checkpoint, oldest first. Nothing about them is verified here."""
        return list(self._history)

    def extend(self, entries: Sequence[bytes]) -> Checkpoint:
        """``entries`` are on the disk behind the others, under a new signed checkpoint.

        Call it after the index has committed them. After a crash anywhere inside, the log opens
        with all of them or none. Raises ``LogDamaged`` without writing when the log is not whole.
        """
        if any(b"\n" in leaf or not leaf for leaf in entries):
            raise ValueError("an entry is one line")
        self._require_whole()
        if not entries and self._latest:
            return self._latest
        try:
            return self._append(entries)
        except BaseException:
            self._load()  # whatever reached the disk decides, not what was meant to
            raise

    def catch_up(self, expected: Sequence[bytes]) -> int:
        """Adds what the index has and the log, after a crash, has not; returns how many.

        Raises ``LogDamaged`` when the files are not what was signed, ``LogForked`` when they say
        something else than the index or more than it.
        """
        self._require_whole()
        if self._leaves != list(expected[: self.size]):
            raise LogForked(log=self.size, index=len(expected))
        missing = expected[self.size :]
        if missing:
            self.extend(missing)
        return len(missing)

    def inclusion(self, index: int) -> Inclusion:
        """Proof that entry ``index`` stands under the newest checkpoint."""
        self._require_whole()
        return Inclusion(index, self.size, tuple(self._tree.inclusion(index, self.size)))

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Proof that the log of ``old`` entries is the beginning of the one of ``new``."""
        self._require_whole()
        return self._tree.consistency(old, new)

    def audit(self, expected: Sequence[bytes], known: Iterable[str] = ()) -> list[Problem]:
        """Everything wrong with the files, against the entries the index holds.

        ``known`` are checkpoint texts kept elsewhere (a partner's, a release's): they notice that
        the whole folder was set back. An empty list means that entry for entry, checkpoint for
        checkpoint, log and index agree.
        """
        return [
            *self._torn(),
            *self._differences(expected),
            *self._false_checkpoints(self._history, "log.checkpoint"),
            *self._shrunk(),
            *self._false_checkpoints(list(known), "log.known"),
        ]

    # reading

    def _load(self) -> None:
        *lines, torn = _read(self._folder / _ENTRIES).split(b"\n")
        self._history, self._torn_note = _notes(_read(self._folder / _CHECKPOINTS))
        self._latest = _newest(self._history)
        self._tail = lines[self.size :] + [torn] * bool(torn)
        self._leaves = lines[: self.size]
        self._tree = merkle.Tree(map(merkle.leaf_hash, self._leaves))
        self._lengths = (
            sum(len(leaf) + 1 for leaf in self._leaves),
            sum(len(note.encode()) + 1 for note in self._history),
        )
        self._whole = self._is_whole()

    def _is_whole(self) -> bool:
        if self._latest is None or self._shrunk():
            return not self._history
        return len(self._tree) == self.size and self._is_true(self._latest)

    def _is_true(self, point: Checkpoint) -> bool:
        """Is it signed by this book, and what the entries give?"""
        try:
            checkpoint.require_signature(point, self.verifier_key)
        except CheckpointForged:
            return False
        return point.size <= len(self._tree) and point.root == self._tree.root(point.size)

    def _require_whole(self) -> None:
        if not self._whole:
            raise LogDamaged(size=self.size)

    # writing

    def _append(self, leaves: Sequence[bytes]) -> Checkpoint:
        durable.make_folder(self._folder)
        self._leaves.extend(leaves)
        for leaf in leaves:
            self._tree.add(merkle.leaf_hash(leaf))
        point = checkpoint.sign(
            self.verifier_key.name, len(self._tree), self._tree.root(), self._key
        )
        lines, notes = self._lengths
        added = b"".join(b"%b\n" % leaf for leaf in leaves)
        note = f"{point.text}\n".encode()
        lines = durable.append(self._folder / _ENTRIES, lines, added, named=self._named)
        notes = durable.append(self._folder / _CHECKPOINTS, notes, note, named=self._named)
        self._named = True
        self._lengths, self._tail, self._torn_note = (lines, notes), [], False
        self._history.append(point.text)
        self._latest = point
        return point

    # auditing

    def _torn(self) -> Iterator[Problem]:
        if self._tail:
            yield Problem("log.torn", self.size)
        if self._torn_note:
            yield Problem("log.checkpoint_torn", len(self._history))

    def _differences(self, expected: Sequence[bytes]) -> Iterator[Problem]:
        """The first entry changed, moved, missing or added, each."""
        known = set(expected)
        first: dict[str, int] = {}
        for at, (held, wanted) in enumerate(zip_longest(self._leaves, expected)):
            if held != wanted:
                first.setdefault(_difference(held, wanted, known), at)
        for rule, at in first.items():
            yield Problem(rule, at)

    def _false_checkpoints(self, texts: Sequence[str], rule: str) -> Iterator[Problem]:
        """Those not signed by this book, or not what the entries give. One tree gives them all,
        so checkpoints that pass are also consistent with one another."""
        for number, text in enumerate(texts):
            try:
                true = self._is_true(checkpoint.parse(text))
            except NotACheckpoint:
                true = False
            if not true:
                yield Problem(rule, number)

    def _shrunk(self) -> list[Problem]:
        """A log only grows: an older checkpoint behind a newer one was put there."""
        sizes = [_stated_size(note) for note in self._history]
        return [
            Problem("log.shrunk", number)
            for number, (before, after) in enumerate(pairwise(sizes), start=1)
            if after <= before
        ]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def _notes(raw: bytes) -> tuple[list[str], bool]:
    """The notes in a history, and whether something is left over behind the last whole one."""
    *blocks, rest = raw.decode("utf-8", errors="replace").split("\n\n")
    pairs = zip(blocks[::2], blocks[1::2], strict=False)
    return [f"{body}\n\n{below}\n" for body, below in pairs], bool(rest) or len(blocks) % 2 == 1


def _newest(history: Sequence[str]) -> Checkpoint | None:
    try:
        return checkpoint.parse(history[-1]) if history else None
    except NotACheckpoint:
        return None


def _stated_size(note: str) -> int:
    """The size a note states; -1, which no log can have, when it states none."""
    size = note.split("\n")[1]
    return int(size) if size.isascii() and size.isdigit() else -1


def _difference(held: bytes | None, wanted: bytes | None, known: set[bytes]) -> str:
    if held is None:
        return "log.missing"
    if wanted is None:
        return "log.added"
    return "log.moved" if held in known else "log.changed"
