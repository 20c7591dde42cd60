"""Rows of exports come in; what they tell of spaces she left and of whom she spoke to goes out.

Most exports do not tell it: Telegram, WhatsApp, Messenger and X write a line when somebody leaves a
group, Facebook lists memberships, Instagram and X when an account was closed, TikTok who may see a
post. Sentences are known in English, as the programs write them for an account in English; a line
that is not known is counted as nothing. Who removed her from a group did it, not she.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import polars as pl
import pyarrow as pa

from romduol.casebook.evidence import Kind

SPAN = timedelta(days=90)  # on either side of an attack, as the retreat scale asks
ACCOUNT = "account"  # the thread of what was set for an account as a whole
_CLOSING = ("instagram", "x")
_OPEN = "tiktok.audience.everyone"
_AUDIENCE = "tiktok.audience."
_GROUP_LEFT = re.compile(r"left|stopped being a member of|removed|remove_members|participantsLeave")
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

Names = frozenset[str]
Row = Mapping[str, Any]


class Sign(StrEnum):
    """What a line tells of her."""

    LEFT = "left"  # a group
    REMOVED = "removed"  # from a group, by another
    CLOSED = "closed"  # an account, to all but chosen people
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Turns:
    """What was told, with times: signs, and of each post with a known audience whether everyone
    may see it. ``ends`` is the last time that anything shows.
    """

    signs: tuple[tuple[Sign, datetime], ...]
    audiences: tuple[tuple[datetime, bool], ...]
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many within ``SPAN`` before and after an attack; of how many posts, for audiences."""

    what: str
    before: int
    after: int
    of_before: int | None = None
    of_after: int | None = None


def turns(rows: pa.Table) -> Turns:
    """Everything told in ``rows`` (of ``casebook.evidence.MESSAGE``, with ``post``), each once."""
    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)
    timed = frame.filter(pl.col("sent_at").is_not_null()).unique("post", maintain_order=True)
    known = _names(timed)
    spoken = timed.filter(
        (pl.col("thread") == ACCOUNT) | pl.col("text").str.contains(_GROUP_LEFT.pattern)
    )
    signs = (
        (_sign(row, known.get(row["platform"], frozenset())), row) for row in spoken.to_dicts()
    )
    ends = timed["sent_at"].max()
    assert ends is None or isinstance(ends, datetime)
    return Turns(
        tuple(sorted((sign, row["sent_at"]) for sign, row in signs if sign is not None)),
        tuple(_audiences(timed)),
        ends,
    )


def counted(told: Turns, attack: datetime) -> list[Counted]:
    """Each sign that is told at all, and posts not open to everyone, around ``attack``."""
    found = [
        Counted(sign.value, *_around([at for one, at in told.signs if one is sign], attack))
        for sign in Sign
        if any(one is sign for one, _ in told.signs)
    ]
    if told.audiences:
        kept = _around([at for at, everyone in told.audiences if not everyone], attack)
        found.append(Counted("kept", *kept, *_around([at for at, _ in told.audiences], attack)))
    return found


def _around(times: list[datetime], attack: datetime) -> tuple[int, int]:
    before = sum(attack - SPAN <= at < attack for at in times)
    return before, sum(attack <= at < attack + SPAN for at in times)


def _names(frame: pl.DataFrame) -> dict[str, Names]:
    """By platform, the names under which she wrote."""
    hers = frame.filter(pl.col("own").fill_null(value=False), pl.col("author").is_not_null())
    each = hers.select("platform", "author").unique().iter_rows()
    found: dict[str, set[str]] = {}
    for platform, author in each:
        found.setdefault(platform, set()).add(author)
    return {platform: frozenset(names) for platform, names in found.items()}


def _audiences(frame: pl.DataFrame) -> list[tuple[datetime, bool]]:
    """Of her posts whose audience the export says: when, and whether everyone may see it."""
    hers = frame.filter(pl.col("own").fill_null(value=False)).select("sent_at", "rules")
    told = hers.with_columns(
        pl.col("rules").list.eval(pl.element().filter(pl.element().str.starts_with(_AUDIENCE)))
    ).filter(pl.col("rules").list.len() > 0)
    return [(at, rules[0] == _OPEN) for at, rules in told.iter_rows()]


def _sign(row: Row, names: Names) -> Sign | None:
    if row["thread"] == ACCOUNT and row["platform"] in _CLOSING:
        return _of_account(row["text"]) if row["own"] else None
    reader = _READERS.get(row["platform"])
    return reader(row, names) if reader else None


def _of_account(text: str) -> Sign | None:
    """X: ``Protect``, ``Unprotect``; Instagram: a sentence with ``Private`` or ``Public``."""
    if re.fullmatch(r"Protect|.*\bprivate\b.*", text, re.IGNORECASE):
        return Sign.CLOSED
    return Sign.OPENED if re.fullmatch(r"Unprotect|.*\bpublic\b.*", text, re.IGNORECASE) else None


def _of_telegram(row: Row, names: Names) -> Sign | None:
    """``remove_members members=["…"]``, by herself or by another; a page in HTML has sentences."""
    if row["kind"] != Kind.SYSTEM.value:
        return None
    head, _, rest = str(row["text"]).partition("members=[")
    if head.strip() != "remove_members":
        return _of_sentence(row["text"], names)
    members, _ = json.JSONDecoder().raw_decode(f"[{rest}")
    if names.isdisjoint(one for one in members if isinstance(one, str)):
        return None
    return Sign.LEFT if row["author"] in names else Sign.REMOVED


def _of_x(row: Row, names: Names) -> Sign | None:
    if "x.event.participantsLeave" not in row["rules"]:
        return None
    gone = set(re.findall(r'"(\d+)"', row["text"]))
    if names.isdisjoint(gone):
        return None
    return Sign.LEFT if row["author"] is None or row["author"] in names else Sign.REMOVED


def _of_whatsapp(row: Row, names: Names) -> Sign | None:
    """A line of the program's, never a message in which somebody speaks of leaving."""
    if row["kind"] != Kind.SYSTEM.value:
        return None
    return _of_sentence(row["text"], names)


def _of_messenger(row: Row, names: Names) -> Sign | None:
    """Meta writes the line as a message of whoever did it; of memberships a list."""
    if row["kind"] == Kind.SYSTEM.value and "stopped being a member of" in row["text"]:
        return Sign.LEFT if row["own"] else None
    sign = _of_sentence(row["text"], names)
    by_her = row["author"] in names
    return sign if sign is None or by_her == (sign is Sign.LEFT) else None


def _of_sentence(text: str, names: Names) -> Sign | None:
    said = _MARKS.sub("", text).strip().removesuffix(".").removesuffix(" the group")
    who = {"You", *names}
    if said in {f"{one} left" for one in who} | {f"{one} removed {one}" for one in names}:
        return Sign.LEFT
    said = said.removesuffix(" from")
    if said == "You were removed" or said.endswith(tuple(f" removed {one}" for one in names)):
        return Sign.REMOVED
    return Sign.REMOVED if said.endswith(" removed you") else None


_READERS: dict[str, Callable[[Row, Names], Sign | None]] = {
    "telegram": _of_telegram,
    "x": _of_x,
    "whatsapp": _of_whatsapp,
    **dict.fromkeys(("messenger", "facebook", "instagram"), _of_messenger),
}
