"""Coding a transcript of 200 pages (100,000 words) in a real book: sealed, logged, on disk.

``list`` gives 1,000 codings in one call, ``one more`` gives a single coding after those, each with
its transaction, log entry and signed checkpoint; ``question``, ``matrix`` and ``together`` ask of
all of them. CPU-seconds a call; wall time of ``one more`` beside it, for it waits for the disk.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

WORDS, CODINGS, SINGLES = 100_000, 1_000, 20
CODES = ("imp.fear", "imp.mind", "imp.body", "imp.income", "imp.home", "imp.family")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing done; seconds a call, medians where it was done several times."""

    done: str
    codings: int
    cpu_seconds: float
    wall_seconds: float


def transcript(words: int = WORDS, seed: int = 1) -> str:
    """An interview in turns, Khmer and English mixed, an emoji now and then."""
    luck = random.Random(seed)
    stock = ["land", "meeting", "ភូមិ", "ខ្ញុំ", "afraid", "office", "😀", "they", "said", "ចុះ"]
    turns, left = [], words
    while left > 0:
        length = min(luck.randint(5, 120), left)
        left -= length
        who = "I" if len(turns) % 2 == 0 else "R"
        turns.append(f"{who}: {' '.join(luck.choices(stock, k=length))}.")
    return "\n\n".join(turns) + "\n"


def _book(folder: Path) -> tuple[Any, str, int]:
    """An open book that holds the transcript; the item's code and the text's length."""
    from romduol.casebook.evidence import ReadingOptions
    from romduol.desk import opening, receiving, women
    from romduol.vault.passphrases import new_passphrase

    book, _ = opening.new_book(folder / "b.romduol", "desk", new_passphrase(), chosen=False)
    given = women.Answer(("cs.write", "cs.team"), "cm.written", date(2022, 5, 10))
    women.add(book, [women.WomanToAdd("Ming Lotus", (given,))])
    file = folder / "interview.txt"
    file.write_text(transcript(), encoding="utf-8")
    [taken] = receiving.receive(book, [file], "Ming Lotus", ReadingOptions())
    return book, taken.item, len(file.read_text(encoding="utf-8"))


def _timed(name: str, codings: int, call: Callable[[], object]) -> Row:
    cpu, wall = time.process_time(), time.perf_counter()
    call()
    return Row(name, codings, time.process_time() - cpu, time.perf_counter() - wall)


def run() -> list[Row]:
    """Everything once; singles as the median of ``SINGLES``."""
    from romduol.desk import asking, codings

    luck = random.Random(2)
    with tempfile.TemporaryDirectory() as folder:
        book, item, length = _book(Path(folder))
        starts = luck.sample(range(length - 400), CODINGS + SINGLES)
        wanted = [
            codings.Wanted(item, at, at + luck.randint(20, 400), "impact", luck.choice(CODES))
            for at in starts
        ]
        with book:
            rows = [_timed("list", CODINGS, lambda: codings.add(book, wanted[:CODINGS]))]
            singles = [
                _timed("one more", 1, lambda one=one: codings.add(book, [one]))
                for one in wanted[CODINGS:]
            ]
            rows.append(sorted(singles, key=lambda r: r.wall_seconds)[SINGLES // 2])
            asked = "imp.fear and not (imp.mind or imp.home)"
            rows.append(_timed("question", CODINGS, lambda: asking.quotes(book, asked)))
            rows.append(_timed("matrix", CODINGS, lambda: asking.matrix(book)))
            rows.append(_timed("together", CODINGS, lambda: asking.together(book)))
            rows.append(_timed("check", CODINGS, lambda: codings.moved(book)))
    return [Row(r.done, r.codings, round(r.cpu_seconds, 4), round(r.wall_seconds, 4)) for r in rows]


if __name__ == "__main__":
    for one in run():
        print("  ".join(f"{k} {v}" for k, v in asdict(one).items()))
