"""The bytes of one message go in, an entry comes out."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import compat32
from zoneinfo import ZoneInfo

from romduol.casebook.evidence import Precision
from romduol.intake.cutting import Piece
from romduol.intake.entries import Entry
from romduol.intake.mail import headers
from romduol.intake.mail.bodies import TooDeep, body
from romduol.intake.mail.headers import Letter

SUBJECT_FIRST = "mail.subject_first"
UNQUOTED = "mail.repair.from_line"

_ENVELOPE = re.compile(rb"From [^\r\n]*\r?\n")
_ENVELOPE_DATE = re.compile(r"From \S+ +(.*)")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def entry(piece: Piece, zone: ZoneInfo, own: frozenset[str], *, boxed: bool) -> Entry:
    """The message in ``piece``; ``boxed`` says that it stands in an mbox, under its ``From `` line.

    ``own`` are her addresses in lower case. The text is the subject, an empty line, the words.
    Raises ``TooDeep``.
    """
    envelope, raw, mending = _unboxed(piece.raw) if boxed else ("", piece.raw, ())
    letter = _parsed(raw)
    when = headers.when(letter, envelope, zone)
    subject, odd = headers.words(headers.first(letter, "subject"))
    inside = body(letter)
    author = headers.sender(letter)
    rules = (*mending, *odd, *when.rules, *inside.rules, *headers.verdicts(letter))
    return Entry(
        start=piece.start,
        end=piece.end,
        thread=headers.conversation(letter),
        text="\n\n".join(filter(None, [subject, inside.text])),
        stamp=when.written,
        sent_at=when.sent_at,
        precision=Precision.SECOND if when.sent_at else Precision.UNKNOWN,
        author=author,
        own=author.lower() in own if own and author else None,
        key=headers.message_id(letter) or None,
        reply_to=headers.answers(letter) or None,
        attached=inside.attached,
        rules=tuple(dict.fromkeys((*([SUBJECT_FIRST] if subject else []), *rules))),
    )


def _parsed(raw: bytes) -> Letter:
    try:
        return message_from_bytes(raw, policy=compat32)
    except RecursionError:
        raise TooDeep from None


def _unboxed(raw: bytes) -> tuple[str, bytes, tuple[str, ...]]:
    """The date on the ``From `` line, the message below, and whether lines were unquoted."""
    line = _ENVELOPE.match(raw)
    head = line[0].decode("utf-8", "replace").strip() if line else ""
    date = _ENVELOPE_DATE.match(head)
    inside, quoted = _QUOTED.subn(rb"\1", raw[line.end() if line else 0 :])
    return date[1] if date else "", inside, (UNQUOTED,) if quoted else ()
