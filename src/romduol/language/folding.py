"""Text folded for finding names, with the way back to the code points it came from.

Marks nobody sees, letter case, the script of digits, the many spaces and the orders in which one
Khmer syllable is typed must not hide a word; what is found is still named by its place in the text
as received.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from romduol.language.digits import SCRIPTS
from romduol.language.khmer import ORDER, needs_ordering
from romduol.language.marks import DIRECTION, SPACES
from romduol.language.tracing import Rewrite, Traced, rewritten, traced

_GONE = DIRECTION + "\u200c\u200d\u2060\u00ad\u034f\u17b4\u17b5\ufe0e\ufe0f"
_UNSEEN = Rewrite(re.compile(f"[{re.escape(_GONE)}\u0300-\u036f]+"), lambda _: "")
_ACCENTED = Rewrite(
    re.compile("[\u00aa-\u024f\u1e00-\u1eff\u2100-\u214f\ufb00-\ufb06\uff21-\uff5a]"),
    lambda found: _plain(found.group()),
)
_REWRITES = (_UNSEEN, _ACCENTED)


def fold(text: str) -> Traced:
    """``text`` without case, accents, unseen marks, or differences of typing that nobody sees."""
    copy = traced(_even(text), _REWRITES)
    # a text already in order is most texts, and keeping it so costs nothing
    return _ordered(copy) if needs_ordering(copy.text) else copy


def _ordered(copy: Traced) -> Traced:
    again = traced(copy.text, (ORDER,))
    starts = tuple(copy.starts[at] for at in again.starts)
    ends = tuple(copy.ends[at - 1] for at in again.ends)
    return Traced(again.text, starts, ends)


def folded(text: str) -> str:
    """``fold`` where the way back is not needed; spaces at the ends and in rows are one or none."""
    even = rewritten(_even(text), _REWRITES)
    return " ".join((rewritten(even, (ORDER,)) if needs_ordering(even) else even).split())


def _even(text: str) -> str:
    """Changes that keep every code point in its place."""
    # subscript DA and TA look the same; both are typed
    return text.translate(_one_to_one()).replace("\u17d2\u178a", "\u17d2\u178f")


def _plain(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


@cache
def _one_to_one() -> dict[int, str]:
    table = {ord(c): c.lower() for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    table |= {ord(digit): str(n) for script in SCRIPTS for n, digit in enumerate(script)}
    table |= {0xFF10 + n: str(n) for n in range(10)}
    table |= {ord(space): " " for space in SPACES + "\t"}
    table |= {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"}
    table |= {ord(c): "'" for c in "\u2018\u2019\u02bc\u0060\u00b4"}
    return table | {0xFF0B: "+", 0xFF20: "@", 0xFF0E: ".", 0x17A3: "\u17a2", 0x17A4: "\u17a2"}
