"""Posts of files or of a book come in; edges, and the posts behind each edge, are written beside.

Of a book nothing is written in clear words unless a person asks for them: accounts and objects are
codes that mean the same in every file this book writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pyarrow as pa

from romduol.analysis import edgefiles, messages
from romduol.analysis.campaigns import Campaigns, find
from romduol.analysis.refusals import UnknownKindOfFile
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.examining_posts import pictures_of, posts_of
from romduol.desk.opening import Book
from romduol.desk.reading import require_free
from romduol.desk.women import everyone, may_see
from romduol.vault import durable

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked; ``window`` in seconds, ``same`` "" for what stands in the posts.

    ``form`` is one of ``edgefiles.FORMS``; "" takes it from the name of the file.
    """

    window: int = 60
    min_objects: int = 2
    min_pairs: int = 1
    engine: str = "duckdb"
    same: str = ""
    form: str = ""


def campaigns_in_files(files: Sequence[Path], asked: Asked, out: Path) -> tuple[Campaigns, Path]:
    """Find campaigns in ``files``; write edges to ``out``, return where the posts behind are.

    Both files are written whole or not at all. Raises ``OutputExists``, ``NoSuchFolder``,
    ``UnknownKindOfFile``, and what ``find`` raises.
    """
    form, beside = _outputs(asked, out)
    found = _found(files, asked)
    _write(edgefiles.table_file(found.posts_behind, beside.suffix), beside)
    _write(edgefiles.edge_file(found, form), out)
    return found, beside


def campaigns_in_book(
    book: Book, asked: Asked, out: Path, progress: Progress, *, show: bool = False
) -> tuple[Campaigns, Path]:
    """Find campaigns among what others wrote, of every woman whose record this member may see.

    With ``show`` accounts stand by their names and posts with their words, else both are codes. The
    look is logged. Raises what ``campaigns_in_files`` raises.
    """
    form, beside = _outputs(asked, out)
    women = [woman for woman in everyone() if may_see(book, woman)]
    asked = replace(asked, same=asked.same or "text")
    frame = messages.by_others(posts_of(book, women, lambda d, n: progress(50 * d // n, 100)))
    images = (
        pictures_of(book, women, lambda d, n: progress(50 + 40 * d // n, 100))
        if asked.same == "image"
        else {}
    )
    found = _found(
        messages.for_campaigns(_accounts(book, frame, show=show), asked.same, images), asked
    )
    with acting(book, "campaigns") as act:
        act.about(THE_BOOK, women=len(women), same=asked.same, window=asked.window,
                  edges=found.edges.num_rows, shown=show)  # fmt: skip
    behind = _with_words(found.posts_behind, frame) if show else _coded(book, found.posts_behind)
    _write(edgefiles.table_file(behind, beside.suffix), beside)
    _write(edgefiles.edge_file(found, form), out)
    progress(100, 100)
    return found, beside


def _found(posts: Sequence[Path] | pa.Table, asked: Asked) -> Campaigns:
    return find(posts, asked.window, asked.min_objects, asked.min_pairs, asked.engine, asked.same)


def _outputs(asked: Asked, out: Path) -> tuple[str, Path]:
    """The form of the edges, and where the posts behind them go."""
    form = asked.form or out.suffix.lower()
    if form not in edgefiles.FORMS:
        raise UnknownKindOfFile
    beside = out.with_name(f"{out.stem}.posts{'.csv' if form == '.graphml' else form}")
    for path in (out, beside):
        require_free(path)
    return form, beside


def _accounts(book: Book, frame: pl.DataFrame, *, show: bool) -> pl.DataFrame:
    """``frame`` with its accounts named, or keyed: the same account has the same code."""
    named = pl.concat_str("platform", "who", separator="/")
    if show:
        last = pl.coalesce("author", "who").last().over("platform", "who")
        number = pl.when(pl.col("who") == last).then(pl.lit("")).otherwise(" " + pl.col("who"))
        return frame.with_columns(
            pl.concat_str("platform", pl.lit("/"), last, number).alias("account")
        )
    names = frame.select(named.unique())["platform"].to_list()
    codes = ["a" + book.mac("poster", name)[:15] for name in names]
    return frame.with_columns(
        named.replace_strict(names, codes, return_dtype=pl.String).alias("account")
    )


def _coded(book: Book, behind: pa.Table) -> pa.Table:
    """A link, a thread or a digest of a text says what was written: each is keyed."""
    things = behind.column("object").combine_chunks().dictionary_encode()
    codes = ["o" + book.mac("object", str(thing))[:15] for thing in things.dictionary.to_pylist()]
    coded = pa.array(codes, pa.string()).take(things.indices)
    return behind.set_column(behind.schema.get_field_index("object"), "object", coded)


def _with_words(behind: pa.Table, frame: pl.DataFrame) -> pa.Table:
    texts = dict(zip(frame["post"].to_list(), frame["text"].to_list(), strict=True))
    for side in ("a", "b"):
        said = [texts[str(post)] for post in behind.column(f"post_{side}").to_pylist()]
        behind = behind.append_column(f"text_{side}", pa.array(said, pa.string()))
    return behind


def _write(content: bytes, out: Path) -> None:
    with durable.part_file(out.absolute().parent) as part:
        part.write(content)
    durable.move_into_place(part.path, out)
