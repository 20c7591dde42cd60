"""Campaigns on made-up public posts: CPU and memory beside reading and sorting, and beside a peer.

Posts are shares of links with a long tail of popular ones, and one group of five accounts for every
5,000 posts that acts together eight times. ``co-acting alone`` is what the peer computes; ``found``
adds chance levels, posts behind each edge and groups. Each runs in a process of its own.
``python -m benchmarks.campaigns [posts]``; ``ROMDUOL_PEERS`` names the peer's environment.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks import peers

POSTS = 1_000_000
DAYS, START = 30, 1_600_000_000

_MEASURE = """
import json, resource, sys
def spent():
    both = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(r.ru_utime + r.ru_stime for r in both)
path, work = sys.argv[1], sys.argv[2]
{ready}
began = spent()
{code}
status = open("/proc/self/status").read().splitlines()
peak = int(next(line for line in status if line.startswith("VmHWM")).split()[1]) // 1024
print(json.dumps({{"cpu": spent() - began, "peak": peak, "edges": edges, "true": true}}))
"""
_EDGES = """
true = sum(e["a"][:4] == e["b"][:4] == "camp" for e in rows)
edges = len(rows)
"""
_OURS = """
import duckdb, polars
from pathlib import Path
from romduol.analysis import campaigns, coacting, engines, posts
"""
READERS = {
    "read and sort, DuckDB": (
        "import duckdb",
        (
            "duckdb.sql(f\"select * from '{path}' order by object_id, timestamp\").to_arrow_table()"
            "\nedges = true = 0"
        ),
    ),
    "read and sort, Polars": (
        "import polars as pl",
        "pl.scan_parquet(path).sort('object_id', 'timestamp').collect()\nedges = true = 0",
    ),
    **{
        f"co-acting alone, {name}": (
            _OURS,
            f"""
runs = engines.engine("{name}")
near = coacting.in_company(posts.read([Path(path)], runs, 60).frame, runs, 60)
met = coacting.pairs(coacting.of_several(near, runs, 2), 60)
rows = [r for r in engines.collected(coacting.counted(met)).to_pylist() if r["n_objects"] > 1]
"""
            + _EDGES,
        )
        for name in ("duckdb", "polars")
    },
    **{
        f"found, {name}": (
            _OURS,
            f'rows = campaigns.find([Path(path)], engine="{name}").edges.to_pylist()' + _EDGES,
        )
        for name in ("duckdb", "polars")
    },
}
_PEER = (
    "from coordination_network_toolkit import compute_networks, preprocess",
    """
import sqlite3
base = work + "/peer.db"
preprocess.preprocess_csv_files(base, [work + "/posts.csv"])
compute_networks.compute_co_link_network(base, time_window=60, min_edge_weight=2, n_threads=1)
edges, true = sqlite3.connect(base).execute("select count(*) from co_link_network").fetchone()[0], 0
""",
)


_PEER_COLUMNS = (
    "message_id", "user_id", "username", "repost_id", "reply_id", "message", "timestamp", "urls",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One run. ``true`` edges are between planted accounts of one group; memory in MiB."""

    reader: str
    posts: int
    cpu_seconds: float
    peak: int
    edges: int
    true: int


def generate(path: Path, posts: int, seed: int = 0) -> None:
    """About ``posts`` posts as Parquet."""
    dice = np.random.default_rng(seed)
    accounts, objects = posts // 6, posts // 5
    who = _popular(dice, accounts, 0.7, posts)
    what = _popular(dice, objects, 0.6, posts)
    at = dice.integers(0, DAYS * 86_400, size=objects)[what] + dice.exponential(86_400, size=posts)
    crowd = pl.DataFrame(
        {
            "account_id": [f"acc_{n}" for n in who],
            "object_id": [f"https://a.test/{n}" for n in what],
            "timestamp": START + at.astype(np.int64),
        }
    )
    planted = _planted(dice, max(posts // 5000, 1), objects)
    mixed = pl.concat([crowd, planted]).sample(fraction=1, shuffle=True, seed=seed)
    named = mixed.with_row_index("n").select(
        pl.format("p{}", "n").alias("post_id"), "account_id", "object_id", "timestamp"
    )
    named.write_parquet(path)


def _popular(dice: np.random.Generator, n: int, steep: float, size: int) -> np.ndarray:
    weight = 1 / np.arange(1, n + 1) ** steep
    return dice.choice(n, size=size, p=weight / weight.sum())


def _planted(dice: np.random.Generator, groups: int, objects: int) -> pl.DataFrame:
    rows = []
    for group in range(groups):
        for act in range(8):
            link = f"only/{group}/{act}" if act % 2 else str(dice.integers(0, objects))
            at = START + int(dice.integers(0, DAYS * 86_400))
            rows += [
                (f"camp_{group}_{m}", f"https://a.test/{link}", at + int(dice.integers(0, 30)))
                for m in range(5)
            ]
    names = {"account_id": pl.String, "object_id": pl.String, "timestamp": pl.Int64}
    return pl.DataFrame(rows, schema=names, orient="row")


def _measured(reader: str, python: str, code: tuple[str, str], work: Path, posts: int) -> Row:
    script = _MEASURE.format(ready=code[0], code=code[1])
    done = subprocess.run(
        [python, "-c", script, str(work / "posts.parquet"), str(work)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    return Row(reader, posts, round(told["cpu"], 2), told["peak"], told["edges"], told["true"])


def _for_the_peer(work: Path) -> None:
    frame = pl.read_parquet(work / "posts.parquet")
    with (work / "posts.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_PEER_COLUMNS)
        for post, account, link, at in frame.iter_rows():
            writer.writerow([post, account, account, "", "", "", at, link])


def run(posts: int = POSTS) -> list[Row]:
    """Every reader once."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        generate(work / "posts.parquet", posts)
        rows = [_measured(n, sys.executable, c, work, posts) for n, c in READERS.items()]
        if python := peers.python_with("coordination-network-toolkit"):
            _for_the_peer(work)
            rows.append(_measured("coordination-network-toolkit", python, _PEER, work, posts))
    return rows


if __name__ == "__main__":
    for one in run(int(sys.argv[1]) if sys.argv[1:] else POSTS):
        print("  ".join(f"{k} {v}" for k, v in asdict(one).items()))
