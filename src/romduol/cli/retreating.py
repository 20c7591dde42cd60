"""``retreat``, ``retreat-answer``: what her own posts show, and beside it what she says."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.casebook.vocabulary import vocabulary
from romduol.cli.speaking import Meter, book_argument, passphrase, speaks, voice

_DAY = click.DateTime(["%Y-%m-%d"])


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    for command in (retreat, retreat_answer):
        cli.add_command(command)


@click.command()
@book_argument
@click.option("--woman", default="", help="Only hers; default all you may read.")
@click.option(
    "--civic", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Words you say are of civic matters, one a line: posts are told apart by them.",
)  # fmt: skip
@click.option("--until", type=_DAY, help="The day her exports were made, if you know it.")
@click.option("--together", is_flag=True, help="What may be said of all women together.")
@speaks
def retreat(**said: Any) -> None:
    """Her own posts before and after each attack, how sure a change is, and what she answered.

    An attack is an incident with a day and an act. Public posts and conversations are never added
    up. "Not shown" is never "did not happen".

    Example: romduol retreat mybook.romduol --woman "Ming Lotus"
    """
    if said["together"] and (said["woman"] or said["civic"]):
        raise click.UsageError(voice().say("retreat.usage"))
    until = said["until"].date() if said["until"] else None
    if said["together"]:
        _together(said["book"], until)
    else:
        _each(said, until)


def _each(said: dict[str, Any], until: Any) -> None:
    from romduol.desk import opening, retreating

    words = retreating.civic_words(said["civic"].read_bytes()) if said["civic"] else ()
    asked = retreating.Asked(said["woman"], words, until)
    with opening.open_book(said["book"], passphrase()) as opened, Meter() as meter:
        told = retreating.retreats(opened, asked, meter)
    rows = [*map(_row, told.shown), *map(_turn, told.turned)]
    voice().answers(rows, lambda row: _turn_said(row) if "before" in row else _sentences(row))
    if told.undated:
        voice().tell("retreat.undated", n=told.undated)
    if not told.shown:
        voice().tell("retreat.none")
    elif not words:
        voice().tell("retreat.all_topics")
    for woman, what in told.untold:
        _tell_untold(woman, what)


_ESTIMATE = (
    "ratio", "low", "high", "p", "power50", "weeks_before", "weeks_after", "posts_before",
    "posts_after", "method",
)  # fmt: skip


def _row(one: Any) -> dict[str, Any]:
    found = {name: getattr(one.estimate, name, None) for name in _ESTIMATE}
    exact = {n: round(v, 4) if isinstance(v, float) else v for n, v in found.items()}
    if exact["ratio"] == float("inf"):
        exact["ratio"] = exact["high"] = None  # no posts before: JSON has no infinity
    return {
        "woman": one.woman,
        "event": one.event,
        "on": one.on,
        "measure": one.seen.measure,
        **exact,
        "seen_from": one.seen.seen_from,
        "seen_to": one.seen.seen_to,
        "left_out": one.seen.left_out,
        "outcome": one.outcome,
        "said": [asdict(answer) for answer in one.said],
        "facts": one.estimate.facts() if one.estimate else {},
    }


def _turn(one: Any) -> dict[str, Any]:
    counts = {name: value for name, value in asdict(one.counted).items() if name != "what"}
    return {
        "woman": one.woman,
        "event": one.event,
        "on": one.on,
        "measure": f"turned.{one.counted.what}",
        **dict.fromkeys(_ESTIMATE),  # every line has these keys; of a count nothing is estimated
        **counts,
        "days": 90,
        "seen_to": one.ends,
    }


def _turn_said(row: dict[str, Any]) -> str:
    said = voice().say(f"retreat.{row['measure']}", **row, until=row["seen_to"].date())
    return f"{row['woman']}  {row['on']}  {said}"


def _tell_untold(woman: str, what: tuple[str, ...]) -> None:
    if what:
        named = ", ".join(voice().say(f"retreat.untold.{one}") for one in what)
        voice().tell("retreat.untold", woman=woman, what=named)


def _sentences(row: dict[str, Any]) -> str:
    """What the posts show, then what she said, apart."""
    measure = voice().say(f"measure.{row['measure']}")
    facts = {"until": row["seen_to"].date(), **row["facts"]}
    lines = [f"{row['woman']}  {row['on']}  {measure}", voice().say(row["outcome"], **facts)]
    if row["left_out"]:
        lines.append(voice().say("retreat.left_out", n=row["left_out"]))
    lines += [_answer(answer) for answer in row["said"]]
    return "\n    ".join(lines)


def _answer(said: dict[str, str]) -> str:
    terms = (("retreat", "level"), ("retreat_mode", "mode"), ("actor", "driver"))
    labels = [
        vocabulary().term(scheme, said[name]).label(voice().lang)
        for scheme, name in terms
        if said[name]
    ]
    dates = " – ".join(filter(None, (said["since"], said["until"])))
    return voice().say("retreat.said", what=" · ".join(filter(None, (*labels, dates))))


def _together(book: Path, until: Any) -> None:
    from romduol.desk import opening, retreating_together

    with opening.open_book(book, passphrase()) as opened, Meter() as meter:
        told = retreating_together.together(opened, until, meter)
    if voice().as_json:
        voice().answer(asdict(told))
        return
    click.echo(voice().say("retreat.together", women=told.women))
    _tell(told)
    for group in told.groups:
        label = vocabulary().term(group.scheme, group.term).label(voice().lang)
        click.echo(f"{label}: " + voice().say("retreat.together.group", women=group.women))
        _tell(group)
    voice().tell("retreat.together.withheld")


def _tell(told: Any) -> None:
    """Of all, or of one group: answers by day and level, the pooled change, medians."""
    for at in told.answers:
        click.echo("  " + _at(at, "retreat.at"))
    for at in told.levels:
        if at.voice != "silent":
            label = vocabulary().term("retreat", at.level).label(voice().lang)
            click.echo(f"  {label}: {_at(at, 'retreat.level')}")
    facts = asdict(told.change) if told.change else {}
    shown = {n: f"{v:.2f}" if isinstance(v, float) else v for n, v in facts.items()}
    click.echo("  " + voice().say(told.outcome))
    if shown:
        click.echo("  " + voice().say("retreat.pooled.numbers", **shown))
    for what, days in (("silence", told.median_silence), ("return", told.median_return)):
        if days is not None:
            click.echo("  " + voice().say(f"retreat.median.{what}", days=round(days)))


def _at(at: Any, sentence: str) -> str:
    """Of too few women a number is not said: "some" is."""
    rung = "some" if at.women is None and at.voice == "number" else at.voice
    return voice().say(f"{sentence}.{rung}", days=at.days, asked=at.asked, women=at.women)


@click.command("retreat-answer")
@book_argument
@click.argument("woman")
@click.option("--incident", required=True, help="Its code, or your label of it.")
@click.option("--level", required=True, help="What she answered: a term of the retreat scale.")
@click.option("--mode", default="", help="How: her own choice, ordered, family, platform, a time.")
@click.option("--driver", default="", help="Who it came from, by kind, if she says so.")
@click.option("--since", default="", help="From when: YYYY, YYYY-MM or YYYY-MM-DD.")
@click.option("--until", default="", help="Until when, if it ended.")
@speaks
def retreat_answer(**said: Any) -> None:
    """Write down what she answered about her voice after an incident. Any answer is a good one.

    Example: romduol retreat-answer mybook.romduol "Ming Lotus" --incident "the call" --level ret.2
    """
    from romduol.desk import opening, retreating_answers

    answered = retreating_answers.Said(
        said["level"], said["mode"], said["driver"], said["since"], said["until"]
    )
    with opening.open_book(said["book"], passphrase()) as opened:
        found = retreating_answers.answer(opened, said["woman"], said["incident"], answered)
    voice().answer({"event": found.code, **asdict(answered)}, voice().say("retreat.answered"))
