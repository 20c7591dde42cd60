"""``import-cases``: a workbook of many women's cases, as codes; a plan unless told to bring it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from romduol.casebook.troubles import Exit
from romduol.cli.speaking import Meter, book_argument, passphrase, speaks, voice


def add_to(cli: click.Group) -> None:
    """Put this verb on the command line."""
    cli.add_command(import_cases)


@click.command("import-cases")
@book_argument
@click.argument(
    "workbook", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--bring", is_flag=True, help="Import it; without this only the plan is shown.")
@click.option("--undo", metavar="IMPORT", help="Take out what an import brought, by its code.")
@speaks
def import_cases(book: Path, workbook: Path | None, bring: bool, undo: str | None) -> int:
    """Plan, make or undo an import from the TFGBV case database (its workbook or CSV).

    Codes come over: a woman a case, called by the case's code, consent not asked. Names, telephones
    and stories are counted and left. Read the plan first, and what has no term.

    Example: romduol import-cases mybook.romduol cases.xlsx --bring
    """
    from romduol.desk import importing, opening

    if bool(workbook) == bool(undo) or (undo and bring):
        raise click.UsageError(voice().say("import.usage"))
    with opening.open_book(book, passphrase()) as opened, Meter() as meter:
        if undo:
            return _undone(importing.undo(opened, undo))
        assert workbook is not None
        if bring:
            return _brought(importing.bring(opened, workbook, meter))
        planned = importing.plan(workbook)
    answer, lines = _plan(planned)
    voice().answer(answer, "\n".join(lines))
    return _exit(answer)


def _undone(done: Any) -> int:
    told = voice().say("import.undone", removed=done.removed, kept=done.kept)
    voice().answer({"removed": done.removed, "kept": done.kept}, told)
    return int(Exit.NEEDS_A_PERSON if done.kept else Exit.DONE)


def _brought(done: Any) -> int:
    answer, lines = _plan(done.planned)
    answer |= {"import": done.code, "women": done.women, "new_codings": done.codings}
    told = voice().say("import.brought", women=done.women, codings=done.codings, code=done.code)
    voice().answer(answer, "\n".join([*lines, told]))
    return _exit(answer)


def _exit(answer: dict[str, Any]) -> int:
    open_questions = (answer["refused"], answer["unknown"], answer["without_term"])
    return int(Exit.NEEDS_A_PERSON if any(open_questions) else Exit.DONE)


def _plan(planned: Any) -> tuple[dict[str, Any], list[str]]:
    """The plan for scripts, and the same for a person."""
    plan = planned.plan
    refused = [{"sheet": r.sheet, "row": r.row, "why": voice().say(r.why)} for r in planned.refused]
    unmapped = {
        name: [{"list": u.list, "written": u.written, "count": u.count} for u in found]
        for name, found in (("unknown", plan.unknown), ("without_term", plan.without_term))
    }
    counts = {
        "cases": plan.cases,
        "new": planned.new,
        "held": planned.held,
        "codings": plan.codings,
        "left": {"personal": plan.personal, "words": plan.words, "judgements": plan.left},
        "consent": "cst.notasked",
    }
    answer = counts | unmapped | {"refused": refused, "columns": list(plan.columns)}
    return answer, _lines(planned, answer)


def _lines(planned: Any, answer: dict[str, Any]) -> list[str]:
    plan, say = planned.plan, voice().say
    lines = [
        say("import.plan", cases=plan.cases, new=planned.new, held=planned.held,
            codings=plan.codings),
        say("import.left", personal=plan.personal, words=plan.words, judgements=plan.left),
        say("import.consent"),
    ]  # fmt: skip
    for name in ("unknown", "without_term"):
        lines += [say(f"import.{name}", **one) for one in answer[name]]
    lines += [say("import.column", name=name) for name in answer["columns"]]
    return lines + [say("import.row", **one) for one in answer["refused"]]
