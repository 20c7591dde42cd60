"""One row of the page goes in, an entry comes out; joined rows take their sender from above."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from romduol.casebook.evidence import Kind, Precision
from romduol.intake.entries import Entry
from romduol.intake.markup import plain
from romduol.intake.telegram_html.media import attached, call
from romduol.intake.tree import Node

LOCAL = "telegram_html.local_time"
ODD = "telegram_html.odd_stamp"
DAY = "telegram_html.day_only"

_STAMP = re.compile(
    r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)(?: UTC([+-])(\d\d):(\d\d))?", re.ASCII
)
_DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})", re.ASCII)
_MONTHS = ["January", "February", "March", "April", "May", "June", "July"]
_MONTHS += ["August", "September", "October", "November", "December"]
_GOTO = re.compile(r"go_to_message(-?\d+)|GoToMessage\((-?\d+)\)")
_VIA = re.compile(r"(?P<name>.*) via @\w+\Z", re.DOTALL)
_FRAME = re.compile(r"\A\n|\n *\Z")


@dataclass(slots=True)
class Before:
    """What rows below may take over from rows above."""

    author: str | None = None
    forwarded: str | None = None
    day: str = ""  # "5 March 2024", as the page last said
    offset: timezone | None = None  # the exporter's, once a row has named it


@dataclass(frozen=True, slots=True)
class Page:
    """What is true of every row of one page."""

    thread: str
    zone: ZoneInfo
    beside: frozenset[str]


@dataclass(frozen=True, slots=True)
class _When:
    sent_at: datetime | None
    precision: Precision
    written: str
    key: str
    rules: tuple[str, ...]


def is_day(row: Node) -> bool:
    """Whether the row only says which day begins: Telegram numbers these below zero."""
    return "service" in row.classes and row.value("id").startswith("message-")


def entry(row: Node, span: tuple[int, int], page: Page, before: Before) -> Entry:
    """The message or service row; ``before`` is brought up to it."""
    if "service" in row.classes:
        return _service(row, span, page, before)
    body = row.child("body") or row
    inner = body.child("forwarded", "body")
    when = _when(body, page, before)
    author, rules = _author(row, body, before)
    said = inner or body
    forwarded = _forwarded(inner, before)
    files, more = attached(said, page.beside)
    text, mending = _text(said.child("text"))
    spoken = call(said)
    before.author, before.forwarded = author, forwarded
    return Entry(
        start=span[0],
        end=span[1],
        thread=page.thread,
        text=text or spoken,
        stamp=when.written,
        sent_at=when.sent_at,
        precision=when.precision,
        author=author,
        kind=Kind.CALL if spoken else Kind.MESSAGE,
        key=when.key,
        reply_to=_reply(said),
        forwarded_from=forwarded,
        attached=tuple(files),
        rules=(*mending, *when.rules, *rules, *more, *_flags(body, said)),
    )


def day_of(row: Node) -> str:
    """What a day's row says."""
    return plain(row.written())[0].strip()


def _service(row: Node, span: tuple[int, int], page: Page, before: Before) -> Entry:
    text, mending = _text(row.child("body", "details"))
    before.author = before.forwarded = None
    return Entry(
        start=span[0],
        end=span[1],
        thread=page.thread,
        text=text.strip(),
        stamp=before.day,
        sent_at=_midnight(before.day, before.offset or page.zone),
        precision=Precision.DAY if _midnight(before.day, page.zone) else Precision.UNKNOWN,
        kind=Kind.SYSTEM,
        key=f"{before.day} {row.value('id')}",  # the page gives it a number, but no time
        rules=(*mending, DAY),
    )


def _when(body: Node, page: Page, before: Before) -> _When:
    node = body.child("date", "details")
    written = "" if node is None else node.value("title")
    found = _STAMP.fullmatch(written)
    try:
        local = datetime(*(int(found[n]) for n in (3, 2, 1, 4, 5, 6))) if found else None  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        local = None
    if found is None or local is None:
        return _When(None, Precision.UNKNOWN, written, written, (ODD,))
    if found[7]:
        east = timedelta(hours=int(found[8]), minutes=int(found[9]))
        before.offset = timezone(min(east, timedelta(hours=23)) * (-1 if found[7] == "-" else 1))
    sent = local.replace(tzinfo=before.offset if found[7] else page.zone).astimezone(UTC)
    key = str(int(sent.timestamp())) if found[7] else written
    return _When(sent, Precision.SECOND, written, key, () if found[7] else (LOCAL,))


def _midnight(day: str, zone: timezone | ZoneInfo) -> datetime | None:
    found = _DAY.fullmatch(day)
    if found is None or found[2] not in _MONTHS:
        return None
    try:
        known = date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
        return datetime(known.year, known.month, known.day, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _author(row: Node, body: Node, before: Before) -> tuple[str | None, list[str]]:
    name = _name(body.child("from_name"))
    if name is None and "joined" in row.classes:
        return before.author, [] if before.author else ["telegram_html.sender_not_named"]
    via = _VIA.match(name or "")
    return (via["name"], ["telegram_html.via_bot"]) if via else (name, [])


def _forwarded(inner: Node | None, before: Before) -> str | None:
    if inner is None:
        return None
    name = _name(inner.child("from_name"))
    return before.forwarded or "" if name is None else name


def _name(node: Node | None) -> str | None:
    """The name without the date that may stand behind it in a ``span`` of details."""
    if node is None:
        return None
    kept = [c for c in node.children if isinstance(c, bytes) or "details" not in c.classes]
    return plain(Node(node.name, {}, kept).written())[0].strip() or None


def _reply(said: Node) -> str | None:
    node = said.child("reply_to", "details")
    link = None if node is None else next((n for n in node.within() if n.name == "a"), None)
    found = _GOTO.search(link.value("href") + link.value("onclick")) if link else None
    return (found[1] or found[2]) if found else None


def _text(node: Node | None) -> tuple[str, tuple[str, ...]]:
    if node is None:
        return "", ()
    text, rules = plain(node.written())
    return _FRAME.sub("", text), tuple(f"telegram_html.{rule}" for rule in rules)


def _flags(body: Node, said: Node) -> list[str]:
    reply = said.child("reply_to", "details")
    classes = {name for one in body.within() for name in one.classes}
    told = {
        "telegram_html.reply_elsewhere": reply is not None and _reply(said) is None,
        "telegram_html.signed": "signature" in classes,
        "telegram_html.reactions": "reactions" in classes,
        "telegram_html.buttons": "bot_buttons_table" in classes,
    }
    return [rule for rule, true in told.items() if true]
