"""``member``, ``grant``, ``revoke``, ``recover``, ``travel``: who can open what."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from romduol.cli.speaking import (
    Meter,
    book_argument,
    passphrase,
    require_person,
    speaks,
    verb,
    voice,
)


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    for command in (member, grant, revoke, recover, travel, forget):
        cli.add_command(command)


@click.group()
@speaks
def member() -> None:
    """Add, list or remove members. A new member reads no woman until granted.

    Example: romduol member add mybook.romduol --name "field worker"
    """


@verb(member)
@book_argument
@click.option("--name", required=True)
@click.option("--lead", is_flag=True, help="May open identity cards.")
def add(book: Path, name: str, lead: bool) -> None:
    """Add a member; prints the generated passphrase once.

    Example: romduol member add mybook.romduol --name "field worker"
    """
    from romduol.desk import membership, opening

    with opening.open_book(book, passphrase()) as opened:
        one, words = membership.add(opened, name, lead=lead)
        answer = {"member": one.code, "name": one.name, "lead": one.lead, "passphrase": words}
        voice().answer(answer, voice().say("cli.new.passphrase", words=words))


@verb(member, "list")
@book_argument
def list_(book: Path) -> None:
    """List the members and whose records each can read.

    Example: romduol member list mybook.romduol
    """
    from romduol.desk import membership, opening

    with opening.open_book(book, passphrase()) as opened:
        rows = [
            {"member": m.code, "name": m.name, "lead": m.lead, "women": women}
            for m, women in membership.everyone(opened)
        ]
        voice().answers(rows, lambda r: f"{r['member']}  {r['name']}  {', '.join(r['women'])}")


@verb(member)
@book_argument
@click.argument("name")
def remove(book: Path, name: str) -> None:
    """Remove a member's key. What they could already read and copied stays readable to them.

    Example: romduol member remove mybook.romduol "field worker"
    """
    from romduol.desk import membership, opening

    with opening.open_book(book, passphrase()) as opened:
        one = membership.remove(opened, name)
        voice().answer({"member": one.code}, voice().say("cli.member.removed"))


@click.command()
@book_argument
@click.argument("member")
@click.argument("woman")
@speaks
def grant(book: Path, member: str, woman: str) -> None:
    """Let a member read one woman's record.

    Example: romduol grant mybook.romduol "field worker" "Ming Lotus"
    """
    from romduol.desk import membership, opening

    with opening.open_book(book, passphrase()) as opened:
        held = membership.grant(opened, member, woman)
        answer = {"member": held.member.code, "woman": held.woman.code}
        voice().answer(answer, voice().say("cli.granted"))


@click.command()
@book_argument
@click.argument("member")
@click.argument("woman")
@speaks
def revoke(book: Path, member: str, woman: str) -> None:
    """Take a member's key to what comes next. What was already readable stays so.

    Example: romduol revoke mybook.romduol "field worker" "Ming Lotus"
    """
    from romduol.desk import membership, opening

    with opening.open_book(book, passphrase()) as opened:
        membership.revoke(opened, member, woman)
        voice().answer({"member": member, "woman": woman}, voice().say("cli.revoked"))


@click.command()
@book_argument
@click.option(
    "--sheet",
    "sheets",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A text file of the sheet, or twice for two shares; otherwise it is asked for.",
)
@click.option("--member", "name", default="recovered", show_default=True)
@speaks
def recover(book: Path, sheets: tuple[Path, ...], name: str) -> None:
    """Open a book with its recovery sheet and make a new member slot; prints its passphrase once.

    Example: romduol recover mybook.romduol --sheet mybook-recovery.txt
    """
    from romduol.desk import membership

    texts = [one.read_text(encoding="utf-8") for one in sheets]
    if not texts and not sys.stdin.isatty():
        texts = [sys.stdin.read()]
    if not texts:
        texts = [str(click.prompt(voice().say("cli.recover.ask"), hide_input=True, err=True))]
    opened, one, words = membership.recover(book, texts, name)
    with opened:
        answer = {"member": one.code, "name": one.name, "passphrase": words}
        voice().answer(answer, voice().say("cli.new.passphrase", words=words))


@click.command()
@book_argument
@click.option("--women", required=True, multiple=True, help="An alias; name more behind it.")
@click.argument("more", nargs=-1, metavar="")
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--member", "name", default="traveller", show_default=True)
@speaks
def travel(book: Path, women: tuple[str, ...], more: tuple[str, ...], out: Path, name: str) -> None:
    """Make a second book that holds only the chosen women, for the road.

    Example: romduol travel mybook.romduol --women "Ming Lotus" "Ming Orchid" --out road.romduol
    """
    from romduol.desk import opening, travelling

    chosen = [alias.strip() for one in (*women, *more) for alias in one.split(",")]
    sheet = out.with_name(f"{out.stem}-recovery.txt")
    with opening.open_book(book, passphrase()) as opened, Meter():
        made = travelling.travel(opened, chosen, out, name, sheet)
    answer = {
        "book": str(out), "member": name, "women": made.women, "items": made.items,
        "passphrase": made.passphrase, "recovery": str(sheet),
    }  # fmt: skip
    voice().answer(answer, voice().say("cli.new.passphrase", words=made.passphrase))


@click.command()
@book_argument
@click.option("--yes", is_flag=True, help="Do not ask again.")
@speaks
def forget(book: Path, yes: bool) -> None:
    """Forget this laptop: delete your own slot here. Only the recovery sheet opens it again.

    Example: romduol forget mybook.romduol
    """
    from romduol.desk import membership, opening

    if not yes:
        require_person()
        click.confirm(voice().say("cli.forget.sure"), abort=True, err=True)
    with opening.open_book(book, passphrase()) as opened:
        code = membership.forget_me(opened)
    voice().answer({"member": code}, voice().say("cli.forgotten"))
