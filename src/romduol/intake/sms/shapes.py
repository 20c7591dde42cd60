"""One ``<sms>``, ``<mms>`` or ``<call>`` element goes in, an entry comes out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NoReturn

from romduol.casebook.evidence import Kind, Note, Precision
from romduol.intake.entries import Attached, Entry
from romduol.intake.markup import Tag, plain, tags
from romduol.intake.source import CannotRead

_BOXES = {"1": "received", "2": "sent", "3": "draft", "4": "outbox", "5": "failed", "6": "queued"}
_CALLS = {
    "1": "incoming", "2": "outgoing", "3": "missed", "4": "voicemail", "5": "rejected",
    "6": "refused",
}  # fmt: skip
_HERS = frozenset({"sent", "draft", "outbox", "failed", "queued", "outgoing"})
_FROM = "137"  # PduHeaders.FROM; 129 BCC, 130 CC, 151 TO
_NOBODY = frozenset({"", "null", "(Unknown)"})
_MEDIA = {"image": "image", "video": "video", "audio": "audio", "text": "text"}
_LATEST = 253_402_300_800_000  # year 10000, in milliseconds

Values = dict[str, str]


class _Element:
    """The tags of one element, with the rules that were needed to read their values."""

    def __init__(self, start: int, raw: bytes) -> None:
        self.start, self.raw = start, raw
        self.tags = list(tags(raw))
        self.rules: list[str] = []
        self.values = self.of(self.tags[0])

    def of(self, tag: Tag) -> Values:
        """The attributes of one tag as text."""
        written = tag.attributes()
        if written is None:
            refuse(self.start + tag.start)
        read = {name: plain(value) for name, value in written.items() if name != "data"}
        self.rules += [rule for _, rules in read.values() for rule in rules]
        return {name: text for name, (text, _) in read.items()}


def refuse(position: int) -> NoReturn:
    """Give up on the file: what stands at ``position`` is not what the app writes."""
    raise CannotRead(Note("note.sms.broken", (("position", position),)))


def entry(start: int, raw: bytes) -> Entry:
    """The message or call in ``raw``, which is one element; raises ``CannotRead``."""
    element = _Element(start, raw)
    kind = {"sms": _sms, "mms": _mms, "call": _call}[element.tags[0].name]
    return kind(element)


def _sms(element: _Element) -> Entry:
    values = element.values
    box = _BOXES.get(values.get("type", ""), "")
    subject = _said(values.get("subject"))
    if "body" not in values or "date" not in values:
        refuse(element.start)
    return _entry(element, box, "\n".join(filter(None, [subject, values["body"]])), ())


def _call(element: _Element) -> Entry:
    values = element.values
    box = _CALLS.get(values.get("type", ""), "")
    values.setdefault("address", values.get("number", ""))
    return _entry(element, box, f"{box or 'call'} duration={values.get('duration', '')}", ())


def _mms(element: _Element) -> Entry:
    values = element.values
    box = _BOXES.get(values.get("msg_box", ""), "")
    texts, attached = [_said(values.get("sub"))], []
    senders = []
    for tag in element.tags[1:]:
        if tag.name == "part" and not tag.closes:
            part = element.of(tag)
            texts.append(_words(part))
            attached += _file(part, b" data=" in tag.raw)
        elif tag.name == "addr" and element.of(tag).get("type") == _FROM:
            senders.append(element.of(tag).get("address", ""))
    sender = next((one for one in senders if one != "insert-address-token"), "")
    return _entry(element, box, "\n".join(filter(None, texts)), tuple(attached), sender)


def _words(part: Values) -> str:
    written = _said(part.get("text"))
    return written if part.get("ct", "").startswith("text/") else ""


def _file(part: Values, holds_bytes: bool) -> list[Attached]:
    kind = part.get("ct", "")
    if kind == "application/smil" or (kind.startswith("text/plain") and not holds_bytes):
        return []
    name = next(filter(None, (_said(part.get(key)) for key in ("name", "cl", "fn"))), "")
    media = _MEDIA.get(kind.partition("/")[0], "document")
    return [Attached(media, name, holds_bytes)]


def _entry(
    element: _Element, box: str, text: str, attached: tuple[Attached, ...], sender: str = ""
) -> Entry:
    values, tag = element.values, element.tags[0].name
    address = values.get("address", "")
    hers = box in _HERS if box else None
    account = None if hers else sender or address
    when = _moment(values.get("date", ""))
    return Entry(
        start=element.start,
        end=element.start + len(element.raw),
        thread=address,
        text=text,
        stamp=values.get("date", ""),
        sent_at=when,
        precision=Precision.SECOND if when else Precision.UNKNOWN,
        author=_named(values, account, address),
        account=account,
        own=hers,
        kind=Kind.CALL if tag == "call" else Kind.MESSAGE,
        attached=attached,
        rules=(*dict.fromkeys(f"sms.{rule}" for rule in element.rules), *_flags(box, tag, when)),
    )


def _named(values: Values, account: str | None, address: str) -> str | None:
    """The contact's name where it is the sender's, else the number; null for her own."""
    name = values.get("contact_name", "")
    return name if account and account == address and name not in _NOBODY else account or None


def _flags(box: str, tag: str, when: datetime | None) -> list[str]:
    flags = [] if when else ["sms.odd_stamp"]
    if not box:
        return [*flags, "sms.unknown_box"]
    return flags if box in ("received", "sent") else [*flags, f"{tag}.{box}"]


def _said(value: str | None) -> str:
    return "" if value is None or value == "null" else value


def _moment(written: str) -> datetime | None:
    """Milliseconds since 1970, as Java counts them."""
    if not (written.isascii() and written.isdigit() and 0 < len(written) < 16):
        return None
    number = int(written)
    return datetime.fromtimestamp(number / 1000, UTC) if 0 < number < _LATEST else None
