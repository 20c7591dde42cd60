"""A codebook and one change go in, the codebook after it comes out, one version on.

A code is never taken away: what was coded with it must stay readable. Nothing here touches
codings: one of a merged code reads as the code it was merged into (``Codebook.standing``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from romduol.casebook.codes import Code, Codebook
from romduol.casework.codebooks.rules import CodebookFaulty, checked


class Change(StrEnum):
    """What was done to a codebook."""

    IMPORT = "import"
    ADD = "add"
    RENAME = "rename"
    DESCRIBE = "describe"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    RETIRE = "retire"
    RECODE = "recode"  # the codebook stays, codings get another code
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Words:
    """What may be said of a code; ``None`` leaves what stands."""

    label: str | None = None
    label_km: str | None = None
    definition: str | None = None
    examples: tuple[str, ...] | None = None
    colour: str | None = None

    def on(self, code: Code) -> Code:
        """``code`` with these words."""
        said = {
            name: value
            for name in ("label", "label_km", "definition", "examples", "colour")
            if (value := getattr(self, name)) is not None
        }
        return replace(code, **said)


def next_version(codebook: Codebook, codes: Iterable[Code]) -> Codebook:
    """The codebook with these codes, one version on. Raises ``CodebookFaulty``."""
    made = Codebook(codebook.scheme, str(int(codebook.version) + 1), tuple(codes))
    return checked(made)


def _replaced(codebook: Codebook, change: Callable[[Code], Code]) -> Codebook:
    codes = tuple(change(one) for one in codebook.codes)
    if codes == codebook.codes:
        raise CodebookFaulty(code=codebook.scheme, why="nothing")
    return next_version(codebook, codes)


def _usable(codebook: Codebook, id_: str) -> Code:
    """The code, unless it is retired. Raises ``UnknownCode`` or ``CodebookFaulty``."""
    found = codebook.code(id_)
    if found.retired:
        raise CodebookFaulty(code=id_, why="again")
    return found


def add(codebook: Codebook, code: Code) -> Codebook:
    """One code more, last among its siblings."""
    if code.parent:
        _usable(codebook, code.parent)
    return next_version(codebook, (*codebook.codes, code))


def describe(codebook: Codebook, id_: str, words: Words) -> Codebook:
    """The code's label, definition, examples or colour said anew."""
    codebook.code(id_)
    return _replaced(codebook, lambda one: words.on(one) if one.id == id_ else one)


def move(codebook: Codebook, id_: str, parent: str) -> Codebook:
    """The code, with all below it, stands under ``parent`` ("" for the top)."""
    codebook.code(id_)
    if parent:
        _usable(codebook, parent)
    return _replaced(codebook, lambda one: replace(one, parent=parent) if one.id == id_ else one)


def merge(codebook: Codebook, ids: Sequence[str], into: str) -> Codebook:
    """``ids`` are retired and read as ``into``; what stood below them stands below it."""
    target = _usable(codebook, into)
    gone = {_usable(codebook, id_).id for id_ in ids}
    if into in gone or not gone:
        raise CodebookFaulty(code=into, why="circle")
    parent = target.parent
    while parent in gone:  # merged into one of its own children: that takes its place
        parent = codebook.code(parent).parent

    def merged(one: Code) -> Code:
        if one.id in gone:
            return replace(one, retired=True, merged_into=into)
        if one.id == into:
            return replace(one, parent=parent)
        return replace(one, parent=into) if one.parent in gone else one

    return _replaced(codebook, merged)


def split(codebook: Codebook, id_: str, parts: Sequence[Code]) -> Codebook:
    """The code becomes a heading and ``parts`` its children. Which old coding is of which part is
    for a person to say; until then it stays with the heading."""
    whole = _usable(codebook, id_)
    if len(parts) < 2:
        raise CodebookFaulty(code=id_, why="nothing")
    codes = (replace(one, codable=False) if one is whole else one for one in codebook.codes)
    return next_version(codebook, (*codes, *(replace(part, parent=id_) for part in parts)))


def retire(codebook: Codebook, id_: str) -> Codebook:
    """Nothing new is coded with it; what was, stays."""
    _usable(codebook, id_)
    return _replaced(codebook, lambda one: replace(one, retired=True) if one.id == id_ else one)


def require_codable(codebook: Codebook, id_: str) -> Code:
    """The code, if new codings may have it. Raises ``UnknownCode`` or ``CodebookFaulty``."""
    found = _usable(codebook, id_)
    if not found.codable:
        raise CodebookFaulty(code=id_, why="heading")
    return found
