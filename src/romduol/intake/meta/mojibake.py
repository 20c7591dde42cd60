"""Strings that Meta wrote byte by byte pass through here and come out as they were typed.

Meta's JSON holds each byte of a text's UTF-8 as a character of its own: one Khmer letter is three
of them. A string is mended only if all of it undoes; otherwise it stays as it is, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from romduol.intake.arrow import Column, pc

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


def mended_all(texts: Sequence[str]) -> tuple[Column, list[str]]:
    """As ``mended`` for each, quickly: a column of the texts, and one rule a text."""
    joined = _APART.join(texts)
    if texts and joined.count(_APART) == len(texts) - 1:
        # a byte below 0x80 never stands inside a character: what undoes joined undoes one by one
        whole, rule = mended(joined)
        if rule != KEPT and (rule or joined.isascii()):
            column = _split(whole)
            plain = pc.string_is_ascii(column).to_pylist() if rule else [True] * len(texts)
            return column, ["" if one else MENDED for one in plain]
    pairs = [mended(text) for text in texts]
    return pa.array([text for text, _ in pairs], pa.string()), [rule for _, rule in pairs]


def _split(joined: str) -> Column:
    lists = pc.split_pattern(pa.array([joined], pa.string()), pattern=_APART)
    return lists.flatten()


def deeply(value: Any, levels: int = 100) -> Any:
    """A decoded JSON value with every string in it mended, keys too, ``levels`` deep."""
    if isinstance(value, str):
        return mended(value)[0]
    if levels and isinstance(value, list):
        return [deeply(one, levels - 1) for one in value]
    if levels and isinstance(value, dict):
        return {mended(key)[0]: deeply(one, levels - 1) for key, one in value.items()}
    return value


def mended_names(names: Sequence[str | None]) -> tuple[Column, list[str]]:
    """As ``mended`` for names, few of which differ: a dictionary column, and one rule a name.

    An empty name is none.
    """
    coded = pa.array(names, pa.string()).dictionary_encode()
    pairs = [mended(str(name)) for name in coded.dictionary.to_pylist()]
    typed = pa.array([name or None for name, _ in pairs], pa.string())
    rules = [rule for _, rule in pairs]
    by_row = [rules[code] if code is not None else "" for code in coded.indices.to_pylist()]
    return typed.take(coded.indices), by_row
