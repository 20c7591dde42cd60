"""What others wrote to several women is compared; accounts that attack them together are suggested.

Each woman gets a suggestion of her own that rests on posts of hers alone, so that her withdrawal
takes all of it, and that names nobody else. Compared are only women who agreed to be counted, by a
member who may see them. All is looked at again when anything new was received or when other women
are compared than last time: what nobody decided is replaced, what a person decided stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from django.db.models import QuerySet

from romduol.analysis import campaigns, messages
from romduol.analysis.groups import Group
from romduol.casebook import people
from romduol.desk.clock import now
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.examining_groups import (
    ACROSS,
    CAMPAIGN,
    NEAR,
    SAME_TEXT,
    SURPRISING,
    Found,
    acting_together,
    groups_of,
    keep_one,
)
from romduol.desk.examining_posts import Place, places, posts_of
from romduol.desk.opening import Book
from romduol.desk.women import allows
from romduol.records.models import Examination, Gathering, Item, Suggestion, Woman

ALSO = "coacting.also-across"  # her own suggestion, and the same accounts act elsewhere too
_LOOK = f"{campaigns.METHOD}+across."
FEWEST = 2  # women


@dataclass(frozen=True, slots=True)
class _Hers:
    """The part of one group that stands in one woman's material, its first post first."""

    woman: int
    found: Found


def look_across(book: Book, women: Sequence[Woman]) -> int:
    """New suggestions; nothing is read when nothing changed since the last look."""
    compared = [one for one in women if allows(one, people.SCOPE_OF_COUNTING)]
    method = _LOOK + book.mac("compared", " ".join(one.code for one in compared))[:15]
    waiting = _waiting(compared, method) if len(compared) >= FEWEST else []
    if not waiting and (len(compared) >= FEWEST or not _undecided(women).exists()):
        return 0
    frame = messages.by_others(posts_of(book, compared if waiting else []))
    standing, hers = places(frame), list(_hers(frame))
    with acting(book, "examine") as act:
        _forget(women)
        made = sum(_keep(one, standing) for one in hers)
        _remember(women, waiting, method)
        act.about(THE_BOOK, method=method, women=len(compared), suggestions=made)
    return made


def _waiting(compared: Sequence[Woman], method: str) -> list[Item]:
    read = Item.objects.filter(woman__in=compared, segments__isnull=False).distinct()
    return list(read.exclude(examinations__method=method))


def _undecided(women: Sequence[Woman]) -> QuerySet[Suggestion]:
    return Suggestion.objects.filter(
        item__woman__in=women, kind=CAMPAIGN, decisions=None, reason__in=(ACROSS, ALSO)
    )


def _hers(frame: pl.DataFrame) -> Iterator[_Hers]:
    """The part of each woman in each group that stands in the material of several."""
    whose = dict(zip(frame["post"].to_list(), frame["woman"].to_list(), strict=True))
    for _, group in groups_of(*acting_together(frame)):
        by_woman: dict[int, list[str]] = defaultdict(list)
        for post in group.every_post:
            by_woman[whose[post]].append(post)
        if len(by_woman) >= FEWEST:
            for woman, posts in by_woman.items():
                yield _Hers(woman, _found(frame, group, posts))


def _found(frame: pl.DataFrame, group: Group, posts: list[str]) -> Found:
    rows = frame.filter(pl.col("post").is_in(posts))
    times = rows["sent_at"].sort().to_list()
    looks = Gathering(
        first=times[0],
        last=times[-1],
        accounts=rows.select("platform", "author").n_unique(),
        together=len(group.accounts),
        posts=len(posts),
        objects_shared=group.objects,
        rare=group.likeliest,
    )
    return Found(CAMPAIGN, ACROSS, tuple(posts), looks)


def _forget(women: Sequence[Woman]) -> None:
    """What was found by comparing and nobody decided goes; her own suggestions say again only what
    her own material shows."""
    undecided = _undecided(women)
    undecided.filter(reason=ACROSS).delete()
    undecided.filter(gathering__rare__gt=SURPRISING).update(reason=SAME_TEXT)
    undecided.filter(reason=ALSO).update(reason=NEAR)


def _keep(one: _Hers, standing: dict[str, Place]) -> int:
    """One suggestion, or none where one of her own rests on the same posts: that one says more."""
    here = {standing[post] for post in one.found.posts}
    own = [held for held, rests_on in _held(one.woman) if rests_on & here]
    for held in own:
        if not held.decisions.exists():
            Suggestion.objects.filter(pk=held.pk).update(reason=ALSO)
    if not own:
        keep_one(one.found, standing)
    return not own


def _held(woman: int) -> Iterator[tuple[Suggestion, set[Place]]]:
    """Her suggested campaigns, and the records each rests on."""
    rows = Suggestion.objects.filter(item__woman=woman, kind=CAMPAIGN)
    for held in rows.prefetch_related("others", "decisions"):
        yield held, {Place(at.item_id, at.member, at.record) for at in held.others.all()}


def _remember(women: Sequence[Woman], looked_at: Sequence[Item], method: str) -> None:
    """That these items were compared, with these women; earlier looks are forgotten."""
    earlier = Examination.objects.filter(item__woman__in=women, method__startswith=_LOOK)
    earlier.exclude(method=method).delete()
    at = now()
    Examination.objects.bulk_create(
        Examination(item=item, method=method, messages=0, at=at) for item in looked_at
    )
