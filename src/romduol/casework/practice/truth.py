"""The truth about the practice study: what is in every file, and what a good look must find.

These are the shapes; ``reckoning.py`` fills them. ``truth.json`` is ``Truth`` as it stands here.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class FileTruth:
    """What a reader must find in one file.

    Counts are of records; ``held`` counts pictures whose bytes are in the file. ``first`` and
    ``last`` are local and no finer than the file writes them. ``order`` is ``dmy``, ``mdy`` or "".
    """

    path: str
    member: str
    woman: str
    platform: str
    layout: str
    order: str = ""
    threads: tuple[str, ...] = ()
    messages: int = 0
    system: int = 0
    calls: int = 0
    turns: int = 0
    own: int = 0
    media: int = 0
    held: int = 0
    deleted: int = 0
    edited: int = 0
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one planted line stands: ``record`` counts from 0 in its file, all chats together."""

    path: str
    member: str
    thread: str
    record: int
    message_id: int | None  # Telegram's own id
    author: str
    at: str
    phrase: str
    form: str  # "" for talk that only looks like harm
    manner: str
    plot: str


@dataclass(frozen=True, slots=True)
class NameTruth:
    """Words that name somebody, in record ``record`` of a file (-1: in an interview's text)."""

    path: str
    member: str
    record: int
    lang: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class PlotTruth:
    """One campaign or pile-on: its accounts, its phrases, its first and last line."""

    plot: str
    kind: str
    paths: tuple[str, ...]
    accounts: tuple[str, ...]
    phrases: tuple[str, ...]
    messages: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class OwnPosts:
    """Her own messages in one chat, by ISO week; weeks without any are listed with 0."""

    woman: str
    path: str
    thread: str
    setting: str  # public, closed, notes
    silent_from: str  # "" when she did not fall silent there
    weeks: dict[str, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One expected row of ``findings``; ``counted_women`` are those who may be counted outside."""

    scheme: str
    term: str
    women: int
    incidents: int
    acts: int
    asked: int
    counted_women: int


@dataclass(frozen=True, slots=True)
class WomanTruth:
    """One woman: her folder, the name her exports sign her with, and what she agreed to."""

    alias: str
    folder: str
    own_name: str
    transcript: str
    items: int
    messages: int
    may_be_counted: bool
    may_be_quoted: bool
    quotes_allowed: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything the study holds, as ``truth.json`` has it."""

    mark: str
    seed: int
    zone: str
    items: int
    messages: int
    turns: int
    incidents: int
    codings: int
    complaints: int
    women: tuple[WomanTruth, ...]
    files: tuple[FileTruth, ...]
    planted: tuple[Place, ...]
    named: tuple[NameTruth, ...]
    plots: tuple[PlotTruth, ...]
    own_posts: tuple[OwnPosts, ...]
    findings: tuple[Finding, ...]

    def written(self) -> bytes:
        """The truth as JSON, one space a level."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n").encode("utf-8")
