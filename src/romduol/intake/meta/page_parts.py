"""One element of a thread's page: who wrote, when, what, and what hangs on it.

Meta names its elements by classes that mean nothing (``_a6-h``); those known are of the layouts of
2018, 2022 and 2024. Under the words lie several pieces, of which the second is the text.
"""

from __future__ import annotations

from dataclasses import dataclass

from romduol.intake.entries import Attached
from romduol.intake.markup import plain
from romduol.intake.meta.details import attached, fact
from romduol.intake.tree import Node

_AUTHOR = frozenset({"_a6-h", "_2lek"})
_WORDS = frozenset({"_a6-p", "_2let"})
_WHEN = frozenset({"_a6-o", "_2lem"})
_SOURCES = {"img": "image", "video": "video", "audio": "audio"}


@dataclass(frozen=True, slots=True)
class Parts:
    """What one element says; ``""`` for what it does not say."""

    author: str
    when: str
    text: str
    attached: tuple[Attached, ...]
    rules: tuple[str, ...]


def parts_of(block: Node) -> Parts:
    """The parts of one element of the page."""
    author, by_author = _line(_part(block, _AUTHOR))
    when, by_when = _line(_part(block, _WHEN))
    words = _part(block, _WORDS)
    bare = _without_lists(words)
    pieces = [plain(piece.written()) for piece in _pieces(bare)]
    said = [text.strip() for text, _ in pieces]
    text = said[1] if len(said) > 1 else "".join(said)
    context = [piece for piece in said[:1] + said[2:] if piece] if len(said) > 1 else []
    files, by_files = _files(bare)
    rules = [*by_author, *by_when, *(rule for _, more in pieces for rule in more), *by_files]
    if _holds_list(words):
        rules.append("meta.reactions")
    return Parts(
        author,
        when,
        text,
        (*files, *(fact("context", piece) for piece in context)),
        tuple(dict.fromkeys(rules)),
    )


def _part(block: Node, known: frozenset[str]) -> Node:
    return next((one for one in block.within() if one.classes & known), Node("none", {}))


def _line(node: Node) -> tuple[str, tuple[str, ...]]:
    text, rules = plain(node.written())
    return " ".join(text.split()), rules


def _pieces(words: Node) -> list[Node]:
    """The elements under the words' one element; the words themselves where there is none."""
    inner = list(words.elements())
    return (list(inner[0].elements()) if len(inner) == 1 else []) or [words]


def _without_lists(node: Node) -> Node:
    """The same without the lists that hold reactions."""
    kept = [
        _without_lists(child) if isinstance(child, Node) else child
        for child in node.children
        if not (isinstance(child, Node) and child.name == "ul")
    ]
    return Node(node.name, node.attributes, kept)


def _holds_list(node: Node) -> bool:
    return any(one.name == "ul" for one in node.within())


def _files(words: Node) -> tuple[tuple[Attached, ...], list[str]]:
    """Pictures, recordings and links, each once, and the rules that were needed."""
    found: dict[Attached, list[str]] = {}
    for one in words.within():
        uri = one.value("src") if one.name in _SOURCES else ""
        uri = one.value("href") if one.name == "a" else uri
        if uri:
            made, rules = attached(uri, _SOURCES.get(one.name, ""))
            found.setdefault(made, rules)
    return tuple(found), [rule for rules in found.values() for rule in rules]
