"""One balanced HTML element, as a machine wrote it: tags in, a tree out, words taken from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from romduol.intake.markup import Tag, plain, tags

DEEPEST = 200
_VOID = frozenset({"br", "img", "meta", "link", "hr", "input", "source", "wbr", "!doctype", "!--"})


class Unbalanced(Exception):  # an intermediate word: a reader turns it into CannotRead
    """A tag at ``position`` closes what did not open, or nothing closes what did."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


@dataclass(frozen=True, slots=True)
class Node:
    """An element; ``children`` are elements and bytes of text as written."""

    name: str
    attributes: dict[str, bytes]
    children: list[Node | bytes] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The words of its ``class``."""
        return frozenset(self.value("class").split())

    def value(self, name: str) -> str:
        """One attribute as text, ``""`` when there is none."""
        return plain(self.attributes.get(name, b""))[0]

    def elements(self) -> Iterator[Node]:
        """Its child elements."""
        return (child for child in self.children if isinstance(child, Node))

    def child(self, *classes: str) -> Node | None:
        """The first child element that has all of ``classes``."""
        return next((one for one in self.elements() if one.classes.issuperset(classes)), None)

    def within(self) -> Iterator[Node]:
        """Itself and every element below it, in file order."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(reversed(list(one.elements())))

    def written(self) -> bytes:
        """Its text as written: tags dropped, ``<br>`` a line feed, references left."""
        parts: list[bytes] = []
        waiting: list[Node | bytes] = [self]
        while waiting:
            one = waiting.pop()
            if isinstance(one, bytes):
                parts.append(one)
            elif one.name == "br":
                parts.append(b"\n")
            else:
                waiting.extend(reversed(one.children))
        return b"".join(parts)


def element(raw: bytes, start: int) -> tuple[Node, int]:
    """The element that opens at ``start``, and where it ends; raises ``Unbalanced``."""
    open_now: list[Node] = []
    at = start
    for tag in tags(raw, start):
        if open_now and tag.start > at:
            open_now[-1].children.append(raw[at : tag.start])
        at = tag.end
        if tag.closes:
            if not open_now or open_now[-1].name != tag.name:
                raise Unbalanced(tag.start)
            done = open_now.pop()
            if not open_now:
                return done, tag.end
        else:
            _open(tag, open_now)
    raise Unbalanced(len(raw))


def _open(tag: Tag, open_now: list[Node]) -> None:
    if len(open_now) >= DEEPEST:
        raise Unbalanced(tag.start)
    node = Node(tag.name, tag.attributes() or {})
    if open_now:
        open_now[-1].children.append(node)
    if not (tag.empty or tag.name in _VOID):
        open_now.append(node)
