"""``blind``, ``agreement``, ``merge``: several coders, unseen by one another."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.casebook.troubles import Exit
from romduol.cli.codings import label_in
from romduol.cli.speaking import book_argument, passphrase, speaks, verb, voice

UNITS = {"paragraphs": "paragraph/1", "turns": "turn/1"}


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    for command in (blind, agreement, merge):
        cli.add_command(command)


@click.group()
@speaks
def blind() -> None:
    """Have two members code the same transcripts without seeing each other's work.

    Until all have said done, no verb shows one the other's codings, and nothing of them counts.
    Answers in JSON have round, unit, items, units, coders ([{coder, done}]), began, ended.

    Example: romduol blind start mybook.romduol i0123abcd --coder "desk one" --coder "field worker"
    """


@verb(blind)
@book_argument
@click.argument("items", nargs=-1, required=True)
@click.option("--coder", "coders", multiple=True, required=True, help="A member; twice or more.")
@click.option("--units", default="paragraphs", show_default=True, type=click.Choice(list(UNITS)))
def start(book: Path, items: tuple[str, ...], coders: tuple[str, ...], units: str) -> None:
    """Begin a double coding of ITEMS. What will be compared is fixed now: paragraphs or turns.

    Example: romduol blind start mybook.romduol i0123abcd --coder "desk one" --coder "field worker"
    """
    from romduol.desk import blinding, opening

    with opening.open_book(book, passphrase()) as opened:
        _say_round(blinding.start(opened, items, coders, UNITS[units]))


@verb(blind)
@book_argument
@click.argument("round_code", metavar="ROUND")
@click.option("--not-coded", multiple=True, help="An item you did not get to: missing, not a no.")
def done(book: Path, round_code: str, not_coded: tuple[str, ...]) -> None:
    """Say that you are done. What you gave stays as it is; after the last coder all is shown.

    Example: romduol blind done mybook.romduol r0123456789ab
    """
    from romduol.desk import blinding, opening

    with opening.open_book(book, passphrase()) as opened:
        _say_round(blinding.done(opened, round_code, not_coded))


@verb(blind, "list")
@book_argument
def list_(book: Path) -> None:
    """List every double coding and how far its coders are; one line each.

    Example: romduol blind list mybook.romduol
    """
    from romduol.desk import blinding, opening

    with opening.open_book(book, passphrase()):
        for one in blinding.rounds():
            _say_round(one)


def _say_round(one: Any) -> None:
    row = asdict(one)
    row["coders"] = [{"coder": name, "done": is_done} for name, is_done in one.coders]
    states = {True: "study.round.done", False: "study.round.working"}
    coders = ", ".join(voice().say(states[is_done], name=name) for name, is_done in one.coders)
    line = voice().say("study.round", **row | {"coders": coders, "items": len(one.items)})
    voice().answer(row, line)


@click.command()
@book_argument
@click.argument("round_code", metavar="[ROUND]", required=False, default="")
@speaks
def agreement(book: Path, round_code: str) -> None:
    """How far coders agree, code by code: Krippendorff's alpha, Cohen's kappa, the raw numbers.

    Without ROUND over all double codings that are done. A unit (paragraph or turn) has a code when
    any word of it was given it. Intervals are 95 %, by bootstrap over units; undefined is said
    where it is, with the reason.

    JSON: coders, items, double_coded, unit, units, blind, codes: [{scheme, code, units, coders,
    alpha: {value, low, high, why}, pairs: [{one, other, both, only_one, only_other, neither,
    kappa: {value, low, high, why}}]}].

    Example: romduol agreement mybook.romduol r0123456789ab
    """
    from romduol.desk import agreeing, codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        found = agreeing.agreement(opened, round_code) if round_code else agreeing.method(opened)
        names, labels = agreeing.names_of(opened), codebooks.labels(opened, voice().lang)
    row = asdict(found) | {"codes": [_code(one, names) for one in found.codes]}
    lines = [voice().say("study.agreement.head", **row)]
    if found.one_coder_only:
        lines = [voice().say("study.one_coder")]
    lines += [line for one in row["codes"] for line in _lines(one, labels)]
    voice().answer(row, "\n".join(lines))


def _code(one: Any, names: dict[str, str]) -> dict[str, Any]:
    pairs = [
        asdict(crossed)
        | {"one": names[crossed.one], "other": names[crossed.other], "kappa": asdict(kappa)}
        for crossed, kappa in zip(one.crossed, one.kappas, strict=True)
    ]
    return {
        "scheme": one.scheme,
        "code": one.code,
        "units": one.units,
        "coders": one.coders,
        "alpha": asdict(one.alpha),
        "pairs": pairs,
    }


def _lines(code: dict[str, Any], labels: dict[str, str]) -> list[str]:
    pairs = [
        voice().say("study.agreement.pair", **pair | {"kappa": _estimate(pair["kappa"])})
        for pair in code["pairs"]
    ]
    said = code | {"alpha": _estimate(code["alpha"]), "label": label_in(labels, code)}
    return [voice().say("study.agreement.code", **said), *pairs]


def _estimate(said: dict[str, Any]) -> str:
    numbers = {k: f"{said[k]:.2f}" for k in ("value", "low", "high") if said[k] is not None}
    why = voice().say(f"study.why.{said['why']}") if said["why"] else ""
    if said["value"] is None:
        return voice().say("study.agreement.undefined", why=why)
    if said["low"] is None:
        return voice().say("study.agreement.no_interval", why=why, **numbers)
    return voice().say("study.agreement.value", **numbers)


@click.command()
@book_argument
@click.argument("round_code", metavar="ROUND")
@click.option("--keep", multiple=True, metavar="PLACE", help="Keep this one too, as decided.")
@click.option("--rest", type=click.Choice(["keep", "leave"]), help="What becomes of all others.")
@speaks
def merge(book: Path, round_code: str, keep: tuple[str, ...], rest: str | None) -> int:
    """Make one coding of what several coders gave; who gave what stays on record.

    A place that all coders gave is merged at once, and covers what any of them marked. The others
    wait for a decision: they are listed, and the exit code is 1 while there are any. Only what was
    merged counts in findings and releases.

    JSON: round, settled, kept, left, open: [{place, woman, item, start, end, scheme, code,
    incident, coders, codings}].

    Example: romduol merge mybook.romduol r0123456789ab --keep 0a1b2c3d4e5f
    """
    from romduol.desk import agreeing, codebooks, opening

    with opening.open_book(book, passphrase()) as opened:
        made = agreeing.merge(opened, round_code, keep, rest or "")
        names, labels = agreeing.names_of(opened), codebooks.labels(opened, voice().lang)
    open_ = [_place(one, names) for one in made.open]
    row = asdict(made) | {"open": open_}
    lines = [
        voice().say(
            "study.place",
            **one | {"coders": ", ".join(one["coders"]), "label": label_in(labels, one)},
        )
        for one in open_
    ]
    voice().answer(row, "\n".join([voice().say("study.merged", **row), *lines]))
    return int(Exit.NEEDS_A_PERSON if open_ else Exit.DONE)


def _place(one: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "place": one.id,
        "woman": one.woman,
        "item": one.item,
        "start": one.start,
        "end": one.end,
        "scheme": one.scheme,
        "code": one.code,
        "incident": one.incident,
        "coders": sorted(names[mac] for mac in one.coders),
        "codings": [p.id for p in one.given],
    }
