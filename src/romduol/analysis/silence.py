"""Times of posts and attacks come in; days to silence and to return, with who is still waited for.

Women who have not (yet) fallen silent, or not yet returned, when their export ends are censored
there, not counted as never (``casebook/survival``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from romduol.casebook.survival import Spell

QUIET = timedelta(days=28)  # without a post this long, she has fallen silent
_DAY = timedelta(days=1)


def to_silence(posts: Iterable[datetime], attack: datetime, seen_to: datetime) -> Spell:
    """Days from the attack to her last post before four weeks without one.

    Silent from the first day is 0 days. Censored where fewer than four weeks are left to see.
    """
    last = attack
    for at in sorted(at for at in posts if attack <= at < seen_to):
        if at - last >= QUIET:
            break
        last = at
    if seen_to < last + QUIET:
        return Spell(max(last - attack, timedelta()) / _DAY, happened=False)
    return Spell((last - attack) / _DAY, happened=True)


def to_return(posts: Sequence[datetime], attack: datetime, seen_to: datetime) -> Spell | None:
    """Days from when she fell silent to her next post; ``None`` if she did not fall silent.

    Still silent when her export ends: censored there.
    """
    silent = to_silence(posts, attack, seen_to)
    if not silent.happened:
        return None
    since = attack + silent.days * _DAY
    again = min((at for at in posts if at >= since + QUIET and at < seen_to), default=None)
    return Spell(((again or seen_to) - since) / _DAY, happened=again is not None)
