from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from romduol.vault import passphrases
from romduol.vault.keys import DamagedObject
from romduol.vault.passphrases import (
    LockTooHeavy,
    ShortPassphrase,
    WeakLock,
    WrongPassphrase,
    is_generated,
    new_passphrase,
    tidy,
)

LockWithWork = Callable[[bytes, str, int], bytes]
CHOSEN = "ផ្កា romdeng ក្រហម 1975"


def test_a_new_passphrase_is_six_words_of_the_list() -> None:
    words = new_passphrase()
    assert len(words.split(" ")) == 6
    assert is_generated(words)


def test_two_passphrases_differ() -> None:
    assert len({new_passphrase() for _ in range(50)}) == 50


@pytest.mark.parametrize("words", ["abacus " * 5, "abacus " * 7, "abacus " * 5 + "romduolx", ""])
def test_five_seven_or_unlisted_words_do_not_count_as_generated(words: str) -> None:
    assert not is_generated(words)


def test_capitals_and_double_spaces_do_not_matter_in_generated_words() -> None:
    assert tidy("  Abacus   ABDOMEN abide\n") == "abacus abdomen abide"


def test_invisible_spaces_do_not_matter_but_capitals_of_a_chosen_phrase_do() -> None:
    assert tidy("ខ្មែរ\u200bMine") == tidy("ខ្មែរ Mine")
    assert tidy("ខ្មែរ Mine") != tidy("ខ្មែរ mine")


@given(st.text(max_size=40))
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.slow
def test_the_real_lock_opens_with_its_words_and_with_no_others() -> None:
    words = new_passphrase()
    sealed = passphrases.lock(b"identity", words, chosen=False)
    assert passphrases.unlock(sealed, words.upper()) == b"identity"
    with pytest.raises(WrongPassphrase):
        passphrases.unlock(sealed, new_passphrase())


def test_a_light_lock_opens_for_generated_words(lock_with_work: LockWithWork) -> None:
    words = new_passphrase()
    assert passphrases.unlock(lock_with_work(b"x", words, 10), words) == b"x"


def test_a_light_lock_is_refused_for_a_chosen_phrase(lock_with_work: LockWithWork) -> None:
    with pytest.raises(WeakLock):
        passphrases.unlock(lock_with_work(b"x", tidy(CHOSEN), 16), CHOSEN)


def test_a_lock_of_the_least_work_opens_for_a_chosen_phrase(lock_with_work: LockWithWork) -> None:
    assert passphrases.unlock(lock_with_work(b"x", tidy(CHOSEN), 17), CHOSEN) == b"x"


def test_a_work_factor_lowered_in_the_header_is_refused(lock_with_work: LockWithWork) -> None:
    sealed = lock_with_work(b"x", tidy(CHOSEN), 17).replace(b" 17\n", b" 10\n", 1)
    with pytest.raises(WeakLock):
        passphrases.unlock(sealed, CHOSEN)


def test_a_work_factor_lowered_does_not_open_for_generated_words(
    lock_with_work: LockWithWork,
) -> None:
    words = new_passphrase()
    sealed = lock_with_work(b"x", words, 12).replace(b" 12\n", b" 10\n", 1)
    with pytest.raises(WrongPassphrase):
        passphrases.unlock(sealed, words)


@pytest.mark.parametrize("work", [b"23", b"30", b"63"])
def test_a_work_factor_raised_to_stall_the_machine_is_refused_at_once(
    lock_with_work: LockWithWork, work: bytes
) -> None:
    words = new_passphrase()
    sealed = lock_with_work(b"x", words, 10).replace(b" 10\n", b" %b\n" % work, 1)
    with pytest.raises(LockTooHeavy):
        passphrases.unlock(sealed, words)


@pytest.mark.usefixtures("light_locks")
def test_a_chosen_phrase_is_not_locked_with_little_work() -> None:
    with pytest.raises(WeakLock):
        passphrases.lock(b"x", CHOSEN, chosen=True)


def test_a_machine_busy_for_a_moment_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, lock_with_work: LockWithWork
) -> None:
    measured = iter([15, 16, 17])

    def encrypt(data: bytes, passphrase: str) -> bytes:
        return lock_with_work(data, passphrase, next(measured))

    monkeypatch.setattr(passphrases.pyrage.passphrase, "encrypt", encrypt)
    assert passphrases.work_factor(passphrases.lock(b"x", CHOSEN, chosen=True)) == 17


def test_a_short_chosen_phrase_is_refused() -> None:
    with pytest.raises(ShortPassphrase):
        passphrases.lock(b"x", "fourteen chars", chosen=True)


def test_a_phrase_called_generated_must_be() -> None:
    with pytest.raises(ValueError, match="chosen"):
        passphrases.lock(b"x", CHOSEN, chosen=False)


@pytest.mark.parametrize("sealed", [b"", b"age-encryption.org/v1\n-> X25519 abc\n", b"\x00" * 99])
def test_a_slot_without_a_scrypt_header_is_damaged(sealed: bytes) -> None:
    with pytest.raises(DamagedObject):
        passphrases.unlock(sealed, new_passphrase())


def test_a_flipped_bit_in_the_locked_bytes_is_damaged(lock_with_work: LockWithWork) -> None:
    words = new_passphrase()
    sealed = bytearray(lock_with_work(b"identity", words, 10))
    sealed[-1] ^= 1
    with pytest.raises(DamagedObject):
        passphrases.unlock(bytes(sealed), words)
