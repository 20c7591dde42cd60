from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from romduol.vault.entries import Entry, NotAnEntry, commit, keeps

ENTRY = Entry("2026-03-01T09:30:00Z", "m01", "received", "item-1", "ab" * 32)


def test_an_entry_is_canonical_json_and_reads_back() -> None:
    assert ENTRY.to_bytes() == (
        b'{"at":"2026-03-01T09:30:00Z","commitment":"' + b"ab" * 32 + b'",'
        b'"subject":"item-1","verb":"received","who":"m01"}'
    )
    assert Entry.parse(ENTRY.to_bytes()) == ENTRY


@pytest.mark.parametrize("words", ["", "two words", "ខ្មែរ", 'a"b', "a\nb", "x" * 129, "-x"])
def test_an_entry_has_no_place_for_words(words: str) -> None:
    with pytest.raises(ValueError, match="codes"):
        replace(ENTRY, subject=words)


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        ENTRY.to_bytes() + b" ",
        ENTRY.to_bytes().replace(b'"who"', b'"why"'),
        ENTRY.to_bytes().replace(b',"who":"m01"', b',"who":1'),
        ENTRY.to_bytes().replace(b"}", b',"zz":"note"}'),
        ENTRY.to_bytes().replace(b",", b", "),
    ],
)
def test_a_line_that_this_program_would_not_write_is_no_entry(leaf: bytes) -> None:
    with pytest.raises(NotAnEntry):
        Entry.parse(leaf)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_a_commitment_keeps_its_fact_and_no_other(fact: bytes, other: bytes) -> None:
    promise = commit(fact)
    assert keeps(promise.digest, promise.salt, fact)
    assert keeps(promise.digest, promise.salt, other) == (fact == other)


def test_the_same_fact_is_never_committed_to_alike() -> None:
    assert commit(b"yes").digest != commit(b"yes").digest


def test_a_byte_cannot_be_moved_between_salt_and_fact() -> None:
    promise = commit(b"no")
    assert not keeps(promise.digest, promise.salt + b"n", b"o")
    assert not keeps(promise.digest, promise.salt[:-1], promise.salt[-1:] + b"no")


def test_a_salt_does_not_show_in_its_repr() -> None:
    promise = commit(b"no")
    assert repr(promise.salt) not in repr(promise)
