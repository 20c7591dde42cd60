"""The same definition on Apache Spark, on this machine; skipped where it is not installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_posts import crowd, plot

from romduol.analysis import campaigns

_ON_SPARK = """
import sys
from pathlib import Path
import pyarrow.parquet as pq
from romduol.analysis import campaigns
found = campaigns.find([Path(sys.argv[1])], engine="spark")
pq.write_table(found.edges, sys.argv[2])
pq.write_table(found.posts_behind, sys.argv[3])
"""


@pytest.mark.slow
def test_spark_gives_the_same_to_the_last_bit(tmp_path: Path) -> None:
    if find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("Spark needs the package pyspark and a Java on this machine")
    table = pa.concat_tables([crowd(1500, 1), plot(3, 4, 4, 2, alone=True)])
    posts, edges, behind = (tmp_path / f"{n}.parquet" for n in ("posts", "edges", "behind"))
    pq.write_table(table, posts)
    # a process of its own, without the lock on sockets: Python and Java talk over this machine's
    away = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "ROMDUOL_LIGHT_LOCKS")}
    done = subprocess.run(
        [sys.executable, "-c", _ON_SPARK, str(posts), str(edges), str(behind)],
        env=away | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, json.dumps(done.stderr[-2000:])
    here = campaigns.find([posts])
    assert here.edges.num_rows >= 18
    assert pq.read_table(edges).equals(here.edges)
    assert pq.read_table(behind).equals(here.posts_behind)
