"""``code``, ``findings``: the coding sheet in, exact counts inside the book."""

from __future__ import annotations

from pathlib import Path

import click

from romduol.casebook.troubles import Exit
from romduol.cli.speaking import Meter, book_argument, passphrase, speaks, voice


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    cli.add_command(code)
    cli.add_command(findings)


@click.command()
@book_argument
@click.argument("sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@speaks
def code(book: Path, sheet: Path) -> int:
    """Code incidents and spans from a CSV sheet; rows that cannot be coded are listed by number.

    Columns: woman, transcript, incident, when, precision, quote, scheme, term; if wanted coder,
    publish_quote, start, end.

    Example: romduol code mybook.romduol coding.csv
    """
    from romduol.desk import coding, opening

    with opening.open_book(book, passphrase()) as opened, Meter() as meter:
        done = coding.code(opened, sheet.read_bytes(), meter)
    refused = [{"row": r.row, "why": voice().say(r.why)} for r in done.refused]
    answer = {
        "incidents": done.incidents,
        "codings": done.codings,
        "new": done.new_codings,
        "refused": refused,
    }
    lines = [voice().say("cli.code.row", row=r["row"], why=r["why"]) for r in refused]
    told = voice().say("cli.coded", codings=done.codings, incidents=done.incidents)
    voice().answer(answer, "\n".join([told, *lines]))
    return int(Exit.NEEDS_A_PERSON if refused else Exit.DONE)


@click.command()
@book_argument
@click.option("--by", "scheme", default="", help="Only this scheme of the vocabulary.")
@speaks
def findings(book: Path, scheme: str) -> None:
    """Exact counts by term, for use inside the book only. Publish with `publish`.

    Example: romduol findings mybook.romduol --by impact
    """
    from romduol.desk import opening, studying

    with opening.open_book(book, passphrase()), Meter():
        found = studying.findings(scheme)
    rows = [
        {
            "scheme": count.scheme,
            "term": count.term,
            "women": len(count.women),
            "incidents": len(count.incidents),
            "acts": len(count.acts),
            "asked": count.asked,
            "countable_outside": outside,
        }
        for count, outside in found
    ]
    voice().answers(rows, lambda r: voice().say("cli.finding", **r))
