"""What the heads are trained on: public sets beside the checkout, our seeds, the open suite.

The public rows never enter the project. The locked third of the functional suite is never read for
training; EDOS keeps its own dev rows out.
"""

from __future__ import annotations

import csv
import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from romduol.analysis.triage import lexicon
from romduol.casework.practice import stock

HERE = Path(__file__).parent
PUBLIC = HERE.parents[1] / "shared" / "data" / "language"
SUITE = HERE.parent / "tests" / "language" / "functional.csv"
PROBE = SUITE.with_name("probe.csv")
THIRD = SUITE.with_name("probe2.csv")
SCRIPTS = ("en", "km", "ro", "mixed")
NAMES = ("english", "khmer", "romanised", "mixed")  # of the same, in the suite
A_LINE = 10  # drawn from each seed line in each script
DRAWN = 20261122
_SLOT = re.compile(r"\{(\w+)\}")
_LONGEST = 400

EDOS = {
    "1.1": "on.threat", "1.2": "on.incite", "3.1": "on.harass.insult",
    "2.1": "on.hate", "2.2": "on.hate", "2.3": "on.hate", "3.2": "on.hate", "3.3": "on.hate",
    "3.4": "on.hate", "4.1": "on.hate", "4.2": "on.hate",
}  # fmt: skip
GUEST = {
    "Misogynistic_pejorative": "on.harass.insult", "Derogation": "on.hate",
    "Misogynistic_personal_attack": "on.harass.insult", "Treatment": "on.hate",
    "Threatening_Physical_violence": "on.threat.physical",
    "Threatening_Sexual_violence": "on.threat.sexual",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One text: whether it is harm, of which form, how much it counts, and what it was made from.

    Rows of one ``maker`` are never split between a part that is learned and a part that is asked.
    """

    text: str
    harm: bool
    form: str
    counted: float
    source: str
    maker: str
    everyday: bool = False  # harmless, without a word of harm


def everything() -> list[Row]:
    """All of it, in a fixed order."""
    return [*edos("train"), *guest(), *seeds(), *suite(locked=False), *examples()]


def edos(split: str) -> list[Row]:
    """SemEval-2023 task 10, Kirk et al.; CC0."""
    return [
        Row(
            row["text"], row["label_sexist"] == "sexist", EDOS.get(row["label_vector"][:3], ""),
            1.0, "edos", row["rewire_id"],
        )
        for row in _csv(PUBLIC / "edos_train_dev.csv")
        if row["split"] == split
    ]  # fmt: skip


def guest() -> list[Row]:
    """Guest et al., EACL 2021; MIT. Counts a third: another place and another question."""
    return [
        Row(
            " ".join(row["body"].split())[:_LONGEST], row["level_1"] == "Misogynistic",
            GUEST.get(row["level_3"], GUEST.get(row["level_2"], "")), 0.3, "guest", f"guest{n}",
        )
        for n, row in enumerate(_csv(PUBLIC / "guest_misogyny.csv"))
        if row["body"].strip()
    ]  # fmt: skip


def suite(*, locked: bool) -> list[Row]:
    """The functional suite, the open part or the locked one."""
    return _lines(SUITE, "suite", locked=locked)


def probe(*, locked: bool) -> list[Row]:
    """Lines of a second author, who had not read the lexicon; the open ones weigh head and lexicon.

    No head is trained on them.
    """
    return _lines(PROBE, "probe", locked=locked)


def third(*, locked: bool) -> list[Row]:
    """Lines of a third author, all of them locked: nothing is trained, weighed or tuned on them."""
    return _lines(THIRD, "probe2", locked=locked)


def _lines(path: Path, source: str, *, locked: bool) -> list[Row]:
    return [
        Row(
            row["text"], row["harm"] == "yes", row["form"], 2.0, source, row["id"],
            row["function"] == "everyday",
        )
        for row in _csv(path)
        if (row["split"] == "test") == locked
    ]  # fmt: skip


def script(row: Row) -> str:
    """The script of one of our own lines, as the suite calls it."""
    known = dict(zip(SCRIPTS, NAMES, strict=True))
    named = (name for name in NAMES if f"{name}." in row.maker)
    return known.get(row.source.removeprefix("seeds."), "") or next(named)


def english(row: Row) -> bool:
    """Whether the row was written as English."""
    return row.source in ("edos", "guest", "seeds.en") or "english." in row.maker


def examples() -> list[Row]:
    """What the lexicon gives as an example of each entry that is harm, and against it."""
    rows = []
    for entry in lexicon.entries().values():
        form = getattr(entry, "form", "")
        if form and getattr(entry, "severity", 0) >= 3:
            rows.append(Row(entry.example, True, form, 0.5, "lexicon", entry.id))
            rows.append(Row(entry.counter, False, form, 0.5, "lexicon", entry.id))
    return rows


def seeds(a_line: int = A_LINE) -> list[Row]:
    """Everything in ``seeds/``: lines of the grammar, and lines written one by one; and half of the
    everyday lines of the practice study."""
    return [*_grown(a_line), *_written(), *practice(held=False)]


def practice(*, held: bool) -> list[Row]:
    """Everyday lines of the practice study: the half that is learned, or the half that is asked."""
    known, draw = stock.stock(), random.Random(DRAWN)  # noqa: S311
    spoken = dict(zip(("en", "km", "rom", "mix"), SCRIPTS, strict=True))
    return [
        Row(
            known.filled(row["text"], row["lang"], draw), False, "", 2.0,
            f"seeds.{spoken[row['lang']]}", f"practice.{talk}", True,
        )
        for row in stock.rows("chatter.csv")
        for talk in (row["id"].rpartition(".")[0],)
        if (int(hashlib.sha256(talk.encode()).hexdigest(), 16) % 2 == 1) == held
    ]  # fmt: skip


def _written() -> list[Row]:
    """Lines by several authors who had not read the suite, the probes or the lexicon, and
    (``cells``) by one who had read their open parts."""
    return [
        Row(
            row["text"], row["harm"] == "yes", row["form"], 1.0, f"seeds.{script}", row["id"],
            row["function"] == "everyday",
        )
        for script in SCRIPTS
        for path in sorted((HERE / "seeds").glob(f"written_{script}*.csv"))
        for row in _csv(path)
    ]  # fmt: skip


def _grown(a_line: int) -> list[Row]:
    """Lines of the grammar, filled at random from a fixed beginning."""
    slots = {row["slot"]: row for row in _csv(HERE / "seeds" / "slots.csv")}
    draw = random.Random(DRAWN)  # noqa: S311 - a sample that anybody can draw again
    rows = []
    for line in _csv(HERE / "seeds" / "lines.csv"):
        for script in SCRIPTS:
            texts = {_filled(line, slots, script, draw) for _ in range(a_line)}
            rows += [
                Row(text, line["harm"] == "yes", line["form"], 0.1, f"seeds.{script}", line["id"])
                for text in sorted(texts)
            ]
    return rows


def _filled(
    line: dict[str, str], slots: dict[str, dict[str, str]], script: str, draw: random.Random
) -> str:
    """One line in one script; mixed has the order of one and some words of another."""
    frame = draw.choice(("km", "en", "ro")) if script == "mixed" else script
    other = {"km": "en", "en": "km", "ro": "en"}[frame]

    def word(found: re.Match[str]) -> str:
        lang = other if script == "mixed" and draw.random() < 0.6 else frame
        said = draw.choice(slots[found.group(1)][lang].split("/"))
        return f" {said} " if lang != frame else said

    return " ".join(_SLOT.sub(word, line[frame]).split())


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def by_source(rows: Sequence[Row]) -> dict[str, tuple[int, int]]:
    """(rows, harmful rows) of each source."""
    counts: dict[str, tuple[int, int]] = {}
    for row in rows:
        n, harm = counts.get(row.source, (0, 0))
        counts[row.source] = (n + 1, harm + row.harm)
    return counts
