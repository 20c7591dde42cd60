"""``make heads``: make the shipped heads and print the numbers of the model card.

A third of the makers is held back to calibrate; then each head is fitted on everything.
``--locked`` also asks the locked third of the functional suite, ``--report`` only asks.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage import heads as shipping
from romduol.analysis.triage import judging, lexicon, scoring
from romduol.analysis.triage.calibration import (
    Doubles,
    Mixed,
    area,
    average_precision,
    calibration_error,
    chance,
    mixed,
)  # fmt: skip
from romduol.analysis.triage.features import Grams, grams, sums
from romduol.analysis.triage.learning import Fit, Rows, balanced, fit, rows
from training import material
from training.material import Row

OUT = Path(__file__).parents[1] / "src" / "romduol" / "analysis" / "data" / "heads" / "heads.npz"
CARD = Path(__file__).parents[1] / "docs" / "MODEL-CARD.md"
BEGIN, END = "<!-- numbers -->", "<!-- end -->"
VERSION = "heads/2"
STRENGTH, TURNS, TURNS_A_FORM = 8.0, 60, 15
EVERY = 2  # of the rows of EDOS the head that tells a forum apart sees one in so many
FORMS = (
    "on.threat.death", "on.threat.physical", "on.threat.sexual", "on.threat.arrest",
    "on.threat.family", "on.harass.insult", "on.harass.sexual", "on.harass.massreport", "on.hate",
    "on.incite", "on.privacy.doxxing", "on.image", "on.identity.impersonation",
    "on.access.phishing", "on.smear.gendered", "on.smear.political", "on.watch",
    "off.summons", "off.order", "off.advice",
)  # fmt: skip
PUBLIC = ("edos", "guest")
OFTEN = 2.0  # in a chat everyday lines are many, among ours they are few
ASKED = 1.0  # rows that count less are learned from and not asked
EDOS_PLAIN = 1000  # harmless rows of EDOS that a head for one form sees
Flags = NDArray[np.bool_]


def main() -> None:
    """Make the heads, unless only asked how well they do."""
    locked = "--locked" in sys.argv
    told = [] if "--report" in sys.argv else _make()
    told += report(shipping.from_bytes(OUT.read_bytes()), locked=locked)
    if locked:
        _write_down(told)


def _write_down(told: Sequence[str]) -> None:
    """The numbers into the model card, in place of the last ones."""
    before, rest = CARD.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    lines = "\n".join(told)
    CARD.write_text(f"{before}{BEGIN}\n```\n{lines}\n```\n{END}{after}", encoding="utf-8")


def _make() -> list[str]:
    """Writes the file; returns how heads that had not seen them do on the held lines."""
    every = material.everything()
    print("rows (harmful) by source:", material.by_source(every))
    public = [row for row in every if row.source in PUBLIC]
    ours = [row for row in every if row.source.startswith("seeds") or row.source == "suite"]
    learned = listeners(every)
    first, second, third = learned
    asked = [row for row in (*public, *ours) if _held(row) and row.counted >= ASKED]
    english, khmer = _together([*asked, *material.probe(locked=False)], learned)
    heads = shipping.Heads(
        VERSION, (first.head, second.head, third.head), tuple(_forms(every)), english, khmer,
        _provenance(every),
    )  # fmt: skip
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_bytes(heads.to_bytes())
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes, english {english}, khmer {khmer}")
    return list(_held_lines(heads, learned, [row for row in asked if row.source not in PUBLIC]))


def listeners(every: Sequence[Row]) -> tuple[Learned, Learned, Learned]:
    """The heads of any harm: of forums, of what is addressed, and of which of both a text is."""
    public = [row for row in every if row.source in PUBLIC]
    ours = [row for row in every if row.source.startswith("seeds") or row.source == "suite"]
    kinds = [*public[::EVERY], *(row for row in ours if material.english(row))]
    return (
        _head(shipping.FORUMS, public, _harm(public)),
        _head(shipping.ADDRESSED, ours, _harm(ours)),
        _head(shipping.FORUM, kinds, np.array([row.source in PUBLIC for row in kinds])),
    )


def fresh_views(
    heads: shipping.Heads, learned: Sequence[Learned], some: Sequence[Row]
) -> tuple[Doubles, Flags]:
    """As ``judging.views``, by heads that had not seen the rows."""
    spoken = scoring.score([row.text for row in some])
    words = spoken["score"].to_numpy().astype(np.float64)
    khmer = judging.in_khmer([row.text for row in some], spoken)
    forums, addressed, forum = (one.logit(some) for one in learned)
    return heads.weighed(forums, addressed, forum, words, khmer), khmer


def _held_lines(
    heads: shipping.Heads, learned: Sequence[Learned], ours: Sequence[Row]
) -> Iterator[str]:
    """The third of the makers among our own lines that was held back, script by script."""
    logit = fresh_views(heads, learned, ours)[0].sum(axis=1)
    scripts = np.array([material.script(row) for row in ours])
    for script in (*material.NAMES, ""):
        here = scripts == script if script else np.ones(len(ours), bool)
        some = [row for row, yes in zip(ours, here, strict=True) if yes]
        yield _line(f"held lines of ours, {script or 'all'}", "together", chance(logit[here]), some)


def _harm(some: Sequence[Row]) -> Flags:
    return np.array([row.harm for row in some])


def _held(row: Row) -> bool:
    return int(hashlib.sha256(row.maker.encode()).hexdigest(), 16) % 3 == 1


@dataclass(frozen=True, slots=True)
class Learned:
    """A head, and the log-odds it gave to rows before it had seen them, by their text."""

    head: shipping.Head
    before: dict[str, float]

    def logit(self, some: Sequence[Row]) -> Doubles:
        """Log-odds of each row by a head that has not seen it."""
        said = self.head.logit(grams(_copies([row.text for row in some])))
        return np.array(
            [self.before.get(row.text, now) for row, now in zip(some, said, strict=True)]
        )


def _head(name: str, some: Sequence[Row], answers: Flags) -> Learned:
    began = time.process_time()
    held = np.array([_held(row) for row in some])
    turns = TURNS if name in shipping.LISTENERS else TURNS_A_FORM
    plain = np.array([row.counted for row in some])
    counted = balanced(answers) * plain
    learned = fit(_rows(some, ~held), answers[~held], counted[~held], STRENGTH, turns=turns)
    raw = _raw(learned, _texts(some, held))
    scaled = mixed(raw[:, None], answers[held], plain[held])
    whole = fit(_rows(some, np.ones(len(some), bool)), answers, counted, STRENGTH, turns=turns)
    said = scaled.logit(raw[:, None])
    _say(name, answers, said, answers[held], time.process_time() - began)
    return Learned(
        shipping.made(name, whole.weights, whole.bias, scaled),
        dict(zip(_texts(some, held), said.tolist(), strict=True)),
    )


def _rows(some: Sequence[Row], which: Flags) -> Rows:
    return rows(_copies(_texts(some, which)))


def _copies(texts: Sequence[str]) -> list[str]:
    return scoring.engine().layer.comparable(texts)[0]


def _raw(learned: Fit, texts: Sequence[str]) -> Doubles:
    return (sums(grams(_copies(texts)), learned.weights) + learned.bias).astype(np.float64)


def _forms(every: Sequence[Row]) -> list[shipping.Head]:
    """A head for each form, over all harmful rows and enough harmless ones; the third of the makers
    that calibrates them is not learned from."""
    some = list(_for_forms(every))
    held = np.array([_held(row) for row in some])
    learned, asked = _rows(some, ~held), grams(_copies(_texts(some, held)))
    plain = np.array([row.counted for row in some])
    return [
        _form(form, np.array([row.harm and _is(row.form, form) for row in some]),
              plain, held, learned, asked)
        for form in FORMS
    ]  # fmt: skip


def _for_forms(every: Sequence[Row]) -> Iterator[Row]:
    plain = 0
    for row in every:
        plain += row.source == "edos" and not row.harm
        if row.source == "guest" or (row.harm and not row.form):
            continue
        if row.source != "edos" or row.harm or plain <= EDOS_PLAIN:
            yield row


def _form(
    name: str, answers: Flags, plain: Doubles, held: Flags, learned: Rows, asked: Grams
) -> shipping.Head:
    began = time.process_time()
    counted = (balanced(answers) * plain)[~held]
    found = fit(learned, answers[~held], counted, STRENGTH, turns=TURNS_A_FORM)
    raw = (sums(asked, found.weights) + found.bias).astype(np.float64)
    scaled = mixed(raw[:, None], answers[held], plain[held])
    took = time.process_time() - began
    _say(name, answers, scaled.logit(raw[:, None]), answers[held], took)
    return shipping.made(name, found.weights, found.bias, scaled)


def _say(name: str, answers: Flags, said: Doubles, held: Flags, took: float) -> None:
    print(
        f"{name:28} {int(answers.sum()):6} rows  held: AUC {area(said, held):.3f}  "
        f"AP {average_precision(said, held):.3f}  ECE {calibration_error(chance(said), held):.3f}"
        f"  {took:.1f} s",
        flush=True,
    )


def _texts(some: Sequence[Row], which: Flags) -> list[str]:
    return [row.text for row, yes in zip(some, which, strict=True) if yes]


def _is(form: str, asked: str) -> bool:
    return form == asked or form.startswith(asked + ".")


def _together(some: Sequence[Row], learned: Sequence[Learned]) -> tuple[Mixed, Mixed]:
    """How heads and lexicon are weighed: for English, where public rows and our own lines weigh
    the same together, and for the rest."""
    spoken = scoring.score([row.text for row in some])
    words = spoken["score"].to_numpy().astype(np.float64)
    khmer = judging.in_khmer([row.text for row in some], spoken)
    forums, addressed, forum = (one.logit(some) for one in learned)
    seen = shipping.apart(forums, addressed, chance(forum), words)
    answers = _harm(some)
    weight = np.array([OFTEN if row.everyday else 1.0 for row in some])
    public = np.array([row.source in PUBLIC for row in some])
    ours = ~public & ~khmer
    weight[public] = (1 + balanced(answers[public])) / 2 * ours.sum() / public.sum()
    return (
        mixed(seen[~khmer], answers[~khmer], weight[~khmer]),
        mixed(np.column_stack([addressed, words])[khmer], answers[khmer], weight[khmer]),
    )


def _provenance(every: Sequence[Row]) -> dict[str, object]:
    return {
        "trained_on": {
            "edos": "SemEval-2023 task 10 (EDOS), train rows, CC0",
            "guest": "Guest et al. 2021, Online Misogyny, MIT",
            "seeds": "lines of several authors for this project; not read by a native reader yet",
            "suite": "the open two thirds of the functional suite",
            "lexicon": f"examples of {lexicon.VERSION}",
        },
        "rows": {source: list(n) for source, n in material.by_source(every).items()},
        "method": f"logistic regression, strength {STRENGTH}, at most {TURNS} turns of L-BFGS",
        "text": scoring.METHOD,
    }


def report(heads: shipping.Heads, *, locked: bool) -> Iterator[str]:
    """EDOS dev, suite and probe: what the lexicon does alone, and with the heads."""
    dev = material.edos("dev")
    yield from _told("EDOS dev", heads, dev)
    alone = _alone(heads, dev)
    print(alone, flush=True)
    yield alone
    yield _everyday(heads)
    for which in (False, True) if locked else (False,):
        part = "locked" if which else "open"
        yield from _by_script(f"suite, {part}", heads, material.suite(locked=which))
        yield from _by_script(f"probe, {part}", heads, material.probe(locked=which))
    if locked:
        yield from _by_script("third author, locked", heads, material.third(locked=True))


def _by_script(name: str, heads: shipping.Heads, lines: Sequence[Row]) -> Iterator[str]:
    for script in (*material.NAMES, ""):
        some = [row for row in lines if f"{script}." in row.maker]
        yield from _told(f"{name}, {script or 'all'}", heads, some)


def _everyday(heads: shipping.Heads) -> str:
    """How many of the everyday lines of the practice study that nobody learned are flagged."""
    texts = [row.text for row in material.practice(held=True)]
    shares = [
        float((scores.column("score").to_numpy() >= scoring.FLAGGED).mean())
        for scores in (scoring.score(texts), judging.judge(texts, heads))
    ]
    told = (
        f"everyday lines, practice study  n {len(texts)}  "
        f"flagged: lexicon {shares[0]:.3f}, together {shares[1]:.3f}"
    )
    print(told, flush=True)
    return told


def _alone(heads: shipping.Heads, dev: Sequence[Row]) -> str:
    """The English head without the lexicon, flagged from the share of harm in EDOS train."""
    share = np.mean([row.harm for row in material.edos("train")])
    chances = chance(heads.harm[0].logit(grams(_copies([row.text for row in dev]))))
    answers = np.array([row.harm for row in dev])
    return (
        f"EDOS dev, the English head alone    n {len(dev):5}  AUC {area(chances, answers):.3f}  "
        f"macro-F1 {macro_f1(chances >= share, answers):.3f} (flagged from {share:.2f})  "
        f"ECE {calibration_error(chances, answers):.3f}"
    )


def views(heads: shipping.Heads, some: Sequence[Row]) -> dict[str, Doubles]:
    """Chances by the lexicon, and by lexicon and heads together."""
    texts = [row.text for row in some]
    spoken = scoring.score(texts)["score"].to_numpy().astype(np.float64)
    return {"lexicon": spoken, "together": chance(judging.logits(texts, heads))}


def _told(name: str, heads: shipping.Heads, some: Sequence[Row]) -> Iterator[str]:
    for view, chances in views(heads, some).items():
        yield _line(name, view, chances, some)


def _line(name: str, view: str, chances: Doubles, some: Sequence[Row]) -> str:
    answers = _harm(some)
    threat = np.array([row.harm and ".threat" in row.form for row in some])
    hard = np.array([not row.harm and not row.everyday for row in some])
    flagged = chances >= scoring.FLAGGED
    parts = [f"{name:31} {view:9} n {len(some):5}  AUC {area(chances, answers):.3f}"]
    parts.append(f"macro-F1 {macro_f1(flagged, answers):.3f}")
    parts.append(f"ECE {calibration_error(chances, answers):.3f}")
    parts.append(f"precision {_share(answers, flagged):.2f}")
    if threat.any():
        parts.append(f"threats found {_share(flagged, threat):.2f}")
        parts.append(f"hard negatives flagged {_share(flagged, hard):.2f}")
    print("  ".join(parts), flush=True)
    return "  ".join(parts)


def macro_f1(flagged: Flags, answers: Flags) -> float:
    """The mean of F1 of yes and F1 of no."""
    one: Callable[[Flags, Flags], float] = lambda said, true: (  # noqa: E731
        2.0 * int((said & true).sum()) / max(int(said.sum()) + int(true.sum()), 1)
    )
    return (one(flagged, answers) + one(~flagged, ~answers)) / 2


def _share(of: Flags, among: Flags) -> float:
    return float(of[among].mean()) if among.any() else 0.0


if __name__ == "__main__":
    main()
