"""Values of a JSON file one by one, each with the bytes it stands in, under a bounded buffer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from romduol.casebook.evidence import Note
from romduol.intake.cutting import Piece
from romduol.intake.telegram.shapes import mended
from romduol.intake.telegram.tape import Broken, Tape

__all__ = ["Broken", "Tape", "elements", "object_in", "refusal", "string_in"]

Object = dict[str, Any]


def elements(tape: Tape) -> Iterator[Piece]:
    """Every element of the array that opens next; raises ``Broken`` when it does not close."""
    for _ in tape.elements():
        tape.peek()
        start = tape.position
        yield Piece(start, tape.take())


def object_in(piece: Piece, reader: str) -> tuple[Object, tuple[str, ...]]:
    """The object in ``piece``, and the rules, named after ``reader``, that mended it.

    Raises ``Broken`` when it is no JSON object.
    """
    whole, rules = mended(piece.raw)
    try:
        found = msgspec.json.decode(whole, type=Object)
    except (ValueError, RecursionError):
        raise Broken(piece.start, "record") from None
    return found, tuple(f"{reader}.repair.{rule.partition('.')[2]}" for rule in rules)


def string_in(raw: bytes) -> str:
    """A string as text, a number as its digits; ``""`` for anything else."""
    try:
        value = msgspec.json.decode(mended(raw)[0])
    except (ValueError, RecursionError):
        return ""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def refusal(broken: Broken, reader: str, size: int) -> Note:
    """Why ``reader`` cannot read the file: it was cut short, or where it is not as it should be."""
    if broken.reason == "ends":
        return Note(f"note.{reader}.cut_short", (("size", size),))
    return Note(f"note.{reader}.broken", (("position", broken.position),))
