"""What the headers of a message say: who, when, in answer to what, and how far to believe it.

The structure is read under ``email.policy.compat32``, which accepts whatever stands there; only the
words of a header are decoded under ``email.policy.default`` (RFC 2047, RFC 6532).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

Letter: TypeAlias = "Message[str, str]"

ODD_HEADER = "mail.odd_header"
NOT_UTF8 = "mail.repair.not_utf8"
LOCAL = "mail.local_time"
ODD_STAMP = "mail.odd_stamp"
FROM_RECEIVED = "mail.time_from_received"
FROM_ENVELOPE = "mail.time_from_envelope"

# what the email package raises at headers it does not foresee, instead of noting a defect
_UNFORESEEN = (IndexError, AttributeError, ValueError, TypeError, LookupError, RecursionError)
_LONGEST = 20_000  # decoding headers takes far longer than their length; none is so long
_ID = re.compile(r"<[^<>\s]{1,900}>")
_ZONE = re.compile(r"[+-]\d{4}\b|\b(?:UTC?|GMT|Z|[ECMP][SD]T)\b")
_VERDICT = re.compile(
    r"\b(spf|dkim|dmarc)=(pass|fail|softfail|neutral|none|policy|temperror|permerror)\b"
)  # RFC 8601, section 2.7


@dataclass(frozen=True, slots=True)
class When:
    """The time a message bears, and the rules needed to read it."""

    sent_at: datetime | None
    written: str
    rules: tuple[str, ...] = ()


def written(letter: Letter, name: str) -> list[str]:
    """Every header called ``name`` as written, unfolded; bytes that are no UTF-8 become U+FFFD."""
    found = [value for key, value in letter.raw_items() if key.lower() == name]
    return [_unescaped(str(value)) for value in found]


def first(letter: Letter, name: str) -> str:
    """The first header called ``name``, or ``""``."""
    return next(iter(written(letter, name)), "")


def _unescaped(value: str) -> str:
    """The parser keeps a byte beyond ASCII as a lone surrogate."""
    raw = value.encode("utf-8", "surrogateescape")
    return re.sub(r"\r?\n(?=[ \t])", "", raw.decode("utf-8", "replace")).strip()


def words(value: str) -> tuple[str, tuple[str, ...]]:
    """A header's value with its encoded words decoded; as it stands where that cannot be done."""
    rules = (NOT_UTF8,) if "\ufffd" in value else ()
    if "=?" not in value:
        return value, rules
    if len(value) > _LONGEST:
        return value, (*rules, ODD_HEADER)
    try:
        decoded = str(default.header_factory("subject", value))
    except _UNFORESEEN:
        return value, (*rules, ODD_HEADER)
    return decoded.encode("utf-8", "replace").decode("utf-8"), rules


def sender(letter: Letter) -> str | None:
    """The address in ``From``, the domain in lower case; else what stands there; else null."""
    value = first(letter, "from")
    try:
        address = parseaddr(value[:_LONGEST])[1]
    except _UNFORESEEN:
        return value or None
    local, at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}" if at and local else value or None


def message_id(letter: Letter) -> str:
    """Its own number, with its angle brackets, or ``""``."""
    found = _ID.search(first(letter, "message-id"))
    return found[0] if found else ""


def answers(letter: Letter) -> str:
    """The number of the message answered, or ``""``."""
    found = _ID.search(first(letter, "in-reply-to"))
    return found[0] if found else ""


def conversation(letter: Letter) -> str:
    """The number of the message with which the conversation began, as far as it is known."""
    root = _ID.search(first(letter, "references"))
    return root[0] if root else answers(letter) or message_id(letter)


def when(letter: Letter, envelope: str, zone: ZoneInfo) -> When:
    """``Date`` as its sender wrote it; without one, when her server took it; else the envelope's.

    A date without a zone is read in ``zone`` and says so.
    """
    received = first(letter, "received").rpartition(";")[2].strip()
    said = first(letter, "date")
    for text, rule in ((said, ""), (received, FROM_RECEIVED), (envelope, FROM_ENVELOPE)):
        moment = _moment(text, zone)
        if moment is not None:
            local = () if _ZONE.search(text) else (LOCAL,)
            return When(moment, said or text, (*([rule] if rule else []), *local))
    return When(None, said or received or envelope, (ODD_STAMP,))


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        found = parsedate_to_datetime(text[:100])
        if not _ZONE.search(text):
            return found.replace(tzinfo=zone).astimezone(UTC)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (*_UNFORESEEN, OverflowError):
        return None


def verdicts(letter: Letter) -> list[str]:
    """What the topmost ``Authentication-Results`` says of the sender, as rule ids.

    Only the topmost was written by her own server, if that writes them at all.
    """
    found = _VERDICT.findall(first(letter, "authentication-results").lower())
    return list(dict.fromkeys(f"mail.says.{method}.{result}" for method, result in found))
