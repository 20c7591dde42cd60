"""From a seed to a folder: the whole practice study, written at once, with the truth about it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from romduol.casebook.troubles import WrongUsage
from romduol.casework.practice import interviews, telegram, whatsapp
from romduol.casework.practice.cast import Cast, cast
from romduol.casework.practice.chats import Chat
from romduol.casework.practice.plots import chats
from romduol.casework.practice.reckoning import by_file, truth
from romduol.casework.practice.stock import data, stock
from romduol.casework.practice.truth import Truth

_AS_THEY_ARE = (
    "README.txt", "women.csv", "refusals.csv", "coding.csv", "complaints.csv",
    "identity-cards.json",
)  # fmt: skip


class PracticeFolderNotEmpty(WrongUsage):
    """The practice study was to be written where files already are."""


def generate(folder: Path, seed: int = 2026) -> Truth:
    """Write the practice study into ``folder``, which must be new or empty.

    The same seed writes the same bytes. After a crash the folder is whole or not there (and a
    ``practice-…`` folder beside it may remain). Raises ``PracticeFolderNotEmpty``.
    """
    if folder.exists() and any(folder.iterdir()):
        raise PracticeFolderNotEmpty(files=sum(1 for _ in folder.iterdir()))
    plan = cast()
    made = chats(plan, stock(), seed)
    known = truth(plan, stock(), made, seed)
    _write(folder, {**dict(_contents(plan, made)), "truth.json": known.written()})
    return known


def _contents(plan: Cast, made: Sequence[Chat]) -> Iterator[tuple[str, bytes]]:
    for name in _AS_THEY_ARE:
        yield name, data(name)
    for path, held in by_file(made):
        yield path, _export(held, plan)
    for woman in plan.women:
        yield f"{woman.folder}/{woman.transcript}", interviews.written(woman)


def _export(held: tuple[Chat, ...], plan: Cast) -> bytes:
    layout = held[0].plan.layout
    if layout == "telegram-account":
        return telegram.account(held, held[0].plan.woman, plan.mark)
    if layout == "telegram":
        return telegram.single(held[0])
    return whatsapp.written(held[0])


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix="practice-", dir=folder.parent))
    for name, content in contents.items():
        file = beside / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    if folder.exists():
        folder.rmdir()
    beside.rename(folder)
