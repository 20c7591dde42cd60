"""Campaigns come in; a table or a graph that other programs open goes out as bytes."""

from __future__ import annotations

import io
import re

import networkx as nx  # type: ignore[import-untyped]
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from romduol.analysis.campaigns import Campaigns
from romduol.analysis.groups import graph_of
from romduol.analysis.refusals import UnknownKindOfFile

FORMS = (".csv", ".parquet", ".graphml")
_FORMULA = re.compile(r"^(?![+-]\d+$|@[\w.]+$)[=+\-@\t\r]")  # a number and a handle are none
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def edge_file(found: Campaigns, form: str) -> bytes:
    """The edges as ``form`` (one of ``FORMS``); raises ``UnknownKindOfFile`` for another.

    A graph also says the group of each account. In CSV no cell can start a formula.
    """
    if form == ".graphml":
        return _graph(found)
    return table_file(found.edges, form)


def table_file(table: pa.Table, form: str) -> bytes:
    """A table as CSV (UTF-8) or Parquet."""
    out = io.BytesIO()
    if form == ".parquet":
        pq.write_table(table, out, compression="zstd")
    elif form == ".csv":
        csv.write_csv(_harmless(table), out)
    else:
        raise UnknownKindOfFile
    return out.getvalue()


def _harmless(table: pa.Table) -> pa.Table:
    for n, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            cells = [_cell(str(value)) for value in table.column(n).to_pylist()]
            table = table.set_column(n, field.name, pa.array(cells, pa.string()))
    return table


def _cell(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def _graph(found: Campaigns) -> bytes:
    graph = graph_of(found.edges)
    for group in found.groups:
        for account in group.accounts:
            graph.nodes[account].update(group=group.number, part=group.part)
    named = {account: _NOT_XML.sub("\ufffd", account) for account in graph}
    out = io.BytesIO()
    nx.write_graphml_xml(nx.relabel_nodes(graph, named), out, encoding="utf-8", prettyprint=False)
    return out.getvalue()
