"""What hides a word is undone; what is no disguise stays as it was."""

import pytest

from romduol.language.disguises import even, rewrites
from romduol.language.tracing import rewritten

RULES = rewrites(frozenset({"kill", "stupid", "bitch", "shut", "good", "slut"}))


def undone(text: str) -> str:
    return rewritten(even(text), RULES)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("K1LL her", "kill her"),
        ("b*tch", "bitch"),
        ("$lut!!", "slut!!"),
        ("k i l l", "kill"),
        ("k.i.l.l", "kill"),
        ("killlllll", "kill"),
        ("goooood", "good"),
        ("ｋｉｌｌ", "kill"),
        ("ѕtuріd", "stupid"),
        ("𝐤𝐢𝐥𝐥", "kill"),
        ("k\u200bill", "kill"),
        ("សម្\u200bលាប់", "សម្លាប់"),
        ("ស ម្លា ប់", "សម្លាប់"),
        ("ស.ម្លា.ប់", "សម្លាប់"),
        ("ស្លាប់់", "ស្លាប់"),
        ("អោយ", "ឱ្យ"),
        ("ឲ្យ", "ឱ្យ"),
        ("០១២", "012"),
    ],
)
def test_a_disguise_is_undone(written: str, meant: str) -> None:
    assert undone(written) == meant


@pytest.mark.parametrize(
    "written",
    ["call 012 345 678", "2a-1234", "room 4b", "see u 2moro", "a b", "covid19", "good", "ខ្ញុំទៅផ្សារ"],
)
def test_what_is_no_disguise_stays(written: str) -> None:
    assert undone(written) == written
