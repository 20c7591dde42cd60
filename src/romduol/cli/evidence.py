"""``relate``, ``compare``, ``bag``, ``anchor``: evidence that stands beside other evidence."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from romduol.cli.speaking import Meter, book_argument, passphrase, speaks, voice

_OUT = click.Path(path_type=Path, dir_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_DIFFERING = ("text_differs", "time_differs", "author_differs", "deleted_here", "deleted_there")


def add_to(cli: click.Group) -> None:
    """Put these verbs on the command line."""
    for command in (relate, alike, compare, bag, anchor, anchors):
        cli.add_command(command)


@click.command()
@book_argument
@click.argument("item")
@click.argument("kind")
@click.argument("other")
@click.option("--record", type=click.IntRange(min=0), help="Which message of OTHER, from 0.")
@click.option("--undo", is_flag=True, help="Take back what was said by mistake.")
@speaks
def relate(**said: Any) -> None:
    """Say what ITEM is to OTHER: part_of, copy_of, near_copy_of, no_copy_of, screenshot_of,
    transcript_of, translation_of.

    Example: romduol relate mybook.romduol i0123abcd screenshot_of i4567cdef --record 12
    """
    from romduol.desk import opening, relating

    act = relating.take_back if said["undo"] else relating.relate
    with opening.open_book(said["book"], passphrase()) as opened:
        done = act(opened, said["item"], said["kind"], said["other"], said["record"])
    told = "evidence.unrelated" if said["undo"] else "evidence.related"
    row = asdict(done)
    kind = voice().say(f"relation.{done.kind}")
    voice().answer(row, voice().say(told, item=done.item, kind=kind, other=done.other))


@click.command()
@book_argument
@click.option("--woman", default="", help="Only among her pictures.")
@speaks
def alike(book: Path, woman: str) -> None:
    """Suggest which pictures are the same one, saved again: alone, in archives, across items.

    It compares how pictures look, not their bytes, and can be wrong: a person decides with relate.

    Example: romduol alike mybook.romduol --woman "Ming Lotus"
    """
    from romduol.desk import opening, resembling

    with opening.open_book(book, passphrase()) as opened, Meter() as meter:
        found = resembling.alike(opened, woman, meter)
    answer = asdict(found) | {"model": resembling.MODEL}
    say = voice().say
    lines = [say("evidence.alike", **asdict(one)) for one in found.alike]
    lines.append(say("evidence.alike.decide") if lines else say("evidence.alike.none", **answer))
    if found.unseen:
        lines.append(say("evidence.alike.unseen", unseen=found.unseen))
    voice().answer(answer, "\n".join(lines))


@click.command()
@book_argument
@click.argument("here", metavar="ITEM")
@click.argument("there", metavar="ITEM")
@click.option("--all", "agreed", is_flag=True, help="List what agrees, too.")
@speaks
def compare(book: Path, here: str, there: str, agreed: bool) -> None:
    """Lay two exports of one chat, from two phones, side by side.

    Says where they agree, where they differ and what only one of them has. It shows places, never
    words, and keeps nothing.

    Example: romduol compare mybook.romduol i0123abcd i4567cdef
    """
    from romduol.desk import comparing, opening

    with opening.open_book(book, passphrase()) as opened, Meter():
        found = comparing.compare_items(opened, here, there)
    result = found.result
    answer = {
        "here": here,
        "there": there,
        "counts": {kind.value: n for kind, n in result.counts.items()},
        "offset_seconds": result.offset_seconds if result.clock_known else None,
        "newest_first": result.newest_first,
        "senders": [asdict(one) for one in found.who()],
        "left_out": {"here": result.left_out_here, "there": result.left_out_there},
        "settled": [asdict(p) for p in found.proposals],
        "findings": [_finding(*f) for f in found.findings(agreed=agreed)],
    }
    voice().answer(answer, "\n".join(_lines(answer)))


@click.command()
@book_argument
@click.argument("items", nargs=-1, required=True)
@click.option("--scope", required=True, help="What she agreed to: cs.refer, cs.authority, …")
@click.option("--to", "receiver", default="", help="The receiver, as named in her consent.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A folder, or x.zip.")
@click.option("--names", is_flag=True, help="Keep the files' own names inside the bag.")
@speaks
def bag(**said: Any) -> None:
    """Pack items for one receiver: originals, where each message stands, and the log's proofs.

    A bag (BagIt 1.0) is not encrypted. Any BagIt program checks its files; romduol verify checks
    its history, too.

    Example: romduol bag mybook.romduol i0123abcd --scope cs.refer --to "Legal clinic" --out x.zip
    """
    from romduol.desk import bagging, opening

    wanted = bagging.Wanted(
        said["items"], bagging.known_scope(said["scope"]), said["receiver"], said["names"]
    )
    with opening.open_book(said["book"], passphrase()) as opened, Meter():
        done = bagging.bag(opened, wanted, said["out"])
    answer = asdict(done) | {"out": str(said["out"])}
    facts = {"items": done.items, "out": said["out"], "manifest": done.manifest_sha256}
    voice().answer(answer, voice().say("evidence.bagged", **facts))


@click.command()
@book_argument
@click.option("--tsa", metavar="URL", help="Ask this time-stamp authority now, over the network.")
@click.option("--offline", type=_OUT, help="Write the request to a file, to be carried.")
@click.option("--answer", type=_FILE, help="Bring in the authority's answer.")
@click.option("--certificate", type=_FILE, help="The authority's certificates, PEM.")
@speaks
def anchor(**said: Any) -> None:
    """Have a time-stamp authority sign the log's root: the log was so at that time, or earlier.

    With --tsa it connects to the address given: the authority sees 32 bytes that say nothing, and
    the address and hour of the connection. Certificates come from the authority's own page.

    Example: romduol anchor mybook.romduol --offline request.tsq
    """
    from romduol.desk import opening

    chosen = [name for name in ("tsa", "offline", "answer") if said[name]]
    if len(chosen) != 1 or (chosen != ["offline"] and not said["certificate"]):
        raise click.UsageError(voice().say("evidence.anchor.usage"))
    with opening.open_book(said["book"], passphrase()) as opened:
        row, told = _anchored(opened, said)
    voice().answer(row, voice().say(told, **row))


def _anchored(opened: Any, said: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What was done, and the sentence that says it."""
    from romduol.desk import anchoring

    if said["offline"]:
        size = anchoring.prepare(opened, said["offline"])
        return {"request": str(said["offline"]), "size": size}, "evidence.anchor.request"
    certificates = said["certificate"].read_bytes()
    if said["answer"]:
        kept = anchoring.bring(opened, said["answer"].read_bytes(), certificates)
    else:
        voice().tell("evidence.anchor.asking", url=said["tsa"])
        kept = anchoring.ask(opened, said["tsa"], certificates)
    return _anchor(kept), "evidence.anchored"


@click.command()
@book_argument
@speaks
def anchors(book: Path) -> None:
    """List the times at which an authority signed the log's root, each checked again.

    Example: romduol anchors mybook.romduol
    """
    from romduol.desk import anchoring, opening

    with opening.open_book(book, passphrase()) as opened:
        rows = [_anchor(kept) for kept in anchoring.listed(opened)]
    voice().answers(rows, lambda row: voice().say("evidence.anchored", **row))


def _anchor(kept: Any) -> dict[str, Any]:
    return {
        "anchor": kept.name,
        "size": kept.size,
        "root": kept.root.hex(),
        "at": kept.at,
        "authority": kept.authority,
        "token": kept.token,
    }


def _finding(found: Any, here: Any, there: Any) -> dict[str, Any]:
    places = {"here": here and asdict(here), "there": there and asdict(there)}
    return {"found": found.value, **places}


def _lines(answer: dict[str, Any]) -> list[str]:
    counts = answer["counts"]
    sums = {
        "agreed": counts.get("agreed", 0),
        "differ": sum(counts.get(kind, 0) for kind in _DIFFERING),
        "here": counts.get("only_here", 0),
        "there": counts.get("only_there", 0),
        "beyond_here": counts.get("beyond_here", 0),
        "beyond_there": counts.get("beyond_there", 0),
    }
    lines = [voice().say("evidence.compared", **sums)]
    if answer["offset_seconds"]:
        lines.append(voice().say("evidence.offset", seconds=round(answer["offset_seconds"])))
    lines += [voice().say("evidence.settled", **one) for one in answer["settled"]]
    lines.append(voice().say("evidence.left_out", **answer["left_out"]))
    return lines + [_line(one) for one in answer["findings"]]


def _line(finding: dict[str, Any]) -> str:
    sides = (finding["here"], finding["there"])
    places = [f"{side['item']}:{side['record']}" if side else "–" for side in sides]
    found = f"evidence.finding.{finding['found']}"
    return f"  {'  '.join(places)}  {voice().say(found)}"
