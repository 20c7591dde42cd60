from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from romduol.vault import checkpoint, merkle, proofs
from romduol.vault.checkpoint import CheckpointForged, NotACheckpoint
from romduol.vault.proofs import Inclusion, NotAProof, ProofFailed

KEY = Ed25519PrivateKey.generate()
ORIGIN = "romduol/00112233"
VERIFIER = checkpoint.verifier_key(ORIGIN, KEY)
LEAVES = [b"entry %d" % n for n in range(13)]
TREE = merkle.Tree(map(merkle.leaf_hash, LEAVES))


def at(size: int) -> str:
    return checkpoint.sign(ORIGIN, size, TREE.root(size), KEY).text


def proof(index: int, size: int = 13) -> Inclusion:
    return Inclusion(index, size, tuple(TREE.inclusion(index, size)))


def test_an_entry_is_proven_from_texts_alone() -> None:
    published = proof(5).to_json()
    point = proofs.require_included(LEAVES[5], Inclusion.parse(published), at(13), VERIFIER)
    assert point.size == 13


def test_another_entry_is_not_proven() -> None:
    with pytest.raises(ProofFailed):
        proofs.require_included(LEAVES[6], proof(5), at(13), VERIFIER)


def test_a_proof_for_another_place_or_size_is_refused() -> None:
    for wrong in (replace(proof(5), index=4), proof(5, 12), replace(proof(5), size=12)):
        with pytest.raises(ProofFailed):
            proofs.require_included(LEAVES[5], wrong, at(13), VERIFIER)


def test_a_proof_under_a_forged_checkpoint_is_refused() -> None:
    forged = checkpoint.sign(ORIGIN, 13, TREE.root(), Ed25519PrivateKey.generate()).text
    with pytest.raises(CheckpointForged):
        proofs.require_included(LEAVES[5], proof(5), forged, VERIFIER)


def test_a_proof_under_half_a_checkpoint_is_refused() -> None:
    with pytest.raises(NotACheckpoint):
        proofs.require_included(LEAVES[5], proof(5), at(13)[:40], VERIFIER)


def test_a_grown_log_is_consistent_and_a_rewritten_one_is_not() -> None:
    path = TREE.consistency(7)
    proofs.require_consistent(at(7), at(13), path, VERIFIER)
    rewritten = merkle.Tree(merkle.leaf_hash(leaf + b"!") for leaf in LEAVES)
    other = checkpoint.sign(ORIGIN, 13, rewritten.root(), KEY).text
    with pytest.raises(ProofFailed):
        proofs.require_consistent(at(7), other, rewritten.consistency(7), VERIFIER)


def test_both_checkpoints_must_be_signed() -> None:
    forged = checkpoint.sign(ORIGIN, 7, TREE.root(7), Ed25519PrivateKey.generate()).text
    with pytest.raises(CheckpointForged):
        proofs.require_consistent(forged, at(13), TREE.consistency(7), VERIFIER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"index": 1}',
        '{"index": "1", "size": 2, "path": []}',
        '{"index": true, "size": 2, "path": []}',
        '{"index": 1, "size": 2, "path": [3]}',
        '{"index": 1, "size": 2, "path": ["?"]}',
        '{"index": 1, "size": 2, "path": 5}',
    ],
)
def test_what_is_not_a_proof_is_refused(text: str) -> None:
    with pytest.raises(NotAProof):
        Inclusion.parse(text)


def test_a_hash_written_in_another_way_is_no_proof() -> None:
    """Of 32 bytes in Base64 the last letter has two bits to spare: four texts, one hash."""
    proof = Inclusion(0, 2, (bytes(32),))
    assert Inclusion.parse(proof.to_json()) == proof
    with pytest.raises(NotAProof):
        Inclusion.parse(proof.to_json().replace("AAA=", "AAB="))
