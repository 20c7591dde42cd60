"""Checkpoints: a few lines of signed text that fix what the log says, readable on paper.

C2SP tlog-checkpoint on C2SP signed-note, Ed25519. A partner may add a line of their own to the same
text (a signature of type 1, or a timestamped cosignature, C2SP tlog-cosignature, type 4). Lines
from keys we were not given are passed over, as signed-note asks; a line from a key we were given
that does not verify refuses the whole note.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from romduol.casebook.troubles import Damaged

SIGNATURE = 0x01
COSIGNATURE = 0x04

_MARK = "— "  # EM DASH, space
_LONGEST_NOTE = 1 << 20
_MOST_SIGNATURES = 100
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME = re.compile(r"[^\s+]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NotACheckpoint(Damaged):
    """The text is not a signed checkpoint: torn, or something else."""


class CheckpointForged(Damaged):
    """No signature by the expected key, or one that does not fit the text."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature counts: a name, a public key, and which of the two types of signature."""

    name: str
    public: bytes  # 32 bytes, RFC 8032
    type: int = SIGNATURE

    @property
    def id(self) -> bytes:
        """Four bytes that find the key's line in a note (signed-note, "Signatures")."""
        named = self.name.encode() + b"\n" + bytes([self.type]) + self.public
        return sha256(named).digest()[:4]

    def __str__(self) -> str:
        """The key as one word to hand to a partner: ``name+id+key``."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.type]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The inverse of ``str``; raises ``ValueError`` when the text is not such a key."""
        name, key_id, encoded = text.strip().split("+", 2)
        material = base64.b64decode(encoded, validate=True)
        if len(material) != 33 or material[0] not in (SIGNATURE, COSIGNATURE):
            raise ValueError("not an Ed25519 verifier key")
        key = cls(name, material[1:], material[0])
        if not _NAME.fullmatch(name) or key.id.hex() != key_id:
            raise ValueError("the key and its id do not belong together")
        return key


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line under a note: who, and the bytes after the key id."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_MARK}{self.name} {_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log said at one size. Trust it only after ``require_signature``."""

    origin: str
    size: int
    root: bytes
    body: str  # the signed text, with its last newline
    signatures: tuple[SignatureLine, ...]

    @property
    def text(self) -> str:
        """The note as written to a file or printed."""
        return self.body + "\n" + "".join(str(line) for line in self.signatures)


def sign(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> Checkpoint:
    """A checkpoint of a tree, signed under the log's origin as key name."""
    if not _NAME.fullmatch(origin):
        raise ValueError("an origin has no spaces and no plus")
    body = f"{origin}\n{size}\n{_base64(root)}\n"
    verifier = verifier_key(origin, key)
    line = SignatureLine(origin, verifier.id, key.sign(body.encode()))
    return Checkpoint(origin, size, root, body, (line,))


def verifier_key(origin: str, key: Ed25519PrivateKey) -> VerifierKey:
    """The public side of a log's signing key."""
    return VerifierKey(origin, key.public_key().public_bytes_raw())


def parse(text: str) -> Checkpoint:
    """The checkpoint in ``text``; proves nothing about who wrote it. ``NotACheckpoint`` if none."""
    try:
        return _parse(text)
    except (ValueError, binascii.Error) as error:
        raise NotACheckpoint from error


def _parse(text: str) -> Checkpoint:
    body, blank, below = text.rpartition("\n\n")
    if not blank or len(text) > _LONGEST_NOTE or _CONTROL.search(text) or not below.endswith("\n"):
        raise ValueError("not a signed note")
    origin, size, root, *more = body.split("\n")
    if not origin or not _SIZE.fullmatch(size) or not all(more):
        raise ValueError("not a checkpoint body")
    lines = tuple(_signature_line(line) for line in below[:-1].split("\n"))
    if len(lines) > _MOST_SIGNATURES:
        raise ValueError("too many signatures")
    return Checkpoint(origin, int(size), _hash(root), body + "\n", lines)


def _signature_line(line: str) -> SignatureLine:
    name, _, encoded = line.removeprefix(_MARK).partition(" ")
    data = base64.b64decode(encoded, validate=True)
    if not line.startswith(_MARK) or not _NAME.fullmatch(name) or len(data) < 5:
        raise ValueError("not a signature line")
    if _base64(data) != encoded:  # another text for the same bytes would go unnoticed
        raise ValueError("a signature written in another way")
    return SignatureLine(name, data[:4], data[4:])


def _hash(encoded: str) -> bytes:
    root = base64.b64decode(encoded, validate=True)
    if len(root) != 32 or _base64(root) != encoded:
        raise ValueError("not a SHA-256 root")
    return root


def signed_by(checkpoint: Checkpoint, key: VerifierKey) -> bool:
    """Has ``key`` signed (or cosigned) this text? ``CheckpointForged`` when its line is false."""
    lines = [s for s in checkpoint.signatures if (s.name, s.key_id) == (key.name, key.id)]
    for line in lines:
        _require_valid(checkpoint.body, line.signature, key)
    return bool(lines)


def require_signature(checkpoint: Checkpoint, key: VerifierKey) -> None:
    """``checkpoint`` speaks for the log named ``key.name``, or ``CheckpointForged``."""
    if checkpoint.origin != key.name or not signed_by(checkpoint, key):
        raise CheckpointForged


def cosign(checkpoint: Checkpoint, name: str, key: Ed25519PrivateKey, at: int) -> Checkpoint:
    """The same text with one more line: ``name`` saw it at ``at`` (POSIX seconds).

    C2SP tlog-cosignature, Ed25519. The caller has checked consistency with what it saw before:
    that is what the line says.
    """
    verifier = VerifierKey(name, key.public_key().public_bytes_raw(), COSIGNATURE)
    stamp = at.to_bytes(8, "big")
    signature = stamp + key.sign(_cosigned(checkpoint.body, at))
    line = SignatureLine(name, verifier.id, signature)
    both = (*checkpoint.signatures, line)
    return Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, checkpoint.body, both)


def _require_valid(body: str, signature: bytes, key: VerifierKey) -> None:
    message = body.encode()
    if key.type == COSIGNATURE:
        message = _cosigned(body, int.from_bytes(signature[:8], "big"))
        signature = signature[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature as error:
        raise CheckpointForged from error


def _cosigned(body: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{body}".encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
