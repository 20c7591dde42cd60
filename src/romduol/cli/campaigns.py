"""``campaigns``: accounts that act together, in files of public posts or in a book."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from romduol.casebook.troubles import Exit
from romduol.cli.speaking import Meter, passphrase, speaks, voice

_SHOWN = 5  # groups told in words; the file has every edge
_RARE = 0.05
_AT_LEAST_ONE = click.IntRange(min=1)
SAME = ("object", "link", "text", "near", "image", "target")
FORMS = ("csv", "parquet", "graphml")
ENGINES = ("duckdb", "polars", "spark")


def add_to(cli: click.Group) -> None:
    """Put this verb on the command line."""
    cli.add_command(campaigns)


@click.command()
@click.argument(
    "posts", nargs=-1, required=True, metavar="POSTS... | BOOK",
    type=click.Path(exists=True, path_type=Path),
)  # fmt: skip
@click.option("--window", default=60, show_default=True, type=_AT_LEAST_ONE, help="Seconds.")
@click.option(
    "--min-objects", default=2, show_default=True, type=_AT_LEAST_ONE,
    help="Distinct objects two accounts must share.",
)  # fmt: skip
@click.option(
    "--min-pairs", default=1, show_default=True, type=_AT_LEAST_ONE,
    help="Pairs of posts two accounts must share.",
)  # fmt: skip
@click.option(
    "--same", "--kind", "same", type=click.Choice(SAME),
    help="What must be the same; of a book its texts, unless you say otherwise.",
)  # fmt: skip
@click.option("--engine", default="duckdb", show_default=True, type=click.Choice(ENGINES))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False),
    help="Edges: .csv, .parquet or .graphml.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMS), help="If EDGES' name does not say it.")
@click.option("--show", is_flag=True, help="Of a book: names and words too, in clear.")
@speaks
def campaigns(**said: Any) -> int:
    """Find accounts that post the same thing at the same time, and say how surprising it is.

    POSTS are Parquet or CSV with post_id, account_id, timestamp and object_id, url, text,
    image_hash or target. Of a BOOK, what others wrote is compared; accounts and posts are codes
    unless you ask to --show them. The posts behind each edge are written beside EDGES.

    Example: romduol campaigns posts.parquet --window 60 --min-objects 2 --out edges.csv
    """
    from romduol.desk.examining_campaigns import Asked

    asked = Asked(
        window=said["window"],
        min_objects=said["min_objects"],
        min_pairs=said["min_pairs"],
        engine=said["engine"],
        same=said["same"] or "",
        form=f".{said['form']}" if said["form"] else "",
    )
    found, beside = _find(said, asked)
    if voice().as_json:
        voice().answer(_answer(found, said["out"], beside))
    else:
        _tell(found, said["out"], beside)
    if found.left_out:
        voice().tell("campaigns.left_out", n=found.left_out, used=found.used)
    return int(Exit.NEEDS_A_PERSON if found.left_out else Exit.DONE)


def _find(said: dict[str, Any], asked: Any) -> tuple[Any, Path]:
    from romduol.desk import examining_campaigns, opening

    places: tuple[Path, ...] = said["posts"]
    if not any(place.is_dir() for place in places):
        if said["show"]:
            raise click.UsageError(voice().say("campaigns.usage"))
        return examining_campaigns.campaigns_in_files(places, asked, said["out"])
    if len(places) > 1 or asked.same == "object":
        raise click.UsageError(voice().say("campaigns.usage"))
    with opening.open_book(places[0], passphrase()) as opened, Meter() as meter:
        return examining_campaigns.campaigns_in_book(
            opened, asked, said["out"], meter, show=said["show"]
        )


def _answer(found: Any, out: Path, beside: Path) -> dict[str, Any]:
    return {
        "edges": found.edges.to_pylist(),
        "groups": [
            _group(group) | {"accounts": group.accounts, "samples": group.samples}
            for group in found.groups
        ],
        "out": out,
        "posts_behind": beside,
        "same": found.same,
        "window": found.window,
        "used": found.used,
        "left_out": found.left_out,
        "method": found.method,
    }


def _tell(found: Any, out: Path, beside: Path) -> None:
    fdr = found.edges.column("fdr").to_pylist()
    click.echo(
        voice().say(
            "campaigns.found",
            edges=len(fdr),
            groups=len(found.groups),
            rare=sum(rate <= _RARE for rate in fdr),
            used=found.used,
            window=found.window,
        )
    )
    for group in found.groups[:_SHOWN]:
        click.echo("  " + voice().say("campaigns.group", **_group(group)))
    click.echo(voice().say("campaigns.written", out=out, beside=beside))
    click.echo(voice().say("campaigns.not_a_verdict"))


def _group(group: Any) -> dict[str, object]:
    return {
        "number": group.number,
        "accounts": len(group.accounts),
        "objects": group.objects,
        "posts": group.posts,
        "of_posts": group.of_posts,
        "share": round(group.share, 4),
        "first": group.first.date(),
        "last": group.last.date(),
    }
