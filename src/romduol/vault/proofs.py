"""Checking without the book: an entry, a proof and a signed checkpoint, by anyone, years later.

Nothing here needs a folder, a key file or a passphrase. Releases and dossiers carry these texts.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass

from romduol.casebook.troubles import Damaged
from romduol.vault import checkpoint, merkle
from romduol.vault.checkpoint import Checkpoint, VerifierKey


class ProofFailed(Damaged):
    """The entry does not stand where it is said to, or the log was rewritten."""


class NotAProof(Damaged):
    """The text is not a proof."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Where an entry stands in a tree, and the hashes that show it."""

    index: int
    size: int
    path: tuple[bytes, ...]

    def to_json(self) -> str:
        """As published in ``proof.json``."""
        path = [base64.b64encode(step).decode() for step in self.path]
        return json.dumps({"index": self.index, "size": self.size, "path": path}, sort_keys=True)

    @classmethod
    def parse(cls, text: str) -> Inclusion:
        """The inverse of ``to_json``; raises ``NotAProof``."""
        try:
            found = json.loads(text)
            index, size = found["index"], found["size"]
            path = tuple(_step(step) for step in found["path"])
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            raise NotAProof from error
        if type(index) is not int or type(size) is not int:
            raise NotAProof
        return cls(index, size, path)


def _step(text: str) -> bytes:
    """One hash; ``ValueError`` for Base64 that another text would also give (RFC 4648, 3.5)."""
    step = base64.b64decode(text, validate=True)
    if base64.b64encode(step).decode() != text:
        raise ValueError("the last letter of a hash has bits that say nothing")
    return step


def require_included(entry: bytes, proof: Inclusion, text: str, key: VerifierKey) -> Checkpoint:
    """``entry`` stood in the log of ``key`` when the checkpoint ``text`` was signed.

    Returns the checkpoint. Raises ``NotACheckpoint``, ``CheckpointForged`` or ``ProofFailed``.
    """
    point = checkpoint.parse(text)
    checkpoint.require_signature(point, key)
    leaf = merkle.leaf_hash(entry)
    stands = merkle.included(leaf, proof.index, proof.size, point.root, proof.path)
    if proof.size != point.size or not stands:
        raise ProofFailed
    return point


def require_consistent(old: str, new: str, path: Sequence[bytes], key: VerifierKey) -> None:
    """Both checkpoints are the log's, and ``new`` only added entries to ``old``.

    Raises ``NotACheckpoint``, ``CheckpointForged`` or ``ProofFailed``.
    """
    before, after = checkpoint.parse(old), checkpoint.parse(new)
    for point in (before, after):
        checkpoint.require_signature(point, key)
    if not merkle.consistent(before.size, before.root, after.size, after.root, path):
        raise ProofFailed
