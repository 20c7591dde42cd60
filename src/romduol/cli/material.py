"""``receive``, ``items``, ``messages``, ``original``: what she brought, in and out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from romduol.casebook.evidence import ReadingOptions
from romduol.casebook.troubles import Exit
from romduol.cli.speaking import Meter, book_argument, passphrase, speaks, voice


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    for command in (receive, read_again, items, messages, original):
        cli.add_command(command)


@click.command()
@book_argument
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--woman", required=True, help="Whose it is: her alias.")
@click.option("--order", type=click.Choice(["dmy", "mdy"]), help="Day or month first, if known.")
@click.option("--zone", default="", help="Time zone of the phone; assumed Asia/Phnom_Penh.")
@click.option("--source", default="", help="Force a reader: whatsapp, telegram, transcript.")
@click.option("--own", multiple=True, help="A name in the export that is she herself.")
@click.option(
    "--columns",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML or JSON that says which column of a table is what.",
)
@click.option(
    "--content",
    type=click.Choice(["ordinary", "intimate", "intimate_child"]),
    default="ordinary",
    help="Of intimate material only the fingerprint is kept, unless she agreed to more.",
)
@click.option("--keep-columns", is_flag=True, help="Use these columns for tables alike, too.")
@click.option("--plan", is_flag=True, help="Only say what each file is, how many, how long.")
@speaks
def receive(**said: Any) -> int:
    """Take files, folders and archives for one woman: sealed, hashed, logged, then read.

    A file no reader understands is kept and listed as unread. Receive it again with --source,
    --order, --zone or --columns when you know more; nothing is added twice.

    Example: romduol receive mybook.romduol phone/ --woman "Ming Lotus"
    """
    from romduol.desk import mappings, opening, receiving

    options = _options(said)
    if said["keep_columns"] and said["columns"] is None:
        raise click.UsageError(voice().say("cli.keep_columns.usage"))
    if said["plan"]:
        return _plan(said, options)
    taken = []
    with opening.open_book(said["book"], passphrase()) as opened, Meter() as meter:
        if said["keep_columns"]:
            mappings.keep(opened, said["columns"].read_bytes())
        work = (said["paths"], said["woman"], options, meter, said["content"])
        for one in receiving.receive(opened, *work):
            taken.append(one)
            if not voice().as_json:
                click.echo(_received_line(one))
    _answer_received(taken)
    return int(Exit.NEEDS_A_PERSON if any(_needs_a_person(t) for t in taken) else Exit.DONE)


@click.command("read-again")
@book_argument
@click.option("--woman", default="", help="Only hers.")
@click.option("--item", default="", help="Only this item.")
@click.option("--order", type=click.Choice(["dmy", "mdy"]), help="Day or month first; with --item.")
@click.option("--zone", default="", help="Time zone of the phone; with --item.")
@click.option("--source", default="", help="Force a reader; with --item.")
@click.option("--own", multiple=True, help="A name in it that is she herself; with --item.")
@click.option(
    "--columns",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML or JSON that says which column of a table is what; with --item.",
)
@speaks
def read_again(**said: Any) -> int:
    """Read again, from the sealed originals, what may gain by it; the originals stay.

    Of an item, when you know more about it. Of all, when Tesseract with Khmer was installed since
    (words in pictures), or this program is newer and did not understand a file.

    Example: romduol read-again mybook.romduol --woman "Ming Lotus"
    """
    from romduol.desk import opening, rereading

    options = _options(said)
    if not said["item"] and (options != ReadingOptions()):
        raise click.UsageError(voice().say("cli.read_again.usage"))
    taken = []
    with opening.open_book(said["book"], passphrase()) as opened:
        for one in rereading.read_again(opened, options, said["woman"], said["item"]):
            taken.append(one)
            if not voice().as_json:
                click.echo(_received_line(one))
    told = voice().say("cli.read_again", items=len(taken))
    voice().answer({"items": [_item_row(t) for t in taken]}, told)
    return int(Exit.NEEDS_A_PERSON if any(_needs_a_person(t) for t in taken) else Exit.DONE)


def _options(said: dict[str, Any]) -> ReadingOptions:
    options = ReadingOptions(
        order=said["order"] or "",
        zone=said["zone"],
        source=said["source"],
        own=tuple(said["own"]),
    )
    if said["columns"] is None:
        return options
    from romduol.intake import tables

    return tables.with_columns(options, tables.read_mapping(said["columns"].read_bytes()))


def _plan(said: dict[str, Any], options: ReadingOptions) -> int:
    from romduol.desk import opening, planning

    with opening.open_book(said["book"], passphrase()) as opened:
        planned = list(planning.plan(opened, said["paths"], said["woman"], options))
    rows = [_planned_row(one) for one in planned]
    for one, row in zip(planned, rows, strict=True):
        voice().answer(row, row["say"])
        if one.table is not None and not voice().as_json and sys.stdout.isatty():
            click.echo("\n".join(_layout_lines(one.table)))  # words of the file: screens only
    return int(Exit.NEEDS_A_PERSON if any(p.unread or not p.allowed for p in planned) else 0)


def _planned_row(one: Any) -> dict[str, Any]:
    why = [voice().note(note) for note in one.unread]
    if not one.allowed:
        why.append(voice().say("ConsentMissing", scope=one.scope))
    line = voice().say(
        "cli.plan", name=one.name, reader=one.reader or "–", n=one.messages, seconds=one.seconds
    )
    return {
        "name": one.name,
        "bytes": one.size,
        "reader": one.reader,
        "messages": one.messages,
        "seconds": one.seconds,
        "scope": one.scope,
        "allowed": one.allowed,
        "unread": why,
        "notes": [voice().note(note) for note in one.notes],
        "say": "\n  ".join([line, *why]),
    }


def _layout_lines(layout: Any) -> list[str]:
    """Which column is what, and the first rows as they would be read."""
    say = voice().say
    lines = [say("cli.plan.column", ours=ours, theirs=name) for ours, name in layout.columns]
    for kind in ("left", "missing", "twice"):
        lines += [say(f"cli.plan.{kind}", name=name) for name in getattr(layout, kind)]
    return lines + [f"    {row.at or '?'}  {row.author}  {row.text}" for row in layout.first]


def _needs_a_person(one: Any) -> bool:
    return one.unread is not None or bool(one.unread_members)


def _answer_received(taken: list[Any]) -> None:
    new = [t.new for t in taken]
    answer = {
        "items": [_item_row(t) for t in taken],
        "new_messages": None if None in new else sum(new),
        "already_held": sum(t.already_held for t in taken),
    }
    said = voice().say("cli.received", files=len(taken), new=answer["new_messages"] or 0)
    voice().answer(answer, said)


def _item_row(one: Any) -> dict[str, Any]:
    return {
        "item": one.item,
        "name": one.name,
        "sha256": one.sha256,
        "bytes": one.size,
        "reader": one.reader,
        "messages": one.messages,
        "first": one.first,
        "last": one.last,
        "order": one.order,
        "order_certain": one.order_certain,
        "notes": [voice().note(n) for n in one.notes],
        "unread": voice().note(one.unread) if one.unread else None,
        "already_held": one.already_held,
        "read_again": one.read_again,
    }


def _received_line(one: Any) -> str:
    if one.already_held and not one.read_again:
        return voice().say("cli.receive.held", name=one.name)
    if one.unread:
        return voice().say("cli.receive.unread", name=one.name, why=voice().note(one.unread))
    line = voice().say("cli.receive.read", name=one.name, n=one.messages, reader=one.reader)
    return "\n".join([line, *(f"  {voice().note(n)}" for n in one.notes)])


@click.command()
@book_argument
@click.option("--woman", default="", help="Only hers.")
@speaks
def items(book: Path, woman: str) -> None:
    """List every item held, the unread ones with their reason.

    Example: romduol items mybook.romduol
    """
    from romduol.desk import opening, reading, relating

    with opening.open_book(book, passphrase()) as opened:
        held = reading.items(opened, woman)
        related = relating.of([one.item for one in held])
        rows = [_held_row(one, related[one.item.code]) for one in held]
        voice().answers(rows, lambda r: f"{r['item']}  {r['alias']}  {r['name']}  {r['messages']}")


def _held_row(held: Any, related: list[Any]) -> dict[str, Any]:
    return {
        "item": held.item.code,
        "woman": held.woman.code,
        "alias": held.woman.alias,
        "name": held.name,
        "sha256": held.item.sha256,
        "bytes": held.item.size,
        "reader": held.item.reader,
        "messages": held.messages,
        "order": held.item.order,
        "order_certain": held.item.order_certain,
        "received": held.item.received,
        "unread": voice().note(held.unread) if held.unread else None,
        "reads": held.card.get("reads", []),
        "relations": [{"kind": r.kind, "item": r.other, "record": r.record} for r in related],
    }


@click.command()
@book_argument
@click.option("--woman", default="", help="Only hers.")
@click.option("--item", default="", help="Only of this item, repeats included.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "parquet"]), default="jsonl")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@speaks
def messages(book: Path, woman: str, item: str, form: str, out: Path | None) -> None:
    """Write out messages with their provenance, each once. What is written is no longer sealed.

    Example: romduol messages mybook.romduol --woman "Ming Lotus" --format csv --out hers.csv
    """
    from romduol.desk import opening, reading
    from romduol.desk.writing_out import write_messages

    with opening.open_book(book, passphrase()) as opened:
        sealed = [] if woman or item else reading.passed_over(opened)
        if sealed:
            voice().tell("cli.messages.without_key", n=len(sealed))
        write_messages(reading.messages(opened, woman, item), form, out)


@click.command()
@book_argument
@click.argument("item")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@speaks
def original(book: Path, item: str, out: Path) -> None:
    """Write an item's original bytes, identical to what was received.

    Example: romduol original mybook.romduol i0123abcd --out copy.zip
    """
    from romduol.desk import opening, reading

    with opening.open_book(book, passphrase()) as opened:
        size = reading.original(opened, item, out)
    voice().answer({"item": item, "out": str(out), "bytes": size}, str(out))
