"""One record of a chat goes in, an entry comes out: words, and what the program put round them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from romduol.casebook.evidence import Kind, Precision
from romduol.intake.cutting import Piece
from romduol.intake.entries import Attached, Entry, leads_out

HEAD = rb"\[\d{4}-\d\d-\d\d(?:,? )\d\d:\d\d(?::\d\d)?\] [^\n]{1,300}?:"
HERS, NOBODY = "Me", "No-Sender"

_HEAD = re.compile(r"\[((\d{4}-\d\d-\d\d),? (\d\d:\d\d(?::\d\d)?))\] (.{1,300}?):(?: |(?=\n)|\Z)")
_DELETED = "(This message was deleted)"
_QUOTE = re.compile(r"\A\n\n> (.*?)\n\n", re.DOTALL)
_LINK = re.compile(r"(!?)\[([^\]\n]{0,300})\]\(\./(media/[^)\n]{0,900})\)  \Z")
_STICKER = re.compile(
    r"\n\(\( (.*?) \)\)\Z|\[([^\]\n]{0,300})\]\(\.\./exported_stickers/[^)\n]{0,900}\)  \Z"
)
_REACTIONS = re.compile(r"\n\(- [^\n]{1,3000} -\)\Z")
_CALL = re.compile(r"(?:Incoming|Outgoing|Missed) (?:voice |video )?call(?: \([a-z0-9 ,]+\))?")
_SPACE = "%20"
_MOST_FILES = 100  # Signal takes 32; any beyond this stay among the words
_LONGEST_MARK = 4096  # what signal-export puts behind the words is shorter


def entry(piece: Piece, thread: str, zone: ZoneInfo, beside: frozenset[str]) -> Entry | None:
    """The entry for a record; ``None`` when the piece does not open with a record's head."""
    text, rules = _decoded(piece.raw)
    head = _HEAD.match(text)
    if head is None:
        return None
    body = text[head.end() :].rstrip("\n")
    deleted = body == _DELETED
    words, attached, more = _taken_apart("" if deleted else body, beside)
    sender = None if head[4] == NOBODY else head[4]
    when, precision = _moment(head[2], head[3], zone)
    call = bool(_CALL.fullmatch(words))
    return Entry(
        start=piece.start,
        end=piece.end,
        thread=thread,
        text=words,
        stamp=head[1],
        sent_at=when,
        precision=precision,
        author=sender,
        own=None if sender is None else sender == HERS,
        kind=Kind.CALL if call else Kind.MESSAGE,
        deleted=deleted,
        attached=attached,
        rules=(*rules, *more, *(["signal.call_by_its_words"] if call else [])),
    )


def _decoded(raw: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        text, rules = raw.decode("utf-8"), ()
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace").replace("\r\n", "\n"), ("signal.repair.not_utf8",)
    return text.replace("\r\n", "\n"), rules


def _moment(day: str, time: str, zone: ZoneInfo) -> tuple[datetime | None, Precision]:
    try:
        local = datetime.fromisoformat(f"{day} {time}").replace(tzinfo=zone)
        when = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None, Precision.UNKNOWN
    return when, Precision.SECOND if len(time) == 8 else Precision.MINUTE


def _taken_apart(
    body: str, beside: frozenset[str]
) -> tuple[str, tuple[Attached, ...], tuple[str, ...]]:
    """Her words alone; what was quoted, attached and reacted stands beside them.

    The words of another that a message answers must not be taken for the answerer's own.
    """
    found: list[Attached] = []
    rules: list[str] = []
    end = len(body)
    for _ in range(_MOST_FILES):
        link = _at_end(_LINK, body, end)
        if link is None:
            break
        end = link.start()
        found.append(_file(link, beside))
    if sticker := _at_end(_STICKER, body, end):
        end = sticker.start()
        found.append(Attached("sticker", note=sticker[1] or sticker[2]))
    if reactions := _at_end(_REACTIONS, body, end):
        end = reactions.start()
        rules.append("signal.reactions")
    words = body[:end]
    if quote := _QUOTE.match(words):
        words = words[quote.end() :]
        found.append(Attached("quote", note=quote[1].replace("\n> ", "\n")))
        rules.append("signal.quote")
    return words.removesuffix("  "), tuple(reversed(found)), tuple(rules)


def _at_end(mark: re.Pattern[str], body: str, end: int) -> re.Match[str] | None:
    return mark.search(body, max(0, end - _LONGEST_MARK), end)


def _file(link: re.Match[str], beside: frozenset[str]) -> Attached:
    path = link[3].replace(_SPACE, " ")
    media = "image" if link[1] else _media(path.rpartition(".")[2].lower())
    if leads_out(path):
        return Attached(media, note=link[2])
    return Attached(media, path, path.rpartition("/")[2] in beside)


def _media(ending: str) -> str:
    if ending in ("m4a", "aac", "mp3", "ogg", "opus", "wav", "flac"):
        return "audio"
    return "video" if ending in ("mp4", "mov", "mkv", "mpeg", "webm") else "document"
