from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest

from romduol.casebook.troubles import Trouble
from romduol.casebook.wording import sentences
from romduol.casework.evidence.relations import Kind

MODULES = [
    importlib.import_module(f"romduol.{name}")
    for name in (
        "casework.bags.zips", "casework.evidence.relations", "desk.anchoring", "desk.bagging",
        "desk.comparing", "desk.copying", "desk.relating", "vault.anchor",
    )
]  # fmt: skip
FACTS = {
    "kinds": "part_of", "near": "near_copy_of", "record": 7, "scope": "cs.refer",
    "scopes": "cs.refer", "reason": "timeout", "what": "x", "item": "i1", "other": "i2",
    "kind": "part_of", "original": "i2", "agreed": 1, "differ": 2, "here": 3, "there": 4,
    "beyond_here": 5, "beyond_there": 6, "seconds": 60, "order": "dmy", "fits": 9, "against": 0,
    "items": 2, "out": "x.zip", "manifest": "00", "url": "https://x", "request": "q.tsq",
    "size": 7, "at": "2026", "authority": "CN=x", "anchor": "7-0",
    "apart": 3, "pictures": 4, "unseen": 5,
}  # fmt: skip


def troubles(of: type[Trouble] = Trouble) -> Iterator[str]:
    held = {module.__name__ for module in MODULES}
    for one in of.__subclasses__():
        if one.__module__ in held:
            yield one.__name__
        yield from troubles(one)


def test_every_trouble_of_these_verbs_has_its_sentence_in_the_catalogue() -> None:
    ours = {s.id for s in sentences().values() if s.catalogue == "evidence"}
    assert set(troubles()) - ours == set()
    classes = {id_ for id_ in ours if id_[0].isupper()}
    assert classes - set(troubles()) == set()


def test_every_kind_of_relation_has_a_name_in_both_languages() -> None:
    assert {f"relation.{kind}" for kind in Kind} <= set(sentences())


@pytest.mark.parametrize("lang", ["en", "km"])
@pytest.mark.parametrize(
    "sentence", sorted(s.id for s in sentences().values() if s.catalogue == "evidence")
)
def test_every_sentence_can_be_said(sentence: str, lang: str) -> None:
    words = sentences()[sentence].in_language(lang).format(**FACTS)
    assert words.strip()
    assert "{" not in words
