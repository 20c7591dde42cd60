"""``pseudonyms``, ``alias``: words that could name someone, ruled; aliases that name nobody."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from romduol.casebook.troubles import Exit
from romduol.casework.pseudonyms import Ruling
from romduol.casework.pseudonyms.aliases import DEFAULT, schemes
from romduol.cli.speaking import Meter, book_argument, passphrase, speaks, verb, voice
from romduol.language.naming import Certainty, Kind

RULINGS = tuple(one.value for one in Ruling)
KINDS = tuple(one.value for one in Kind)
CERTAINTIES = tuple(one.value for one in Certainty)


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    cli.add_command(pseudonyms)
    cli.add_command(alias)


@click.group()
@speaks
def pseudonyms() -> None:
    """Words that could name someone: list them, rule about them, mark what was not found.

    Example: romduol pseudonyms list mybook.romduol --woman "Ming Lotus"
    """


@verb(pseudonyms, "list")
@book_argument
@click.option("--woman", default="", help="Only hers.")
@click.option("--item", default="", help="Only in this item.")
@click.option("--open", "only_open", is_flag=True, help="Only what nobody has ruled about.")
@click.option("--show", is_flag=True, help="Show the words; without this only where they stand.")
def list_(book: Path, woman: str, item: str, only_open: bool, show: bool) -> int:
    """List what could say who somebody is, by item and place; the words only with --show.

    Exit code 1 while anything is not ruled about.

    Example: romduol pseudonyms list mybook.romduol --woman "Ming Lotus" --open --show
    """
    from romduol.desk import opening, pseudonyms_finding

    with opening.open_book(book, passphrase()) as opened, Meter() as meter:
        found = pseudonyms_finding.listed(opened, woman, item, meter)
    rows = [_row(one, show) for one in found if not (only_open and one.ruling)]
    voice().answers(rows, _line)
    undecided = Counter(n.finding.kind.value for n in found if n.ruling is None)
    voice().tell("cli.names.listed", found=len(found), undecided=undecided.total())
    return int(Exit.NEEDS_A_PERSON if undecided else Exit.DONE)


def _row(one: Any, show: bool) -> dict[str, Any]:
    row = {
        "finding": one.code,
        "item": one.item,
        "message": one.message,
        "start": one.finding.start,
        "end": one.finding.end,
        "kind": one.finding.kind.value,
        "reason": one.finding.reason,
        "certainty": one.finding.certainty.value,
        "ruling": one.ruling.value if one.ruling else None,
        "how": one.how,
        "marked": one.marked,
    }
    return row | ({"words": one.words, "new": one.new} if show else {})


def _line(row: dict[str, Any]) -> str:
    said = voice().say
    what = said(f"names.kind.{row['kind']}")
    sure = said(f"names.certainty.{row['certainty']}")
    ruled = said(f"names.ruling.{row['ruling'] or 'open'}")
    words = f"  {row['words']}" if "words" in row else ""
    place = f"{row['item']} {row['start']}-{row['end']}"
    return f"{row['finding']}  {place}  {what}, {sure}: {ruled}{words}"


@verb(pseudonyms)
@book_argument
@click.argument("findings", nargs=-1)
@click.option("--as", "ruling", required=True, type=click.Choice(RULINGS))
@click.option("--with", "new", default="", help="What is to stand there; otherwise drawn anew.")
@click.option("--here", is_flag=True, help="Only in this place, not wherever the words stand.")
@click.option("--all", "every", is_flag=True, help="Everything that nobody has ruled about.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="With --all.")
@click.option("--certainty", "sure", multiple=True, type=click.Choice(CERTAINTIES),
              help="With --all.")  # fmt: skip
@click.option("--woman", default="", help="With --all: only hers.")
def decide(book: Path, findings: tuple[str, ...], **said: Any) -> None:
    """Rule about findings: replace them, keep them, or say them more generally.

    The same words are ruled the same way wherever they stand in what you may read. In each export
    the same person has one pseudonym, and another one in the next export.

    Example: romduol pseudonyms decide mybook.romduol n0123abcd --as replace
    """
    from romduol.desk import opening, pseudonyms_ruling

    if said["every"] == bool(findings):
        raise click.UsageError(voice().say("names.decide.usage"))
    wanted = pseudonyms_ruling.Wanted(Ruling(said["ruling"]), said["new"], said["here"])
    with opening.open_book(book, passphrase()) as opened, Meter() as meter:
        if said["every"]:
            kinds, sure = said["kinds"] or KINDS, said["sure"] or CERTAINTIES
            done = pseudonyms_ruling.decide_all(
                opened,
                lambda n: n.finding.kind.value in kinds and n.finding.certainty.value in sure,
                wanted,
                said["woman"],
                meter,
            )
        else:
            done = pseudonyms_ruling.decide(opened, findings, wanted, meter)
    _told(done, said["ruling"])


def _told(done: Any, ruling: str) -> None:
    answer = {"places": done.places, "women": done.women, "ruling": ruling}
    voice().answer(answer, voice().say("cli.names.ruled", places=done.places, women=done.women))


@verb(pseudonyms)
@book_argument
@click.argument("item")
@click.option("--kind", default=Kind.NAME.value, type=click.Choice(KINDS))
@click.option("--as", "ruling", default=Ruling.REPLACE.value, type=click.Choice(RULINGS))
def mark(book: Path, item: str, kind: str, ruling: str) -> None:
    """Say that words of ITEM name someone; the words on standard input, never as an argument.

    They are ruled about wherever they stand in her record, and looked for in what comes later.

    Example: romduol pseudonyms mark mybook.romduol i0123abcd --kind name
    """
    from romduol.desk import opening, pseudonyms_ruling

    secret = passphrase()
    words = _words()
    with opening.open_book(book, secret) as opened:
        wanted = pseudonyms_ruling.Wanted(Ruling(ruling))
        done = pseudonyms_ruling.mark(opened, item, words, Kind(kind), wanted)
    _told(done, ruling)


def _words() -> str:
    if sys.stdin.isatty():
        return str(click.prompt(voice().say("names.mark.words"), hide_input=True, err=True))
    return sys.stdin.read().strip()


@verb(pseudonyms)
@book_argument
@click.argument("findings", nargs=-1, required=True)
def undo(book: Path, findings: tuple[str, ...]) -> None:
    """Take rulings back: about these findings, and about the same words in her record.

    Example: romduol pseudonyms undo mybook.romduol n0123abcd
    """
    from romduol.desk import opening, pseudonyms_ruling

    with opening.open_book(book, passphrase()) as opened, Meter() as meter:
        done = pseudonyms_ruling.undo(opened, findings, meter)
    _told(done, "undone")


@click.group()
@speaks
def alias() -> None:
    """Aliases by a scheme, such as "Ming" and a flower, that are like no name in the book.

    Example: romduol alias suggest mybook.romduol
    """


@verb(alias)
@book_argument
@click.option("--scheme", default=DEFAULT, type=click.Choice(schemes()))
@click.option("--count", default=5, type=click.IntRange(1, 50))
def suggest(book: Path, scheme: str, count: int) -> int:
    """Offer aliases that are free; held against the identity cards if you may open them.

    Example: romduol alias suggest mybook.romduol --scheme bong-fruit
    """
    from romduol.desk import opening, pseudonyms_aliases

    with opening.open_book(book, passphrase()) as opened:
        offer = pseudonyms_aliases.suggest(opened, voice().lang, scheme, count)
    voice().answer(
        {"aliases": list(offer.aliases), "checked": offer.checked}, "\n".join(offer.aliases)
    )
    if not offer.checked:
        voice().tell("cli.alias.unchecked")
    return int(Exit.DONE if offer.checked else Exit.NEEDS_A_PERSON)


@verb(alias)
@book_argument
def check(book: Path) -> int:
    """Say whose alias is like a name on an identity card. Only a lead can.

    Example: romduol alias check mybook.romduol
    """
    from romduol.desk import opening, pseudonyms_aliases

    with opening.open_book(book, passphrase()) as opened:
        clashing = pseudonyms_aliases.clashing(opened)
    said = "cli.alias.clashing" if clashing else "cli.alias.clear"
    voice().answer({"clashing": clashing}, "\n".join([voice().say(said), *clashing]))
    return int(Exit.NEEDS_A_PERSON if clashing else Exit.DONE)
