"""Every sentence a person can meet, by id, in English and Khmer, with its review state.

The sentences are data: ``data/wording/*.csv`` with columns ``id, en, km, reviewed``. ``{name}``
marks a fact to fill in. Khmer that no native reader has signed is ``reviewed = no`` and listed in
docs/khmer-review.md.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "km")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages. ``reviewed`` says a native reader has signed the Khmer."""

    id: str
    en: str
    km: str
    reviewed: bool
    catalogue: str

    def in_language(self, lang: str) -> str:
        """The unfilled sentence; raises ``KeyError`` for a language we do not have."""
        return {"en": self.en, "km": self.km}[lang]


@cache
def sentences() -> dict[str, Sentence]:
    """All sentences by id. Raises ``ValueError`` when two files claim the same id."""
    found: dict[str, Sentence] = {}
    folder = files("romduol.casebook") / "data" / "wording"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".csv"):
            _read_catalogue(file.name, file.read_text(encoding="utf-8"), found)
    return found


def _read_catalogue(name: str, text: str, found: dict[str, Sentence]) -> None:
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if row["id"] in found:
            raise ValueError(f"{row['id']} stands in {found[row['id']].catalogue} and in {name}")
        found[row["id"]] = Sentence(
            row["id"], row["en"], row["km"], row["reviewed"] == "yes", name.removesuffix(".csv")
        )


def say(sentence: str, lang: str = "en", /, **facts: object) -> str:
    """The sentence ``sentence`` in ``lang`` with its facts filled in.

    Raises ``KeyError`` when there is no such sentence or a fact is missing: a message that cannot
    be said is a bug, and the tests say every one.
    """
    return sentences()[sentence].in_language(lang).format(**facts)
