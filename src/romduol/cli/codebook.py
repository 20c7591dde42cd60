"""``codebook``: the team's own codes beside the shipped vocabulary, with every change on record."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.cli.speaking import book_argument, passphrase, speaks, verb, voice

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    cli.add_command(codebook)


@click.group()
@speaks
def codebook() -> None:
    """The team's own codes: shown, changed, and every change taken back if need be.

    A CODE is named by its id, its label, its path ("Fear > Of arrest") or scheme/id. Changes answer
    in JSON with version, change, codes, recoded, left, undoes.

    Example: romduol codebook add mybook.romduol --label "Fear of arrest" --definition "…"
    """


def _told(done: Any, **more: object) -> None:
    row = asdict(done)
    voice().answer(row | more, voice().say("study.changed", **row))


@verb(codebook)
@book_argument
@click.option("--scheme", default="team", show_default=True, help="Or one of the vocabulary.")
@click.option("--version", type=click.IntRange(min=0), help="As the team's codebook stood then.")
def show(book: Path, scheme: str, version: int | None) -> None:
    """Show the codes of one scheme as a tree.

    JSON: scheme, code, parent, depth, label, label_km, definition, examples, colour, codable,
    retired, merged_into, guid, version; a line a code.

    Example: romduol codebook show mybook.romduol
    """
    from romduol.casebook.vocabulary import vocabulary
    from romduol.casework.codebooks import of_vocabulary
    from romduol.desk import codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        own = scheme == "team"
        shown = codebooks.team(opened, version) if own else of_vocabulary(vocabulary(), scheme)
    rows = []
    for depth, one in shown.walk():
        row = asdict(one)
        row["code"] = row.pop("id")
        rows.append({"scheme": scheme, "depth": depth, "version": shown.version, **row})
    if not rows:
        voice().tell("study.code.none")
    voice().answers(rows, _code_line)


def _code_line(row: dict[str, Any]) -> str:
    marks = ""
    if row["merged_into"]:
        marks = voice().say("study.code.merged", into=row["merged_into"])
    elif row["retired"]:
        marks = voice().say("study.code.retired")
    elif not row["codable"]:
        marks = voice().say("study.code.heading")
    first, second = ("label_km", "label") if voice().lang == "km" else ("label", "label_km")
    name = row[first] or row[second]
    return voice().say(
        "study.code", indent="  " * row["depth"], name=name, id=row["code"], marks=marks
    )


@verb(codebook, "import")
@book_argument
@click.argument("sheet", type=_FILE)
def import_(book: Path, sheet: Path) -> None:
    """Add codes from a CSV, or say known ones anew; none is taken away.

    Columns: label or label_km; if wanted id, parent, definition, examples (one a line), colour,
    codable, retired. Codings stay as they are.

    Example: romduol codebook import mybook.romduol codes.csv
    """
    from romduol.desk import codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        _told(codebooks.import_sheet(opened, sheet.read_bytes()))


@verb(codebook)
@book_argument
@click.option("--out", required=True, type=_OUT)
@click.option("--version", type=click.IntRange(min=0))
def export(book: Path, out: Path, version: int | None) -> None:
    """Write the team's codebook as CSV, not encrypted. It holds no words of an interview.

    JSON: out, codes.

    Example: romduol codebook export mybook.romduol --out codes.csv
    """
    from romduol.desk import codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        codes = codebooks.export_sheet(opened, version, out)
    voice().answer({"out": str(out), "codes": codes}, voice().say("study.exported", out=out))


@verb(codebook)
@book_argument
@click.option("--label", default="", help="What the code is called.")
@click.option("--label-km", default="", help="What it is called in Khmer.")
@click.option("--under", default="", help="The code it stands under.")
@click.option("--definition", default="", help="When to give it, and when not.")
@click.option("--example", "examples", multiple=True, help="Invented, never anyone's own words.")
@click.option("--colour", default="", help="#RRGGBB")
@click.option("--heading", is_flag=True, help="Nothing is coded with it, only below it.")
def add(book: Path, **said: Any) -> None:
    """Add one code. JSON has its id as well: code.

    Example: romduol codebook add mybook.romduol --label "Of arrest" --under "Fear"
    """
    from romduol.casebook.codes import Code
    from romduol.casework.codebooks import changes
    from romduol.desk import codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        code = Code(
            codebooks.new_id(), said["label"], codebooks.own(opened, said["under"]),
            said["label_km"], said["definition"], said["examples"], said["colour"],
            not said["heading"],
        )  # fmt: skip
        done = codebooks.change(opened, changes.Change.ADD, lambda c: changes.add(c, code))
    _told(done, code=code.id)


@verb(codebook)
@book_argument
@click.argument("code")
@click.option("--label")
@click.option("--label-km")
def rename(book: Path, code: str, **said: Any) -> None:
    """Call a code otherwise; what was coded with it stays coded.

    Example: romduol codebook rename mybook.romduol "Fear" --label "Being afraid"
    """
    from romduol.casework.codebooks.changes import Change

    _described(book, code, Change.RENAME, said)


@verb(codebook)
@book_argument
@click.argument("code")
@click.option("--definition")
@click.option("--example", "examples", multiple=True, help="These take the place of all before.")
@click.option("--colour", help="#RRGGBB")
def describe(book: Path, code: str, **said: Any) -> None:
    """Say anew what a code means, with invented examples.

    Example: romduol codebook describe mybook.romduol "Fear" --definition "She says so herself."
    """
    from romduol.casework.codebooks.changes import Change

    said["examples"] = said["examples"] or None
    _described(book, code, Change.DESCRIBE, said)


def _described(book: Path, code: str, change: Any, said: dict[str, Any]) -> None:
    from romduol.casework.codebooks import changes
    from romduol.desk import codebooks, opening

    words = changes.Words(**said)
    with opening.open_book(book, passphrase()) as opened:
        meant = codebooks.own(opened, code)
        _told(codebooks.change(opened, change, lambda c: changes.describe(c, meant, words)))


@verb(codebook)
@book_argument
@click.argument("code")
@click.option("--under", default="", help="The code it shall stand under; none for the top.")
def move(book: Path, code: str, under: str) -> None:
    """Put a code, with all below it, under another.

    Example: romduol codebook move mybook.romduol "Of arrest" --under "Fear"
    """
    from romduol.casework.codebooks import changes
    from romduol.desk import codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        meant, parent = codebooks.own(opened, code), codebooks.own(opened, under)
        how = changes.Change.MOVE
        _told(codebooks.change(opened, how, lambda c: changes.move(c, meant, parent)))


@verb(codebook)
@book_argument
@click.argument("codes", nargs=-1, required=True)
@click.option("--into", required=True, help="The code that takes their place.")
def merge(book: Path, codes: tuple[str, ...], into: str) -> None:
    """Make several codes one: whatever was coded with them reads as the one from now on.

    Example: romduol codebook merge mybook.romduol "Scared" "Afraid" --into "Fear"
    """
    from romduol.casework.codebooks import changes
    from romduol.desk import codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        meant = [codebooks.own(opened, code) for code in codes]
        target = codebooks.own(opened, into)
        how = changes.Change.MERGE
        _told(codebooks.change(opened, how, lambda c: changes.merge(c, meant, target)))


@verb(codebook)
@book_argument
@click.argument("code")
@click.option("--into", "parts", multiple=True, required=True, help="A part's label.")
@click.option("--sheet", type=_FILE, help="CSV with columns coding, code: which coding is which.")
def split(book: Path, code: str, parts: tuple[str, ...], sheet: Path | None) -> None:
    """Make a code a heading with parts below it; say which old coding is of which part.

    Codings the sheet does not name stay with the heading. In it, code is a part's label. JSON has
    the parts' ids as well: parts.

    Example: romduol codebook split mybook.romduol "Fear" --into "Own fear" --into "For others"
    """
    from romduol.desk import codebooks, opening

    assigned = _assigned(sheet) if sheet else {}
    with opening.open_book(book, passphrase()) as opened:
        done, ids = codebooks.divide(opened, codebooks.own(opened, code), parts, assigned)
    _told(done, parts=ids)


@verb(codebook)
@book_argument
@click.argument("sheet", type=_FILE)
def recode(book: Path, sheet: Path) -> None:
    """Give codings another code of the team's, from a CSV with columns coding, code.

    Example: romduol codebook recode mybook.romduol recode.csv
    """
    from romduol.desk import codebooks, opening

    assigned = _assigned(sheet)
    with opening.open_book(book, passphrase()) as opened:
        meant = {coding: codebooks.own(opened, code) for coding, code in assigned.items()}
        _told(codebooks.recode(opened, meant))


def _assigned(sheet: Path) -> dict[str, str]:
    from romduol.casework.passages import sheets

    rows = sheets.rows(sheet.read_bytes(), ("coding", "code"))
    return {row["coding"]: row["code"] for row in rows}


@verb(codebook)
@book_argument
@click.argument("code")
def retire(book: Path, code: str) -> None:
    """Take nothing new under a code; what was coded with it stays.

    Example: romduol codebook retire mybook.romduol "Fear"
    """
    from romduol.casework.codebooks import changes
    from romduol.desk import codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        meant = codebooks.own(opened, code)
        how = changes.Change.RETIRE
        _told(codebooks.change(opened, how, lambda c: changes.retire(c, meant)))


@verb(codebook)
@book_argument
def undo(book: Path) -> None:
    """Take back the last change, codings included; again takes back the one before.

    Example: romduol codebook undo mybook.romduol
    """
    from romduol.desk import codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        _told(codebooks.undo(opened))


@verb(codebook)
@book_argument
def versions(book: Path) -> None:
    """List every version of the team's codebook: what was changed, by whom and when.

    JSON: version, change, codes, recoded, undoes, by, at; a line a version.

    Example: romduol codebook versions mybook.romduol
    """
    from romduol.desk import codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        rows = [asdict(one) for one in codebooks.versions(opened)]
    voice().answers(rows, _version_line)


def _version_line(row: dict[str, Any]) -> str:
    return voice().say("study.version", **row | {"at": f"{row['at']:%Y-%m-%d %H:%M}"})
