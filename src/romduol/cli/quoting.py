"""``quote``: her words on their way out, one by one: allowed, refused, changed, checked."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.casebook.troubles import Exit
from romduol.cli.speaking import book_argument, passphrase, speaks, verb, voice

_MANNERS = ("shortened", "paraphrased", "translated")


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    cli.add_command(quote)
    cli.add_command(read_report)


@click.group()
@speaks
def quote() -> None:
    """Decide on quotes before they are published. A quote is named by any coding of its words.

    Example: romduol quote list mybook.romduol
    """


@verb(quote, "list")
@book_argument
@click.option("--woman", default="", help="Only hers.")
def list_(book: Path, woman: str) -> None:
    """Show every quote that was allowed or worked on, of women whose record you may read.

    JSON: quote, woman, item, start, end, codes, allowed, witnesses, knowing, manner, checked,
    words, wording; a line a quote.

    Example: romduol quote list mybook.romduol --woman "Ming Lotus"
    """
    from romduol.desk import opening, quoting

    with opening.open_book(book, passphrase()) as opened:
        rows = [asdict(one) for one in quoting.listed(opened, woman)]
    voice().answers(rows, _line)


def _line(row: dict[str, Any]) -> str:
    state = "allowed" if row["allowed"] else "refused"
    state = "unchecked" if row["allowed"] and not row["checked"] else state
    told = row | {"codes": ", ".join(row["codes"]), "state": voice().say(f"quotes.state.{state}")}
    lines = [voice().say("quotes.quote", **told), voice().say("quotes.words", **told)]
    return "\n".join([*lines, *([voice().say("quotes.wording", **told)] if row["wording"] else [])])


@verb(quote)
@book_argument
@click.argument("coding")
@click.option("--on", "on", required=True, metavar="YYYY-MM-DD", help="The day she was asked.")
@click.option(
    "--witnesses",
    type=click.IntRange(min=0),
    help="How many others were there beside her and those who acted.",
)
@click.option(
    "--knowing", is_flag=True, help="She was told that those who were there will know, and agreed."
)
def allow(book: Path, coding: str, on: str, witnesses: int | None, knowing: bool) -> None:
    """She allowed these very words to be published without her name.

    JSON: quote, codings (how many codings of these words).

    Example: romduol quote allow mybook.romduol k12 --on 2026-03-01 --witnesses 4
    """
    from romduol.desk import opening, quoting, women

    asked = quoting.Asked(women.day(on), witnesses, knowing)
    with opening.open_book(book, passphrase()) as opened:
        row = {"quote": coding, "codings": quoting.allow(opened, coding, asked)}
    voice().answer(row, voice().say("quotes.allowed", **row))


@verb(quote)
@book_argument
@click.argument("coding")
def refuse(book: Path, coding: str) -> None:
    """These words are not to be published, or no longer.

    JSON: quote, codings.

    Example: romduol quote refuse mybook.romduol k12
    """
    from romduol.desk import opening, quoting

    with opening.open_book(book, passphrase()) as opened:
        row = {"quote": coding, "codings": quoting.refuse(opened, coding)}
    voice().answer(row, voice().say("quotes.refused", **row))


@verb(quote)
@book_argument
@click.argument("coding")
@click.argument("file", type=click.File("rb"))
@click.option("--as", "manner", required=True, type=click.Choice(_MANNERS))
@click.option(
    "--because", required=True, type=click.File("rb"), help="A file with the reason; kept sealed."
)
def edit(book: Path, coding: str, file: Any, manner: str, because: Any) -> None:
    """Print the text of FILE in place of her words; the original stays, and who changed what.

    A shortening keeps her own words in their order, with … for what is gone. Anything else waits
    until another member has held it against the original (quote check).

    JSON: quote, manner, waits.

    Example: romduol quote edit mybook.romduol k12 shorter.txt --as shortened --because why.txt
    """
    from romduol.desk import opening, quoting
    from romduol.publication.rewording import Manner

    words, why = quoting.read(file.read()), quoting.read(because.read())
    with opening.open_book(book, passphrase()) as opened:
        quoting.edit(opened, coding, Manner(manner), words, why)
    waits = Manner(manner) is not Manner.SHORTENED
    told = "waits" if waits else "shortened"
    row = {"quote": coding, "manner": manner, "waits": waits}
    voice().answer(row, voice().say(f"quotes.edited.{told}", quote=coding))


@verb(quote)
@book_argument
@click.argument("coding")
def check(book: Path, coding: str) -> None:
    """You held the changed wording against the original, a translation by translating it back.

    JSON: quote.

    Example: romduol quote check mybook.romduol k12
    """
    from romduol.desk import opening, quoting

    with opening.open_book(book, passphrase()) as opened:
        quoting.check(opened, coding)
    voice().answer({"quote": coding}, voice().say("quotes.checked", quote=coding))


@verb(quote)
@book_argument
@click.argument("file", type=click.File("rb"))
def known(book: Path, file: Any) -> None:
    """Keep how many people are publicly known to hold a role in a place; no names.

    FILE is CSV: place (gazetteer code), role (a civic_role of the vocabulary), people. It replaces
    the list there was. JSON: rows.

    Example: romduol quote known mybook.romduol representatives.csv
    """
    from romduol.desk import opening, quote_facts

    with opening.open_book(book, passphrase()) as opened:
        row = {"rows": quote_facts.keep_known(opened, file.read())}
    voice().answer(row, voice().say("quotes.known", **row))


@verb(quote)
@book_argument
def exceptions(book: Path) -> None:
    """Show every exception that was asked for, with its reason.

    JSON: exception, rule, item, start, end, why, by, confirmed_by, release; a line an exception.

    Example: romduol quote exceptions mybook.romduol
    """
    from romduol.desk import excepting, opening

    with opening.open_book(book, passphrase()) as opened:
        rows = [asdict(one) for one in excepting.listed(opened)]
    voice().answers(rows, _exception)


def _exception(row: dict[str, Any]) -> str:
    state = "spent" if row["release"] else "agreed" if row["confirmed_by"] else "waits"
    told = row | {"state": voice().say(f"quotes.exception.{state}")}
    first = voice().say("quotes.exception", **told)
    return f"{first}\n{voice().say('quotes.exception.why', **told)}"


@click.command("read-report")
@click.argument("file", type=click.File("rb"))
@speaks
def read_report(file: Any) -> int:
    """Look through a report written elsewhere (plain English text) for what it gives away.

    Counts that leave one woman over, labels that join quotes, places of one respondent, days and
    events in quotes, dates that cannot be. Needs no book and keeps nothing. JSON: found, a list of
    rule and what. Exit code 1 when something was found.

    Example: romduol read-report draft.txt
    """
    from romduol.desk import quoting
    from romduol.publication.hindsight import leaks

    found = [{"rule": one.rule, "what": one.what} for one in leaks(quoting.read(file.read()))]
    told = "found" if found else "nothing"
    lines = [voice().say(f"quotes.read_report.{told}", n=len(found))]
    lines += ["  " + voice().say(f"quotes.{one['rule']}", what=one["what"]) for one in found]
    voice().answer({"found": found}, "\n".join(lines))
    return int(Exit.NEEDS_A_PERSON if found else Exit.DONE)
