"""What TikTok keeps of a message, comment or post goes in, an entry comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from romduol.casebook.evidence import Precision
from romduol.intake.entries import Attached, Entry

COMMENTS, POSTS, LIVE = "comments", "posts", "live"
ODD = "tiktok.odd_stamp"

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?(?: UTC|Z|\+00:00)?", re.ASCII)
_AUDIENCES = {
    **dict.fromkeys(("everyone", "public", "public to everyone"), "everyone"),
    **dict.fromkeys(("friends", "mutual follow friends"), "friends"),
    "followers": "followers",
    **dict.fromkeys(("only me", "only you", "private", "self only"), "only_me"),
}
_ABSENT = frozenset({"", "N/A", "null", "None"})


@dataclass(frozen=True, slots=True)
class Found:
    """One record of either form. ``thread`` is the other side of a chat, or one of the above.

    ``sender`` is ``""`` where the record names none, which is so in all but chats.
    """

    start: int
    end: int
    thread: str
    stamp: str
    text: str
    sender: str = ""
    chat: bool = False
    media: tuple[tuple[str, str], ...] = ()  # kind, and where TikTok says that it is
    rules: tuple[str, ...] = ()


def entry(found: Found, own: str) -> Entry:
    """The entry; ``own`` is her user name, or ``""`` when the export does not say it."""
    written = _STAMP.fullmatch(found.stamp.strip())
    when = _moment(f"{written[1]} {written[2]}") if written else None
    return Entry(
        start=found.start,
        end=found.end,
        thread=found.thread,
        text=found.text,
        stamp=found.stamp,
        sent_at=when,
        precision=Precision.SECOND if when else Precision.UNKNOWN,
        author=(found.sender if found.chat else own) or None,
        account=found.sender,
        own=_hers(found, own),
        key=f"{written[1]} {written[2]}" if written else found.stamp,
        attached=tuple(Attached(kind, note=link) for kind, link in found.media),
        rules=(*found.rules, *([] if when else [ODD])),
    )


def audience(value: str) -> tuple[str, ...]:
    """The rule that says who may see a post now; none where the export does not say.

    The setting is that of the day of the export: when it was made is not told.
    """
    written = said(value).strip().casefold()
    return (f"tiktok.audience.{_AUDIENCES.get(written, 'other')}",) if written else ()


def said(value: str) -> str:
    """``value``, or ``""`` for one of the ways in which TikTok writes nothing."""
    return "" if value.strip() in _ABSENT else value


def _hers(found: Found, own: str) -> bool | None:
    if not found.chat:
        return True
    if found.sender and own:
        return found.sender == own
    # the chat is called by the other side, who is not she
    return False if found.sender and found.sender == found.thread else None


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=UTC)
    except ValueError:
        return None
