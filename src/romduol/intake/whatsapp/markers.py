"""What a record's words say of it: media left out, deleted, edited, a call, a system line.

The phrases are data (``markers.csv``: rule, media, form, language, phrase, example). Bytes and
places never change by it: this is a second, replaceable layer, and every finding carries the id of
the phrase's rule and language. A person can type any of these phrases; the rule id says that it was
the phrase that decided, and the words stay in ``text``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

from romduol.casebook.evidence import Kind
from romduol.language.marks import bare, visible

LRM = "\u200e"
_QUOTES = frozenset("\"'“”„«»‘’‚「『")
_MEDIA_BY_ENDING = {
    "image": "jpg jpeg png heic webp bmp",
    "video": "mp4 mov 3gp mkv avi webm",
    "audio": "mp3 m4a aac wav amr flac",
    "voice": "opus ogg oga",
    "gif": "gif",
    "contact": "vcf",
    "document": "pdf doc docx xls xlsx ppt pptx txt csv zip rar apk odt ods html",
}
_MEDIA_BY_PREFIX = {
    "IMG-": "image", "VID-": "video", "AUD-": "audio", "PTT-": "voice", "STK-": "sticker",
    "DOC-": "document", "GIF-": "gif", "PHOTO": "image", "VIDEO": "video", "AUDIO": "audio",
    "STICKER": "sticker",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marker:
    """One phrase of one language, and what it means when it stands in the place ``form`` names."""

    rule: str
    media: str
    form: str  # whole, prefix, suffix, named, bracketed, call, within
    lang: str
    phrase: str
    example: str

    @property
    def id(self) -> str:
        """What is written on a record that this phrase classified."""
        return f"whatsapp.{self.rule}" + ("" if self.lang == "*" else f".{self.lang}")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file the record speaks of: its name in the export or ``""``, and what it is."""

    name: str
    media: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What the phrases in one record say. Nothing found: an ordinary message."""

    kind: Kind = Kind.MESSAGE
    attachments: tuple[Attachment, ...] = ()
    edited: bool = False
    deleted: bool = False
    rules: tuple[str, ...] = field(default=())


@cache
def markers() -> tuple[Marker, ...]:
    """Every phrase, longest first, so that the more telling one is met first."""
    text = (files(__package__) / "markers.csv").read_text(encoding="utf-8")
    rows = (Marker(**row) for row in csv.DictReader(text.splitlines()))
    return tuple(sorted(rows, key=lambda m: -len(m.phrase)))


@cache
def trigger() -> str:
    """A pattern (Rust ``regex``) that matches in every text ``classify`` finds anything in."""
    phrases = dict.fromkeys(m.phrase.strip() for m in markers())
    return "|".join([LRM, *("".join(map(_literal, phrase)) for phrase in phrases)])


def _literal(char: str) -> str:
    return "\\" + char if char in r"\.+*?()|[]{}^$" else char


@cache
def _by_form(form: str) -> tuple[Marker, ...]:
    return tuple(m for m in markers() if m.form == form)


@cache
def _whole() -> dict[str, Marker]:
    return {_plain(m.phrase): m for m in reversed(_by_form("whole"))}


@cache
def _verbatim() -> frozenset[str]:
    """Whole texts that are a phrase of the table to the letter."""
    phrases = {m.phrase for m in _by_form("whole")}
    return frozenset(phrases | {LRM + phrase for phrase in phrases})


def _plain(text: str) -> str:
    return bare(visible(text)).removesuffix(".")


def system_phrase(text: str) -> Marker | None:
    """The phrase by which a line is known to be the program's own."""
    return next((m for m in _by_form("within") if m.phrase in text), None)


@cache
def begins_system_line(name: bytes) -> bool:
    """Whether what stands before a line's first colon is no sender but a line of the program's.

    ``X changed the subject from “Land: now” to …``: a known phrase, and a quotation behind it.
    """
    text = name.decode(errors="replace")
    marker = system_phrase(text)
    return marker is not None and bool(_QUOTES.intersection(text.split(marker.phrase, 1)[1]))


def classify(text: str, *, named: bool, thread: bool) -> Found:
    """What one record is. ``named``: it names a sender; ``thread``: that sender is the chat itself.

    iOS writes the program's lines as if the chat had sent them, with U+200E before the words.
    """
    if text in _verbatim():
        return _classified_whole(text, named, thread)
    return _classified(text, named=named, thread=thread)


@lru_cache(maxsize=1024)
def _classified_whole(text: str, named: bool, thread: bool) -> Found:
    """Kept only for texts that are nothing but a phrase of the table: no one's own words."""
    return _classified(text, named=named, thread=thread)


def _classified(text: str, *, named: bool, thread: bool) -> Found:
    words, edited = _without_edited(text)
    found = next((f for rule in _RULES if (f := rule(words)) is not None), None)
    if found is None:
        found = _as_system(words, named=named, thread=thread)
    if edited is None:
        return found
    return Found(found.kind, found.attachments, True, found.deleted, (*found.rules, edited.id))


def _without_edited(text: str) -> tuple[str, Marker | None]:
    shown = bare(text)
    if shown.endswith(tuple(m.phrase for m in _by_form("suffix"))):
        marker = next(m for m in _by_form("suffix") if shown.endswith(m.phrase))
        return shown.removesuffix(marker.phrase).rstrip(LRM + " "), marker
    return text, None


def _as_system(text: str, *, named: bool, thread: bool) -> Found:
    marker = system_phrase(text)
    if not named:
        return Found(Kind.SYSTEM, rules=(marker.id,) if marker else ("whatsapp.no-sender",))
    if not text.startswith(LRM):
        return Found(rules=() if text else ("whatsapp.empty",))
    if marker is not None:
        return Found(Kind.SYSTEM, rules=(marker.id,))
    return Found(Kind.SYSTEM, rules=("whatsapp.system.phrase-unknown",)) if thread else Found()


def _whole_body(text: str) -> Found | None:
    marker = _whole().get(_plain(text)) if len(text) < 200 else None
    if marker is None:
        return None
    if marker.rule == "deleted":
        return Found(deleted=True, rules=(marker.id,))
    held = (Attachment("", marker.media, bare(visible(text))),) if marker.media else ()
    return Found(attachments=held, rules=(marker.id,))


def _call(text: str) -> Found | None:
    words = bare(text)
    for marker in _by_form("call"):
        if words.startswith(marker.phrase) and _CALL_GOES_ON.match(words[len(marker.phrase) :]):
            return Found(Kind.CALL, rules=(marker.id,))
    return None


_CALL_GOES_ON = re.compile(r"(?:$|[,.]|\u200e| at \d|[ ,.]*\u200e)")


def _prefixed(text: str) -> Found | None:
    words = bare(text)
    for marker in _by_form("prefix"):
        if words.startswith(marker.phrase):
            return Found(attachments=(Attachment("", marker.media),), rules=(marker.id,))
    return None


def _named_file(text: str) -> Found | None:
    first = bare(text.split("\n", 1)[0].removesuffix("\r"))
    for marker in _by_form("named"):
        name = bare(first.removesuffix(f"({marker.phrase})"))
        if len(name) < len(first) and name:
            return _with_file(name, marker)
    return None


def _bracketed_file(text: str) -> Found | None:
    if "<" not in text:
        return None
    for marker in _by_form("bracketed"):
        place = text.find("<" + marker.phrase)
        close = text.find(">", place)
        if place >= 0 and close > 0 and "\n" not in text[place:close]:
            return _with_file(bare(text[place + 1 + len(marker.phrase) : close]), marker)
    return None


def _with_file(name: str, marker: Marker) -> Found:
    rules = (marker.id, "whatsapp.no-ending") if name.endswith(".") else (marker.id,)
    return Found(attachments=(Attachment(name, media_of(name)),), rules=rules)


_RULES: tuple[Callable[[str], Found | None], ...] = (
    _whole_body, _call, _prefixed, _named_file, _bracketed_file,
)  # fmt: skip


def media_of(name: str) -> str:
    """What kind of media a file is, by the prefix WhatsApp gives and by its ending."""
    for prefix, media in _MEDIA_BY_PREFIX.items():
        if name.startswith(prefix) or f"-{prefix}-" in name:
            return media
    ending = name.rpartition(".")[2].lower()
    return next(
        (m for m, endings in _MEDIA_BY_ENDING.items() if ending in endings.split()), "document"
    )


def languages() -> Iterator[str]:
    """The languages phrases are known in."""
    return iter(sorted({m.lang for m in markers()} - {"*"}))
