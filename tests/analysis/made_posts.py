"""Posts made up for the tests: crowds that act each on their own, and plots that do not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

DAY = 86_400
START = 1_700_006_400  # midnight, UTC


def posts(rows: list[tuple[str, str, str, int]]) -> pa.Table:
    """Posts of (post, account, object, seconds after the start)."""
    return pa.table(
        {
            "post_id": [row[0] for row in rows],
            "account_id": [row[1] for row in rows],
            "object_id": [row[2] for row in rows],
            "timestamp": [START + row[3] for row in rows],
        },
        schema=pa.schema(
            [(n, pa.string()) for n in ("post_id", "account_id", "object_id")]
            + [("timestamp", pa.int64())]
        ),
    )


def crowd(n: int, seed: int, accounts: int = 400, objects: int = 300, days: int = 10) -> pa.Table:
    """People who share popular links for a day or so, each on their own."""
    dice = np.random.default_rng(seed)
    weight = 1 / np.arange(1, objects + 1) ** 0.8
    thing = dice.choice(objects, size=n, p=weight / weight.sum())
    released = dice.integers(0, days * DAY, size=objects)
    at = released[thing] + dice.exponential(DAY, size=n).astype(int)
    who = dice.integers(0, accounts, size=n)
    return posts([(f"p{k}", f"c{who[k]:04}", f"u{thing[k]}", int(at[k])) for k in range(n)])


def plot(groups: int, size: int, acts: int, seed: int, *, alone: bool) -> pa.Table:
    """Groups that post together within half a minute; ``alone``: what nobody else posts."""
    dice = np.random.default_rng(seed)
    rows = []
    for g in range(groups):
        for k in range(acts):
            thing = f"only-{g}-{k}" if alone else f"u{dice.integers(0, 300)}"
            at = int(dice.integers(0, 10 * DAY))
            rows += [
                (f"q{g}-{k}-{m}", f"x{g}-{m}", thing, at + int(dice.integers(0, 30)))
                for m in range(size)
            ]
    return posts(rows)


def shuffled(table: pa.Table, seed: int) -> pa.Table:
    """The same posts with their times exchanged within object and day."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    frame = frame.with_columns(day=pl.col("timestamp") // DAY)
    mixed = pl.col("timestamp").shuffle(seed=seed).over("object_id", "day")
    return frame.with_columns(mixed).drop("day").to_arrow()
