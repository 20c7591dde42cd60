"""Anyone, anywhere, without the book: does a release say what was published, byte for byte?"""

from __future__ import annotations

import json
from pathlib import Path

from romduol.casebook.troubles import Damaged
from romduol.desk.checking import Problem
from romduol.desk.custody import canonical
from romduol.publication.verify import check_files
from romduol.vault import checkpoint, entries, proofs

MANIFEST, CHECKPOINT, PROOF = "manifest.json", "checkpoint.txt", "proof.json"


def verify_release(folder: Path) -> list[Problem]:
    """Everything wrong with the release in ``folder``; empty when it is what was published.

    Checked: each file against the manifest, the manifest against the log entry's commitment, the
    entry against the checkpoint by its inclusion proof, the checkpoint against the book's key. The
    key is in the release: who it belongs to is for people to compare.
    """
    try:
        files = {name: (folder / name).read_bytes() for name in (MANIFEST, CHECKPOINT, PROOF)}
    except OSError:
        return [Problem("verify.missing", MANIFEST)]
    problems = [Problem(f"verify.{p.rule}", p.path) for p in check_files(folder, files[MANIFEST])]
    return problems + _proof_problems(files)


def _proof_problems(files: dict[str, bytes]) -> list[Problem]:
    try:
        proof = json.loads(files[PROOF])
        if canonical(proof) + b"\n" != files[PROOF]:
            return [Problem("verify.proof", PROOF)]
        _require_proven(proof, files)
    except (Damaged, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [Problem("verify.proof", PROOF)]
    return []


def _require_proven(proof: dict[str, str], files: dict[str, bytes]) -> None:
    """Raises a ``Damaged`` or ``ValueError`` unless the log entry stands and keeps the manifest."""
    leaf = proof["entry"].encode()
    text = files[CHECKPOINT].decode()
    key = checkpoint.VerifierKey.parse(proof["key"])
    point = proofs.require_included(leaf, proofs.Inclusion.parse(proof["inclusion"]), text, key)
    if point.text != text or str(key) != proof["key"]:
        raise ValueError("a checkpoint or key in another form than it was signed")
    commitment = entries.Entry.parse(leaf).commitment
    salt = bytes.fromhex(proof["salt"])
    if salt.hex() != proof["salt"] or not entries.keeps(commitment, salt, proof["fact"].encode()):
        raise ValueError("the entry is about something else")
    _require_manifest(proof["fact"], files[MANIFEST])


def _require_manifest(fact: str, manifest: bytes) -> None:
    from hashlib import sha256

    if json.loads(fact)["manifest"] != sha256(manifest).hexdigest():
        raise ValueError("the entry is about another manifest")
