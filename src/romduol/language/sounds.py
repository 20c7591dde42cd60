"""Names as they sound: Khmer letters and romanised spellings to one row of consonants.

A Cambodian name has one Khmer spelling and many Latin ones (Sophea, Sopheap, Sophia), and the
letters say less than the consonants do. ``latin`` and ``khmer`` give the consonants as one capital
letter each; what is not sounded at the end of a syllable may be there or not, so a Khmer word has
several rows. Vowels are left out: romanised ones follow no rule.
"""

from __future__ import annotations

import re

from romduol.language.folding import folded
from romduol.language.khmer import COENG

_KHMER_LETTERS = (
    dict.fromkeys("កខគឃ", "K")
    | dict.fromkeys("ងង", "G")
    | dict.fromkeys("ចឆជឈ", "C")
    | dict.fromkeys("ញណន", "N")
    | dict.fromkeys("ដឋឌឍតថទធ", "T")
    | dict.fromkeys("បផពភ", "P")
    | {"ម": "M", "យ": "Y", "រ": "R", "ល": "L", "វ": "V", "ឡ": "L", "អ": ""}
    | dict.fromkeys("សឝឞ", "S")
    | {"ហ": "H"}
    | dict.fromkeys("ឥឦឧឨឩឪឯឰឱឲឳ", "")
    | {"ឫ": "R", "ឬ": "R", "ឭ": "L", "ឮ": "L"}
)
_LATIN = re.compile(
    r"(?P<G>ng)|(?P<C>chh|ch|c(?=[ei])|j)|(?P<N>nh|gn|ny(?=[aeiou])|n)|(?P<P>ph|bh|b|p|f)"
    r"|(?P<T>th|dh|d|t)|(?P<K>kh|gh|ck|k|g|c|q)|(?P<S>sh|s|z)|(?P<X>x)|(?P<M>m)|(?P<R>r(?=[aeiouyh]))|(?P<L>l)"
    r"|(?P<V>v|w(?=[aeiou]))|(?P<H>h(?=[aeiou]))|(?P<Y>y(?=[aeiou]))|(?P<vowel>[aeiouyw]+|h|r)"
)
_SYLLABLE = re.compile(
    "(?P<base>[\u1780-\u17b3])(?P<signs>[\u17c9\u17ca]?)"
    "(?P<subs>(?:\u17d2[\u1780-\u17b3])*)(?P<rest>[\u17b6-\u17d1\u17dd]*)"
)
_FINAL_UNSOUNDED = "R"  # final RO is written and not said
_KILLED = "\u17cd"  # the sign that silences its letter
_NIKAHIT, _AU = "\u17c6", "\u17c5"  # end in a sounded M; in a sound often written OV or AO
_GLIDES = frozenset("YV")  # at the end of a syllable written as a vowel or not at all
_MOST = 12  # rows kept for one word


def latin(word: str) -> str:
    """The consonants of a romanised name; "" when it has none. R and H are said before vowels."""
    row: list[str] = []
    before = ""
    for found in _LATIN.finditer(folded(word)):
        kind = found.lastgroup or ""
        sound = "KS" if kind == "X" else kind
        if kind == "vowel":
            before = ""
        elif sound != before:
            row.append(sound)
            before = sound
    return "".join(row)


def khmer(word: str) -> frozenset[str]:
    """Every row of consonants a Khmer name may be romanised to."""
    rows = {""}
    syllables = list(_SYLLABLE.finditer(folded(word).replace(" ", "")))
    for n, found in enumerate(syllables):
        parts = _parts(found, last=n == len(syllables) - 1, first=n == 0)
        rows = {_joined(row, part) for row in rows for part in parts}
        rows = set(sorted(rows, key=lambda row: (-len(row), row))[:_MOST])
    return frozenset(row.replace("-", "") for row in rows) - {""}


def _parts(found: re.Match[str], *, last: bool, first: bool) -> set[str]:
    """What one written syllable may sound as. A "-" says that a vowel follows it."""
    base = _KHMER_LETTERS.get(found["base"], "")
    subs = "".join(_KHMER_LETTERS.get(c, "") for c in found["subs"] if c != COENG)
    if _KILLED in found["rest"]:
        return {""}
    if found["rest"]:
        return _voiced(base + subs, found["rest"])
    vowel = "" if last else "-"
    parts = {base + subs + vowel}
    if subs:
        parts.add(base + vowel)  # a subscript without a vowel of its own: often not said
    if not first and base in (*_GLIDES, _FINAL_UNSOUNDED):
        parts.add(subs)
    if last and subs.endswith(_FINAL_UNSOUNDED):
        parts.add((base + subs)[:-1])
    return parts


def _voiced(consonants: str, vowel: str) -> set[str]:
    if _NIKAHIT in vowel:
        return {consonants + "-M"}
    return {consonants + "-", consonants + "-V"} if _AU in vowel else {consonants + "-"}


def _joined(row: str, part: str) -> str:
    """Two equal consonants with no vowel between are one."""
    for sound in part:
        if not (row and row[-1] == sound):
            row += sound
    return row


def consonant(letter: str) -> str:
    """How one Khmer letter sounds; "" for a vowel letter."""
    return _KHMER_LETTERS.get(letter, "")


def rows_of(name: str) -> frozenset[str]:
    """The rows of ``name`` in whichever script it is written."""
    if re.search("[\u1780-\u17b3]", name):
        return khmer(name)
    said = latin(name)
    return frozenset({said}) - {""}
