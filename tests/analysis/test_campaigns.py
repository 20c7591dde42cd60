from __future__ import annotations

from itertools import combinations
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_posts import DAY, crowd, plot, posts, shuffled

from romduol.analysis import campaigns
from romduol.analysis.refusals import (
    ColumnsMissing,
    EngineMissing,
    NoUsablePost,
    PostsUnreadable,
    UnknownKindOfFile,
    WindowTooShort,
)

COUNTS = ["a", "b", "n_pairs", "n_objects", "n_posts_a", "n_posts_b"]
EMBEDDED = ["duckdb", "polars"]


def counts(found: campaigns.Campaigns) -> pl.DataFrame:
    frame = pl.from_arrow(found.edges.select(COUNTS))
    assert isinstance(frame, pl.DataFrame)
    return frame.sort("a", "b")


@pytest.mark.parametrize("engine", EMBEDDED)
def test_the_edges_of_a_real_set_are_those_its_reference_gives(
    coordination: Path, engine: str
) -> None:
    found = campaigns.find(
        [coordination / "german_url.parquet"], 60, min_objects=1, min_pairs=2, engine=engine
    )
    expected = pl.read_parquet(coordination / "german_url_edges.parquet")
    assert counts(found).equals(expected.select(COUNTS).sort("a", "b"))


def test_asking_for_two_objects_gives_a_part_of_those_edges(coordination: Path) -> None:
    two = counts(campaigns.find([coordination / "german_url.parquet"], 60))
    expected = pl.read_parquet(coordination / "german_url_edges.parquet")
    assert two.equals(expected.filter(pl.col("n_objects") >= 2).select(COUNTS).sort("a", "b"))
    assert two.height < expected.height


def test_every_engine_gives_the_same_to_the_last_bit() -> None:
    table = pa.concat_tables([crowd(3000, 1), plot(3, 4, 4, 2, alone=True)])
    one, other = (campaigns.find(table, engine=engine) for engine in EMBEDDED)
    assert one.edges.num_rows >= 18
    assert one.edges.equals(other.edges)
    assert one.posts_behind.equals(other.posts_behind)
    assert one.groups == other.groups


def brute(rows: list[tuple[str, str, str, int]], window: int) -> dict[tuple[str, str], list[int]]:
    behind: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for (p, a, o, t), (q, b, r, u) in combinations(sorted(set(rows)), 2):
        if a != b and o == r and abs(t - u) <= window:
            first, second = ((a, p), (b, q)) if a < b else ((b, q), (a, p))
            behind.setdefault((first[0], second[0]), []).append((o, first[1], second[1]))
    return {
        pair: [len(met), *(len({m[k] for m in met}) for k in range(3))]
        for pair, met in behind.items()
    }


ROWS = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("xyz"), st.integers(DAY - 200, DAY + 200)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(ROWS, st.integers(1, 150), st.integers(1, 3), st.integers(1, 3))
def test_counts_are_those_of_comparing_every_post_with_every_other(
    drawn: list[tuple[str, str, int]], window: int, min_objects: int, min_pairs: int
) -> None:
    rows = [(f"p{k}", *row) for k, row in enumerate(drawn)]
    wanted = {
        pair: n
        for pair, n in brute(rows, window).items()
        if n[1] >= min_objects and n[0] >= min_pairs
    }
    found = campaigns.find(posts(rows), window, min_objects, min_pairs, engine="polars")
    got = {
        (e["a"], e["b"]): [e["n_pairs"], e["n_objects"], e["n_posts_a"], e["n_posts_b"]]
        for e in found.edges.to_pylist()
    }
    assert got == wanted
    assert found.posts_behind.num_rows == sum(n[0] for n in wanted.values())


def test_both_ends_of_the_window_are_inside_and_the_next_second_is_not() -> None:
    rows = [("1", "A", "x", 59), ("2", "B", "x", 119), ("3", "C", "x", 180)]
    found = campaigns.find(posts(rows), 60, min_objects=1)
    assert [(e["a"], e["b"]) for e in found.edges.to_pylist()] == [("A", "B")]


def test_nothing_is_chained_through_a_third_post() -> None:
    rows = [(f"{o}{n}", who, o, n * 50) for o in "xy" for n, who in enumerate(["A", "B", "C"])]
    found = campaigns.find(posts(rows), 60)
    assert [(e["a"], e["b"]) for e in found.edges.to_pylist()] == [("A", "B"), ("B", "C")]


def test_a_post_listed_twice_is_one_post() -> None:
    rows = [(f"{o}{who}", who, o, 10) for o in "xy" for who in "AB"]
    once, twice = (campaigns.find(posts(rows * n)) for n in (1, 2))
    assert counts(once).equals(counts(twice))
    assert once.edges["n_pairs"].to_pylist() == [2]
    assert once.posts_behind.equals(twice.posts_behind)


def test_the_posts_behind_an_edge_come_with_it() -> None:
    rows = [("1", "B", "x", 5), ("2", "A", "x", 0), ("3", "A", "y", 70), ("4", "B", "y", 90)]
    found = campaigns.find(posts(rows), 60)
    behind = found.posts_behind.to_pylist()
    assert [(b["a"], b["b"], b["object"], b["post_a"], b["post_b"]) for b in behind] == [
        ("A", "B", "x", "2", "1"),
        ("A", "B", "y", "3", "4"),
    ]
    assert (behind[0]["at_b"] - behind[0]["at_a"]).total_seconds() == 5


@pytest.mark.parametrize("alone", [True, False])
def test_planted_campaigns_are_found_and_little_else(alone: bool) -> None:
    table = pa.concat_tables([crowd(8000, 3), plot(10, 5, 6, 4, alone=alone)])
    edges = campaigns.find(table).edges.to_pylist()
    called = [e for e in edges if e["fdr"] <= 0.05]
    true = [e for e in called if e["a"][0] == e["b"][0] == "x"]
    assert len(true) >= 0.95 * 100
    assert len(true) >= 0.99 * len(called)


@pytest.mark.parametrize("seed", range(3))
def test_times_shuffled_within_object_and_day_call_no_campaign(seed: int) -> None:
    table = shuffled(crowd(12_000, seed, accounts=60, objects=80), seed)
    found = campaigns.find(table, engine="polars")
    assert found.edges.num_rows > 50
    assert sum(e["fdr"] <= 0.05 for e in found.edges.to_pylist()) == 0


def test_a_viral_object_makes_no_campaign() -> None:
    crowded = [(f"v{n}", f"c{n:04}", "viral", n % 3000) for n in range(3000)]
    table = pa.concat_tables([posts(crowded), crowd(3000, 5)])
    found = campaigns.find(table, engine="polars")
    assert all(e["fdr"] > 0.05 for e in found.edges.to_pylist())


def test_what_is_asked_for_does_not_change_how_surprising_an_edge_is() -> None:
    table = pa.concat_tables([crowd(4000, 6), plot(4, 4, 5, 7, alone=False)])
    few, many = (campaigns.find(table, min_objects=n) for n in (4, 2))
    level = {(e["a"], e["b"]): e["expected"] for e in many.edges.to_pylist()}
    assert few.edges.num_rows >= 24
    assert all(level[e["a"], e["b"]] == e["expected"] for e in few.edges.to_pylist())


def test_groups_say_who_what_and_when() -> None:
    table = pa.concat_tables([crowd(500, 8), plot(2, 4, 3, 9, alone=True)])
    found = campaigns.find(table)
    first, second = found.groups[:2]
    assert first.accounts == ("x0-0", "x0-1", "x0-2", "x0-3")
    assert (first.pairs, first.objects, first.posts) == (6, 3, 12)
    assert first.first < first.last
    assert second.part != first.part


def test_rows_without_account_object_or_time_are_counted_and_left_out() -> None:
    table = pa.table(
        {
            "post_id": ["1", "2", "3", "4", "5"],
            "account_id": ["A", "", None, "B", "C"],
            "object_id": ["x", "x", "x", "x", ""],
            "timestamp": ["10", "10", "10", "2023-11-14T22:13:20Z", "10"],
        }
    )
    found = campaigns.find(table)
    assert (found.used, found.left_out) == (2, 3)


@pytest.mark.parametrize("engine", EMBEDDED)
def test_account_007_is_not_account_7(tmp_path: Path, engine: str) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(
        "post_id,account_id,object_id,timestamp\n"
        "1,007,x,1700000000\n2,7,x,1700000001\n3,007,y,1700000500\n4,7,y,1700000501\n"
    )
    found = campaigns.find([file], engine=engine)
    assert [(e["a"], e["b"]) for e in found.edges.to_pylist()] == [("007", "7")]


def test_several_files_are_one_set_of_posts(tmp_path: Path) -> None:
    table = plot(1, 3, 3, 10, alone=True)
    for n, part in enumerate((table.slice(0, 4), table.slice(4))):
        pq.write_table(part, tmp_path / f"{n}.parquet")
    found = campaigns.find(sorted(tmp_path.iterdir()))
    assert found.edges.equals(campaigns.find(table).edges)


@pytest.mark.parametrize(
    ("same", "column", "values"),
    [
        ("link", "url", ["https://www.a.test/x?utm_source=1", "http://a.test/x/#top"]),
        ("text", "text", ["Shame  on HER", "shame on\u200b her"]),
        (
            "near",
            "text",
            [
                "the people of this village do not want her to speak for them at any meeting",
                "the people of this village do not want her to speak for us at any meeting",
            ],
        ),
        ("image", "image_hash", ["ffee", "ffee"]),
        ("target", "target", ["her page", "her page"]),
    ],
)
def test_the_same_may_be_a_link_a_text_a_picture_or_a_target(
    same: str, column: str, values: list[str]
) -> None:
    table = pa.table(
        {
            "post_id": ["1", "2", "3"],
            "account_id": ["A", "B", "C"],
            column: [*values, "something else altogether, said by somebody on another day"],
            "timestamp": [100, 110, 120],
        }
    )
    found = campaigns.find(table, min_objects=1, same=same)
    assert [(e["a"], e["b"]) for e in found.edges.to_pylist()] == [("A", "B")]
    assert campaigns.find(table, min_objects=1).same in (same, "text")


def test_an_edge_carries_no_words() -> None:
    table = pa.table(
        {
            "post_id": ["1", "2"],
            "account_id": ["A", "B"],
            "text": ["canary words", "Canary Words"],
            "timestamp": [100, 110],
        }
    )
    found = campaigns.find(table, min_objects=1)
    assert found.edges.num_rows == 1
    assert "canary" not in str(found.posts_behind.to_pylist()).lower()


def test_one_object_with_many_posts_costs_no_square() -> None:
    rows = [(f"v{n}", f"c{n:05}", "viral", n % 50) for n in range(20_000)]
    found = campaigns.find(posts([*rows, ("a", "A", "x", 0)]), engine="polars")
    assert found.edges.num_rows == 0  # two hundred million pairs would not have fitted


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"window": 0}, WindowTooShort),
        ({"min_objects": 0}, WindowTooShort),
        ({"engine": "excel"}, EngineMissing),
        ({"same": "image"}, ColumnsMissing),
    ],
)
def test_what_cannot_be_asked_is_refused(
    asked: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        campaigns.find(crowd(10, 0), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", EMBEDDED)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, engine: str) -> None:
    file = tmp_path / "posts.parquet"
    file.write_bytes(b"no parquet at all")
    with pytest.raises(PostsUnreadable):
        campaigns.find([file], engine=engine)
    with pytest.raises(UnknownKindOfFile):
        campaigns.find([tmp_path / "posts.xlsx"])


def test_milliseconds_are_refused_rather_than_taken_for_seconds() -> None:
    table = posts([("1", "A", "x", 0), ("2", "B", "x", 1)])
    late = table.set_column(3, "timestamp", pa.array([1_700_000_000_000, 1_700_000_001_000]))
    with pytest.raises(NoUsablePost):
        campaigns.find(late)
