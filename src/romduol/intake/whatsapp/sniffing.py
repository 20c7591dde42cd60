"""A file's first 256 KiB in, how the file is written out: its layouts, and names with a colon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from romduol.intake.whatsapp.layouts import Head, Layout, heads
from romduol.intake.whatsapp.markers import begins_system_line
from romduol.intake.whatsapp.scanning import Senders

_FEW = 3  # heads needed when a file does not begin with one


_NOTHING = b"\r\n\t \xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The layout most heads have, and all heads by where their line begins."""

    head: bytes
    main: Layout
    heads: tuple[tuple[int, Head], ...]

    def first_record(self) -> bytes:
        """The first line of the first record."""
        return _line(self.head, self.heads[0][0])


def looks_like_one(head: bytes) -> bool:
    """Whether a file that begins with ``head`` begins with a record, or soon has several."""
    if b"\0" in head:
        return False
    found = list(islice(heads(head), _FEW))
    return bool(found) and (len(found) == _FEW or not head[: found[0][0]].strip(_NOTHING))


def sniff(head: bytes) -> Sniffed | None:
    """How a file that begins with ``head`` is written, or none when it is no WhatsApp export."""
    if not looks_like_one(head):
        return None
    found = tuple(heads(head))
    main = Counter(one.layout for _, one in found).most_common(1)[0][0]
    return Sniffed(head, main, found)


def senders(sniffed: Sniffed, thread: str) -> Senders:
    """Names that hold a colon and a space, as far as the file's beginning gives them away.

    Either the chat is called so, or someone "writes" at least twice and every text of theirs begins
    with the same words and a colon: then those belong to the name.
    """
    long: dict[bytes, list[bytes]] = {}
    for name in [thread.encode(), *_betrayed(sniffed)]:
        short, colon, _ = name.partition(b": ")
        if colon:
            long.setdefault(short, []).append(name)
    return Senders({short: tuple(names) for short, names in long.items()}, begins_system_line)


def _betrayed(sniffed: Sniffed) -> Iterator[bytes]:
    seen: dict[bytes, Counter[bytes]] = {}
    for _, found in sniffed.heads:
        name, _, rest = _line(sniffed.head, found.end).partition(b": ")
        more, colon, _ = rest.partition(b": ")
        seen.setdefault(name, Counter())[more if colon else b""] += 1
    for name, firsts in seen.items():
        (more, times), *others = firsts.most_common(2)
        if more and times > 1 and not others and len(more) < 60:
            yield name + b": " + more


def _line(head: bytes, start: int) -> bytes:
    end = head.find(b"\n", start)
    return head[start : end if end >= 0 else None].removesuffix(b"\r")
