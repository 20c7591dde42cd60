"""``copy``, ``difference``: less in a picture, nobody's voice, two pictures laid on one another."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.cli.speaking import Meter, book_argument, passphrase, speaks, voice


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    cli.add_command(copy)
    cli.add_command(difference)


@click.command()
@book_argument
@click.argument("item")
@click.option("--redact", multiple=True, metavar="X,Y,W,H", help="Cover a box for good.")
@click.option("--blur", multiple=True, metavar="X,Y,W,H", help="Blur a box, a face for example.")
@click.option("--longest", type=click.IntRange(min=1), help="Shrink to this many points.")
@click.option("--strip", is_flag=True, help="Only leave out what a camera wrote into the file.")
@click.option("--voice", "disguise", is_flag=True, help="A recording: replace the voice.")
@speaks
def copy(**said: Any) -> None:
    """Make a working copy of ITEM with less in it; the original stays as it is.

    Boxes are in points of the picture as shown, from its top left. Every copy is without place,
    time, device and the like. Look at it, or listen to it, before it leaves.

    Example: romduol copy mybook.romduol i0123abcd --redact 40,120,300,60
    """
    from romduol.desk import copying, opening

    chosen = (said["redact"], said["blur"], said["longest"], said["strip"], said["disguise"])
    if not any(chosen):
        raise click.UsageError(voice().say("evidence.copy.usage"))
    wanted = copying.Wanted(
        covered=tuple(map(copying.box, said["redact"])),
        blurred=tuple(map(copying.box, said["blur"])),
        longest=said["longest"],
        voice=said["disguise"],
    )
    with opening.open_book(said["book"], passphrase()) as opened, Meter():
        done = copying.copy(opened, said["item"], wanted)
    steps = [voice().note(step) for step in done.steps]
    answer = {
        "item": done.item,
        "original": done.original,
        "kind": done.kind,
        "sha256": done.sha256,
        "bytes": done.size,
        "steps": steps,
        "left_out": list(done.left_out),
        "already_held": done.already_held,
    }
    kind = voice().say(f"relation.{done.kind}")
    line = voice().say("evidence.copied", item=done.item, kind=kind, original=done.original)
    voice().answer(answer, "\n".join([line, *(f"  {step}" for step in steps)]))


@click.command()
@book_argument
@click.argument("item")
@click.argument("other")
@speaks
def difference(book: Path, item: str, other: str) -> None:
    """Lay the picture OTHER on the picture ITEM, both hers, and keep what differs, sealed.

    The new picture shows ITEM, OTHER as it lies on it, and the difference. It is no verdict: a
    person looks. Write it out with: romduol original BOOK NEW --out FILE.

    Example: romduol difference mybook.romduol i0123abcd i4567cdef
    """
    from romduol.desk import differing, opening

    with opening.open_book(book, passphrase()) as opened, Meter():
        done = differing.differ(opened, item, other)
    facts = {"item": done.item, "overlap": round(100 * done.overlap)}
    voice().answer(asdict(done), voice().say("difference.made", **facts))
