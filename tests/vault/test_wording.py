from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from romduol import vault
from romduol.casebook.troubles import Trouble
from romduol.casebook.wording import sentences

MODULES = [
    importlib.import_module(f"romduol.vault.{m.name}") for m in pkgutil.iter_modules(vault.__path__)
]
FACTS = {
    "ShortPassphrase": {"least": 15},
    "NoMemberKey": {"member": "m1"},
    "NoWomanKey": {"woman": "w1"},
    "KeyDestroyed": {"woman": "w1"},
    "LastKeyHolder": {"women": 1},
    "ForeignKey": {"file": "book.age"},
    "KeyFileMissing": {"file": "book.age"},
    "RecoverySheetUnreadable": {"needed": 2},
    "LogDamaged": {"size": 3},
    "LogForked": {"log": 3, "index": 2},
    "AuthorityUnreachable": {"reason": "timeout"},
}


def troubles(of: type[Trouble] = Trouble) -> Iterator[type[Trouble]]:
    for one in of.__subclasses__():
        if one.__module__.startswith("romduol.vault."):
            yield one
        yield from troubles(one)


@pytest.mark.parametrize("lang", ["en", "km"])
@pytest.mark.parametrize("trouble", sorted(set(troubles()), key=lambda t: t.__name__))
def test_every_trouble_of_the_vault_can_be_said(trouble: type[Trouble], lang: str) -> None:
    words = trouble(**FACTS.get(trouble.__name__, {})).words(lang)
    assert "{" not in words
    assert words.endswith((".", "។"))


@pytest.mark.parametrize("lang", ["en", "km"])
@pytest.mark.parametrize(
    "rule",
    sorted(s for s in sentences() if s.startswith("log.") and sentences()[s].catalogue == "vault"),
)
def test_every_finding_of_the_log_can_be_said(rule: str, lang: str) -> None:
    assert "7" in sentences()[rule].in_language(lang).format(at=7)
