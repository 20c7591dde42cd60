"""``publish``, ``verify``: what may be shown leaves; anyone checks what left."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from romduol.casebook.claims import Unit
from romduol.casebook.troubles import Exit
from romduol.casebook.wording import LANGUAGES
from romduol.cli.speaking import book_argument, passphrase, speaks, voice


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    cli.add_command(publish)
    cli.add_command(verify)


@click.command()
@book_argument
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option(
    "--lang",
    "langs",
    multiple=True,
    type=click.Choice(LANGUAGES),
    help="Languages of the report; default both.",
)
@click.option("--as-of", default="", metavar="YYYY-MM-DD", help="The day the counts stand for.")
@click.option(
    "--table",
    "tables",
    multiple=True,
    metavar="AXIS[,AXIS]",
    help="A scheme, scheme:top, place:province, place:district, month, quarter, year.",
)
@click.option(
    "--rounded",
    multiple=True,
    metavar="AXIS[,AXIS]",
    help="As --table, but rounded together instead of withheld: for maps and series.",
)
@click.option("--unit", type=click.Choice([u.value for u in Unit][:3]), default=None)
@click.option(
    "--threshold",
    type=int,
    default=None,
    metavar="N",
    help="Women who must stand behind a number: 5, or what you say here, never below 3. Kinds of "
    "actor and districts need 10 at least. It is logged, and the release says it.",
)
@click.option(
    "--template",
    type=click.Choice(("facts", "baseline", "transparency", "brief", "submission")),
    default="facts",
    help="The kind of report: facts and figures, baseline study, transparency report, a page, an "
    "annex to a submission.",
)
@click.option(
    "--map",
    "own_map",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.geojson",
    help="Outlines to draw places on; a property holds the gazetteer code.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def publish(**said: Any) -> int:
    """Write a release nobody can be identified in, or refuse and name every reason.

    Example: romduol publish mybook.romduol --out release/ --lang en --lang km
    """
    from romduol.desk import opening, publishing
    from romduol.publication.options import USUAL_THRESHOLD

    voice().as_json = voice().as_json or said["as_json"]
    asked = publishing.Asked(
        langs=tuple(dict.fromkeys(said["langs"])) or LANGUAGES,
        as_of=_day(said["as_of"]),
        tables=tuple(tuple(t.split(",")) for t in said["tables"]),
        rounded=tuple(tuple(t.split(",")) for t in said["rounded"]),
        unit=Unit(said["unit"]) if said["unit"] else None,
        threshold=USUAL_THRESHOLD if said["threshold"] is None else said["threshold"],
        own_map=said["own_map"],
        template=said["template"],
    )
    with opening.open_book(said["book"], passphrase()) as opened:
        done = publishing.publish(opened, said["out"], asked)
    refused = [{"rule": r.rule, "what": r.what} for r in done.left]
    answer = {"release": done.release or None, "files": list(done.files), "refused": refused}
    told = "cli.published" if done.release else "cli.publish.refused"
    lines = [voice().say(told, out=said["out"], n=len(refused))]
    reasons = [voice().say(f"publication.left.{r.rule}", what=r.what) for r in done.left]
    voice().answer(answer, "\n".join([*lines, *(f"  {reason}" for reason in reasons)]))
    return int(Exit.DONE if done.release else Exit.NEEDS_A_PERSON)


def _day(written: str) -> date | None:
    from romduol.desk.women import day

    return day(written) if written else None


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@speaks
def verify(path: Path) -> int:
    """Check every byte and proof of a release or a bag, or of a book (which needs its passphrase).

    Example: romduol verify release/
    """
    from romduol.desk import bag_verifying, opening

    if opening.exists(path):
        from romduol.cli.books import check_book

        return check_book(path)
    found = bag_verifying.verify(path)
    problems = [{"rule": p.rule, "what": p.what} for p in found]
    lines = [voice().say(p["rule"], what=p["what"]) for p in problems]
    stamps = [] if problems else [asdict(one) for one in bag_verifying.stamps(path)]
    lines += [voice().say("evidence.bag.stamped", **one) for one in stamps]
    verdict = voice().say("cli.verify.bad" if problems else "cli.verify.ok")
    answer = {"ok": not problems, "problems": problems}
    answer |= {"stamps": stamps} if stamps else {}
    voice().answer(answer, "\n".join([*lines, verdict]))
    return int(Exit.NEEDS_A_PERSON if problems else Exit.DONE)
