"""Messages like the one of a suggestion, among hers: to find what was sent again in other words.

By their letters, and where whole sentences were read also by what they mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from romduol.analysis.triage.calibration import Doubles
from romduol.analysis.triage.similar import likeness
from romduol.analysis.triage.vectors.hearing import Heard
from romduol.desk import vectoring
from romduol.desk.custody import acting
from romduol.desk.deciding import find_suggestion
from romduol.desk.opening import Book
from romduol.desk.teaching import said_by_others
from romduol.desk.women import require_may_see

LEAST = 0.2  # below this two messages share letters by chance


@dataclass(frozen=True, slots=True)
class Alike:
    """A message like the one asked about; its words only where they were asked for."""

    item: str
    record: int
    likeness: float
    text: str = ""


def like(book: Book, code: str, most: int, *, show: bool = False) -> list[Alike]:
    """At most so many other texts that others wrote to her, the most alike first.

    Raises ``UnknownSuggestion``, ``NoGrant`` or ``ConsentMissing``.
    """
    found = find_suggestion(code)
    woman = found.item.woman
    require_may_see(book, woman)
    asked = (found.item.code, found.member, found.record)
    held = {one.text: one for one in said_by_others(book, woman)}
    mine = next(one.text for one in said_by_others(book, woman) if one.place == asked)
    others = [one for text, one in held.items() if text != mine]
    near = _near(mine, [one.text for one in others], vectoring.heard(book, woman))
    order = [int(n) for n in np.argsort(-near, kind="stable")[:most] if near[n] >= LEAST]
    with acting(book, "read") as act:
        act.about(found.code, alike=len(order), shown=show)
    return [
        Alike(others[n].place[0], others[n].place[2], round(float(near[n]), 3),
              others[n].text if show else "")
        for n in order
    ]  # fmt: skip


def _near(mine: str, others: Sequence[str], heard: Heard | None) -> Doubles:
    """The likeness of letters, or that of meaning where both were read and it is higher."""
    letters = likeness(mine, others)
    return letters if heard is None else np.maximum(letters, heard.likeness(mine, others))
