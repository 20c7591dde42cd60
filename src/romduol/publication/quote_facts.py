"""What the book knows of one quote beside its words: what publishing asks before it prints it."""

from __future__ import annotations

from dataclasses import dataclass

from romduol.casebook.codes import Span


@dataclass(frozen=True, slots=True)
class QuoteFacts:
    """What was asked and done about the words at ``span``.

    ``witnesses`` are people beside her and those who acted, as far as known (none: nobody asked).
    ``knowing``: she was told that whoever was there will know, and allowed it all the same.
    ``in_posts``: six words in a row also stand in something she wrote. ``unchecked``: the wording
    was changed and nobody else has held it against the original yet. ``manner`` says how it was
    changed (``rewording.Manner``), "" if it was not.
    """

    span: Span
    witnesses: int | None = None
    knowing: bool = False
    in_posts: bool = False
    unchecked: bool = False
    manner: str = ""
