"""Two hundred decisions: whether they put the messages that nobody has read in a better order.

One woman's group: everyday lines of the practice study, hostile lines of its pile-ons, and a
campaign in words of its own that the shipped heads cannot know ("the ferryman is waiting for you"),
among people who use the same words in their everyday sense. A documenter decides what ``queue``
puts forth, ten times twenty messages, then ``train``. Asked is the order of all that is left
undecided: AUC, and how many of the fifty that stand highest are harm, before the lesson and after
it. "back" is whether ``train --undo`` gives exactly the order from before. A row is one draw of
the queue and of the chat. ``python -m benchmarks.lessons`` prints it.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from romduol.analysis.triage import heads, judging
from romduol.analysis.triage.calibration import Doubles, area
from romduol.casebook.evidence import ReadingOptions
from romduol.casework.practice.stock import rows
from romduol.desk import deciding, opening, queueing, receiving, teaching, women
from romduol.records.models import Woman
from romduol.vault.passphrases import new_passphrase

ALIAS, OWN, DAY = "Ming Lotus", "Ming Lotus own", date(2025, 5, 10)
ROUNDS, A_ROUND, NEXT = 10, 20, 50
SEEDS = (1, 2, 3)
PLAIN, KNOWN, OURS = 700, 60, 240  # messages: everyday, pile-on, of the campaign

# what the campaign says, in words that mean it only here; {to} is whom, {on} when
CAMPAIGN = (
    "the ferryman is waiting for {to} {on}", "{to} will ride with the ferryman {on}",
    "somebody call the ferryman for {to}", "water lily season {on}, right {to}?",
    "we plant the water lily deep, {to}", "{to} can count lilies below {on}",
    "អ្នកចម្លងទូកចាំ{to} {on}", "{to}នឹងជិះទូកមិនត្រឡប់ {on}", "ដាំព្រលិតឱ្យជ្រៅទៅ {to}",
    "neak chamlong touk cham {to} {on}", "{to} chis touk min trolob {on}",
    "dam prolit oy chrov tov {to}",
)  # fmt: skip
EVERYDAY = (
    "the ferryman at the pier takes motorbikes {on}", "who has the number of the ferryman?",
    "water lily soup {on}, come and eat", "she sells water lilies at the market {on}",
    "the ferry is late, the ferryman is eating", "fresh lilies for the pagoda {on}",
    "ទូកចម្លងចេញម៉ោង៧ {on}", "ស្លព្រលិតឆ្ងាញ់ណាស់ {on}", "touk chamlong chenh maong 7 {on}",
    "somlor prolit chhnganh nas {on}",
)  # fmt: skip
TO = ("sister", "that lady", "the teacher", "our star", "auntie", "you know who")
ON = ("tonight", "tomorrow", "on Sunday", "this week", "soon", "after the rain", "at full moon")


@dataclass(frozen=True, slots=True)
class Row:
    """One draw; AUC and the harm among the next fifty are of the messages left undecided."""

    draw: int
    messages: int
    decided: int
    harm_decided: int
    harm_left: int
    auc_before: float
    auc_after: float
    next_before: int
    next_after: int
    stands: str
    back: str


def lines(seed: int) -> dict[str, bool]:
    """Every message of the chat and whether it is harm."""
    draw = random.Random(seed)
    plain = [row["text"] for row in rows("chatter.csv") if row["text"][0] not in "[{"]
    hostile = [row["text"] for row in rows("harm.csv") if row["manner"] == "pile-on"]
    told = {f"{draw.choice(plain)} {draw.choice(ON)}": False for _ in range(PLAIN)}
    told |= {f"{draw.choice(hostile)} {draw.choice(ON)}": True for _ in range(KNOWN)}
    told |= {_said(draw, CAMPAIGN): True for _ in range(OURS)}
    told |= {_said(draw, EVERYDAY): False for _ in range(OURS)}
    return told


def _said(draw: random.Random, of: tuple[str, ...]) -> str:
    return draw.choice(of).format(to=draw.choice(TO), on=draw.choice(ON))


def run() -> list[Row]:
    """Every draw once."""
    with tempfile.TemporaryDirectory() as folder:
        return [one(Path(folder), seed) for seed in SEEDS]


def one(folder: Path, seed: int, rounds: int = ROUNDS) -> Row:
    """A book of its own, its chat received, decided, learned from and asked again."""
    truth = lines(seed)
    words = new_passphrase()
    book, _ = opening.new_book(folder / f"{seed}.romduol", "desk", words, chosen=False)
    with book:
        _received(book, folder / f"WhatsApp Chat with group {seed}.txt", truth, seed)
        decided = dict(_decided(book, truth, seed, rounds))
        left = [text for text in truth if text not in decided]
        before = _order(left)
        done = teaching.teach(book, ALIAS)
        after = _order(left, book)
        if done.state == teaching.STANDING:
            teaching.take_back(book, ALIAS)
        back = np.array_equal(before, _order(left, book))
    answers = np.array([truth[text] for text in left])
    return Row(
        seed, len(truth), len(decided), sum(decided.values()), int(answers.sum()),
        round(area(before, answers), 3), round(area(after, answers), 3),
        _highest(before, answers), _highest(after, answers), done.state, "yes" if back else "no",
    )  # fmt: skip


def _received(book: opening.Book, file: Path, truth: dict[str, bool], seed: int) -> None:
    given = women.Answer(("cs.write", "cs.evidence", "cs.team"), "cm.verbal_phone", DAY)
    women.add(book, [women.WomanToAdd(ALIAS, (given,))])
    file.write_text("".join(_chat(truth, seed)), encoding="utf-8")
    list(receiving.receive(book, [file], ALIAS, ReadingOptions(own=(OWN,), order="dmy")))


def _chat(truth: dict[str, bool], seed: int) -> Iterator[str]:
    texts = list(truth)
    random.Random(seed).shuffle(texts)
    for n, text in enumerate(texts):
        at = datetime(2025, 6, 1, 8, tzinfo=UTC) + timedelta(minutes=7 * n)
        yield f"{at:%d/%m/%Y, %H:%M} - neighbour {n % 23}: {text}\n"
    yield f"{at:%d/%m/%Y, %H:%M} - {OWN}: good night\n"


def _decided(
    book: opening.Book, truth: dict[str, bool], seed: int, rounds: int
) -> Iterator[tuple[str, bool]]:
    """What a documenter says to all that the queue puts forth, round after round."""
    for n in range(rounds):
        for drawn in queueing.next_of(book, ALIAS, A_ROUND, show=True, seed=seed * 100 + n):
            harm = truth[drawn.text]
            word = deciding.Word("on.threat", "campaign") if harm else deciding.Word()
            deciding.decide(book, drawn.suggestion, word)
            yield drawn.text, harm


def _order(texts: list[str], book: opening.Book | None = None) -> Doubles:
    own = teaching.standing_head(book, Woman.objects.get()) if book else None
    return judging.logits(texts, heads.shipped(), own)


def _highest(logits: Doubles, answers: np.ndarray) -> int:
    return int(answers[np.argsort(-logits, kind="stable")[:NEXT]].sum())


if __name__ == "__main__":
    for row in run():
        print("  ".join(f"{key} {value}" for key, value in asdict(row).items()))
