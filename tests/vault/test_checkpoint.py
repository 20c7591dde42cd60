from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from romduol.vault import checkpoint
from romduol.vault.checkpoint import (
    COSIGNATURE,
    CheckpointForged,
    NotACheckpoint,
    VerifierKey,
    parse,
    sign,
    signed_by,
)

ORIGIN = "romduol/00112233"
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
VERIFIER = checkpoint.verifier_key(ORIGIN, KEY)
ROOT = bytes(range(32))

# The example of C2SP tlog-checkpoint and tlog-cosignature.
EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 \
jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""

# The verifier key and note of the Go module golang.org/x/mod/sumdb/note (its package example).
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_BODY = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM="
)


def test_the_example_of_the_specification_reads_and_writes_back() -> None:
    point = parse(EXAMPLE)
    assert (point.origin, point.size) == ("example.com/behind-the-sofa", 20852163)
    assert [line.name for line in point.signatures] == [point.origin, "witness.example.com/w1"]
    assert [line.key_id.hex() for line in point.signatures] == ["033de0ae", "8d66cf3f"]
    assert point.text == EXAMPLE


def test_a_key_and_signature_of_another_implementation_verify() -> None:
    key = VerifierKey.parse(GO_KEY)
    assert str(key) == GO_KEY
    signature = base64.b64decode(GO_LINE.rpartition(" ")[2])
    assert signature[:4] == key.id
    checkpoint._require_valid(GO_BODY, signature[4:], key)
    with pytest.raises(CheckpointForged):
        checkpoint._require_valid(GO_BODY + "!\n", signature[4:], key)


def test_a_signed_checkpoint_reads_back_and_verifies() -> None:
    point = parse(sign(ORIGIN, 42, ROOT, KEY).text)
    checkpoint.require_signature(point, VERIFIER)
    assert (point.origin, point.size, point.root) == (ORIGIN, 42, ROOT)


def test_it_is_three_lines_a_blank_and_a_signature() -> None:
    lines = sign(ORIGIN, 42, ROOT, KEY).text.split("\n")
    assert lines[:4] == [ORIGIN, "42", base64.b64encode(ROOT).decode(), ""]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert lines[5:] == [""]


@pytest.mark.parametrize(("old", "new"), [("\n42\n", "\n43\n"), ("AAEC", "BAEC"), ("0011", "0012")])
def test_an_edited_checkpoint_is_forged(old: str, new: str) -> None:
    point = parse(sign(ORIGIN, 42, ROOT, KEY).text.replace(old, new, 1))
    with pytest.raises(CheckpointForged):
        checkpoint.require_signature(point, VERIFIER)


def test_a_checkpoint_signed_with_another_key_is_forged() -> None:
    other = sign(ORIGIN, 42, ROOT, Ed25519PrivateKey.generate())
    with pytest.raises(CheckpointForged):
        checkpoint.require_signature(parse(other.text), VERIFIER)


def test_a_key_id_stuck_on_another_signature_is_forged() -> None:
    other = sign(ORIGIN, 42, ROOT, Ed25519PrivateKey.generate())
    stuck = checkpoint.SignatureLine(ORIGIN, VERIFIER.id, other.signatures[0].signature)
    forged = parse(f"{other.body}\n{stuck}")
    with pytest.raises(CheckpointForged):
        checkpoint.require_signature(forged, VERIFIER)


def test_a_checkpoint_of_another_log_under_the_same_key_is_forged() -> None:
    elsewhere = sign("romduol/ffff", 42, ROOT, KEY)
    with pytest.raises(CheckpointForged):
        checkpoint.require_signature(parse(elsewhere.text), VERIFIER)


def test_a_partner_can_cosign_and_both_lines_verify() -> None:
    partner = Ed25519PrivateKey.generate()
    seen = VerifierKey("partner.example/1", partner.public_key().public_bytes_raw(), COSIGNATURE)
    signed = sign(ORIGIN, 42, ROOT, KEY)
    both = parse(checkpoint.cosign(signed, seen.name, partner, 1_700_000_000).text)
    checkpoint.require_signature(both, VERIFIER)
    assert signed_by(both, seen)
    assert not signed_by(signed, seen)


def test_a_cosignature_moved_in_time_is_forged() -> None:
    partner = Ed25519PrivateKey.generate()
    seen = VerifierKey("partner.example/1", partner.public_key().public_bytes_raw(), COSIGNATURE)
    both = checkpoint.cosign(sign(ORIGIN, 42, ROOT, KEY), seen.name, partner, 1_700_000_000)
    line = both.signatures[1]
    earlier = (1_600_000_000).to_bytes(8, "big") + line.signature[8:]
    moved = checkpoint.SignatureLine(line.name, line.key_id, earlier)
    with pytest.raises(CheckpointForged):
        signed_by(parse(f"{both.body}\n{both.signatures[0]}{moved}"), seen)


def test_lines_of_unknown_keys_are_passed_over() -> None:
    signed = sign(ORIGIN, 42, ROOT, KEY)
    stranger = checkpoint.SignatureLine("somebody.example", b"\0\1\2\3", b"whatever")
    same_name = checkpoint.SignatureLine(ORIGIN, b"\0\1\2\3", b"whatever")
    checkpoint.require_signature(parse(f"{signed.text}{stranger}{same_name}"), VERIFIER)


GOOD = sign(ORIGIN, 42, ROOT, KEY).text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        GOOD[:-1],
        GOOD.replace("\n\n", "\n"),
        GOOD.replace("\n42\n", "\n042\n"),
        GOOD.replace("\n42\n", "\n-1\n"),
        GOOD.replace("\n42\n", "\n٤٢\n"),
        GOOD.replace("— ", "- "),
        GOOD.replace("\n42\n", "\r\n42\r\n"),
        GOOD.replace("AAEC", "AAE"),
        GOOD + "\n",
        GOOD.replace(f"— {ORIGIN}", "— "),
        "\n".join(GOOD.split("\n")[1:]),
    ],
)
def test_what_is_not_exactly_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NotACheckpoint):
        parse(text)


@given(st.integers(0, len(GOOD) - 1), st.characters(codec="utf-8"))
def test_no_single_letter_of_the_signed_text_can_change(place: int, letter: str) -> None:
    changed = GOOD[:place] + letter + GOOD[place + 1 :]
    if changed == GOOD:
        return
    try:
        point = parse(changed)
        checkpoint.require_signature(point, VERIFIER)
    except (NotACheckpoint, CheckpointForged):
        return
    # Base64 may write the same last bits in more than one way; the signed text is the same.
    assert point.body == parse(GOOD).body


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "line\nbreak"])
def test_an_origin_that_could_not_be_read_back_is_not_signed(origin: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        sign(origin, 1, ROOT, KEY)


@pytest.mark.parametrize("text", ["", "a+b", GO_KEY.replace("c74f", "c74e"), "x+00000000+AAAA"])
def test_a_verifier_key_that_does_not_fit_together_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - several reasons, all of them ValueError
        VerifierKey.parse(text)


def test_a_signature_written_in_another_way_is_no_checkpoint() -> None:
    """68 bytes leave two spare bits in the last letter: four texts would be one signature."""
    text = sign(ORIGIN, 5, ROOT, KEY).text
    last = text.rstrip("=\n")[-1]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = letters[letters.index(last) | 1]
    changed = text.replace(f"{last}=\n", f"{other}=\n")
    assert changed != text
    with pytest.raises(NotACheckpoint):
        parse(changed)
