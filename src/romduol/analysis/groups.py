"""Edges come in, groups of accounts go out: connected parts, and communities inside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import networkx as nx  # type: ignore[import-untyped]
import pyarrow as pa

_SEED = 1  # communities are drawn in a fixed order: the same edges give the same groups


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that co-act, largest group first.

    ``part`` numbers the connected part it lies in. ``posts`` are its distinct posts that co-acted
    inside the group, ``objects`` what they were, ``first`` and ``last`` the earliest and latest.
    """

    number: int
    part: int
    accounts: tuple[str, ...]
    pairs: int
    objects: int
    posts: int
    first: datetime
    last: datetime


def groups(edges: pa.Table, behind: pa.Table) -> tuple[Group, ...]:
    """Communities (Louvain, weight the distinct objects; Blondel and others 2008) of each part.

    Every account is in one group at most: one whose partners are all elsewhere stands in no group.
    """
    graph = graph_of(edges)
    found: list[tuple[int, frozenset[str]]] = []
    parts = sorted(nx.connected_components(graph), key=_largest_first)
    for number, part in enumerate(parts, start=1):
        found += [(number, members) for members in _communities(graph, part)]
    found.sort(key=lambda pair: _largest_first(pair[1]))
    return _described(found, graph, behind)


def graph_of(edges: pa.Table) -> nx.Graph[str]:
    """The edges as a graph, added in the order of their names."""
    graph: nx.Graph[str] = nx.Graph()
    for row in sorted(edges.to_pylist(), key=lambda row: (row["a"], row["b"])):
        graph.add_edge(row["a"], row["b"], **{k: v for k, v in row.items() if k not in ("a", "b")})
    return graph


def _communities(graph: nx.Graph[str], part: Iterable[str]) -> list[frozenset[str]]:
    inside: nx.Graph[str] = nx.Graph()
    inside.add_nodes_from(sorted(part))
    inside.add_weighted_edges_from(
        sorted((min(a, b), max(a, b), n) for a, b, n in graph.edges(part, data="n_objects"))
    )
    if inside.number_of_nodes() < 4:
        return [frozenset(inside)]
    found = nx.community.louvain_communities(inside, weight="weight", seed=_SEED)
    return [frozenset(members) for members in found]


def _largest_first(members: Iterable[str]) -> tuple[int, list[str]]:
    named = sorted(members)
    return -len(named), named


def _described(
    found: list[tuple[int, frozenset[str]]], graph: nx.Graph[str], behind: pa.Table
) -> tuple[Group, ...]:
    of = {account: n for n, (_, members) in enumerate(found) for account in members}
    posts: dict[int, set[str]] = defaultdict(set)
    objects: dict[int, set[str]] = defaultdict(set)
    times: dict[int, list[int]] = defaultdict(list)
    for a, b, thing, *ids, at_a, at_b in zip(
        *(behind[n].to_pylist() for n in _BEHIND), strict=True
    ):
        if of[a] == of[b]:
            posts[of[a]].update(ids)
            objects[of[a]].add(thing)
            times[of[a]] += (at_a, at_b)
    return tuple(
        Group(
            number=n + 1,
            part=part,
            accounts=tuple(sorted(members)),
            pairs=graph.subgraph(members).number_of_edges(),
            objects=len(objects[n]),
            posts=len(posts[n]),
            first=_instant(min(times[n])),
            last=_instant(max(times[n])),
        )
        for n, (part, members) in enumerate(found)
        if times[n]
    )


_BEHIND = ("a", "b", "object", "post_a", "post_b", "at_a", "at_b")


def _instant(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
