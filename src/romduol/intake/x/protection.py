"""When her account was closed to all but its followers, or opened, goes in; an entry comes out.

``protected-history.js`` holds ``{"protectedHistory": {"protectedAt": …, "action": "Protect"}}``, as
programs that open archives read it; no archive of a real account was at hand.
"""

from __future__ import annotations

from romduol.casebook.evidence import Kind
from romduol.intake.cutting import Piece
from romduol.intake.entries import Entry
from romduol.intake.jsonplaces import Broken, object_in
from romduol.intake.x.posts import string
from romduol.intake.x.stamps import stamp

THREAD = "account"


def protection(piece: Piece) -> Entry:
    """The change in ``piece``; raises ``Broken`` when it holds none."""
    outer, mending = object_in(piece, "x")
    told = outer.get("protectedHistory")
    if not isinstance(told, dict):
        raise Broken(piece.start, "record")
    written = string(told, "protectedAt")
    when = stamp(written, "")
    return Entry(
        start=piece.start,
        end=piece.end,
        thread=THREAD,
        text=string(told, "action"),
        stamp=written,
        sent_at=when.sent_at,
        precision=when.precision,
        own=True,
        kind=Kind.SYSTEM,
        rules=(*mending, *filter(None, [when.rule])),
    )
