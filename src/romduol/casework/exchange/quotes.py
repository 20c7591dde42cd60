"""The quote that a selection carries as its name: what shows later that its text has not moved."""

from __future__ import annotations

from romduol.casework.exchange.positions import ELLIPSIS, writable

LONGEST = 80  # code points; other programs show names in lists


def quote_name(text: str, start: int, end: int) -> str:
    """The words at ``[start, end)``, cut with an ellipsis where they are long."""
    quote = writable(text[start : min(end, start + LONGEST)])
    return quote if end - start <= LONGEST else quote + ELLIPSIS
