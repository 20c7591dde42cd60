"""Khmer written in Latin letters comes in as everybody spells it, and goes out as the lexicon does.

Romanised Khmer has no rule: *niyeay*, *niyay* and *niyeiy* are one word. Spellings are compared by
a skeleton: consonants by where they are sounded, vowels by three classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from romduol.language.scripts import english_words
from romduol.language.tracing import Rewrite

_SOUNDS = re.compile(
    r"(?P<C>chh|ch|j|zh)|(?P<G>ng)|(?P<N>nh|gn|n)|(?P<K>kh|gh|ck|k|g|c|q)|(?P<T>th|dh|t|d)"
    r"|(?P<P>ph|bh|p|b|f)|(?P<S>sh|s|z|x)|(?P<M>m)|(?P<L>l)|(?P<R>r)|(?P<V>v|w)|(?P<H>h)|(?P<Y>y)"
    r"|(?P<O>[ou][aeiouw]*)|(?P<E>[ei][aeiou]*)|(?P<A>a[aeiou]*)"
)
_SILENT_AT_END = "RHYV"
_WORD = re.compile(r"(?<![a-z])[a-z]{3,14}(?![a-z'])")
_LEAST = 3  # sounds: a shorter skeleton fits too many words


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """How ``word`` sounds, roughly; "" when that says too little to compare."""
    sounds: list[str] = []
    for found in _SOUNDS.finditer(word):
        sound = found.lastgroup or ""
        if not sounds or sounds[-1] != sound:
            sounds.append(sound)
    while len(sounds) > 1 and sounds[-1] in _SILENT_AT_END:
        sounds.pop()
    return "".join(sounds) if len(sounds) >= _LEAST else ""


def respelling(spellings: Iterable[str]) -> Rewrite:
    """Replaces a word that is no everyday English by the spelling of the lexicon it sounds like."""
    known: dict[str, str] = {}
    words = [word for spelling in spellings for word in re.findall(r"[a-z]{3,}", spelling)]
    for word in words:
        if skeleton(word) and word not in english_words():
            known.setdefault(skeleton(word), word)
    spelt = frozenset(words) | english_words()

    def new(found: re.Match[str]) -> str:
        word = found.group()
        return word if word in spelt else known.get(skeleton(word), word)

    return Rewrite(_WORD, new)
