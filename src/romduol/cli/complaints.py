"""``complaint``: who was asked to act, what they did, and how long it took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.casebook.troubles import Exit
from romduol.cli.complaints_said import line, measures_of, row_of, steps
from romduol.cli.speaking import book_argument, passphrase, verb, voice


def add_to(cli: click.Group) -> None:
    """Put this verb on the command line."""
    cli.add_command(complaint)


@click.group()
def complaint() -> None:
    """The ledger of complaints: to platforms and bodies, and what came of them.

    Example: romduol complaint add mybook.romduol "Ming Lotus" --to pf.facebook --category
    on.threat --sent 2026-03-01
    """


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_words = click.option(
    "--words", type=_FILE,
    help="A text file with their reference number or what was written; it is sealed.",
)  # fmt: skip
_on = click.option("--on", required=True, metavar="YYYY-MM-DD", help="The day it happened.")
_YES = {"yes": True, "no": False, None: None}


def _options(*options: Callable[..., Any]) -> Callable[..., Any]:
    def give(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return give


@verb(complaint)
@_options(
    book_argument,
    click.argument("woman"),
    click.option("--to", "target", default="", help="A term of platform or body, as pf.facebook."),
    click.option("--nobody", is_flag=True, help="She chose to ask nobody: an answer like any."),
    click.option("--category", required=True, help="What it was about: a form, as on.threat."),
    click.option("--sent", required=True, metavar="YYYY-MM-DD", help="The day it was sent."),
    click.option("--way", default="", help="How: a term of report_way, as way.in_app."),
    click.option("--language", default="", help="Written in: km, en, fr, vi, zh or other."),
    click.option("--captured", default="", metavar="YYYY-MM-DD", help="The day it was first seen."),
    click.option("--receiver", default="", help="The name her consent was given for, if any."),
    _words,
)
def add(**said: Any) -> None:
    """Write down that something was sent. Nothing is sent by this program.

    Her consent for that receiver must stand: cs.platform, cs.authority, cs.un_confidential,
    cs.un_named or cs.refer.

    Example: romduol complaint add mybook.romduol "Ming Lotus" --to pf.telegram --category
    on.privacy.doxxing --sent 2026-03-01 --way way.in_app --language km
    """
    from romduol.desk import complaining, opening

    if bool(said["target"]) == said["nobody"]:
        raise click.UsageError(voice().say("complaint.usage.nobody"))
    names = ("target", "category", "sent", "way", "language", "captured")
    told = {name: said[name] for name in names if said[name]}
    words = _sealed(said["words"], said["receiver"])
    with opening.open_book(said["book"], passphrase()) as opened:
        _answer("complaint.added", complaining.add(opened, said["woman"], told, words))


@verb(complaint, "import")
@_options(
    book_argument,
    click.argument("sheet", type=_FILE),
    click.option("--dry-run", "dry", is_flag=True, help="Say what would be taken; keep nothing."),
)
def bring(book: Path, sheet: Path, dry: bool) -> int:
    """Take a CSV of complaints: woman, target, category, sent, and any other field.

    Rows that cannot be taken are told by number; the same sheet again adds nothing.

    Example: romduol complaint import mybook.romduol complaints.csv --dry-run
    """
    from romduol.desk import complaint_sheets, opening

    with opening.open_book(book, passphrase()) as opened:
        done = complaint_sheets.bring(opened, sheet.read_bytes(), dry=dry)
    refused = [
        {"row": one.number, "why": one.trouble.rule, "say": one.trouble.words(voice().lang)}
        for one in done.refused
    ]
    lines = [voice().say("complaint.refused", row=r["row"], why=r["say"]) for r in refused]
    first = voice().say("complaint.tried" if dry else "complaint.brought", n=done.taken)
    answer = {"complaints": done.taken, "dry_run": dry, "refused": refused}
    voice().answer(answer, "\n".join([*lines, first]))
    return int(Exit.NEEDS_A_PERSON if refused else Exit.DONE)


@verb(complaint)
@_options(
    book_argument,
    click.argument("code"),
    _on,
    click.option("--automatic/--person", required=True, help="Did a machine say so, or somebody?"),
    _words,
)
def ack(**said: Any) -> None:
    """They said that it came.

    Example: romduol complaint ack mybook.romduol c0123456789abcdef --on 2026-03-01 --automatic
    """
    from romduol.desk import complaining, opening

    on, words = _day(said["on"]), _sealed(said["words"])
    with opening.open_book(said["book"], passphrase()) as opened:
        done = complaining.acknowledge(
            opened, said["code"], on, automatic=said["automatic"], words=words
        )
    _answer("complaint.stepped", done)


@verb(complaint)
@_options(
    book_argument,
    click.argument("code"),
    _on,
    click.option("--as", "decision", required=True, help="A term of decision, as dec.removed."),
    click.option("--reason", type=click.Choice(("yes", "no")), help="Did they say why?"),
    _words,
)
def answer(**said: Any) -> None:
    """They decided; after an appeal, they decided again.

    Example: romduol complaint answer mybook.romduol c0123456789abcdef --on 2026-03-20 --as
    dec.refused.rules --reason no
    """
    from romduol.desk import complaining, opening

    on, words = _day(said["on"]), _sealed(said["words"])
    with opening.open_book(said["book"], passphrase()) as opened:
        done = complaining.answer(
            opened, said["code"], on, said["decision"], reasoned=_YES[said["reason"]], words=words
        )
    _answer("complaint.stepped", done)


@verb(complaint)
@_options(
    book_argument,
    click.argument("code"),
    _on,
    click.option("--up/--gone", "up", required=True, help="Was it still there?"),
    _words,
)
def check(**said: Any) -> None:
    """Somebody looked whether it was still there.

    Example: romduol complaint check mybook.romduol c0123456789abcdef --on 2026-04-01 --gone
    """
    from romduol.desk import complaining, opening

    on, words = _day(said["on"]), _sealed(said["words"])
    with opening.open_book(said["book"], passphrase()) as opened:
        done = complaining.check(opened, said["code"], on, still_up=said["up"], words=words)
    _answer("complaint.stepped", done)


@verb(complaint)
@_options(book_argument, click.argument("code"), _on, _words)
def appeal(**said: Any) -> None:
    """It was asked again after a decision; her consent must still stand.

    Example: romduol complaint appeal mybook.romduol c0123456789abcdef --on 2026-03-22
    """
    from romduol.desk import complaining, opening

    on, words = _day(said["on"]), _sealed(said["words"])
    with opening.open_book(said["book"], passphrase()) as opened:
        _answer("complaint.stepped", complaining.appeal(opened, said["code"], on, words))


@verb(complaint)
@_options(
    book_argument,
    click.argument("code"),
    _on,
    click.option("--as", "closing", required=True, help="A term of closing, as cls.hers."),
    _words,
)
def close(**said: Any) -> None:
    """Nobody waits for it any longer. That she chose to stop is an answer like any other.

    Example: romduol complaint close mybook.romduol c0123456789abcdef --on 2026-05-01 --as cls.hers
    """
    from romduol.desk import complaining, opening

    on, words = _day(said["on"]), _sealed(said["words"])
    with opening.open_book(said["book"], passphrase()) as opened:
        done = complaining.close(opened, said["code"], on, said["closing"], words)
    _answer("complaint.stepped", done)


@verb(complaint)
@_options(
    book_argument,
    click.argument("code"),
    click.option(
        "--set", "fields", multiple=True, required=True, metavar="FIELD=VALUE",
        help="What stands in its place; FIELD= takes a step back.",
    ),
    click.option("--receiver", default="", help="The name her consent was given for, if any."),
    _words,
)  # fmt: skip
def amend(**said: Any) -> None:
    """Put right what was written down wrongly. The log keeps what stood and what stands.

    Example: romduol complaint amend mybook.romduol c0123456789abcdef --set decided=2026-03-21
    """
    from romduol.desk import complaining, opening

    if any("=" not in one for one in said["fields"]):
        raise click.UsageError(voice().say("complaint.usage.set"))
    told = {name: text for name, _, text in (one.partition("=") for one in said["fields"])}
    words = _sealed(said["words"], said["receiver"])
    with opening.open_book(said["book"], passphrase()) as opened:
        _answer("complaint.stepped", complaining.amend(opened, said["code"], told, words))


@verb(complaint, "list")
@_options(
    book_argument,
    click.option("--woman", default="", help="Only hers."),
    click.option("--waiting", is_flag=True, help="Only those nobody has decided yet."),
)
def list_(book: Path, woman: str, waiting: bool) -> None:
    """List complaints by code, with where each stands. No words are read.

    Example: romduol complaint list mybook.romduol --waiting
    """
    from romduol.desk import complaining, opening

    with opening.open_book(book, passphrase()) as opened:
        found = list(complaining.listed(opened, woman, waiting=waiting))
    voice().answers(map(row_of, found), line)
    if not found:
        voice().tell("complaint.none")


@verb(complaint)
@_options(book_argument, click.argument("code"))
def show(book: Path, code: str) -> None:
    """One complaint, every step of it, and the words sealed with them.

    Example: romduol complaint show mybook.romduol c0123456789abcdef
    """
    from romduol.desk import complaining, opening

    with opening.open_book(book, passphrase()) as opened:
        found = complaining.show(opened, code)
    words = [{"step": step, **asdict(said)} for step, said in found.words]
    taken = [voice().say("complaint.step", what=what, on=on) for what, on in steps(found)]
    told = [" · ".join(filter(None, map(str, row.values()))) for row in words]
    voice().answer(
        row_of(found) | {"words": words}, "\n  ".join([line(row_of(found)), *taken, *told])
    )


@verb(complaint)
@_options(
    book_argument,
    click.option(
        "--by", type=click.Choice(("to", "category", "language", "way")), default=None,
        help="One group each.",
    ),
)  # fmt: skip
def measures(book: Path, by: str | None) -> None:
    """How often and how soon they answered. For use inside: exact, of everyone in the book.

    Whoever still waits counts for as long as she has waited. It says nothing of any other time.

    Example: romduol complaint measures mybook.romduol --by to
    """
    from romduol.desk import complaint_counting, opening

    with opening.open_book(book, passphrase()):
        found = complaint_counting.measures(by or "")
    voice().answers((asdict(one) for one in found), measures_of)


def _sealed(words: Path | None, receiver: str = "") -> Any:
    from romduol.desk.complaining import Words, read_words

    return Words(receiver=receiver, text=read_words(words.read_bytes()) if words else "")


def _day(written: str) -> Any:
    from romduol.desk.women import day

    return day(written)


def _answer(sentence: str, shown: Any) -> None:
    row = row_of(shown)
    state = voice().say(f"complaint.state.{row['state']}")
    voice().answer(row, voice().say(sentence, complaint=row["complaint"], state=state))
