"""Records that differ only in their words: learnt from one of them, found among the others.

A pattern is one record with its words and numbers taken out. What is left is JSON whatever plain
words are put in, so a record that is equal to it line by line, with no quotation mark or backslash
in its words, is one whole object: nothing of it need be parsed. Where the words belong (author,
text, a file's name) is learnt from the same code that reads records one by one: it is given the
record with a mark in place of each word, and the marks are looked for in what it says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from romduol.casebook.evidence import Kind
from romduol.intake.telegram.lines import Lines, Numbers
from romduol.intake.telegram.looking import LookedAt, look_at
from romduol.intake.telegram.shapes import decoded

Part = str | int  # fixed words, or the slot whose words stand here

# what a record means depends on these words themselves, so they are part of the pattern
_FIXED = frozenset({b"type", b"action", b"media_type", b"mime_type"})
_UNIX = (b"date_unixtime", b"edited_unixtime")
_LINE = re.compile(
    rb'(?P<lead> *(?:"(?P<key>[^"\\]+)": )?)'
    rb'(?:"(?P<words>[^"\\]+)"|(?P<number>[1-9]\d{0,17}))(?P<comma>,?)'
)
_ESCAPE = re.compile(rb"\\.")
_MARK = re.compile("\ue0f7(\\d+)\ue0f8|77000444000(\\d{4})(?!\\d)")
_NUMBER = 770_004_440_000_000
_LINES = 400  # a record of more is looked at by itself


@dataclass(frozen=True, slots=True)
class Line:
    """One line: all of it fixed, or ``lead`` and ``close`` around words or a number."""

    lead: bytes
    close: bytes = b""
    key: bytes = b""  # of a member of the record itself
    kind: str = "fixed"  # "fixed", "words", "number"
    example: bytes = b""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The lines between the braces; the slots among them, and what the words in these are.

    ``looked`` is what is the same in every such record; ``flows`` says of each other field from
    which parts it is made; ``sent`` and ``edited`` are the slots that hold Unix times.
    """

    height: int  # lines of a record, braces included
    slots: tuple[Line, ...]
    at: Numbers  # the line of each slot, the record's first being 0
    fixed: tuple[bytes, ...]  # what stands before, between and behind the slots
    looked: LookedAt
    flows: dict[str, tuple[Part, ...]]
    sent: int
    edited: int  # -1: none
    quotes: int  # in one record, its words apart

    @property
    def words(self) -> list[int]:
        """The slots that hold words."""
        return [n for n, line in enumerate(self.slots) if line.kind == "words"]

    @property
    def numbers(self) -> list[int]:
        """The slots that hold a number."""
        return [n for n, line in enumerate(self.slots) if line.kind == "number"]

    @property
    def quotes_words(self) -> bool:
        """Whether words stand inside JSON in what is said of the record, escapes and all."""
        return self.looked["kind"] != Kind.MESSAGE or "note" in self.flows


def learn(raw: bytes, indent: int, zone: ZoneInfo) -> Pattern | None:
    """The pattern of the record ``raw``; ``None`` when its like must be looked at one by one.

    Escapes in it become letters: of its words it only matters that they are words.
    """
    raw = _ESCAPE.sub(b"x", raw)
    found = raw.split(b"\n")[1:-1]
    if b"\\" in raw or b"\xee\x83" in raw or b"77000444000" in raw or len(found) > _LINES:
        return None
    lines = [_line(one, indent + 1) for one in found]
    slots = tuple(line for line in lines if line.kind != "fixed")
    sent, edited = (_slot_of(key, slots) for key in _UNIX)
    marked = _marked(lines)
    try:
        record, mending = decoded(marked)
    except (ValueError, RecursionError):
        return None
    looked = look_at(marked, record, mending, zone)
    if mending or sent < 0 or looked["key"] != slots[sent].example.decode():
        return None
    if looked["sent_at"] is None:  # an odd stamp: its like with a good one is another sort
        return None
    flows = _flows(looked)
    if flows is None or "stamp" not in flows or (looked["edited_at"] is None) != (edited < 0):
        return None
    return Pattern(
        height=len(lines) + 2,
        slots=slots,
        at=np.array([n for n, line in enumerate(lines, 1) if line.kind != "fixed"]),
        fixed=_fixed(lines, indent),
        looked=looked,
        flows=flows | {"key": (sent,)},
        sent=sent,
        edited=edited,
        quotes=sum(line.lead.count(b'"') + line.close.count(b'"') for line in lines),
    )


def _line(raw: bytes, depth: int) -> Line:
    found = _LINE.fullmatch(raw)
    if found is None:
        return Line(raw)
    own = found["key"] if found.start("key") == depth + 1 else b""
    if found["number"]:
        return Line(found["lead"], found["comma"], own, "number", found["number"])
    if own in _FIXED or (own and found["words"].startswith(b"(")):
        return Line(raw)
    return Line(found["lead"] + b'"', b'"' + found["comma"], own, "words", found["words"])


def _slot_of(key: bytes, slots: tuple[Line, ...]) -> int:
    """The last slot of words under ``key``, as a decoder takes the last; -1 when there is none."""
    found = [n for n, slot in enumerate(slots) if slot.key == key and slot.kind == "words"]
    return found[-1] if found else -1


def _marked(lines: list[Line]) -> bytes:
    """The record with a mark in each slot; its times stay, for they are read at once."""
    marked, slot = [b"{"], 0
    for line in lines:
        mark = b""
        if line.kind != "fixed":
            mark = f"\ue0f7{slot}\ue0f8".encode() if line.kind == "words" else b""
            mark = mark or str(_NUMBER + slot).encode()
            slot += 1
        marked.append(line.lead + (line.example if line.key in _UNIX else mark) + line.close)
    return b"\n".join([*marked, b"}"])


def _flows(looked: LookedAt) -> dict[str, tuple[Part, ...]] | None:
    """Take the marks out of ``looked``; ``None`` where one stands where none is looked for."""
    flows: dict[str, tuple[Part, ...]] = {}
    for name in ("author", "account", "text", "reply", "forwarded", "stamp"):
        parts = _parts(looked[name])
        if any(isinstance(part, int) for part in parts):
            flows[name], looked[name] = parts, None
    attached = looked["attachments"]
    for name in ("name", "note"):
        parts = _parts(attached[0][name]) if len(attached) == 1 else ()
        if any(isinstance(part, int) for part in parts):
            flows[name], attached[0][name] = parts, ""
    left = msgspec.json.encode(looked).decode("utf-8")
    return None if _MARK.search(left) else flows


def _parts(said: str | None) -> tuple[Part, ...]:
    parts: list[Part] = []
    at = 0
    for mark in _MARK.finditer(said or ""):
        parts += [(said or "")[at : mark.start()], int(mark[1] or mark[2])]
        at = mark.end()
    parts.append((said or "")[at:])
    return tuple(part for part in parts if part != "")


def _fixed(lines: list[Line], indent: int) -> tuple[bytes, ...]:
    """The stretches around the slots, line ends included."""
    stretches = [b" " * indent + b"{\n"]
    for line in lines:
        stretches[-1] += line.lead
        if line.kind != "fixed":
            stretches.append(line.close)
        stretches[-1] += b"\n"
    stretches[-1] += b" " * indent + b"}"
    return tuple(stretches)


def those_like(pattern: Pattern, lines: Lines, rows: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Which of ``rows`` are like ``pattern``, and where their words begin and end.

    ``rows`` have as many lines as the pattern. Gives the rows, and the places: a row a slot, a
    column a record.
    """
    at = lines.first[rows][:, None] + pattern.at
    begins = lines.begins[at] + np.array([len(slot.lead) for slot in pattern.slots])
    ends = lines.ends[at] - np.array([len(slot.close) for slot in pattern.slots])
    opens = np.concatenate([lines.begins[lines.first[rows]][:, None], ends], axis=1)
    closes = opens + np.array([len(stretch) for stretch in pattern.fixed])
    like = ((begins < ends) & (closes[:, :-1] == begins)).all(axis=1)
    like &= closes[:, -1] == lines.stops[rows]
    fixed = lines.run(opens[like].ravel(), closes[like].ravel())
    wanted = np.frombuffer(b"".join(pattern.fixed), np.uint8)
    like[like] = (fixed.reshape(-1, len(wanted)) == wanted).all(axis=1)
    return rows[like], begins[like].T, ends[like].T
