"""A text that hides its words comes in; the words as they are meant go out, for comparing only.

Undone: characters nobody sees, look-alike letters of other scripts, ornamented letters, spaced
letters, digits and signs for letters, letters drawn out. What could also be a phone number, a
plate or an ordinary word is undone only if a known word comes out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import islice, product

from romduol.language import khmer
from romduol.language.marks import DIRECTION, SPACES
from romduol.language.tracing import Rewrite

_UNSEEN = (
    DIRECTION + "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200c\u200d\u2060-\u2064\ufe00-\ufe0f"
)
_ORNATE = (
    "\u00aa\u00ba\u00c0-\u024f\u1d00-\u1dbf\u1e00-\u1eff\u2100-\u214f\u2460-\u24ff"
    "\uff01-\uff5e\U0001d400-\U0001d7ff\U0001f130-\U0001f189"
)
_ALIKE = dict(
    zip(
        "аеорсухіјѕԁһкмтвнгӏԛԝαβεικνορτυχωϲϳɑɡɩ",
        "aeopcyxijsdhkmtbhrlqwabeikvoptuxwcjagi",
        strict=True,
    )
)
_FOR_LETTERS = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "@": "a",
    "$": "s", "!": "i", "|": "il", "+": "t", "€": "e", "£": "l", "*": "*", "#": "*",
}  # fmt: skip
_SIGNS = "".join(map(re.escape, _FOR_LETTERS))
_KHMER_PIECE = f"[{khmer.LETTERS}](?:{khmer.COENG}[{khmer.LETTERS}]|[\u17b6-\u17d1\u17dd])*"
_BETWEEN = r"[ .\-_*~•·]"
_MOST = 64  # readings of one disguised word that are tried

# for the fast regex of Polars (no look-around): a text that matches may hold a disguise
TRICKY = (
    f"[{_UNSEEN}{_ORNATE}\u0300-\u036f\u0370-\u04ff\u0250-\u02af\u17a3\u17a4]"
    rf"|[a-z][{_SIGNS}]+[a-z]|[{_SIGNS}][a-z]|[a-z][@$*#]"
    "|" + "|".join(f"{letter}{{3}}" for letter in "abcdefghijklmnopqrstuvwxyz")
    + r"|(^|[^a-z0-9])[a-z][ .\-_*~•·]{1,2}[a-z][ .\-_*~•·]{1,2}[a-z]([^a-z0-9]|$)"
    + f"|[{khmer.LETTERS}{khmer.MARKS}][.\\-_*~•·][{khmer.LETTERS}]"
    + f"|(^|[ .\\-_*~•·]){_KHMER_PIECE}[ .\\-_*~•·]{_KHMER_PIECE}[ .\\-_*~•·]{_KHMER_PIECE}"
    + "|[\u17b6-\u17d1\u17dd]\u17d2|[\u17c6-\u17c8\u17cb-\u17d1][\u17b6-\u17c5]"
    + "|[\u17b6-\u17c8][\u17c9\u17ca\u17cc]|[\u17b6-\u17c5][\u17b6-\u17c5]"
    + "|\u17d2\u179a\u17d2|\u17d2\u178a|[\u17c7\u17c8]\u17c6"
    + "|" + "|".join(f"{mark}{{2}}" for mark in map(chr, range(0x17B6, 0x17D2)))
    + "|អោយ|ឲ|ឱយ|អុយ"
)  # fmt: skip

EVEN = {ord("\u2018"): "'", ord("\u2019"): "'", ord("\u02bc"): "'", ord("`"): "'", ord("ឲ"): "ឱ"}
EVEN |= {ord(space): " " for space in SPACES + "\t"}
EVEN |= {ord("០") + n: str(n) for n in range(10)}


def even(text: str) -> str:
    """Lower case, one apostrophe, one space, Latin digits: every code point stays in its place."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.translate(EVEN)


def rewrites(known: frozenset[str]) -> tuple[Rewrite, ...]:
    """What undoes every disguise, in order; ``known`` words decide where letters are guessed."""
    words = _Known(known)
    return (
        Rewrite(re.compile(f"[{_UNSEEN}\u0300-\u036f]+"), lambda _: ""),
        Rewrite(re.compile(f"[{_ORNATE}]"), lambda found: _plain(found.group())),
        Rewrite(
            re.compile(f"[{''.join(_ALIKE)}]"), lambda found: _ALIKE[found.group()], in_place=True
        ),
        khmer.ORDER,
        khmer.OY,
        Rewrite(
            re.compile(rf"(?<![a-z0-9])[a-z](?:{_BETWEEN}{{1,2}}[a-z]){{2,}}(?![a-z0-9])"),
            _joined,
        ),
        Rewrite(
            re.compile(rf"(?<![{khmer.SCRIPT}]){_KHMER_PIECE}(?:{_BETWEEN}{_KHMER_PIECE}){{2,}}(?![{khmer.SCRIPT}])"),
            _joined,
        ),
        Rewrite(
            re.compile(rf"(?<=[{khmer.SCRIPT}])[.\-_*~•·](?=[{khmer.LETTERS}])"), lambda _: ""
        ),
        Rewrite(
            re.compile(rf"(?<![a-z{_SIGNS}])(?=[{_SIGNS}]*[a-z])(?=[a-z]*[{_SIGNS}])[a-z{_SIGNS}]{{2,16}}"),
            lambda found: words.meant(found.group()),
        ),
        Rewrite(
            re.compile(r"[a-z]*([a-z])\1\1[a-z]*"), lambda found: words.shortened(found.group())
        ),
    )  # fmt: skip


def _plain(letter: str) -> str:
    opened = unicodedata.normalize("NFKD", letter)
    return "".join(c for c in opened if not unicodedata.combining(c)).lower()


_SEPARATOR = re.compile(_BETWEEN)


def _joined(found: re.Match[str]) -> str:
    return _SEPARATOR.sub("", found.group())


class _Known:
    """Known words, by themselves and by length."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words
        by_length: dict[int, list[str]] = {}
        for word in sorted(words):
            by_length.setdefault(len(word), []).append(word)
        self._by_length = by_length
        self.meant = cache(self._meant)
        self.shortened = cache(self._shortened)

    def _meant(self, written: str) -> str:
        """The known word ``written`` stands for; itself when there is none."""
        core = written.rstrip("!*#.|+")
        for tried in (written, core):
            found = self._reading(tried)
            if found:
                return found + written[len(tried) :]
        return written

    def _reading(self, written: str) -> str:
        if not re.search("[a-z]", written):
            return ""
        choices = [_FOR_LETTERS.get(letter, letter) for letter in written]
        if "*" in choices:
            return self._masked(choices)
        tried = ("".join(letters) for letters in islice(product(*choices), _MOST))
        return next((word for word in tried if word in self._words), "")

    def _masked(self, choices: list[str]) -> str:
        """The one known word with these letters; a mask needs two letters to be read."""
        if sum(choice != "*" for choice in choices) < 2:
            return ""
        mask = re.compile("".join("[a-z]" if c == "*" else f"[{c}]" for c in choices))
        found = [w for w in self._by_length.get(len(choices), ()) if mask.fullmatch(w)]
        return found[0] if len(found) == 1 else ""

    def _shortened(self, written: str) -> str:
        """``written`` with its long runs cut to one or two letters, the known reading first."""
        pieces = re.split(r"((.)\2{2,})", written)
        plain = pieces[0::3]
        runs = pieces[2::3]
        tried = (
            "".join(
                part + run * n
                for part, run, n in zip(plain, [*runs, ""], [*counts, 0], strict=True)
            )
            for counts in islice(product((1, 2), repeat=len(runs)), _MOST)
        )
        readings = list(tried)
        return next((word for word in readings if word in self._words), readings[0])
