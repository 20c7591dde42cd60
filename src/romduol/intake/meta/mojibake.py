"""Strings that Meta wrote byte by byte pass through here and come out as they were typed.

Meta's JSON holds each byte of a text's UTF-8 as a character of its own: one Khmer letter is three
of them. A string is mended only if all of it undoes; otherwise it stays as it is, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

MENDED = "meta.mojibake"
KEPT = "meta.mojibake_kept"

_APART = "\0"


def mended(text: str) -> tuple[str, str]:
    """``text`` as typed and the rule that made it so: ``MENDED``, ``KEPT``, or ``""`` for none."""
    if text.isascii():
        return text, ""
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return text, ""  # characters no byte can stand for: this was never taken apart
    try:
        return raw.decode("utf-8"), MENDED
    except UnicodeDecodeError:
        return text, KEPT


def mended_all(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """As ``mended`` for each, quickly: the texts, and one rule a text."""
    joined = _APART.join(texts)
    if joined.isascii():
        return list(texts), [""] * len(texts)
    if joined.count(_APART) == len(texts) - 1:  # a byte below 0x80 never stands inside a character
        whole, rule = mended(joined)
        if rule == MENDED:
            return whole.split(_APART), ["" if text.isascii() else MENDED for text in texts]
    pairs = [mended(text) for text in texts]
    return [text for text, _ in pairs], [rule for _, rule in pairs]


def deeply(value: Any, levels: int = 100) -> Any:
    """A decoded JSON value with every string in it mended, keys too, ``levels`` deep."""
    if isinstance(value, str):
        return mended(value)[0]
    if levels and isinstance(value, list):
        return [deeply(one, levels - 1) for one in value]
    if levels and isinstance(value, dict):
        return {mended(key)[0]: deeply(one, levels - 1) for key, one in value.items()}
    return value


class Names:
    """Each name mended once: ``typed`` and ``rule`` by the name as written, absent ones too."""

    def __init__(self) -> None:
        self.typed: dict[str | None, str | None] = _Asking(self._ask)
        self.rule: dict[str | None, str] = {}

    def _ask(self, name: str | None) -> str | None:
        typed, self.rule[name] = (None, "") if name is None else mended(name)
        return typed


class _Asking(dict[str | None, str | None]):
    def __init__(self, ask: Callable[[str | None], str | None]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, name: str | None) -> str | None:
        self[name] = found = self._ask(name)
        return found
