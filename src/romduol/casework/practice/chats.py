"""From the cast to chats: every line in the order in which an export would hold it.

The same seed gives the same lines. Times are local (Asia/Phnom_Penh) and whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random

from romduol.casebook.evidence import Kind
from romduol.casework.practice.cast import Cast, ChatPlan
from romduol.casework.practice.stock import Exchange, Stock

_MEDIA = ("image", "image", "voice", "sticker", "video")
_FLOWERS = ("🌸", "🙏", "😂", "❤️", "🌧️")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chat. For ``system`` and ``call`` the text is the event's name, not words.

    ``phrase`` and ``plot`` say which planted phrase it is and of which campaign or pile-on;
    ``named`` which line it is that names somebody.
    """

    at: datetime
    author: str
    text: str
    kind: Kind = Kind.MESSAGE
    own: bool = False
    media: str = ""
    deleted: bool = False
    edited: bool = False
    phrase: str = ""
    plot: str = ""
    named: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat and its lines in order of time."""

    plan: ChatPlan
    lines: tuple[Line, ...]


class Deck:
    """The exchanges of one chat: each comes once, in any order, before any comes again."""

    def __init__(self, stock: Stock, chance: Random) -> None:
        self._stock = stock
        self._chance = chance
        self._left: dict[tuple[str, str], list[Exchange]] = {}

    def next(self, lang: str, setting: str) -> Exchange:
        """The next exchange in this language about this."""
        left = self._left.setdefault((lang, setting), [])
        if not left:
            exchanges = self._stock.exchanges[lang, setting]
            left += self._chance.sample(exchanges, len(exchanges))
        return left.pop()


def dice(seed: int, name: str) -> Random:
    """Chance that depends only on the seed and on what it is for."""
    return Random(f"romduol practice {seed} {name}")  # noqa: S311 - repeatable play, no secret


def everyday(plan: ChatPlan, cast: Cast, stock: Stock, seed: int) -> Iterator[Line]:
    """The opening of the chat, then week after week of ordinary talk."""
    chance = dice(seed, f"{plan.path} {plan.thread}")
    deck = Deck(stock, chance)
    yield from _opening(plan, cast)
    for week in range(cast.weeks):
        for _ in range(_how_many(plan.rate, chance)):
            begins = datetime.combine(cast.starts, time(6)) + timedelta(
                weeks=week, days=chance.randrange(7), seconds=chance.randrange(15 * 3600)
            )
            yield from _said(plan, deck.next(*_topic(plan, chance)), begins, stock, chance)
        if plan.telegram and plan.setting == "closed" and chance.random() < 0.2:
            yield _call(plan, cast, week, chance)


def _opening(plan: ChatPlan, cast: Cast) -> Iterator[Line]:
    first = datetime.combine(cast.starts, time(5, 30))
    if plan.setting == "public":
        yield Line(first, plan.members[0], "created", Kind.SYSTEM)
    elif not plan.telegram:
        yield Line(first, plan.members[0], "encrypted", Kind.SYSTEM)
    yield _spoken(plan, first + timedelta(minutes=1), _marks(plan, cast), cast.mark)


def _marks(plan: ChatPlan, cast: Cast) -> str:
    """Who writes the mark: a chat of two holds no third author."""
    by_setting = {"public": cast.mark_author, "notes": plan.woman}
    return by_setting.get(plan.setting) or plan.members[0]


def _how_many(rate: float, chance: Random) -> int:
    whole = int(rate) + (chance.random() < rate - int(rate))
    return max(0, whole + chance.choice((-1, 0, 0, 1)) * (rate > 1))


def _topic(plan: ChatPlan, chance: Random) -> tuple[str, str]:
    lang = chance.choice(plan.languages)
    if plan.setting == "closed":
        return lang, "home"
    if plan.setting == "notes":
        return lang, "civic"
    return lang, "civic" if chance.random() < 0.4 else "group"


def _said(
    plan: ChatPlan, exchange: Exchange, begins: datetime, stock: Stock, chance: Random
) -> Iterator[Line]:
    parts = _parts(plan, exchange, begins, chance)
    at = begins
    for who, text in exchange.lines:
        if who in parts:
            line = _spoken(plan, at, parts[who], stock.filled(text, exchange.lang, chance))
            yield _touched(plan, line, chance)
            at += timedelta(seconds=chance.randrange(20, 400))
    if chance.random() < 0.08:
        yield _spoken(plan, at, chance.choice(sorted(parts.values())), f"[{chance.choice(_MEDIA)}]")


def _parts(plan: ChatPlan, exchange: Exchange, begins: datetime, chance: Random) -> dict[str, str]:
    """Who speaks as ``a``, ``b`` and ``c``. A civic post is hers whenever she takes part."""
    if plan.setting == "notes":
        return {"a": plan.woman}
    if plan.setting == "closed":
        two = [plan.woman, *plan.members]
        chance.shuffle(two)
        return dict(zip("ab", two, strict=True))
    parts = dict(zip("abc", chance.sample(plan.members, 3), strict=True))
    silent = plan.silent_from is not None and begins.date() >= plan.silent_from
    if chance.random() < (plan.own_after if silent else plan.own):
        parts["a" if exchange.setting == "civic" else chance.choice("ab")] = plan.woman
    return parts


def _spoken(plan: ChatPlan, at: datetime, author: str, text: str) -> Line:
    """A line of words, or of media where the data says ``[image]``, ``[voice]`` and so on."""
    own = author == plan.woman
    if text.startswith("["):
        return Line(at, author, "", own=own, media=text.strip("[]"))
    return Line(at, author, text, own=own)


def _touched(plan: ChatPlan, line: Line, chance: Random) -> Line:
    """Now and then a line is deleted, edited, or goes on in a second line."""
    fate = chance.random()
    if line.media or fate > 0.1:
        return line
    if fate < 0.008 and not plan.telegram:
        return replace(line, text="", deleted=True)
    if fate < 0.02:
        return replace(line, edited=True)
    return replace(line, text=f"{line.text}\n{chance.choice(_FLOWERS) * 3}")


def _call(plan: ChatPlan, cast: Cast, week: int, chance: Random) -> Line:
    at = datetime.combine(cast.starts, time(21)) + timedelta(weeks=week, days=chance.randrange(7))
    by = chance.choice((plan.woman, plan.members[0]))
    return Line(at, by, "call", Kind.CALL, own=by == plan.woman)
