"""Are campaigns found where there are some, and none where there are none? Planted groups, crowds
that act each on their own, and copies of texts with a few words changed.

``called`` pairs have a false discovery rate of .05 or less. Where nothing is planted every call is
false, so at most one set in twenty may hold any: ``sets with a call`` over ``sets`` is the rate to
hold against .05. ``python -m benchmarks.calibration`` prints the tables.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from itertools import product

import numpy as np
import polars as pl

from romduol.analysis import campaigns, neartext

DAY, START, DAYS = 86_400, 1_700_006_400, 10
SLOW, FAST = 86_400.0, 900.0  # seconds in which the interest in a link falls to a third
MANY, FEW = (400, 300), (60, 80)  # accounts and links
KINDS = {
    "many share for a day": (MANY, SLOW),
    "few share for a day": (FEW, SLOW),
    "many share within minutes": (MANY, FAST),
}
DISTURBED = {
    "as they came": "",
    "times shuffled within object and day": "within",
    "times drawn evenly over the day": "evenly",
}
PLANTED = {"links of their own": True, "links that others share too": False}
SCRIPTS = {
    "Latin": ("bdfghklmnprstvy", "aeiou", " "),
    "Khmer": ("កខគឃងចឆជឈញដឋឌតថទធនបផពភមយរលវសហ", "ាិីឹុូេែៃោ", "\u200b"),
}


@dataclass(frozen=True, slots=True)
class Crowd:
    """``sets`` of posts with nothing planted: pairs that met on two objects, and those called."""

    crowd: str
    times: str
    sets: int
    posts: int
    pairs: int
    called: int
    sets_with_a_call: int


@dataclass(frozen=True, slots=True)
class Plot:
    """Planted pairs among a crowd: how many of those called are planted, and of those planted
    called."""

    plot: str
    crowd: str
    sets: int
    planted: int
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies of texts with none to three words changed, and texts that are none."""

    script: str
    texts: int
    recall: float
    precision: float


def crowd(
    dice: np.random.Generator, posts: int, size: tuple[int, int], fades: float
) -> pl.DataFrame:
    """People who share popular links after they came out, each on their own."""
    accounts, links = size
    weight = 1 / np.arange(1, links + 1) ** 0.8
    thing = dice.choice(links, size=posts, p=weight / weight.sum())
    out = dice.integers(0, DAYS * DAY, size=links)
    at = START + out[thing] + dice.exponential(fades, size=posts).astype(np.int64)
    names = {
        "account_id": [f"c{n}" for n in dice.integers(0, accounts, size=posts)],
        "object_id": [f"u{n}" for n in thing],
    }
    return pl.DataFrame(names | {"timestamp": at})


def disturbed(frame: pl.DataFrame, how: str, dice: np.random.Generator) -> pl.DataFrame:
    """``frame`` with the minute of the day left to chance, objects, accounts and days kept."""
    day = pl.col("timestamp") // DAY
    if how == "within":
        seed = int(dice.integers(1 << 31))
        return frame.with_columns(pl.col("timestamp").shuffle(seed).over("object_id", day))
    drawn = pl.Series(dice.integers(0, DAY, size=frame.height))
    return frame.with_columns(day * DAY + drawn) if how == "evenly" else frame


def plot(dice: np.random.Generator, groups: int, *, alone: bool) -> pl.DataFrame:
    """Groups of four that share six links within half a minute each."""
    rows = []
    for group in range(groups):
        for act in range(6):
            link = f"own-{group}-{act}" if alone else f"u{dice.integers(0, 300)}"
            at = START + int(dice.integers(0, DAYS * DAY))
            rows += [(f"x{group}-{m}", link, at + int(dice.integers(0, 30))) for m in range(4)]
    names = {"account_id": pl.String, "object_id": pl.String, "timestamp": pl.Int64}
    return pl.DataFrame(rows, schema=names, orient="row")


def _called(frame: pl.DataFrame) -> tuple[int, set[tuple[str, str]]]:
    """Pairs with two objects or more, and those of them that are called."""
    named = frame.with_row_index("n").with_columns(pl.format("p{}", "n").alias("post_id"))
    edges = campaigns.find(named.drop("n").to_arrow(), engine="polars").edges.to_pylist()
    return len(edges), {(one["a"], one["b"]) for one in edges if one["fdr"] <= 0.05}


def crowds(sets: int, posts: int) -> list[Crowd]:
    """Every kind of crowd, ``sets`` times."""
    rows = []
    for kind, how in product(KINDS, DISTURBED):
        dice = np.random.default_rng(7)
        made = (
            disturbed(crowd(dice, posts, *KINDS[kind]), DISTURBED[how], dice) for _ in range(sets)
        )
        found = [_called(one) for one in made]
        calls = [len(called) for _, called in found]
        pairs = sum(n for n, _ in found)
        rows.append(Crowd(kind, how, sets, posts, pairs, sum(calls), sum(n > 0 for n in calls)))
    return rows


def plots(sets: int, posts: int) -> list[Plot]:
    """Both kinds of plots, ten groups in each kind of crowd, ``sets`` times."""
    rows = []
    for kind, name in product(KINDS, PLANTED):
        dice = np.random.default_rng(8)
        hits = calls = 0
        for _ in range(sets):
            planted = plot(dice, 10, alone=PLANTED[name])
            _, called = _called(pl.concat([crowd(dice, posts, *KINDS[kind]), planted]))
            calls += len(called)
            hits += sum(a[0] == "x" and a.split("-")[0] == b.split("-")[0] for a, b in called)
        there = sets * 10 * 6  # pairs in a group of four
        rows.append(Plot(name, kind, sets, there, hits / max(calls, 1), hits / there))
    return rows


def copies(script: str, texts: int = 400) -> Copies:
    """``texts`` of 12 to 25 words, four copies of each, against what ``neartext`` joins."""
    consonants, vowels, gap = SCRIPTS[script]
    dice = np.random.default_rng(9)
    words = ["".join(dice.choice(list(consonants)) + dice.choice(list(vowels)) for _ in range(3))
             for _ in range(800)]  # fmt: skip
    said, of = [], []
    for n in range(texts):
        text = dice.choice(words, size=dice.integers(12, 26))
        for changes in range(5):
            changed = text.copy()
            places = dice.choice(len(text), size=min(changes, 3), replace=False)
            changed[places] = dice.choice(words, size=places.size)
            said.append(gap.join(changed))
            of.append(n)
    names = neartext.groups(said)
    found = [names[k] == names[k - k % 5] for k in range(len(said)) if k % 5]
    together = pl.DataFrame({"name": names, "of": of}).group_by("name", "of").len()
    joined = together.group_by("name").agg(pl.col("len").sum())["len"].to_numpy()
    right = together["len"].to_numpy()
    pairs = [float((n * (n - 1)).sum()) for n in (right, joined)]
    return Copies(script, len(said), float(np.mean(found)), pairs[0] / pairs[1])


def run(sets: int = 40, posts: int = 12_000) -> list[Crowd]:
    """The crowds in which nothing is planted."""
    return crowds(sets, posts)


def run_planted(sets: int = 10, posts: int = 12_000) -> list[Plot]:
    """The planted groups."""
    return plots(sets, posts)


def run_copies() -> list[Copies]:
    """Both scripts."""
    return [copies(script) for script in SCRIPTS]


if __name__ == "__main__":
    asked = int(sys.argv[1]) if sys.argv[1:] else 40
    for one in [*run(asked), *run_planted(max(asked // 4, 1)), *run_copies()]:
        print("  ".join(f"{k} {v}" for k, v in asdict(one).items()), flush=True)
