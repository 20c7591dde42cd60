"""From the chats to the truth about them: every line counted as it was made.

Nothing here is computed with the parts it is meant to test: the expected findings are declared in
``data/findings.csv``, and positions come from the order of writing, never from reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from romduol.casebook.evidence import Kind
from romduol.casework.practice import interviews, telegram, whatsapp
from romduol.casework.practice.cast import Cast, ChatPlan, WomanPlan
from romduol.casework.practice.chats import Chat, Line
from romduol.casework.practice.named import NamedLine, named_lines, told
from romduol.casework.practice.stock import Stock, rows
from romduol.casework.practice.truth import (
    FileTruth,
    Finding,
    NameTruth,
    OwnPosts,
    Place,
    PlotTruth,
    Truth,
    WomanTruth,
)

ZONE = "Asia/Phnom_Penh"


def truth(cast: Cast, stock: Stock, chats: Sequence[Chat], seed: int) -> Truth:
    """What is true of the study made of ``chats``."""
    files = (*_exports(chats), *(_interview(woman) for woman in cast.women))
    coded = rows("coding.csv")
    places = tuple(_places(chats, stock))
    return Truth(
        mark=cast.mark,
        seed=seed,
        zone=ZONE,
        items=len(files),
        messages=sum(file.messages for file in files),
        turns=sum(file.turns for file in files),
        incidents=len({row["incident"] for row in coded}),
        codings=len(coded),
        complaints=len(rows("complaints.csv")),
        women=tuple(_woman(woman, files) for woman in cast.women),
        files=files,
        planted=places,
        named=(*_named_in_chats(chats), *_named_in_interviews(cast)),
        plots=tuple(_plots(places)),
        own_posts=tuple(_own_posts(chat, cast) for chat in chats),
        findings=tuple(_findings(len(cast.women))),
    )


def by_file(chats: Sequence[Chat]) -> Iterator[tuple[str, tuple[Chat, ...]]]:
    """The chats of every file, in the order of the cast."""
    for path, group in groupby(chats, key=lambda chat: chat.plan.path):
        yield path, tuple(group)


def _exports(chats: Sequence[Chat]) -> Iterator[FileTruth]:
    for path, held in by_file(chats):
        yield _export(path, held)


def _export(path: str, chats: tuple[Chat, ...]) -> FileTruth:
    plan = chats[0].plan
    lines = [line for chat in chats for line in chat.lines]
    kinds = Counter(line.kind for line in lines)
    layout = None if plan.telegram else whatsapp.LAYOUTS[plan.layout]
    images = sum(line.media == "image" for line in lines)
    return FileTruth(
        path=path,
        member=_member(chats[0]),
        woman=plan.woman,
        platform="telegram" if plan.telegram else "whatsapp",
        layout=plan.layout,
        order=layout.order if layout else "",
        threads=tuple(chat.plan.thread for chat in chats),
        messages=kinds[Kind.MESSAGE],
        system=kinds[Kind.SYSTEM],
        calls=kinds[Kind.CALL],
        turns=0,
        own=sum(line.own and line.kind is Kind.MESSAGE for line in lines),
        media=sum(bool(line.media) for line in lines),
        held=images if layout and layout.held else 0,
        deleted=sum(line.deleted for line in lines),
        edited=sum(line.edited for line in lines),
        first=_as_written(plan, min(line.at for line in lines)),
        last=_as_written(plan, max(line.at for line in lines)),
    )


def _interview(woman: WomanPlan) -> FileTruth:
    return FileTruth(
        path=f"{woman.folder}/{woman.transcript}",
        member="",
        woman=woman.alias,
        platform="interview",
        layout=woman.transcript.rpartition(".")[2],
        turns=interviews.turns(woman),
    )


def _as_written(plan: ChatPlan, at: datetime) -> str:
    """The local time, to the minute where the export writes no seconds (Android)."""
    seconds = plan.telegram or whatsapp.LAYOUTS[plan.layout].ios
    return at.isoformat(timespec="seconds" if seconds else "minutes")


def _member(chat: Chat) -> str:
    return whatsapp.CHAT_MEMBER if chat.plan.path.endswith(".zip") else ""


def _places(chats: Sequence[Chat], stock: Stock) -> Iterator[Place]:
    for _, held in by_file(chats):
        before = 0
        for chat in held:
            for number, line in enumerate(chat.lines):
                if line.phrase:
                    yield _place(chat, line, number, before + number, stock)
            before += len(chat.lines)


def _place(chat: Chat, line: Line, number: int, record: int, stock: Stock) -> Place:
    phrase = stock.phrases[line.phrase]
    return Place(
        path=chat.plan.path,
        member=_member(chat),
        thread=chat.plan.thread,
        record=record,
        message_id=telegram.message_id(number) if chat.plan.telegram else None,
        author=line.author,
        at=_as_written(chat.plan, line.at),
        phrase=line.phrase,
        form=phrase.form,
        manner=phrase.manner,
        plot=line.plot,
    )


def _named_in_chats(chats: Sequence[Chat]) -> Iterator[NameTruth]:
    lines = {line.id: line for line in named_lines()}
    for path, held in by_file(chats):
        in_order = [line for chat in held for line in chat.lines]
        for record, line in enumerate(in_order):
            if line.named:
                yield from _mentions(lines[line.named], path, _member(held[0]), record)


def _named_in_interviews(cast: Cast) -> Iterator[NameTruth]:
    for woman in cast.women:
        for line in told(woman.folder):
            yield from _mentions(line, f"{woman.folder}/{woman.transcript}", "", -1)


def _mentions(line: NamedLine, path: str, member: str, record: int) -> Iterator[NameTruth]:
    for one in line.mentions:
        yield NameTruth(path, member, record, line.lang, one.kind, one.words)


def _plots(places: Iterable[Place]) -> Iterator[PlotTruth]:
    in_plots = sorted((place for place in places if place.plot), key=lambda place: place.plot)
    for plot, group in groupby(in_plots, key=lambda place: place.plot):
        held = list(group)
        yield PlotTruth(
            plot=plot,
            kind=plot.partition("-")[0],
            paths=tuple(sorted({place.path for place in held})),
            accounts=tuple(sorted({place.author for place in held})),
            phrases=tuple(sorted({place.phrase for place in held})),
            messages=len(held),
            first=min(place.at for place in held),
            last=max(place.at for place in held),
        )


def _own_posts(chat: Chat, cast: Cast) -> OwnPosts:
    plan = chat.plan
    own = (line.at for line in chat.lines if line.own and line.kind is Kind.MESSAGE)
    posted = Counter(_week(at.date().toordinal()) for at in own)
    first = cast.starts.toordinal()
    weeks = {_week(first + 7 * n): 0 for n in range(cast.weeks)}
    silent = plan.silent_from.isoformat() if plan.silent_from else ""
    every = {week: posted[week] for week in sorted({*weeks, *posted})}
    return OwnPosts(plan.woman, plan.path, plan.thread, plan.setting, silent, every)


def _week(day: int) -> str:
    year, week, _ = date.fromordinal(day).isocalendar()
    return f"{year}-W{week:02}"


def _findings(asked: int) -> Iterator[Finding]:
    for row in rows("findings.csv"):
        yield Finding(
            scheme=row["scheme"],
            term=row["term"],
            women=int(row["women"]),
            incidents=int(row["incidents"]),
            acts=int(row["acts"]),
            asked=asked,
            counted_women=int(row["counted_women"]),
        )


def _woman(woman: WomanPlan, files: Iterable[FileTruth]) -> WomanTruth:
    hers = [file for file in files if file.woman == woman.alias]
    quotable = may(woman.alias, "cs.public_anon")
    allowed = {
        row["quote"]
        for row in rows("coding.csv")
        if row["woman"] == woman.alias and row["publish_quote"] == "yes"
    }
    return WomanTruth(
        alias=woman.alias,
        folder=woman.folder,
        own_name=woman.alias,
        transcript=woman.transcript,
        items=len(hers),
        messages=sum(file.messages for file in hers),
        may_be_counted=may(woman.alias, "cs.stats"),
        may_be_quoted=quotable,
        quotes_allowed=len(allowed) if quotable else 0,
    )


def may(alias: str, scope: str) -> bool:
    """Did she give this scope, and not refuse it?"""
    given = any(
        row["alias"] == alias and scope in row["scopes"].split() for row in rows("women.csv")
    )
    refused = any(row["alias"] == alias and row["scope"] == scope for row in rows("refusals.csv"))
    return given and not refused
