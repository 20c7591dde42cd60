"""``woman``, ``consent``, ``withdraw``, ``identity``: who she is to the book, what she allows."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from romduol.casebook import people
from romduol.casebook.vocabulary import vocabulary
from romduol.cli.speaking import book_argument, passphrase, require_person, speaks, verb, voice

SCOPES = tuple(t.id for t in vocabulary().of("consent_scope"))
MODES = tuple(t.id for t in vocabulary().of("consent_mode"))


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    cli.add_command(woman)
    cli.add_command(consent)
    cli.add_command(withdraw)
    cli.add_command(identity)


@click.group()
@speaks
def woman() -> None:
    """Add women by alias, or list them. Never a real name.

    Example: romduol woman add mybook.romduol --alias "Ming Lotus"
    """


@verb(woman)
@book_argument
@click.option("--alias", default="", help="A pseudonym of at most 40 characters.")
def add(book: Path, alias: str) -> None:
    """Add one woman and make her key. Without --alias one is chosen as `alias suggest` does.

    Example: romduol woman add mybook.romduol --alias "Ming Lotus"
    """
    from romduol.desk import opening, pseudonyms_aliases, women

    with opening.open_book(book, passphrase()) as opened:
        if not alias:
            offer = pseudonyms_aliases.suggest(opened, voice().lang, how_many=1)
            alias = offer.aliases[0]
            if not offer.checked:
                voice().tell("cli.alias.unchecked")
        one = women.add(opened, [women.WomanToAdd(alias)])[0]
        voice().answer({"woman": one.code, "alias": one.alias}, f"{one.code}  {one.alias}")


@verb(woman, "import")
@book_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(book: Path, file: Path) -> None:
    """Add all women of a CSV with columns alias, scopes, mode, on; all of them or none.

    Example: romduol woman import mybook.romduol women.csv
    """
    from romduol.desk import opening, women

    listed = women.read_women_list(file.read_bytes())
    with opening.open_book(book, passphrase()) as opened:
        added = women.add(opened, listed)
        voice().answers(
            ({"woman": w.code, "alias": w.alias} for w in added),
            lambda row: f"{row['woman']}  {row['alias']}",
        )


@verb(woman, "list")
@book_argument
def list_(book: Path) -> None:
    """List the women by alias, with whether you hold their key.

    Example: romduol woman list mybook.romduol
    """
    from romduol.desk import opening, women

    with opening.open_book(book, passphrase()) as opened:
        rows = [
            {"woman": w.code, "alias": w.alias, "key": opened.may_read(w.code)}
            for w in women.everyone()
        ]
        voice().answers(rows, lambda row: f"{row['woman']}  {row['alias']}")


@click.command()
@book_argument
@click.argument("woman")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES))
@click.option("--mode", required=True, type=click.Choice(MODES))
@click.option("--on", required=True, metavar="YYYY-MM-DD")
@click.option("--by", default="", help="Who asked her; kept sealed.")
@click.option("--to", "receiver", default="", help="For which receiver; kept sealed.")
@click.option("--until", default="", metavar="YYYY-MM-DD", help="The last day it holds.")
@click.option("--refused", is_flag=True, help="She said no.")
@speaks
def consent(**said: Any) -> None:
    """Record what she allows or refuses, one row a scope. "Not asked" blocks.

    Example: romduol consent mybook.romduol "Ming Lotus" --scope cs.write --scope cs.evidence
    --mode cm.verbal_phone --on 2026-05-04
    """
    from romduol.desk import opening, women

    state = people.REFUSED if said["refused"] else people.GIVEN
    answer = women.Answer(
        scopes=said["scopes"],
        mode=said["mode"],
        on=women.day(said["on"]),
        state=state,
        by=said["by"],
        receiver=said["receiver"],
        until=women.day(said["until"]) if said["until"] else None,
    )
    with opening.open_book(said["book"], passphrase()) as opened:
        rows = women.consent(opened, said["woman"], answer)
        voice().answers(
            (_consent_row(row, said["receiver"]) for row in rows),
            lambda row: f"{row['scope']}  {row['state']}",
        )


def _consent_row(row: Any, receiver: str) -> dict[str, Any]:
    return {
        "woman": row.woman.code,
        "scope": row.scope,
        "state": row.state,
        "receiver": receiver,
        "on": row.on,
        "until": row.until,
    }


@click.command()
@book_argument
@click.argument("woman")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES))
@click.option("--yes", is_flag=True, help="Do not ask again.")
@speaks
def withdraw(book: Path, woman: str, scopes: tuple[str, ...], yes: bool) -> None:
    """Take back a consent (--scope), or take everything of hers out and destroy her key.

    What already left cannot be called back; it is listed.

    Example: romduol withdraw mybook.romduol "Ming Lotus" --yes
    """
    from romduol.desk import opening, withdrawing

    if not scopes and not yes:
        require_person()
        click.confirm(voice().say("cli.withdraw.sure"), abort=True, err=True)
    with opening.open_book(book, passphrase()) as opened:
        done = (
            withdrawing.stop(opened, woman, scopes)
            if scopes
            else withdrawing.withdraw(opened, woman)
        )
    sent = [{"what": s.what, "to": s.to, "at": s.at, "quotes": s.quotes} for s in done.already_sent]
    answer = {
        "woman": done.woman,
        "scopes": list(done.scopes),
        "removed_objects": done.removed_objects,
        "already_sent": sent,
    }
    voice().answer(answer, voice().say("cli.withdrawn", n=done.removed_objects, sent=len(sent)))


@click.group()
@speaks
def identity() -> None:
    """Identity cards (name, phone), sealed to the case leads' key alone.

    Example: romduol identity show mybook.romduol "Ming Lotus"
    """


@verb(identity)
@book_argument
@click.argument("woman")
def write(book: Path, woman: str) -> None:
    """Seal a card: a JSON object on standard input, or answer the questions. Replaces the last.

    Example: romduol identity write mybook.romduol "Ming Lotus"
    """
    from romduol.desk import identifying, opening

    card = _card_from_person()
    with opening.open_book(book, passphrase()) as opened:
        identifying.write(opened, woman, card)
        voice().answer({"woman": woman}, voice().say("cli.identity.sealed"))


@verb(identity)
@book_argument
@click.argument("woman")
def show(book: Path, woman: str) -> None:
    """Open a card. Only a lead's key can, and the log says that it was opened.

    Example: romduol identity show mybook.romduol "Ming Lotus"
    """
    from romduol.desk import identifying, opening

    with opening.open_book(book, passphrase()) as opened:
        card = identifying.as_said(identifying.show(opened, woman))
        voice().answer(card, "\n".join(f"{k}: {v}" for k, v in card.items()))


def _card_from_person() -> Any:
    """From standard input when it is no terminal; never from arguments, which others can see."""
    from romduol.desk import identifying

    if not sys.stdin.isatty():
        return identifying.read_card(sys.stdin.buffer.read())
    asked = {name: click.prompt(name, default="", err=True) for name in identifying.ASKED}
    return identifying.read_card(json.dumps(asked).encode())
