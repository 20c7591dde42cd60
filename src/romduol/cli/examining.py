"""``examine``, ``suggestions``, ``decide``: a machine suggests, a person decides."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.cli.speaking import Meter, book_argument, passphrase, speaks, voice

STATES = ("open", "confirmed", "refused")
_CAMPAIGNS = {
    "coacting.same-text": ("campaign.same_text",),
    "coacting.across": ("campaign.across",),
    "coacting.also-across": ("campaign.suggested", "campaign.also_across"),
}


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    for command in (examine, suggestions, decide):
        cli.add_command(command)


@click.command()
@book_argument
@click.option("--woman", default="", help="Only her messages; default all you may read.")
@click.option("--vectors", is_flag=True, help="Also read whole sentences; needs romduol[vectors].")
@speaks
def examine(book: Path, woman: str, vectors: bool) -> None:
    """Look through what others wrote, and suggest what to read first. Nothing is counted by it.

    Only what is new since the last look is read; an interruption keeps what was done. What she
    wrote or told is never scored. With --vectors the quarter that ranks highest and a tenth of the
    rest are read as whole sentences too, about a hundred messages in a second.

    Example: romduol examine mybook.romduol --vectors
    """
    from romduol.desk import examining, opening

    with opening.open_book(book, passphrase()) as opened, Meter() as meter:
        done = examining.examine(opened, woman, meter, vectors=vectors)
    _tell_of_vectors(done.vectors, asked=vectors)
    answer = {
        "suggestions": done.suggestions,
        "by_kind": dict(done.by_kind),
        "messages": done.messages,
        "vectors": done.vectors,
        "women_passed_over": done.passed_over,
    }
    voice().answer(answer, voice().say("cli.examined", n=done.suggestions, messages=done.messages))


def _tell_of_vectors(many: int, *, asked: bool) -> None:
    """What was read as whole sentences, or what would be gained by it."""
    from romduol.analysis.triage.vectors import reading

    if asked:
        voice().tell("vectors.read", n=many)
    else:
        voice().tell("vectors.unasked" if reading.installed() else "vectors.absent")


@click.command()
@book_argument
@click.option("--woman", default="", help="Only hers.")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only in this state.")
@click.option("--show", is_flag=True, help="Show the words too; they are hidden until asked for.")
@click.option("--most", type=click.IntRange(min=1), default=None, help="At most so many.")
@speaks
def suggestions(book: Path, woman: str, state: str | None, show: bool, most: int | None) -> None:
    """List what was suggested, the most pressing first, with how each was decided.

    Example: romduol suggestions mybook.romduol --woman "Ming Lotus" --state open
    """
    from romduol.desk import opening, suggesting

    asked = suggesting.Asked(woman, state or "", show, most or 0)
    with opening.open_book(book, passphrase()) as opened:
        rows = [_row(one, show=show) for one in suggesting.listed(opened, asked)]
    voice().answers(rows, _line)


def _row(one: Any, *, show: bool) -> dict[str, Any]:
    row = asdict(one)
    text, spans = row.pop("text"), row.pop("spans")
    return row | ({"text": text, "spans": [list(span) for span in spans]} if show else {})


def _line(row: dict[str, Any]) -> str:
    from romduol.casebook.vocabulary import vocabulary

    label = vocabulary().term(row["scheme"], row["term"]).label(voice().lang)
    head = f"{row['suggestion']}  {row['score']:.2f}  {label}  {row['woman']}"
    told = f"{head}  {voice().say('state.' + row['state'])}"
    told += "".join(f"\n    {sentence}" for sentence in _gathered(row))
    return f"{told}\n    {row['text']}" if row.get("text") else told


def _gathered(row: dict[str, Any]) -> list[str]:
    """What a campaign or a pile-on looks like, in local time, and how often chance shows one."""
    from romduol.desk.deciding import HERE

    looks = row["looks"]
    if looks is None:
        return []
    local = {name: looks[name].astimezone(HERE) for name in ("start", "end")}
    facts = looks | {name: f"{at:%Y-%m-%d %H:%M}" for name, at in local.items()}
    if row["kind"] == "pileon":
        facts["usual"] = round(looks["usual"])
        said = [voice().say("pileon.episode", **facts)]
        if looks["together"]:
            said.append(voice().say("pileon.together", **facts))
        return [*said, voice().say("pileon.false_alarms")]
    facts["rare"] = max(1, -int(-100 * looks["rare"] // 1))
    told = _CAMPAIGNS.get(row["reason"], ("campaign.suggested",))
    return [voice().say(one, **facts) for one in (*told, "campaigns.not_a_verdict")]


@click.command()
@book_argument
@click.argument("suggestion")
@click.option("--as", "term", default="", help="The form of harm that it is: a vocabulary term.")
@click.option("--incident", default="", help="Your label of the incident it belongs to; sealed.")
@click.option("--refuse", is_flag=True, help="It is none.")
@click.option("--undo", is_flag=True, help="Take the decision back.")
@speaks
def decide(**said: Any) -> None:
    """Confirm a suggestion as a form of harm, or refuse it. Only what is confirmed is counted.

    Without --incident, what one conversation holds of one day is one incident.

    Example: romduol decide mybook.romduol s0123456789abcdef --as on.threat.death
    """
    from romduol.desk import deciding, opening

    if (bool(said["term"]), said["refuse"], said["undo"]).count(True) != 1:
        raise click.UsageError(voice().say("decide.usage"))
    with opening.open_book(said["book"], passphrase()) as opened:
        if said["undo"]:
            done = deciding.undo(opened, said["suggestion"])
        else:
            word = deciding.Word(said["term"], said["incident"])
            done = deciding.decide(opened, said["suggestion"], word)
    voice().answer(asdict(done), voice().say(f"state.{done.state}"))
