"""``queue``, ``train``, ``similar``: what to read next, learned from what was decided."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.cli.speaking import Meter, book_argument, passphrase, speaks, voice


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    for command in (queue, train, similar):
        cli.add_command(command)


@click.command()
@book_argument
@click.option("--woman", required=True, help="Whose messages.")
@click.option("--most", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
@click.option("--seed", type=int, default=None, help="Draw again what was drawn with this number.")
@click.option("--show", is_flag=True, help="Show the words too; they are hidden until asked for.")
@speaks
def queue(book: Path, woman: str, most: int, seed: int | None, show: bool) -> None:
    """What to decide next: half the most pressing, a quarter the least certain, a quarter random.

    The random ones show what the others miss, and whether a lesson helped.

    Example: romduol queue mybook.romduol --woman "Ming Lotus" --most 20 --show
    """
    from romduol.desk import opening, queueing

    with opening.open_book(book, passphrase()) as opened, Meter():
        rows = [asdict(one) for one in queueing.next_of(opened, woman, most, show=show, seed=seed)]
    voice().answers(rows, _queued)


def _queued(row: dict[str, Any]) -> str:
    from romduol.casebook.vocabulary import vocabulary

    label = vocabulary().term(row["scheme"], row["term"]).label(voice().lang)
    told = f"{row['suggestion']}  {row['score']:.2f}  {label}  {voice().say(row['why'])}"
    return f"{told}\n    {row['text']}" if row["text"] else told


@click.command()
@book_argument
@click.option("--woman", required=True, help="From whose decided messages.")
@click.option("--undo", is_flag=True, help="Take the last head back; the one before stands again.")
@speaks
def train(book: Path, woman: str, undo: bool) -> None:
    """Learn from your decisions, so that the queue of this woman is in a better order.

    The new head stands only if it ranks the random part of what you decided better. It is sealed
    under her key and never leaves the book.

    Example: romduol train mybook.romduol --woman "Ming Lotus"
    """
    from romduol.desk import opening, teaching

    with opening.open_book(book, passphrase()) as opened, Meter():
        done = teaching.take_back(opened, woman) if undo else teaching.teach(opened, woman)
    answer = asdict(done)
    facts = {key: value for key, value in answer.items() if key not in ("woman", "state")}
    voice().answer(answer, voice().say(f"train.{done.state}", **facts))


@click.command()
@book_argument
@click.argument("suggestion")
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True, help="How many.")
@click.option("--show", is_flag=True, help="Show the words too; they are hidden until asked for.")
@speaks
def similar(book: Path, suggestion: str, most: int, show: bool) -> None:
    """Other messages to the same woman that are like the one of a suggestion, the nearest first.

    Example: romduol similar mybook.romduol s0123456789abcdef --show
    """
    from romduol.desk import alike, opening

    with opening.open_book(book, passphrase()) as opened, Meter():
        rows = [asdict(one) for one in alike.like(opened, suggestion, most, show=show)]
    voice().answers(rows, _alike)


def _alike(row: dict[str, Any]) -> str:
    told = f"{row['likeness']:.2f}  {row['item']}  {row['record']}"
    return f"{told}\n    {row['text']}" if row["text"] else told
