"""``publish``, ``correct``, ``verify``: what may be shown leaves; anyone checks what left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from romduol.casebook.claims import Unit
from romduol.casebook.troubles import Exit
from romduol.casebook.wording import LANGUAGES
from romduol.cli.speaking import Meter, book_argument, passphrase, speaks, voice


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    cli.add_command(publish)
    cli.add_command(correct)
    cli.add_command(verify)


def _how_to_publish(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what a release holds."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--lang",
        "langs",
        multiple=True,
        type=click.Choice(LANGUAGES),
        help="Languages of the report; default both.",
    ),
    click.option("--as-of", default="", metavar="YYYY-MM-DD", help="The day the counts stand for."),
    click.option(
        "--table",
        "tables",
        multiple=True,
        metavar="AXIS[,AXIS]",
        help="A scheme, scheme:top, place:province, place:district, month, quarter, year.",
    ),
    click.option(
        "--rounded",
        multiple=True,
        metavar="AXIS[,AXIS]",
        help="As --table, but rounded together instead of withheld: for maps and series.",
    ),
    click.option("--unit", type=click.Choice([u.value for u in Unit][:3]), default=None),
    click.option(
        "--threshold",
        type=int,
        default=None,
        metavar="N",
        help="Women who must stand behind a number: 5, or what you say here, never below 3. Kinds "
        "of actor and districts need 10 at least. It is logged, and the release says it.",
    ),
    click.option(
        "--template",
        type=click.Choice(("facts", "baseline", "transparency", "brief", "submission")),
        default="facts",
        help="The kind of report: facts and figures, baseline study, transparency report, a page, "
        "an annex to a submission.",
    ),
    click.option(
        "--map",
        "own_map",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE.geojson",
        help="Outlines to draw places on; a property holds the gazetteer code.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output."),
)


@click.command()
@book_argument
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write; must be free.")
@click.option("--check", is_flag=True, help="Try every rule and write nothing.")
@click.option("--except", "rule", default="", metavar="RULE", help="Ask to set a rule aside.")
@click.option("--quote", default="", metavar="CODING", help="The quote that --except is about.")
@click.option("--because", type=click.File("rb"), help="A file with the reason; kept sealed.")
@click.option("--confirm", default="", metavar="EXCEPTION", help="Agree to what another asked.")
@_how_to_publish
def publish(**said: Any) -> int:
    """Write a release nobody can be identified in, or refuse and name every reason.

    A rule that holds back a quote can be set aside for one release by two members: one asks
    (--except RULE --quote CODING --because FILE), another agrees (--confirm EXCEPTION). Rules that
    protect a count, a name or a consent cannot.

    Example: romduol publish mybook.romduol --out release/ --lang en --lang km
    """
    voice().as_json = voice().as_json or said["as_json"]
    asked_for = [said["out"], said["check"], said["rule"], said["confirm"]]
    half = len({bool(said[name]) for name in ("rule", "quote", "because")}) > 1
    if sum(map(bool, asked_for)) != 1 or half:
        raise click.UsageError(voice().say("quotes.publish.usage"))
    if said["rule"]:
        return _ask(said)
    if said["confirm"]:
        return _confirm(said)
    return _rehearse(said) if said["check"] else _publish(said, _asked(said))


def _ask(said: dict[str, Any]) -> int:
    from romduol.desk import excepting, opening, quoting

    why = quoting.read(said["because"].read())
    with opening.open_book(said["book"], passphrase()) as opened:
        code = excepting.ask(opened, said["rule"], said["quote"], why)
    row = {"exception": code, "rule": said["rule"], "confirmed": False}
    voice().answer(row, voice().say("quotes.exception.asked", **row))
    return int(Exit.NEEDS_A_PERSON)


def _confirm(said: dict[str, Any]) -> int:
    from romduol.desk import excepting, opening

    with opening.open_book(said["book"], passphrase()) as opened:
        agreed = excepting.confirm(opened, said["confirm"])
    row = {"exception": agreed.code, "rule": agreed.rule, "confirmed": True}
    voice().answer(row, voice().say("quotes.exception.confirmed", **row))
    return int(Exit.DONE)


def _asked(said: dict[str, Any], **corrects: Any) -> Any:
    from romduol.desk import publishing
    from romduol.publication.options import USUAL_THRESHOLD

    return publishing.Asked(
        langs=tuple(dict.fromkeys(said["langs"])) or LANGUAGES,
        as_of=_day(said["as_of"]),
        tables=tuple(tuple(t.split(",")) for t in said["tables"]),
        rounded=tuple(tuple(t.split(",")) for t in said["rounded"]),
        unit=Unit(said["unit"]) if said["unit"] else None,
        threshold=USUAL_THRESHOLD if said["threshold"] is None else said["threshold"],
        own_map=said["own_map"],
        template=said["template"],
        **corrects,
    )


def _publish(said: dict[str, Any], asked: Any) -> int:
    from romduol.desk import opening, publishing

    with opening.open_book(said["book"], passphrase()) as opened, Meter() as meter:
        done = publishing.publish(opened, said["out"], asked, _watching(meter))
    told = "cli.published" if done.release else "cli.publish.refused"
    _answer(done, voice().say(told, out=said["out"], n=len(done.left)))
    return int(Exit.DONE if done.release else Exit.NEEDS_A_PERSON)


def _rehearse(said: dict[str, Any]) -> int:
    from romduol.desk import opening, publishing

    with opening.open_book(said["book"], passphrase()) as opened, Meter() as meter:
        done = publishing.rehearse(opened, _asked(said), _watching(meter))
    told = "quotes.rehearsed" if done.files else "quotes.rehearsed.none"
    _answer(done, voice().say(told, files=len(done.files), n=len(done.left)))
    return int(Exit.DONE if done.files else Exit.NEEDS_A_PERSON)


def _watching(meter: Meter) -> Callable[[str, int, int | None], None]:
    """Each stage by its name in the language of this call."""
    say = voice().say
    return lambda stage, done, of: meter.stage(say(f"cli.publish.stage.{stage}"), done, of)


def _answer(done: Any, first: str) -> None:
    """Every reason, in JSON by rule and in words."""
    refused = [{"rule": r.rule, "what": r.what} for r in done.left]
    answer = {"release": done.release or None, "files": list(done.files), "refused": refused}
    answer["releases_before"] = done.before
    reasons = [voice().say(f"publication.left.{r.rule}", what=r.what) for r in done.left]
    held = voice().say("cli.publish.held_against", n=done.before)
    voice().answer(answer, "\n".join([first, *(f"  {reason}" for reason in reasons), held]))


@click.command()
@book_argument
@click.argument("release")
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option(
    "--term", "terms", multiple=True, metavar="SCHEME/TERM", help="What RELEASE said wrongly of."
)
@_how_to_publish
def correct(**said: Any) -> int:
    """Put right what RELEASE said: a new release that tells what stood, what stands, since when.

    It passes every rule again, together with all that was published before. Mend the codings first.

    JSON: as publish.

    Example: romduol correct mybook.romduol r0123456789ab --term impact/imp.fear --out second/
    """
    from romduol.desk import correcting

    voice().as_json = voice().as_json or said["as_json"]
    terms = tuple(correcting.term(written) for written in said["terms"])
    return _publish(said, _asked(said, corrects=said["release"], terms=terms))


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
    with Meter():
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
