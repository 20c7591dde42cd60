from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

POSTS = (
    "post_id,account_id,object_id,timestamp\n"
    "1,A,x,1700000000\n2,B,x,1700000010\n3,A,y,1700090000\n4,B,y,1700090030\n5,C,z,1700000000\n"
)


def romduol(*words: object) -> subprocess.CompletedProcess[str]:
    call = "from romduol.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", call, *map(str, words)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    file = tmp_path / "posts.csv"
    file.write_text(POSTS)
    return file


def test_edges_are_written_with_the_posts_behind_them_beside(posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "edges.parquet"
    done = romduol("campaigns", posts, "--window", 60, "--min-objects", 2, "--out", out, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    [edge] = answer["edges"]
    assert {k: edge[k] for k in ("a", "b", "n_objects", "n_pairs", "n_posts_a", "n_posts_b")} == {
        "a": "A", "b": "B", "n_objects": 2, "n_pairs": 2, "n_posts_a": 2, "n_posts_b": 2,
    }  # fmt: skip
    assert {"expected", "fdr"} < set(edge)
    assert pq.read_table(out).num_rows == 1
    assert pq.read_table(answer["posts_behind"])["post_a"].to_pylist() == ["1", "3"]


@pytest.mark.parametrize("lang", ["en", "km"])
def test_it_says_that_acting_together_is_no_proof(posts: Path, tmp_path: Path, lang: str) -> None:
    done = romduol("--lang", lang, "campaigns", posts, "--out", tmp_path / "edges.csv")
    assert done.returncode == 0
    assert ("not proof of a plot" if lang == "en" else "មិនមែនជាភស្តុតាង") in done.stdout


def test_rows_left_out_need_a_person(posts: Path, tmp_path: Path) -> None:
    posts.write_text(POSTS + "6,D,x,yesterday\n")
    done = romduol("campaigns", posts, "--out", tmp_path / "edges.graphml")
    assert done.returncode == 1
    assert "1 rows" in done.stderr
    assert (tmp_path / "edges.posts.csv").exists()


def test_a_file_that_is_there_is_left_alone(posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "edges.csv"
    out.write_text("mine")
    assert romduol("campaigns", posts, "--out", out).returncode == 2
    assert out.read_text() == "mine"


def test_an_unknown_form_is_wrong_usage_and_writes_nothing(posts: Path, tmp_path: Path) -> None:
    assert romduol("campaigns", posts, "--out", tmp_path / "edges.xlsx").returncode == 2
    assert list(tmp_path.iterdir()) == [posts]
