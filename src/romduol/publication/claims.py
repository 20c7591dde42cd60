"""Sentences that say how many women, judged together so that no two give a third away.

Every term is put on the ladder (``ladder``) by its distinct women, the only unit in which findings
are told. Women do not add up over terms: a term holds every woman of the terms below it and perhaps
others. Only two things are a union of what stands below them: harm of any form (online or in
person), and the whole of a scheme that has a table. Two rules then drop claims (``derivable``):

* Two printed numbers, one within the other, differ by at least two. A difference of one would be
  one woman; none would say that everybody in the wider group shares the narrower term.
* A union is spoken of only if, whatever its count were, nothing unprinted would become certain:
  "most or all" above one "some" and one form not told of would make both exact. Beside the number
  of a part its own number is never printed, because the overlap would follow.

The second rule looks only at what is said of the parts, never at the count itself, so that a reader
who knows it learns nothing from a sentence that is missing. The tests try every small study: among
all that lead to the same sentences, each unprinted count takes at least two values. What the reader
knows from elsewhere, and what women who took part know of each other, no rule here can undo.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from romduol.casebook.claims import Claim, Left, Unit
from romduol.casebook.codes import PLACE_SCHEME
from romduol.casebook.counting import ANY_FORM, Count
from romduol.casebook.vocabulary import Vocabulary, vocabulary
from romduol.publication.inference import Key, Tree, tighten
from romduol.publication.ladder import Bounds, Ladder, Voice
from romduol.publication.options import SMALL_STUDY, PublishOptions
from romduol.publication.phrases import LANGS, Text, label, number, phrase

FINDINGS = (
    ANY_FORM[0],
    "form_offline",
    "form_online",
    "actor",
    "topic",
    "impact",
    "retreat",
    "response",
    "outcome",
)
WHOLE = "all"
_SAYS_NOTHING = (".unknown", ".other", ".withheld")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of one term: ``number`` only if it may be printed."""

    key: Key
    voice: Voice
    number: int | None


def term_tree(terms: Vocabulary, schemes: Iterable[str], whole: Iterable[str] = ()) -> Tree:
    """The terms of ``schemes`` as one tree; ``whole`` schemes get an ``all`` above their tops."""
    children: dict[Key, tuple[Key, ...]] = {ANY_FORM: ()}
    unions = {ANY_FORM}
    for scheme in schemes:
        if scheme in (ANY_FORM[0], PLACE_SCHEME):
            continue
        tops = [t for t in terms.of(scheme) if not t.parent]
        if scheme in whole and len(tops) > 1:
            children[scheme, WHOLE] = tuple((scheme, t.id) for t in tops)
            unions.add((scheme, WHOLE))
        if scheme.startswith("form_"):
            children[ANY_FORM] += tuple((scheme, t.id) for t in tops)
        for term in terms.of(scheme):
            children[scheme, term.id] = tuple((scheme, t.id) for t in terms.children(term))
    return Tree(children, unions=frozenset(unions))


def judge(
    tree: Tree, women: Mapping[Key, int], ladder: Callable[[str], Ladder]
) -> dict[Key, Verdict]:
    """What may be said of every key of ``tree`` when everything is read together."""
    voices = {key: _alone(key, women, ladder) for key in tree}
    parents = {k: up for k, up in tree.parents().items() if up not in tree.unions}
    for key in tree:  # parents come before children
        if _too_close(key, voices, women, parents):
            voices[key] = Voice.HUSHED
    for union in tree.unions:
        if not _may_speak(union, tree, voices, women, ladder):
            voices[union] = Voice.HUSHED
    return {
        key: Verdict(key, voice, women[key] if voice is Voice.NUMBER else None)
        for key, voice in voices.items()
    }


def _alone(key: Key, women: Mapping[Key, int], ladder: Callable[[str], Ladder]) -> Voice:
    voice = ladder(key[0]).voice(women.get(key, 0))
    unsayable = key[1].endswith(_SAYS_NOTHING) and voice is not Voice.SILENT
    return Voice.HUSHED if unsayable else voice


def _ancestors(key: Key, parents: Mapping[Key, Key]) -> Iterable[Key]:
    while key in parents:
        key = parents[key]
        yield key


def _too_close(
    key: Key, voices: Mapping[Key, Voice], women: Mapping[Key, int], parents: Mapping[Key, Key]
) -> bool:
    if voices[key] is not Voice.NUMBER:
        return False
    above = (k for k in _ancestors(key, parents) if voices[k] is Voice.NUMBER)
    return any(women[k] - women[key] < 2 for k in above)


def _may_speak(
    union: Key,
    tree: Tree,
    voices: Mapping[Key, Voice],
    women: Mapping[Key, int],
    ladder: Callable[[str], Ladder],
) -> bool:
    """Is nothing made certain by what the union would say, or not say, at any count it may have?"""
    parts, steps = tree.children[union], ladder(union[0])
    if any(voices[p] is Voice.NUMBER for p in parts) and voices[union] is Voice.NUMBER:
        return False
    told = {k: ladder(k[0]).heard(v, women.get(k, 0)) for k, v in voices.items()}
    told[union] = Bounds(0, steps.asked)
    fits = tighten(tree, told)[union]
    return all(
        not _makes_certain(tree, told | {union: group}, voices, union)
        for group in _heard_groups(fits, steps, any(voices[p] is Voice.NUMBER for p in parts))
    )


def _heard_groups(fits: Bounds, steps: Ladder, no_number: bool) -> Iterable[Bounds]:
    """The counts that would be said alike: by a word, by silence, or each by its number."""
    alike: dict[Voice | int, list[int]] = defaultdict(list)
    for count in range(fits.low, fits.high + 1):
        voice = steps.voice(count)
        alike[count if voice is Voice.NUMBER and not no_number else voice].append(count)
    return [Bounds(min(counts), max(counts)) for counts in alike.values()]


def _makes_certain(
    tree: Tree, told: Mapping[Key, Bounds], voices: Mapping[Key, Voice], union: Key
) -> bool:
    number = told[union].certain and voices[union] is Voice.NUMBER
    return any(
        bounds.certain and voices[key] is not Voice.NUMBER and not (number and key == union)
        for key, bounds in tighten(tree, told).items()
    )


def claims_of(
    verdicts: Mapping[Key, Verdict], counts: Iterable[Count], options: PublishOptions
) -> tuple[tuple[Claim, ...], tuple[Left, ...]]:
    """A claim for each term that may be spoken of, in vocabulary order; and what was left out."""
    by_key = {(c.scheme, c.term): c for c in counts}
    claims: list[Claim] = []
    left: list[Left] = []
    for scheme in FINDINGS:
        for key in _in_order(scheme):
            if key in by_key:
                _tell(verdicts[key], by_key[key], claims, left)
    return tuple(claims), tuple(left)


def _in_order(scheme: str) -> Iterable[Key]:
    """The keys of a scheme as the vocabulary lists them, each term followed by those below it."""
    if scheme == ANY_FORM[0]:
        return [ANY_FORM]
    return [(scheme, term.id) for term in vocabulary().of(scheme)]


def _tell(verdict: Verdict, count: Count, claims: list[Claim], left: list[Left]) -> None:
    what = "/".join(verdict.key)
    if verdict.voice is Voice.SILENT:
        left.append(Left("single_source", what))
        return
    if verdict.voice is Voice.HUSHED:
        left.append(Left("derivable", what))
        return
    if verdict.voice is Voice.MOST:
        left.append(Left("group_disclosure", what))
    claims.append(_claim(f"c{len(claims) + 1:03}", verdict, count))


def _claim(id_: str, verdict: Verdict, count: Count) -> Claim:
    return Claim(
        id=id_,
        scheme=count.scheme,
        term=count.term,
        unit=Unit.WOMEN,
        wording=wording(verdict, count.asked),
        number=verdict.number,
        asked=count.asked,
        rule=verdict.voice.value,
        sources=tuple(sorted(count.incidents)),
    )


def wording(verdict: Verdict, asked: int) -> Text:
    """The sentence in both languages; percentages only from 20 women on, rounded to whole."""
    said = verdict.voice.value
    if verdict.number is not None and asked >= SMALL_STUDY:
        said = "number_percent"
    return tuple(
        (
            lang,
            phrase(
                f"claim.{said}",
                lang,
                term=label(verdict.key, lang),
                number=number(verdict.number or 0, lang),
                asked=number(asked, lang),
                percent=number(percent(verdict.number or 0, asked), lang),
            ),
        )
        for lang in LANGS
    )


def percent(part: int, whole: int) -> int:
    """Whole per cent, a half rounded up, as people round."""
    return (200 * part + whole) // (2 * whole)
