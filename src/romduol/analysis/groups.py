"""Edges come in, groups of accounts go out: connected parts, and communities inside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import networkx as nx  # type: ignore[import-untyped]
import pyarrow as pa

_SAMPLES = 5
_SEED = 1  # communities are drawn in a fixed order: the same edges give the same groups


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that co-act, largest group first.

    ``part`` numbers the connected part it lies in. ``posts`` are its distinct posts that co-acted
    inside the group, of ``of_posts`` that its accounts have in all; ``objects`` what they were,
    ``first`` and ``last`` the earliest and latest, ``every_post`` their names in order of time,
    ``likeliest`` the false discovery rate of its least surprising pair.
    """

    number: int
    part: int
    accounts: tuple[str, ...]
    pairs: int
    objects: int
    posts: int
    first: datetime
    last: datetime
    of_posts: int = 0
    every_post: tuple[str, ...] = ()
    likeliest: float = 1.0

    @property
    def samples(self) -> tuple[str, ...]:
        """The first few posts."""
        return self.every_post[:_SAMPLES]

    @property
    def share(self) -> float:
        """The share of its accounts' posts that co-acted inside the group."""
        return self.posts / self.of_posts if self.of_posts else 0.0


def groups(
    edges: pa.Table, behind: pa.Table, totals: Mapping[str, int] = MappingProxyType({})
) -> tuple[Group, ...]:
    """Communities (Louvain, weight the distinct objects; Blondel and others 2008) of each part.

    Every account is in one group at most: one whose partners are all elsewhere stands in no group.
    ``totals`` says how many posts each account has.
    """
    graph = graph_of(edges)
    found: list[tuple[int, frozenset[str]]] = []
    parts = sorted(nx.connected_components(graph), key=_largest_first)
    for number, part in enumerate(parts, start=1):
        found += [(number, members) for members in _communities(graph, part)]
    found.sort(key=lambda pair: _largest_first(pair[1]))
    return _described(found, graph, behind, totals)


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


@dataclass
class _Seen:
    """The posts behind a group's pairs."""

    posts: dict[str, int] = field(default_factory=dict)
    objects: set[str] = field(default_factory=set)


def _described(
    found: list[tuple[int, frozenset[str]]],
    graph: nx.Graph[str],
    behind: pa.Table,
    totals: Mapping[str, int],
) -> tuple[Group, ...]:
    of = {account: n for n, (_, members) in enumerate(found) for account in members}
    seen: dict[int, _Seen] = defaultdict(_Seen)
    columns = (behind[name].to_pylist() for name in _BEHIND)
    for a, b, thing, post_a, post_b, at_a, at_b in zip(*columns, strict=True):
        if of[a] == of[b]:
            inside = seen[of[a]]
            inside.posts.update({post_a: at_a, post_b: at_b})
            inside.objects.add(thing)
    return tuple(
        _group((n + 1, part), members, graph, seen[n], totals)
        for n, (part, members) in enumerate(found)
        if n in seen
    )


def _group(
    numbers: tuple[int, int],
    members: frozenset[str],
    graph: nx.Graph[str],
    seen: _Seen,
    totals: Mapping[str, int],
) -> Group:
    inside = graph.subgraph(members)
    rates = [rate for _, _, rate in inside.edges(data="fdr", default=1.0)]
    order = sorted(seen.posts, key=lambda post: (seen.posts[post], post))
    return Group(
        number=numbers[0],
        part=numbers[1],
        accounts=tuple(sorted(members)),
        pairs=len(rates),
        objects=len(seen.objects),
        posts=len(order),
        first=_instant(seen.posts[order[0]]),
        last=_instant(seen.posts[order[-1]]),
        of_posts=sum(totals.get(account, 0) for account in members),
        every_post=tuple(order),
        likeliest=max(rates),
    )


_BEHIND = ("a", "b", "object", "post_a", "post_b", "at_a", "at_b")


def _instant(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
