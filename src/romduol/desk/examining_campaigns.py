"""Files of public posts come in; edges, and the posts behind each edge, are written beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from romduol.analysis import edgefiles
from romduol.analysis.campaigns import Campaigns, find
from romduol.analysis.refusals import UnknownKindOfFile
from romduol.desk.reading import require_free
from romduol.vault import durable


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked; ``window`` in seconds, ``same`` "" for what stands in the posts."""

    window: int = 60
    min_objects: int = 2
    min_pairs: int = 1
    engine: str = "duckdb"
    same: str = ""


def campaigns_in_files(files: Sequence[Path], asked: Asked, out: Path) -> tuple[Campaigns, Path]:
    """Find campaigns in ``files``; write edges to ``out``, return where the posts behind are.

    Both files are written whole or not at all. Raises ``OutputExists``, ``NoSuchFolder``,
    ``UnknownKindOfFile``, and what ``find`` raises.
    """
    form = out.suffix.lower()
    if form not in edgefiles.FORMS:
        raise UnknownKindOfFile
    table_form = ".csv" if form == ".graphml" else form
    beside = out.with_name(f"{out.stem}.posts{table_form}")
    for path in (out, beside):
        require_free(path)
    found = find(files, asked.window, asked.min_objects, asked.min_pairs, asked.engine, asked.same)
    _write(edgefiles.table_file(found.posts_behind, table_form), beside)
    _write(edgefiles.edge_file(found, form), out)
    return found, beside


def _write(content: bytes, out: Path) -> None:
    with durable.part_file(out.absolute().parent) as part:
        part.write(content)
    durable.move_into_place(part.path, out)
