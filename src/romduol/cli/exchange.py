"""``qdpx import``, ``qdpx export``: coding projects from and for other programs."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.casebook.troubles import Exit, WrongUsage
from romduol.cli.speaking import Meter, book_argument, passphrase, speaks, voice

_COLUMNS = ("source", "woman")


class OwnersUnreadable(WrongUsage):
    """The CSV that says whose each source is lacks a column, or a row says nothing."""


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    cli.add_command(qdpx)


@click.group()
@speaks
def qdpx() -> None:
    """Coding projects of other programs, in and out: REFI-QDA (.qdpx), codebooks (.qdc).

    ATLAS.ti, MAXQDA, NVivo, QualCoder and others read and write these files.

    Example: romduol qdpx export mybook.romduol study.qdpx --pseudonymised
    """


@qdpx.command("import")
@book_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--woman", default="", help="Every source in the file is hers: her alias.")
@click.option(
    "--women",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with columns source, woman: a source's (or its case's) name or GUID, an alias.",
)
@speaks
def import_(book: Path, file: Path, woman: str, women: Path | None) -> int:
    """Take in texts, codes, codings and notes. Whatever is not taken is listed with the reason.

    Texts are received like any file, under her consent. Codes become the team's. The same file
    again adds nothing.

    JSON: codes, new_codes, sources, selections, new_codings, memos, items, unsure,
    left [{why, guid, count}].

    Example: romduol qdpx import mybook.romduol study.qdpx --women owners.csv
    """
    from romduol.desk import exchanging, opening

    owners = exchanging.Owners(woman, _owners(women.read_bytes()) if women else {})
    with opening.open_book(book, passphrase()) as opened, Meter() as meter:
        done = exchanging.import_file(opened, file, owners, meter)
    answer = {
        "codes": done.codes,
        "new_codes": done.new_codes,
        "sources": done.sources,
        "selections": done.selections,
        "new_codings": done.new_codings,
        "memos": done.memos,
        "items": list(done.items),
        "unsure": done.unsure,
        "left": [
            {"why": one.why.removeprefix("qdpx.left."), "guid": one.guid, "count": one.count}
            for one in done.left
        ],
    }
    lines = [voice().say("qdpx.imported", **{**answer, "items": len(done.items)})]
    if done.unsure:
        lines.append(voice().say("qdpx.unsure", count=done.unsure))
    voice().answer(answer, "\n".join([*lines, *_reasons(done.left)]))
    return int(Exit.NEEDS_A_PERSON if done.left or done.unsure else Exit.DONE)


def _reasons(left: Iterable[Any]) -> list[str]:
    """One line a reason, with how often."""
    told: Counter[str] = Counter()
    for one in left:
        told[one.why] += one.count
    return [voice().say(why, count=count) for why, count in told.items()]


def _owners(data: bytes) -> dict[str, str]:
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
        found = {_guid_or_name(row["source"]): row["woman"].strip() for row in rows}
    except (UnicodeDecodeError, csv.Error, KeyError, AttributeError) as cause:
        raise OwnersUnreadable(columns=", ".join(_COLUMNS)) from cause
    if not found or not all(found) or not all(found.values()):
        raise OwnersUnreadable(columns=", ".join(_COLUMNS))
    return found


def _guid_or_name(said: str) -> str:
    """A name as it is; a GUID in the form in which the book knows it."""
    from romduol.casework.exchange.markup import as_guid

    return as_guid(said.strip()) or said.strip()


@qdpx.command()
@book_argument
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--woman", "women", multiple=True, help="Only hers (repeat for more).")
@click.option("--to", "receiver", default="", help="The receiver, as named in her consent.")
@click.option("--pseudonymised", is_flag=True, help="Nobody named; checked before it is written.")
@click.option("--with-definitions", "definitions", is_flag=True, help="What the codes mean.")
@click.option("--with-notes", "notes", is_flag=True, help="Memos.")
@click.option("--with-cases", "cases", is_flag=True, help="Which texts belong together.")
@click.option("--with-months", "months", is_flag=True, help="In which month it was coded.")
@speaks
def export(book: Path, file: Path, pseudonymised: bool, receiver: str, **said: Any) -> int:
    """Write texts, codes and codings for another program; FILE.qdc writes the codebook alone.

    Without --pseudonymised everything is in the file as it is, unencrypted: names, places, words.
    It needs cs.team, or with --to cs.refer for that receiver; --pseudonymised needs
    cs.public_anon, and every name and number found must be decided first (see pseudonyms). Of a
    pseudonymised export the definitions, notes, cases and months stay out unless asked for.

    JSON: codes, sources, selections, women, without, sha256; pseudonymised also shrunk, dropped,
    cut [{item, start, end, fate}].

    Example: romduol qdpx export mybook.romduol study.qdpx --pseudonymised
    """
    from romduol.desk import exchanging, opening

    ticked = [name for name in ("definitions", "notes", "cases", "months") if said[name]]
    if (ticked and not pseudonymised) or (pseudonymised and receiver):
        raise click.UsageError(voice().say("qdpx.usage"))
    with opening.open_book(book, passphrase()) as opened:
        if file.suffix.casefold() == ".qdc":
            count = exchanging.export_codebook(opened, file)
            voice().answer({"codes": count}, voice().say("qdpx.codebook", codes=count, out=file))
            return int(Exit.DONE)
        if pseudonymised:
            return _pseudonymised(opened, file, said["women"], ticked)
        with Meter():
            done = exchanging.export(opened, file, said["women"], receiver, voice().lang)
    answer = _answer(done)
    voice().answer(answer, voice().say("qdpx.exported", **answer, out=file))
    return int(Exit.DONE)


def _pseudonymised(opened: Any, file: Path, women: tuple[str, ...], ticked: list[str]) -> int:
    from romduol.casework.exchange.pseudonymising import Wanted
    from romduol.desk.exchange_pseudonymised import export_pseudonymised

    wanted = Wanted(**dict.fromkeys(ticked, True))
    with Meter() as meter:
        done = export_pseudonymised(opened, file, women, wanted, voice().lang, meter)
    answer = _answer(done.exported)
    fates = Counter(one.fate.value for one in done.shortened)
    answer |= {fate: fates[fate] for fate in ("shrunk", "dropped")}
    answer["cut"] = [asdict(one) for one in done.shortened]
    lines = [voice().say("qdpx.pseudonymised", **{**answer, "out": file})]
    lines += [voice().say(f"qdpx.cut.{one.fate}", item=one.item, start=one.start, end=one.end)
              for one in done.shortened]  # fmt: skip
    voice().answer(answer, "\n".join(lines))
    return int(Exit.DONE)


def _answer(done: Any) -> dict[str, Any]:
    return {name: getattr(done, name) for name in _EXPORTED}


_EXPORTED = ("codes", "sources", "selections", "women", "without", "sha256")
