"""Templates: which sections a report has, in which order, and how long they are. Data, not code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

DEFAULT = "facts"
TEMPLATES = ("facts", "baseline", "transparency", "brief", "submission")
LIMITS = ("chosen", "not_mentioned", "told", "translation", "order")
_MANY = 1000


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of report. Numbers are the most that is shown of each thing.

    ``points`` is the size of words on paper. ``schemes`` are those whose findings are told; none of
    them: the usual ones. ``advice`` is how many recommendations an addressee gets. A ``short``
    report says how to check it in one line.
    """

    id: str
    sections: tuple[str, ...]
    facts: int = 0
    quotes: int = _MANY
    tables: int = _MANY
    advice: int = _MANY
    schemes: tuple[str, ...] = ()
    limits: tuple[str, ...] = LIMITS
    short: bool = False
    points: float = 10.5


@cache
def template(id_: str) -> Template:
    """The template of that name; raises ``KeyError`` for what is none."""
    if id_ not in TEMPLATES:
        raise KeyError(id_)
    text = (files(__package__) / "templates" / f"{id_}.toml").read_text(encoding="utf-8")
    told: dict[str, Any] = {
        name: tuple(said) if isinstance(said, list) else said
        for name, said in tomllib.loads(text).items()
    }
    if not set(told) <= {field.name for field in fields(Template)} - {"id"}:
        raise KeyError(id_)
    return Template(id_, **told)
