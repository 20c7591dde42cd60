"""Her messages pass through campaigns and pile-ons; what stands out is kept for a person to decide.

A suggestion points to its first post and rests on all of them. Both looks are made again when
anything new was received: what nobody decided is replaced, what a person decided stays as it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from romduol.analysis import campaigns, messages, pileons
from romduol.analysis.groups import Group
from romduol.analysis.refusals import NoUsablePost
from romduol.analysis.triage.scoring import FLAGGED
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.deciding import MESSAGE, REFUSED
from romduol.desk.examining_posts import Place, places, posts_of
from romduol.desk.opening import Book
from romduol.records.models import (
    Examination,
    Gathering,
    Item,
    SuggestedRecord,
    Suggestion,
    Woman,
)

CAMPAIGN, PILEON = "campaign", "pileon"
SCHEME = "form_online"
TERMS = {CAMPAIGN: "on.harass.coordinated", PILEON: "on.harass.pileon"}
METHODS = {CAMPAIGN: campaigns.METHOD, PILEON: pileons.METHOD}
SURPRISING = 0.05  # false discovery rate of the pairs that are shown to a person
WINDOW = 60  # seconds
NEAR = "coacting.near"
SAME_TEXT = "coacting.same-text"  # the reason where no chance level can be told
ACROSS = "coacting.across"  # seen only by comparing women (``examining_across``)
FEWEST_ALIKE = 3  # accounts: two who copy one another are a pair, not a campaign


@dataclass(frozen=True, slots=True)
class Found:
    """One campaign or pile-on; ``posts`` by name, the first one first."""

    kind: str
    reason: str
    posts: tuple[str, ...]
    looks: Gathering


def look(book: Book, woman: Woman) -> dict[str, int]:
    """New suggestions by kind; nothing is read when nothing was received since the last look."""
    waiting = {kind: _waiting(woman, method) for kind, method in METHODS.items()}
    if not any(waiting.values()):
        return {}
    frame = messages.by_others(posts_of(book, [woman]))
    standing = places(frame)
    every, edges = acting_together(frame)
    harmful = _harmful(woman, standing)
    found = {
        CAMPAIGN: [
            Found(CAMPAIGN, reason, group.every_post, group_looks(group))
            for reason, group in groups_of(every, edges)
        ],
        PILEON: _pileons(frame, edges, harmful),
    }
    return {
        kind: _keep(book, woman, (kind, list(found[kind])), standing, items)
        for kind, items in waiting.items()
        if items
    }


def _waiting(woman: Woman, method: str) -> list[Item]:
    read = woman.items.filter(segments__isnull=False).distinct()
    return list(read.exclude(examinations__method=method))


def acting_together(
    frame: pl.DataFrame,
) -> tuple[campaigns.Campaigns | None, campaigns.Campaigns | None]:
    """Who posts near-same texts together: all, and those whom chance does not explain."""
    every = _edges(frame)
    return every, campaigns.surprising(every, SURPRISING) if every else None


def _edges(frame: pl.DataFrame) -> campaigns.Campaigns | None:
    account = pl.concat_str("platform", "who", separator="/").alias("account")
    posts = messages.for_campaigns(frame.with_columns(account), "near", {})
    try:
        return campaigns.find(posts, WINDOW, engine="polars", same="near")
    except NoUsablePost:
        return None


def _harmful(woman: Woman, standing: dict[str, Place]) -> frozenset[str]:
    """The posts that triage would have a person read, those refused left out."""
    rows = Suggestion.objects.filter(item__woman=woman, kind=MESSAGE, score__gte=FLAGGED)
    rows = rows.exclude(decisions__state=REFUSED)
    flagged = {Place(*where) for where in rows.values_list("item", "member", "record")}
    return frozenset(post for post, place in standing.items() if place in flagged)


def groups_of(
    every: campaigns.Campaigns | None, edges: campaigns.Campaigns | None
) -> Iterator[tuple[str, Group]]:
    """The groups a person should see, each with the reason.

    Groups of three or more with long texts in common are shown where chance cannot be told: a text
    that stands in one burst only is the same burst however its hours are shuffled.
    """
    surprising = edges.groups if edges else ()
    yield from ((NEAR, group) for group in surprising)
    shown = {account for group in surprising for account in group.accounts}
    for group in every.groups if every else ():
        if len(group.accounts) >= FEWEST_ALIKE and shown.isdisjoint(group.accounts):
            yield SAME_TEXT, group


def group_looks(group: Group) -> Gathering:
    """The row that says how it looks; it belongs to no suggestion yet."""
    return Gathering(
        first=group.first,
        last=group.last,
        accounts=len(group.accounts),
        together=len(group.accounts),
        posts=group.posts,
        objects_shared=group.objects,
        rare=group.likeliest,
    )


def _pileons(
    frame: pl.DataFrame, edges: campaigns.Campaigns | None, harmful: frozenset[str]
) -> Iterator[Found]:
    names = dict(zip(frame["row"].cast(pl.String), frame["post"], strict=True))
    for platform, aimed in messages.aimed_at_her(frame, harmful).items():
        if len({post.account for post in aimed}) < pileons.LEAST:
            continue
        seen_from, seen_to = messages.covered(frame, platform)
        for one in pileons.watch(aimed, seen_from, seen_to).episodes:
            posts = tuple(names[post] for post in one.posts)
            together = pileons.acting_together(one, edges.edges, platform) if edges else 0
            yield Found(PILEON, "pileon.window", posts, _looks(one, together))


def _looks(one: pileons.Episode, together: int) -> Gathering:
    return Gathering(
        first=one.start,
        peak=one.peak,
        last=one.end,
        accounts=len(one.accounts),
        new_accounts=one.new_accounts,
        together=together,
        posts=len(one.posts),
        usual=one.usual,
        rare=one.p,
    )


def _keep(
    book: Book,
    woman: Woman,
    found: tuple[str, list[Found]],
    standing: dict[str, Place],
    items: list[Item],
) -> int:
    kind, these = found
    method = METHODS[kind]
    with acting(book, "examine") as act:
        _forget_undecided(woman, kind)
        decided = set(_places_decided(woman, kind))
        new = [one for one in these if standing[one.posts[0]] not in decided]
        for one in new:
            keep_one(one, standing)
        at = now()
        Examination.objects.bulk_create(
            Examination(item=item, method=method, messages=0, at=at) for item in items
        )
        act.about(woman.code, method=method, items=len(items), suggestions=len(new))
    return len(new)


def _forget_undecided(woman: Woman, kind: str) -> None:
    undecided = Suggestion.objects.filter(item__woman=woman, kind=kind, decisions=None)
    undecided.exclude(reason=ACROSS).delete()


def _places_decided(woman: Woman, kind: str) -> Iterable[Place]:
    """Where the suggestions begin that a person has decided, by this version of the method."""
    held = Suggestion.objects.filter(item__woman=woman, kind=kind, model=METHODS[kind])
    return (Place(*where) for where in held.values_list("item", "member", "record"))


def keep_one(one: Found, standing: dict[str, Place]) -> None:
    """A suggestion that begins at its first post and rests on all of them."""
    first = standing[one.posts[0]]
    suggestion = Suggestion.objects.create(
        code=f"s{secrets.token_hex(8)}",
        kind=one.kind,
        item_id=first.item,
        member=first.member,
        record=first.record,
        scheme=SCHEME,
        term=TERMS[one.kind],
        score=max(1 - one.looks.rare, FLAGGED),
        reason=one.reason,
        model=METHODS[one.kind],
        at=now(),
    )
    one.looks.suggestion = suggestion
    one.looks.save()
    others = (standing[post] for post in one.posts)
    SuggestedRecord.objects.bulk_create(
        (
            SuggestedRecord(
                suggestion=suggestion, item_id=at.item, member=at.member, record=at.record
            )
            for at in others
        ),
        batch_size=1000,
    )
