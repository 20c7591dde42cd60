"""A code as a person names it (its id, its label, its path) goes in, the code comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from romduol.casebook.codes import Code, Codebook, UnknownCode
from romduol.casebook.vocabulary import Vocabulary

PATH = " > "  # between a code and what stands below it


def of_vocabulary(terms: Vocabulary, scheme: str) -> Codebook:
    """One scheme of the shipped vocabulary as a codebook. Raises ``UnknownTerm``."""
    return Codebook(
        scheme,
        terms.version,
        tuple(
            Code(t.id, t.label_en, t.parent, t.label_km, t.definition_en) for t in terms.of(scheme)
        ),
    )


def path(codebook: Codebook, id_: str, lang: str) -> str:
    """The labels from the top down to the code."""
    return PATH.join(one.name(lang) for one in reversed(list(codebook.lineage(id_))))


def by_name(codebooks: Sequence[Codebook], said: str) -> tuple[str, str]:
    """Scheme and id of what ``said`` names: an id, a label or a path of labels, with its scheme and
    ``/`` before it or without.

    An id wins over a label. Raises ``UnknownCode`` when nothing or several answer to it.
    """
    scheme, _, rest = said.partition("/")
    inside = [one for one in codebooks if one.scheme == scheme]
    found = (_found(inside, rest) if inside else []) or _found(codebooks, said)
    if len(found) != 1:
        raise UnknownCode(code=found[0][1] if found else "?")
    return found[0]


def _found(codebooks: Sequence[Codebook], said: str) -> list[tuple[str, str]]:
    by_id = [(c.scheme, one.id) for c in codebooks for one in c.codes if one.id == said]
    return by_id or list(_labelled(codebooks, said.strip().casefold()))


def _labelled(codebooks: Iterable[Codebook], said: str) -> Iterator[tuple[str, str]]:
    for codebook in codebooks:
        for one in codebook.codes:
            if one.retired:
                continue
            labels = {one.label, one.label_km} - {""}
            labels |= {path(codebook, one.id, lang) for lang in ("en", "km")}
            if said in {label.casefold() for label in labels}:
                yield codebook.scheme, one.id
