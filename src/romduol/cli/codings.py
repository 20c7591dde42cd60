"""``codings``, ``memo``, ``quotes``, ``matrix``, ``cooccur``: codings and questions."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.casebook.troubles import Exit
from romduol.cli.speaking import book_argument, passphrase, speaks, verb, voice

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SCHEME = click.option("--scheme", default="", help="Only this scheme; team for the team's codes.")


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    for command in (codings, memo, quotes, matrix, cooccur):
        cli.add_command(command)


@click.group()
@speaks
def codings() -> None:
    """Code words of a transcript one by one; list, check and take back codings.

    Example: romduol codings add mybook.romduol i0123abcd --start 120 --end 164 --code imp.fear
    """


@verb(codings)
@book_argument
@click.argument("item", required=False, default="")
@click.option("--start", type=click.IntRange(min=0), help="First character, counted from 0.")
@click.option("--end", type=click.IntRange(min=1), help="One after the last character.")
@click.option("--code", default="", help="Its id, label or path.")
@click.option("--incident", default="", help="The incident's code, if it is about one.")
@click.option("--sheet", type=_FILE, help="CSV: item, start, end, code; if wanted incident, quote.")
def add(book: Path, **said: Any) -> None:
    """Give words a code: one place, or all rows of a sheet, or none of them.

    A quote in the sheet must stand at its place. JSON: codings (a list of ids).

    Example: romduol codings add mybook.romduol --sheet places.csv
    """
    from romduol.desk import codings as desk
    from romduol.desk import opening

    rows = _rows(said)
    with opening.open_book(book, passphrase()) as opened:
        made = desk.add(opened, desk.wanted(opened, rows))
    voice().answer(
        {"codings": [one.id for one in made]}, voice().say("study.coding.added", codings=len(made))
    )


def _rows(said: dict[str, Any]) -> list[dict[str, str]]:
    from romduol.casework.passages import sheets

    needed = ("item", "start", "end", "code")
    if said["sheet"]:
        data = said["sheet"].read_bytes()
        return sheets.rows(data, needed, ("incident", "quote"), ("start", "end"))
    if not all(said[name] not in ("", None) for name in needed):
        raise click.UsageError(voice().say("study.codings.usage"))
    return [{name: str(said[name]) for name in (*needed, "incident")} | {"quote": ""}]


@verb(codings)
@book_argument
@click.argument("coding")
def remove(book: Path, coding: str) -> None:
    """Take one coding back, with the memos on it.

    JSON: coding.

    Example: romduol codings remove mybook.romduol k12
    """
    from romduol.desk import codings as desk
    from romduol.desk import media_codings, opening

    with opening.open_book(book, passphrase()) as opened:
        act = media_codings if coding.startswith(media_codings.PREFIX) else desk
        act.remove(opened, coding)
    voice().answer({"coding": coding}, voice().say("study.coding.removed", coding=coding))


@verb(codings, "list")
@book_argument
@click.option("--each-coder", is_flag=True, help="What each coder gave, not what was merged.")
@_SCHEME
def list_(book: Path, each_coder: bool, scheme: str) -> None:
    """List codings by place, without words.

    JSON: coding, woman, item, start, end, scheme, code, given, coder, incident, merged, taken_up,
    at; a line a coding. given differs from code where its code was merged.

    Example: romduol codings list mybook.romduol --scheme team
    """
    from romduol.desk import agreeing, codebooks, opening
    from romduol.desk import codings as desk

    with opening.open_book(book, passphrase()) as opened:
        seen = desk.seen(opened, each_coder=each_coder)
        names, labels = agreeing.names_of(opened), codebooks.labels(opened, voice().lang)
    _say_passed_over(seen.passed_over)
    rows = (asdict(one) for one in seen.passages if not scheme or one.scheme == scheme)
    voice().answers(
        ({"coding": r.pop("id"), **r, "coder": names.get(r["coder"], "")} for r in rows),
        lambda r: voice().say("study.coding", label=label_in(labels, r), **r),
    )


@verb(codings)
@book_argument
def media(book: Path) -> None:
    """List places coded in pictures, PDFs and recordings by another program; none is counted.

    JSON: coding, woman, item, medium, place (page and corners, or begin and end in milliseconds),
    scheme, code, coder, incident, at; a line a coding.

    Example: romduol codings media mybook.romduol
    """
    from romduol.desk import agreeing, codebooks, media_codings, opening

    with opening.open_book(book, passphrase()) as opened:
        found, passed_over = media_codings.listed(opened)
        names, labels = agreeing.names_of(opened), codebooks.labels(opened, voice().lang)
    _say_passed_over(passed_over)
    rows = (_in_media(asdict(one), names) for one in found)
    voice().answers(rows, lambda row: _media_line(row, label_in(labels, row)))


def _in_media(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    place = {name: number for name, number in row["place"].items() if number is not None}
    coder = names.get(row["coder"], "")
    return {"coding": row.pop("id"), **row, "place": place, "coder": coder}


def _media_line(row: dict[str, Any], label: str) -> str:
    place = row["place"]
    kind = (
        "time" if "begin" in place else "page" if "page" in place else "box" if place else "whole"
    )
    if kind == "time":
        place = {name: f"{ms / 1000:.1f}" for name, ms in place.items()}
    where = voice().say(f"study.media.{kind}", **place)
    return voice().say(
        "study.media", coding=row["coding"], item=row["item"], where=where, label=label
    )


@verb(codings)
@book_argument
def check(book: Path) -> int:
    """Compare every coding with the words it was given to. Nothing is moved.

    JSON: codings (looked at), moved (a list of ids). Exit code 1 when one has moved.

    Example: romduol codings check mybook.romduol
    """
    from romduol.desk import codings as desk
    from romduol.desk import opening

    with opening.open_book(book, passphrase()) as opened:
        looked = len(desk.seen(opened, each_coder=True).passages)
        moved = desk.moved(opened)
    lines = [voice().say("study.moved", coding=one) for one in moved]
    told = voice().say("study.stands", codings=looked, moved=len(moved))
    voice().answer({"codings": looked, "moved": moved}, "\n".join([told, *lines]))
    return int(Exit.NEEDS_A_PERSON if moved else Exit.DONE)


@click.group()
@speaks
def memo() -> None:
    """Keep what you think while coding: on a code, a coding, an item, or the book.

    Memos on codings and items are sealed with her record and go when she withdraws.

    Example: romduol memo add mybook.romduol thoughts.txt --on-coding k12
    """


def _target(command: Any) -> Any:
    for name, what in (("item", "An item."), ("coding", "A coding."), ("code", "A code.")):
        command = click.option(f"--on-{name}", default="", help=what)(command)
    return command


@verb(memo, "add")
@book_argument
@click.argument("file", type=click.File("rb"))
@click.option("--title", default="")
@_target
def add_memo(book: Path, **said: Any) -> None:
    """Keep the text of FILE (UTF-8; - for standard input) as a memo; on the book, if on nothing.

    JSON: memo, about, target.

    Example: romduol memo add mybook.romduol thoughts.txt --on-code "Fear"
    """
    from romduol.desk import memos, opening

    text = memos.read(said["file"].read())
    with opening.open_book(book, passphrase()) as opened:
        kept = memos.add(opened, _meant(said), text, said["title"])
    row = {"memo": kept.id, "about": kept.about.value, "target": kept.target}
    voice().answer(row, voice().say("study.memo.kept", **row))


@verb(memo, "list")
@book_argument
@click.option("--on-book", is_flag=True, help="Only those on the book.")
@_target
def list_memos(book: Path, **said: Any) -> None:
    """Show memos, of those women whose record you may read.

    JSON: memo, about, target, title, text, by, at; a line a memo.

    Example: romduol memo list mybook.romduol --on-code "Fear"
    """
    from romduol.desk import memos, opening

    target = _meant(said)
    wanted = target if said["on_book"] or target != memos.Target() else None
    with opening.open_book(book, passphrase()) as opened:
        rows = [asdict(one) for one in memos.listed(opened, wanted)]
    voice().answers(
        ({"memo": r.pop("id"), **r, "about": r["about"].value} for r in rows),
        lambda r: voice().say("study.memo", **r),
    )


@verb(memo, "remove")
@book_argument
@click.argument("memo_id", metavar="MEMO")
def remove_memo(book: Path, memo_id: str) -> None:
    """Remove a memo and its words.

    JSON: memo.

    Example: romduol memo remove mybook.romduol n3
    """
    from romduol.desk import memos, opening

    with opening.open_book(book, passphrase()) as opened:
        memos.remove(opened, memo_id)
    voice().answer({"memo": memo_id}, voice().say("study.memo.removed", memo=memo_id))


def _meant(said: dict[str, Any]) -> Any:
    from romduol.desk import memos

    return memos.Target(said["on_code"], said["on_coding"], said["on_item"])


@click.command()
@book_argument
@click.argument("question")
@speaks
def quotes(book: Path, question: str) -> int:
    """Show the words for which QUESTION holds, to a member who may read them.

    QUESTION joins names with and, or, not and parentheses: a code (or any below it), CODE@CODER,
    woman:ALIAS, item:ITEM, coder:NAME. It is asked of every character that is coded at all.

    JSON: woman, item, start, end, text, codings, codes; a line a stretch. Exit code 1 when a coding
    has moved and was left out.

    Example: romduol quotes mybook.romduol 'imp.fear and not (off.summons or woman:"Ming Lotus")'
    """
    from romduol.desk import asking, codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        found = asking.quotes(opened, question)
        labels = codebooks.labels(opened, voice().lang)
    _say_passed_over(found.passed_over)
    for one in found.moved:
        voice().tell("study.moved", coding=one)
    voice().answers(map(_quote, found.quotes), lambda row: _quote_line(row, labels))
    return int(Exit.NEEDS_A_PERSON if found.moved else Exit.DONE)


def _quote(one: Any) -> dict[str, Any]:
    found = one.found
    return {
        "woman": one.alias,
        "item": found.item,
        "start": found.start,
        "end": found.end,
        "text": one.text,
        "codings": [p.id for p in found.passages],
        "codes": sorted({f"{p.scheme}/{p.code}" for p in found.passages}),
    }


def _quote_line(row: dict[str, Any], labels: dict[str, str]) -> str:
    codes = ", ".join(labels.get(one, one) for one in row["codes"])
    return voice().say("study.quote", **row | {"codes": codes})


def label_in(labels: dict[str, str], row: dict[str, Any]) -> str:
    """What the code of an answer is called, or the code itself where it has no words."""
    key = f"{row['scheme']}/{row['code']}"
    return labels.get(key, key)


@click.command()
@book_argument
@_SCHEME
@speaks
def matrix(book: Path, scheme: str) -> None:
    """Cases by codes: for each woman and code, on how many passages and in how many incidents.

    JSON: woman, scheme, code, passages, incidents; a line a pair that meets. For use in the book
    only; publish with publish.

    Example: romduol matrix mybook.romduol --scheme impact
    """
    from romduol.desk import asking, codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        cells, passed_over = asking.matrix(opened, scheme=scheme)
        labels = codebooks.labels(opened, voice().lang)
    _say_passed_over(passed_over)
    voice().answers(
        ({**asdict(cell), "woman": alias} for alias, cell in cells),
        lambda row: voice().say("study.cell", label=label_in(labels, row), **row),
    )


@click.command()
@book_argument
@_SCHEME
@speaks
def cooccur(book: Path, scheme: str) -> None:
    """Codes by codes: how often two share words, and in how many incidents both stand.

    JSON: one, other (scheme/code), overlaps, incidents, women; a line a pair that meets.

    Example: romduol cooccur mybook.romduol
    """
    from romduol.desk import asking, codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        found, passed_over = asking.together(opened, scheme=scheme)
        labels = codebooks.labels(opened, voice().lang)
    _say_passed_over(passed_over)
    voice().answers(
        (asdict(t) | {"one": "/".join(t.one), "other": "/".join(t.other)} for t in found),
        lambda row: voice().say(
            "study.together", **row | {n: labels.get(row[n], row[n]) for n in ("one", "other")}
        ),
    )


def _say_passed_over(women: int) -> None:
    if women:
        voice().tell("study.passed_over", n=women)
