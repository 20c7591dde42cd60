"""A codebook comes in and goes on whole, or is refused with the code and the reason."""

from __future__ import annotations

import re
from collections.abc import Callable

from romduol.casebook.codes import Code, Codebook
from romduol.casebook.troubles import WrongUsage

_ID = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)


class CodebookFaulty(WrongUsage):
    """A change or a sheet would have left a codebook that is none; nothing was changed.

    ``why``: ``id`` (not ASCII, or too long), ``twice`` (two codes of one id), ``label`` (none),
    ``parent``, ``circle``, ``colour``, ``merged`` (into a code that is not there or is retired),
    ``again`` (already retired), ``heading`` (nothing may be coded with it), ``nothing`` (it is so
    already).
    """


def checked(codebook: Codebook) -> Codebook:
    """The same codebook. Raises ``CodebookFaulty``."""
    ids = {one.id: one for one in codebook.codes}
    if len(ids) < len(codebook.codes):
        every = [one.id for one in codebook.codes]
        raise CodebookFaulty(code=next(i for i in every if every.count(i) > 1), why="twice")
    for one in codebook.codes:
        why = _why_not(one, ids)
        if why:
            raise CodebookFaulty(code=one.id, why=why)
    return codebook


def _why_not(one: Code, ids: dict[str, Code]) -> str:
    if not _ID.fullmatch(one.id):
        return "id"
    if not (one.label.strip() or one.label_km.strip()):
        return "label"
    if one.parent and one.parent not in ids:
        return "parent"
    if one.colour and not _COLOUR.fullmatch(one.colour):
        return "colour"
    if one.merged_into and (one.merged_into not in ids or not one.retired):
        return "merged"
    circles = (_turns(one, ids, lambda c: c.parent), _turns(one, ids, lambda c: c.merged_into))
    return "circle" if any(circles) else ""


def _turns(one: Code, ids: dict[str, Code], up: Callable[[Code], str]) -> bool:
    """Does the way up from ``one`` come back to where it was?"""
    seen, here = {one.id}, up(one)
    while here in ids and here not in seen:
        seen.add(here)
        here = up(ids[here])
    return here in seen
