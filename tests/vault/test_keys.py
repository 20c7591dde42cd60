from __future__ import annotations

import pytest

from romduol.vault import keys
from romduol.vault.keys import DamagedObject, Identity, NoGrant


def test_what_is_sealed_to_two_opens_with_either() -> None:
    one, two = Identity.generate(), Identity.generate()
    sealed = keys.seal(b"hers", [one.recipient, two.recipient])
    assert keys.open_sealed(sealed, [one]) == keys.open_sealed(sealed, [two]) == b"hers"


@pytest.mark.parametrize("wrong", [[], [Identity.generate()]])
def test_a_wrong_key_or_none_is_no_grant(wrong: list[Identity]) -> None:
    sealed = keys.seal(b"hers", [Identity.generate().recipient])
    with pytest.raises(NoGrant):
        keys.open_sealed(sealed, wrong)


def test_every_bit_of_a_sealed_file_matters() -> None:
    """The header, its MAC, the nonce, the payload and its tag: each byte in turn."""
    me = Identity.generate()
    sealed = keys.seal(b"what she said", [me.recipient])
    for place in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[place] ^= 1
        with pytest.raises((DamagedObject, NoGrant)):
            keys.open_sealed(bytes(flipped), [me])


def test_every_truncation_of_a_sealed_file_is_refused() -> None:
    me = Identity.generate()
    sealed = keys.seal(b"what she said", [me.recipient])
    for length in range(len(sealed)):
        with pytest.raises(DamagedObject):
            keys.open_sealed(sealed[:length], [me])


def test_sealing_to_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        keys.seal(b"x", [])


def test_a_secret_does_not_show_in_its_repr() -> None:
    me = Identity.generate()
    assert me.secret not in repr(me)
    assert "SECRET" not in f"{me}"
