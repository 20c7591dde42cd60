"""What slips through of the names, places and numbers planted in the practice study, and the time.

A row says how many mentions of one kind in one language were planted, and how many are missed with
each line alone, with every line of the study known, and with the identity cards as well. "everyday"
rows count lines of talk that name nobody and how many of them show a finding. "200 pages" rows are
CPU seconds. No name of the study is on the shipped list. ``python -m benchmarks.names`` prints it.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from romduol.casework.practice.cast import cast
from romduol.casework.practice.interviews import source
from romduol.casework.practice.named import NamedLine, named_lines
from romduol.casework.practice.stock import data, rows
from romduol.language.naming import Cards, Known, Person, find, learned

_I = "ខ្ញុំ"  # in every Khmer interview and no other
PAGES, LETTERS_A_PAGE = 200, {"en": 2000, "km": 1500}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``seconds`` is 0 where only counts are meant."""

    what: str
    lang: str
    mentions: int
    missed_line_alone: int = 0
    missed_without_cards: int = 0
    missed: int = 0
    shown: int = 0
    seconds: float = 0.0


def people_on_cards() -> tuple[Person, ...]:
    """Everybody on the study's invented cards."""
    held = json.loads(data("identity-cards.json"))
    return tuple(
        Person(alias, (card["name"], *card.get("other_names", ())), (card["phone"],))
        for alias, card in held.items()
    )


def heard(people: tuple[Person, ...]) -> Cards:
    """What the desk knows after its first look: these people, and whoever is named plainly."""
    first = Cards(Known(people))
    found = [(ln.text[f.start : f.end], f) for ln in named_lines() for f in find(ln.text, first)]
    return Cards(Known((*people, *learned(found))))


def missed(known: Cards) -> Counter[tuple[str, str]]:
    """Mentions not wholly within findings, by kind and language."""
    leaks: Counter[tuple[str, str]] = Counter()
    for line in named_lines():
        covered = {n for f in find(line.text, known) for n in range(f.start, f.end)}
        for kind, letters in mentions(line):
            if not covered.issuperset(n for n in letters if line.text[n].isalnum()):
                leaks[kind, line.lang] += 1
    return leaks


def mentions(line: NamedLine) -> Iterator[tuple[str, range]]:
    """Each mention of a line and where it stands."""
    done = 0
    for one in line.mentions:
        start = line.text.index(one.words, done)
        done = start + len(one.words)
        yield one.kind, range(start, done)


def run() -> list[Row]:
    """Every row once."""
    people = people_on_cards()
    alone, without, full = missed(Cards(Known())), missed(heard(())), missed(heard(people))
    planted = Counter((m.kind, line.lang) for line in named_lines() for m in line.mentions)
    table = [
        Row(kind, lang, n, alone[kind, lang], without[kind, lang], full[kind, lang])
        for (kind, lang), n in sorted(planted.items())
    ]
    every = (planted, alone, without, full)
    table.append(Row("all", "all", *(counts.total() for counts in every)))
    return [*table, *everyday(heard(people)), *timed(heard(people))]


def everyday(known: Cards) -> Iterator[Row]:
    """Lines that name nobody."""
    lines = [(row["lang"], row["text"]) for row in rows("chatter.csv")]
    for lang, n in sorted(Counter(lang for lang, _ in lines).items()):
        shown = sum(bool(find(text, known)) for said, text in lines if said == lang)
        yield Row("everyday talk", lang, n, shown=shown)


def timed(known: Cards) -> Iterator[Row]:
    """Two hundred pages in one text."""
    texts = [source(woman) for woman in cast().women]
    for lang, letters in LETTERS_A_PAGE.items():
        once = "\n".join(text for text in texts if (_I in text) == (lang == "km"))
        pages = PAGES * letters
        text = (once * (pages // len(once) + 1))[:pages]
        began = time.process_time()
        find(text, known)
        yield Row("200 pages", lang, 0, seconds=time.process_time() - began)


if __name__ == "__main__":
    for row in run():
        print({key: value for key, value in asdict(row).items() if value not in (0, 0.0)})
