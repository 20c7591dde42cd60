"""``accounts``, ``account``: who wrote in her material, by code, and who of them is somebody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from romduol.cli.speaking import book_argument, passphrase, speaks, voice


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    for command in (accounts, account):
        cli.add_command(command)


@click.command()
@book_argument
@click.option("--woman", required=True, help="Whose material: her alias.")
@click.option("--names", is_flag=True, help="Show what each is called, too.")
@speaks
def accounts(book: Path, woman: str, names: bool) -> None:
    """List the accounts that wrote in her material, by code, without their names.

    Nobody but she is a person in the book until someone says so (romduol account).

    Example: romduol accounts mybook.romduol --woman "Ming Lotus"
    """
    from romduol.desk import accounts as desk
    from romduol.desk import opening

    with opening.open_book(book, passphrase()) as opened:
        found = desk.listed(opened, woman)
    voice().answers((_row(one, names=names) for one in found), _line)


@click.command()
@book_argument
@click.argument("woman")
@click.argument("code")
@click.option("--as", "role", type=click.Choice(["own", "actor"]), help="Hers, or an actor's.")
@click.option("--kind", default="", help="Which kind of actor: a term, as act.state.sangkat.")
@click.option("--certainty", default="", help="How sure: a term of actor_certainty.")
@click.option(
    "--who",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A text file that says who it is; it is sealed. Delete the file afterwards.",
)
@click.option("--undo", is_flag=True, help="It is nobody again.")
@speaks
def account(**said: Any) -> None:
    """Say that the account CODE in WOMAN's material is her own, or an alleged actor's.

    Her own messages count as hers from then on. Who an actor is said to be is sealed to her key.

    Example: romduol account mybook.romduol "Ming Lotus" a0123456789abcde --as own
    """
    from romduol.desk import accounts as desk
    from romduol.desk import opening

    if bool(said["role"]) == said["undo"]:
        raise click.UsageError(voice().say("account.usage"))
    with opening.open_book(said["book"], passphrase()) as opened:
        if said["undo"]:
            desk.take_back(opened, said["woman"], said["code"])
            line = voice().say("account.undone", account=said["code"])
            voice().answer({"account": said["code"], "role": ""}, line)
            return
        told = desk.Said(said["role"], said["kind"], said["certainty"], _text(said["who"]))
        row = _row(desk.decide(opened, said["woman"], said["code"], told), names=False)
    voice().answer(row, voice().say("account.decided", account=row["account"], role=_role(row)))


def _text(path: Path | None) -> str:
    from romduol.desk import accounts as desk

    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as cause:
        raise desk.NoteUnreadable from cause


def _row(one: Any, *, names: bool) -> dict[str, Any]:
    row = {
        "account": one.code,
        "platform": one.platform,
        "messages": one.messages,
        "own": one.own,
        "role": one.role,
        "kind": one.kind,
        "certainty": one.certainty,
    }
    return row | ({"name": one.name, "number": one.number, "who": one.who} if names else {})


def _line(row: dict[str, Any]) -> str:
    name = f"  {row['name']} {row['number']}" if "name" in row else ""
    said = voice().say("account.messages", n=row["messages"])
    return f"{row['account']}  {row['platform']}  {said}  {_role(row)}{name}".rstrip()


def _role(row: dict[str, Any]) -> str:
    if row["role"] == "actor":
        return voice().say("account.actor", kind=_kind(row["kind"]))
    return voice().say("account.own" if row["own"] else "account.nobody")


def _kind(term: str) -> str:
    from romduol.casebook.vocabulary import vocabulary

    if not term:
        return voice().say("account.kind_unsaid")
    return vocabulary().term("actor", term).label(voice().lang)
