"""``sheet``, ``consents``: paper for the interview, and what stands and is due for asking again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.casebook.wording import LANGUAGES
from romduol.cli.speaking import book_argument, passphrase, speaks, voice
from romduol.publication.sheets.outline import SHEETS


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    cli.add_command(sheet)
    cli.add_command(consents)


@click.command()
@click.argument("name", type=click.Choice(SHEETS))
@click.option("--in", "language", type=click.Choice(LANGUAGES), default="km", show_default=True)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@speaks
def sheet(name: str, language: str, out: Path) -> None:
    """A sheet to print: the consent script, question by question, or the call sheet. No names.

    Example: romduol sheet consent --in km --out consent.pdf
    """
    from romduol.desk.reading import require_free
    from romduol.publication import sheets
    from romduol.vault import durable

    require_free(out)
    durable.write_whole(out, sheets.write(name, language))
    answer = {"sheet": name, "language": language, "file": str(out)}
    voice().answer(answer, voice().say("cli.sheet.written", out=out))


@click.command()
@book_argument
@click.argument("woman", default="")
@click.option(
    "--due",
    default="",
    metavar="YYYY-MM-DD",
    help="Only what must be asked again by that day: an end date, or a year after the yes.",
)
@speaks
def consents(book: Path, woman: str, due: str) -> None:
    """What she allows as it stands today, by scope and receiver, and when to ask again.

    Example: romduol consents mybook.romduol --due 2026-12-31
    """
    from romduol.desk import consents, opening, women

    day = women.day(due) if due else None
    with opening.open_book(book, passphrase()) as opened:
        rows = [asdict(one) for one in consents.standing(opened, woman, day)]
        if not rows and day and not voice().as_json:
            voice().tell("cli.consents.none", day=day)
        voice().answers(rows, _line)


def _line(row: dict[str, Any]) -> str:
    from romduol.casebook.vocabulary import vocabulary

    schemes = {"scope": "consent_scope", "state": "consent_state"}
    said = {
        n: vocabulary().term(scheme, row[n]).label(voice().lang) for n, scheme in schemes.items()
    }
    return voice().say("cli.consents.row", **{**row, **said})
