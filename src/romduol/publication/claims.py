"""Sentences that say how many women, judged together so that no two give a third away.

Every term is put on the ladder (``ladder``) by its distinct women, the only unit in which findings
are told. Then all of them are read as a reader would who knows the rules, the vocabulary tree and
every sentence, and a claim is dropped (rule ``derivable``) while any of these holds:

* a number that is not printed has one possible value left. Women do not add up over terms, but a
  term holds every woman of the terms below it, and harm of any form is harm online or in person
  and nothing else: "most or all" above one "some" and one form not told of would make both exact;
* two printed numbers, one within the other, differ by less than two: the difference would be one
  woman, or nobody, which says that everybody in the wider group shares the narrower term;
* a union of two terms is printed with both of them: how many share the two would follow.

A dropped claim tells the reader nothing he may rely on; a term without a claim may have been
mentioned by nobody, by one woman, or have been dropped. What the reader knows from elsewhere, and
what women who took part know of each other, no rule here can undo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from romduol.casebook.claims import Claim, Left, Unit
from romduol.casebook.codes import PLACE_SCHEME
from romduol.casebook.counting import ANY_FORM, Count
from romduol.casebook.vocabulary import Vocabulary
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
    while (hushed := _gives_away(tree, voices, women, ladder)) is not None:
        voices[hushed] = Voice.HUSHED
    return {
        key: Verdict(key, voice, women[key] if voice is Voice.NUMBER else None)
        for key, voice in voices.items()
    }


def _alone(key: Key, women: Mapping[Key, int], ladder: Callable[[str], Ladder]) -> Voice:
    voice = ladder(key[0]).voice(women.get(key, 0))
    unsayable = key[1].endswith(_SAYS_NOTHING) and voice is not Voice.SILENT
    return Voice.HUSHED if unsayable else voice


def _gives_away(
    tree: Tree,
    voices: Mapping[Key, Voice],
    women: Mapping[Key, int],
    ladder: Callable[[str], Ladder],
) -> Key | None:
    """A claim that must go, or none when the claims may stand together."""
    parents = tree.parents()
    told = {k: ladder(k[0]).heard(v, women.get(k, 0)) for k, v in voices.items()}
    for key in voices:
        if _too_close(key, voices, women, parents):
            return key
        if key in tree.unions and _overlap_follows(key, tree.children[key], voices):
            return key
    return _pinned(tree, told, voices, parents)


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


def _overlap_follows(key: Key, below: tuple[Key, ...], voices: Mapping[Key, Voice]) -> bool:
    return len(below) == 2 and all(voices[k] is Voice.NUMBER for k in (key, *below))


def _pinned(
    tree: Tree,
    told: Mapping[Key, Bounds],
    voices: Mapping[Key, Voice],
    parents: Mapping[Key, Key],
) -> Key | None:
    speaking = {k for k, v in voices.items() if v not in (Voice.SILENT, Voice.HUSHED)}
    for key, bounds in tighten(tree, told).items():
        if voices[key] is Voice.NUMBER or not bounds.certain:
            continue
        near = (key, *_ancestors(key, parents), *tree.children.get(key, ()))
        return next(k for k in near if k in speaking)
    return None


def claims_of(
    verdicts: Mapping[Key, Verdict], counts: Iterable[Count], options: PublishOptions
) -> tuple[tuple[Claim, ...], tuple[Left, ...]]:
    """A claim for each term that may be spoken of, in vocabulary order; and what was left out."""
    by_key = {(c.scheme, c.term): c for c in counts}
    claims: list[Claim] = []
    left: list[Left] = []
    for scheme in FINDINGS:
        for key in verdicts:
            if key[0] == scheme and key in by_key:
                _tell(verdicts[key], by_key[key], claims, left)
    return tuple(claims), tuple(left)


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
                percent=number(round(100 * (verdict.number or 0) / asked), lang),
            ),
        )
        for lang in LANGS
    )
