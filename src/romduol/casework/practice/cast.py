"""Who takes part in the practice study: the women, their chats, and what is planted in them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from romduol.casework.practice.stock import data


@dataclass(frozen=True, slots=True)
class Planted:
    """One phrase that a named account writes at a given time."""

    at: datetime
    by: str
    phrase: str


@dataclass(frozen=True, slots=True)
class ChatPlan:
    """One chat. ``rate`` is exchanges a week; ``own`` how often she takes a part in one.

    ``setting`` is ``public`` (a group), ``closed`` (two people) or ``notes`` (to herself). From
    ``silent_from`` on, ``own_after`` replaces ``own``. ``path`` is the file inside the study.
    """

    woman: str
    path: str
    layout: str
    thread: str
    setting: str
    members: tuple[str, ...]
    languages: tuple[str, ...]
    rate: float
    own: float
    silent_from: date | None
    own_after: float
    planted: tuple[Planted, ...]

    @property
    def telegram(self) -> bool:
        """Is this a Telegram chat (else WhatsApp)?"""
        return self.layout.startswith("telegram")


@dataclass(frozen=True, slots=True)
class WomanPlan:
    """One woman of the study, by alias; ``transcript`` is the name of her interview's file."""

    alias: str
    folder: str
    transcript: str
    chats: tuple[ChatPlan, ...]


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """The same text by every account of ``accounts`` within a minute, in every file of ``paths``.

    ``waves`` are (first second of the minute, phrase).
    """

    id: str
    accounts: tuple[str, ...]
    paths: tuple[str, ...]
    waves: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True)
class PileOnPlan:
    """``messages`` hostile lines by ``crowd`` accounts that join for it, in ``minutes``."""

    id: str
    path: str
    at: datetime
    minutes: int
    messages: int
    crowd: int
    crowd_name: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """The whole plan. ``mark`` is the sentence that says everything is synthetic."""

    starts: date
    weeks: int
    mark: str
    mark_author: str
    women: tuple[WomanPlan, ...]
    campaigns: tuple[CampaignPlan, ...]
    pileons: tuple[PileOnPlan, ...]


@cache
def cast() -> Cast:
    """The plan shipped with this version."""
    plan = tomllib.loads(data("cast.toml").decode("utf-8"))
    return Cast(
        starts=plan["starts"],
        weeks=plan["weeks"],
        mark=plan["mark"],
        mark_author=plan["mark_author"],
        women=tuple(_woman(row) for row in plan["woman"]),
        campaigns=tuple(_campaign(row) for row in plan["campaign"]),
        pileons=tuple(_pileon(row) for row in plan["pileon"]),
    )


def _woman(row: dict[str, Any]) -> WomanPlan:
    chats = tuple(_chat(row["alias"], row["folder"], chat) for chat in row["chat"])
    return WomanPlan(row["alias"], row["folder"], row["transcript"], chats)


def _chat(alias: str, folder: str, row: dict[str, Any]) -> ChatPlan:
    return ChatPlan(
        woman=alias,
        path=f"{folder}/{row['file']}",
        layout=row["layout"],
        thread=row["thread"],
        setting=row["setting"],
        members=tuple(row["members"]),
        languages=tuple(row["languages"]),
        rate=row["rate"],
        own=row["own"],
        silent_from=row.get("silent_from"),
        own_after=row.get("own_after", row["own"]),
        planted=tuple(_planted(row.get("planted", ()))),
    )


def _planted(rows: list[dict[str, Any]]) -> Iterator[Planted]:
    for row in rows:
        yield Planted(row["at"], row["by"], row["phrase"])


def _campaign(row: dict[str, Any]) -> CampaignPlan:
    waves = tuple((wave["at"], wave["phrase"]) for wave in row["wave"])
    return CampaignPlan(row["id"], tuple(row["accounts"]), tuple(row["files"]), waves)


def _pileon(row: dict[str, Any]) -> PileOnPlan:
    return PileOnPlan(
        id=row["id"],
        path=row["file"],
        at=row["at"],
        minutes=row["minutes"],
        messages=row["messages"],
        crowd=row["crowd"],
        crowd_name=row["crowd_name"],
        languages=tuple(row["phrases"]),
    )
