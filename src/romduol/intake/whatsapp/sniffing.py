"""A file's first 256 KiB in, how the file is written out: its layouts, and names with a colon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from romduol.intake.whatsapp.layouts import Head, Layout, head_at
from romduol.intake.whatsapp.markers import begins_system_line
from romduol.intake.whatsapp.scanning import Senders

_FEW = 3  # heads needed when a file does not begin with one


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The layout most heads have, and where the first one begins."""

    main: Layout
    first: int


def sniff(head: bytes) -> Sniffed | None:
    """How a file that begins with ``head`` is written, or none when it is no WhatsApp export."""
    if b"\0" in head:
        return None
    heads = list(_heads(head))
    if not heads or (head[: heads[0][0]].strip(b"\r\n\t \xef\xbb\xbf") and len(heads) < _FEW):
        return None
    main = Counter(found.layout for _, found in heads).most_common(1)[0][0]
    return Sniffed(main, next(line for line, found in heads if found.layout == main))


def _heads(head: bytes) -> Iterator[tuple[int, Head]]:
    line = 0
    while line < len(head):
        found = head_at(head, line)
        if found is not None:
            yield line, found
        line = head.find(b"\n", line) + 1 or len(head)


def senders(head: bytes, thread: str) -> Senders:
    """Names that hold a colon and a space, as far as the file's beginning gives them away.

    Either the chat is called so, or someone "writes" at least twice and every text of theirs begins
    with the same words and a colon: then those belong to the name.
    """
    long: dict[bytes, list[bytes]] = {}
    for name in [thread.encode(), *_betrayed(head)]:
        short, colon, _ = name.partition(b": ")
        if colon:
            long.setdefault(short, []).append(name)
    return Senders({short: tuple(names) for short, names in long.items()}, begins_system_line)


def _betrayed(head: bytes) -> Iterator[bytes]:
    seen: dict[bytes, Counter[bytes]] = {}
    for line, found in _heads(head):
        name, _, rest = head[found.end : head.find(b"\n", line) % (len(head) + 1)].partition(b": ")
        more, colon, _ = rest.partition(b": ")
        seen.setdefault(name, Counter())[more if colon else b""] += 1
    for name, firsts in seen.items():
        (more, times), *others = firsts.most_common(2)
        if more and times > 1 and not others and len(more) < 60:
            yield name + b": " + more
