"""What is planted among the everyday talk: threats, a same-text campaign, pile-ons.

Each planted line knows its phrase and its plot, so that the truth can say where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from romduol.casebook.evidence import Kind
from romduol.casework.practice.cast import CampaignPlan, Cast, ChatPlan, PileOnPlan
from romduol.casework.practice.chats import Chat, Line, dice, everyday
from romduol.casework.practice.named import written
from romduol.casework.practice.stock import Phrase, Stock


def chats(cast: Cast, stock: Stock, seed: int) -> tuple[Chat, ...]:
    """Every chat of the study, everyday talk and plots together, in the order of the cast."""
    return tuple(_chat(plan, cast, stock, seed) for woman in cast.women for plan in woman.chats)


def _chat(plan: ChatPlan, cast: Cast, stock: Stock, seed: int) -> Chat:
    lines = [*everyday(plan, cast, stock, seed), *_planted(plan, stock)]
    if plan.setting == "public":
        lines += _plots(plan, cast, stock, seed)
    return Chat(plan, tuple(sorted(lines, key=lambda line: line.at)))


def _planted(plan: ChatPlan, stock: Stock) -> Iterator[Line]:
    for row in plan.planted:
        text = stock.phrases[row.phrase].text
        yield Line(row.at, row.by, text, own=row.by == plan.woman, phrase=row.phrase)
    for named in written(plan.path.partition("/")[0], plan.thread):
        assert named.at is not None  # only an answer in an interview has no time
        yield Line(named.at, named.by, named.text, own=named.by == plan.woman, named=named.id)


def _plots(plan: ChatPlan, cast: Cast, stock: Stock, seed: int) -> Iterator[Line]:
    for campaign in cast.campaigns:
        if plan.path in campaign.paths:
            yield from _campaign(campaign, stock, dice(seed, f"{campaign.id} {plan.path}"))
    for pileon in cast.pileons:
        if plan.path == pileon.path:
            yield from _pileon(pileon, stock, dice(seed, pileon.id))


def _campaign(campaign: CampaignPlan, stock: Stock, chance: Random) -> Iterator[Line]:
    for at, phrase in campaign.waves:
        text = stock.phrases[phrase].text
        seconds = sorted(chance.sample(range(55), len(campaign.accounts)))
        accounts = chance.sample(campaign.accounts, len(campaign.accounts))
        for account, second in zip(accounts, seconds, strict=True):
            when = at + timedelta(seconds=second)
            yield Line(when, account, text, phrase=phrase, plot=campaign.id)


def _pileon(pileon: PileOnPlan, stock: Stock, chance: Random) -> Iterator[Line]:
    crowd = [f"{pileon.crowd_name} {n}" for n in range(1, pileon.crowd + 1)]
    for account in crowd:
        joined = pileon.at - timedelta(seconds=chance.randrange(60, 1500))
        yield Line(joined, account, "joined", Kind.SYSTEM)
    phrases = _dealt(stock.pile_on(pileon.languages), pileon.messages, chance)
    extra = chance.choices(crowd, k=pileon.messages - len(crowd))
    for account, phrase in zip(crowd + extra, phrases, strict=True):
        when = pileon.at + timedelta(seconds=chance.randrange(pileon.minutes * 60))
        yield Line(when, account, phrase.text, phrase=phrase.id, plot=pileon.id)


def _dealt(phrases: tuple[Phrase, ...], how_many: int, chance: Random) -> list[Phrase]:
    """Each phrase once before any comes again: a crowd is angry in its own words."""
    dealt: list[Phrase] = []
    while len(dealt) < how_many:
        dealt += chance.sample(phrases, len(phrases))
    return dealt[:how_many]
