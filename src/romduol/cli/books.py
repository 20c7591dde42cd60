"""``new``, ``check``: a book is made, and looked over."""

from __future__ import annotations

from pathlib import Path

import click

from romduol.casebook.troubles import Exit
from romduol.cli.speaking import Meter, book_argument, passphrase, passphrase_in_file, speaks, voice


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    cli.add_command(new)
    cli.add_command(check)


@click.command()
@book_argument
@click.option("--member", required=True, help="Your name or role in this book.")
@click.option("--shares", is_flag=True, help="Split the recovery key into three, any two open.")
@click.option(
    "--recovery-to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the recovery sheet; default: beside the book.",
)
@speaks
def new(book: Path, member: str, shares: bool, recovery_to: Path | None) -> None:
    """Make a book. A six-word passphrase is generated unless ROMDUOL_PASSPHRASE_FILE names one.

    Example: romduol new mybook.romduol --member "desk one"
    """
    from romduol.desk import opening
    from romduol.vault.passphrases import new_passphrase

    given = passphrase_in_file()
    words = given or new_passphrase()
    sheet = recovery_to or book.with_name(f"{book.stem}-recovery.txt")
    made, _ = opening.new_book(book, member, words, chosen=bool(given), shares=shares, sheet=sheet)
    made.close()
    answer = {"book": str(book), "member": member, "recovery": str(sheet)}
    if not given:
        answer["passphrase"] = words
    voice().answer(answer, _welcome(book, words if not given else "", sheet))


def _welcome(book: Path, words: str, sheet: Path) -> str:
    lines = [voice().say("cli.new.made", book=book)]
    if words:
        lines.append(voice().say("cli.new.passphrase", words=words))
    return "\n".join([*lines, voice().say("cli.new.recovery", sheet=sheet)])


@click.command()
@book_argument
@speaks
def check(book: Path) -> int:
    """Compare every file, row, key and log entry; finish what a crash left; sweep orphans.

    Example: romduol check mybook.romduol
    """
    return check_book(book)


def check_book(book: Path) -> int:
    """Check a book and say what was found; the exit code."""
    from romduol.desk import checking, opening

    with opening.open_book(book, passphrase(), as_it_is=True) as opened, Meter() as meter:
        found = checking.check(opened, meter)
    answer = {
        "ok": found.ok,
        "problems": [{"rule": p.rule, "what": p.what} for p in found.problems],
        "swept": found.swept,
    }
    lines = [voice().say(p.rule, what=p.what) for p in found.problems]
    verdict = "cli.check.ok" if found.ok else "cli.check.damaged"
    voice().answer(answer, "\n".join([*lines, voice().say(verdict, swept=found.swept)]))
    return int(Exit.DONE if found.ok else Exit.DAMAGED)
