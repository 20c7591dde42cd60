"""``demo``: the practice study, end to end."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from romduol.casebook.troubles import Exit
from romduol.cli.speaking import speaks, voice


def add_to(cli: click.Group) -> None:
    """Put this verb on the command line."""
    cli.add_command(demo)


@click.command()
@click.option("--out", default=Path("demo"), type=click.Path(path_type=Path), show_default=True)
@speaks
def demo(out: Path) -> int:
    """Run the whole river on a fully synthetic study and say where everything is.

    Example: romduol demo --out practice/
    """
    from romduol.desk import practising

    done = practising.practise(out, voice().tell)
    answer = {
        "study": str(done.study),
        "book": str(done.book),
        "passphrase": done.passphrase,
        "passphrase_file": str(done.passphrase_file),
        "release": str(done.release),
        "verification": str(done.verification),
        "differences": list(done.differences),
    }
    report = done.release / f"report.{voice().lang}.html"
    said = voice().say(
        "demo.where",
        book=done.book,
        report=report,
        pdf=report.with_suffix(".pdf"),
        verification=done.verification,
        release=done.release,
        words=done.passphrase_file,
        study=done.study,
        romduol="romduol" if shutil.which("romduol") else sys.argv[0],
    )
    voice().answer(answer, said)
    return int(Exit.NEEDS_A_PERSON if done.differences else Exit.DONE)
