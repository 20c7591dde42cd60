"""Strings that Meta wrote byte by byte pass through here and come out as they were typed.

Meta's JSON holds each byte of a text's UTF-8 as a character of its own: one Khmer letter is three
of them. A string is mended only if all of it undoes; otherwise it stays as it is, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from romduol.intake.arrow import Column, pc

MENDED = "meta.mojibake"
KEPT = "meta.mojibake_kept"
RULES = ("", MENDED, KEPT)  # a column of rules holds places in here

Codes: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]

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


def mended_all(texts: Sequence[str]) -> tuple[Column, Codes]:
    """As ``mended`` for each, quickly: a column of the texts, and of each its rule in ``RULES``."""
    column = _undone(_APART.join(texts), len(texts)) if texts else None
    if column is not None:
        plain = pc.string_is_ascii(column).to_numpy(zero_copy_only=False)
        return column, np.where(plain, RULES.index(""), RULES.index(MENDED))
    pairs = [mended(text) for text in texts]
    codes = np.array([RULES.index(rule) for _, rule in pairs], np.int64)
    return pa.array([text for text, _ in pairs], pa.string()), codes


def _undone(joined: str, texts: int) -> Column | None:
    """Every text undone at once; ``None`` unless all of them can be.

    A byte below 0x80 never stands inside a character: what undoes joined undoes one by one.
    """
    try:
        raw = joined.encode("latin-1")
        _column(raw, np.array([0, len(raw)])).validate(full=True)
    except (UnicodeEncodeError, pa.ArrowInvalid):
        return None
    apart = np.flatnonzero(np.frombuffer(raw, np.uint8) == 0)
    if len(apart) != texts - 1:
        return None
    ends = np.concatenate([[0], apart, [len(raw)]])
    ends[1:] -= np.arange(texts)
    return _column(raw.replace(_APART.encode(), b""), ends)


def _column(raw: bytes, ends: Codes) -> Column:
    """UTF-8 as a column of strings, each from one of ``ends`` to the next."""
    bounds: Any = ends.astype(np.int32)
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(raw)]
    return pa.Array.from_buffers(pa.string(), len(ends) - 1, buffers)


def deeply(value: Any, levels: int = 100) -> Any:
    """A decoded JSON value with every string in it mended, keys too, ``levels`` deep."""
    if isinstance(value, str):
        return mended(value)[0]
    if levels and isinstance(value, list):
        return [deeply(one, levels - 1) for one in value]
    if levels and isinstance(value, dict):
        return {mended(key)[0]: deeply(one, levels - 1) for key, one in value.items()}
    return value


def mended_names(names: Sequence[str | None]) -> tuple[Column, Codes]:
    """As ``mended_all`` for names, few of which differ. An empty name is none."""
    coded = pa.array(names, pa.string()).dictionary_encode()
    pairs = [mended(str(name)) for name in coded.dictionary.to_pylist()]
    typed = pa.array([name or None for name, _ in pairs], pa.string())
    codes = np.array([*(RULES.index(rule) for _, rule in pairs), RULES.index("")], np.int64)
    places = pc.fill_null(coded.indices, pa.scalar(len(pairs), coded.indices.type)).to_numpy()
    return typed.take(coded.indices), codes[places]
