from __future__ import annotations

import io

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_posts import crowd, plot, posts
from pyarrow import csv

from romduol.analysis import campaigns, edgefiles
from romduol.analysis.refusals import UnknownKindOfFile


@pytest.fixture(scope="module")
def found() -> campaigns.Campaigns:
    return campaigns.find(pa.concat_tables([crowd(500, 1), plot(2, 4, 3, 2, alone=True)]))


def test_a_graph_has_every_edge_with_its_counts_and_every_account_with_its_group(
    found: campaigns.Campaigns,
) -> None:
    graph = nx.read_graphml(io.BytesIO(edgefiles.edge_file(found, ".graphml")))
    assert graph.number_of_edges() == found.edges.num_rows
    for row in found.edges.to_pylist():
        assert graph.edges[row["a"], row["b"]] == {
            k: v for k, v in row.items() if k not in ("a", "b")
        }
    assert graph.nodes["x0-0"]["group"] == graph.nodes["x0-3"]["group"]
    assert graph.nodes["x0-0"]["group"] != graph.nodes["x1-0"]["group"]


def test_tables_come_back_as_they_were(found: campaigns.Campaigns) -> None:
    parquet = pq.read_table(io.BytesIO(edgefiles.edge_file(found, ".parquet")))
    assert parquet.equals(found.edges)
    text = csv.read_csv(io.BytesIO(edgefiles.edge_file(found, ".csv")))
    assert text.cast(campaigns.EDGE).equals(found.edges)


def test_no_cell_starts_a_formula_and_a_handle_stays_a_handle() -> None:
    rows = [
        (f"{o}{n}", who, o, n)
        for o in "xy"
        for n, who in enumerate(["=HYPERLINK(1)", "@handle", "-100123", "@SUM(1)"])
    ]
    table = edgefiles.edge_file(campaigns.find(posts(rows)), ".csv").decode()
    assert '"\'=HYPERLINK(1)"' in table
    assert '"\'@SUM(1)"' in table
    assert '"@handle"' in table
    assert '"-100123"' in table


def test_a_name_no_file_of_markup_can_hold_does_not_break_the_graph() -> None:
    rows = [(f"{o}{n}", who, o, n) for o in "xy" for n, who in enumerate(["a\x01<&>", "b"])]
    graph = nx.read_graphml(
        io.BytesIO(edgefiles.edge_file(campaigns.find(posts(rows)), ".graphml"))
    )
    assert set(graph) == {"a\ufffd<&>", "b"}


def test_another_form_is_refused(found: campaigns.Campaigns) -> None:
    with pytest.raises(UnknownKindOfFile):
        edgefiles.edge_file(found, ".xlsx")
