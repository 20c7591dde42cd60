"""The whole river once, on the practice study: what a new user runs first.

Everything is synthetic, written to one folder, checked against the study's own truth, and nothing
connects anywhere.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from romduol.casebook import people
from romduol.casebook.evidence import ReadingOptions
from romduol.casework.practice import Truth, generate
from romduol.desk import (
    checking,
    coding,
    complaint_sheets,
    identifying,
    opening,
    publishing,
    receiving,
    studying,
    women,
)
from romduol.desk.opening import Book
from romduol.desk.verifying import verify_release
from romduol.vault.passphrases import new_passphrase

Tell = Callable[..., None]  # (sentence id, **facts)

STUDY, BOOK, RELEASE = "study", "practice.romduol", "release"


@dataclass(frozen=True, slots=True)
class Practised:
    """Where everything is, and what differed from the truth (nothing, it is hoped)."""

    study: Path
    book: Path
    passphrase_file: Path
    release: Path
    verification: Path
    passphrase: str
    differences: tuple[str, ...]


def practise(out: Path, tell: Tell) -> Practised:
    """Make the study in ``out``, run every verb on it, compare with its truth.

    Raises ``FolderTaken`` when ``out`` holds something.
    """
    opening.require_free(out)
    truth = generate(out / STUDY)
    tell("demo.study", women=len(truth.women), files=truth.items, folder=out / STUDY)
    passphrase = new_passphrase()
    sheet = out / "practice-recovery.txt"
    made, _ = opening.new_book(out / BOOK, "practice", passphrase, chosen=False, sheet=sheet)
    words = out / "practice-passphrase.txt"
    words.write_text(passphrase + "\n", encoding="utf-8")
    with made as book:
        differences = [*_fill(book, out / STUDY, truth, tell)]
        differences += _release(book, out / RELEASE, tell)
        found = checking.check(book)
        differences += [f"{p.rule} {p.what}" for p in found.problems]
    verification = _verify(out, differences, tell)
    return Practised(
        out / STUDY, out / BOOK, words, out / RELEASE, verification, passphrase, tuple(differences)
    )


def _fill(book: Book, study: Path, truth: Truth, tell: Tell) -> Iterator[str]:
    women.add(book, women.read_women_list((study / "women.csv").read_bytes()))
    _refuse(book, study / "refusals.csv")
    for alias, card in json.loads((study / "identity-cards.json").read_bytes()).items():
        identifying.write(book, alias, identifying.read_card(json.dumps(card).encode()))
    messages = 0
    for woman in truth.women:
        options = ReadingOptions(own=(woman.own_name,))
        taken = list(receiving.receive(book, [study / woman.folder], woman.alias, options))
        messages += sum(one.messages for one in taken)
        if sum(one.messages for one in taken) != _expected(truth, woman.alias):
            yield f"messages of {woman.folder}"
    tell("demo.received", files=truth.items, messages=messages)
    done = coding.code(book, (study / "coding.csv").read_bytes())
    tell("demo.coded", codings=done.codings, incidents=done.incidents)
    if (done.codings, done.incidents, done.refused) != (truth.codings, truth.incidents, ()):
        yield "codings"
    asked = complaint_sheets.bring(book, (study / "complaints.csv").read_bytes())
    tell("demo.complaints", n=asked.taken)
    if (asked.taken, asked.refused) != (truth.complaints, ()):
        yield "complaints"
    yield from _compare(truth)


def _expected(truth: Truth, alias: str) -> int:
    """Messages, system lines and calls of her exports, and the turns of her interview."""
    hers = [file for file in truth.files if file.woman == alias]
    return sum(f.messages + f.system + f.calls + f.turns for f in hers)


def _refuse(book: Book, file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            said = women.Answer((row["scope"],), row["mode"], women.day(row["on"]), people.REFUSED)
            women.consent(book, row["alias"], said)


def _compare(truth: Truth) -> Iterator[str]:
    expected = {
        (f.scheme, f.term): (f.women, f.incidents, f.acts, f.asked, f.counted_women)
        for f in truth.findings
    }
    found = {
        (c.scheme, c.term): (len(c.women), len(c.incidents), len(c.acts), c.asked, outside)
        for c, outside in studying.findings()
    }
    for key in sorted(expected.keys() | found.keys()):
        if expected.get(key) != found.get(key):
            yield f"finding {key[0]} {key[1]}"


def _release(book: Book, out: Path, tell: Tell) -> Iterator[str]:
    done = publishing.publish(book, out, publishing.Asked())
    if not done.release:
        yield from (f"{left.rule} {left.what}" for left in done.left)
        return
    tell("demo.published", files=len(done.files), left=len(done.left))


def _verify(out: Path, differences: list[str], tell: Tell) -> Path:
    problems = verify_release(out / RELEASE)
    differences += [f"{p.rule} {p.what}" for p in problems]
    report = out / "verification.json"
    said = {"ok": not differences, "release": RELEASE, "differences": differences}
    report.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    tell("demo.verified" if not differences else "demo.differs", n=len(differences))
    return report
