"""Damaged files one by one through the readers, each under a limit; and all of them into a book."""

from __future__ import annotations

import hashlib
import signal
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from judging import Wrong, judge
from mutating import WHOLE, Mutant
from seeds import Seed

SECONDS = 10.0  # of processor time for one file
_A_BOOK = 500  # files; what is held is looked through for each new one


class TooSlow(Exception):
    """A file held its reader up."""


@dataclass
class Result:
    """What a run came to; ``found`` is what no reading may do, by mutation."""

    messages: int = 0
    read: int = 0
    unread: int = 0
    slowest: float = 0.0
    slowest_name: str = ""
    found: list[tuple[str, str]] = field(default_factory=list)


def as_they_are(originals: Sequence[Seed]) -> list[Mutant]:
    """The seeds themselves: what is judged of damage must hold for whole files."""
    return [Mutant(seed, WHOLE) for seed in originals]


def run(made: Sequence[Mutant]) -> Result:
    """Judge each; nothing that a reader raises ends the run."""
    result = Result()
    with tempfile.TemporaryDirectory() as folder:
        for mutant in made:
            began = time.process_time()
            _judge(mutant, Path(folder) / "file", result)
            taken = time.process_time() - began
            if taken > result.slowest:
                result.slowest, result.slowest_name = taken, mutant.name
    return result


def _judge(mutant: Mutant, path: Path, result: Result) -> None:
    try:
        with limited():
            messages, read = judge(mutant, path)
    except (Wrong, TooSlow) as wrong:
        result.found.append((mutant.name, f"{type(wrong).__name__}: {wrong}"))
    except Exception as fault:  # that anything was raised is what is looked for
        result.found.append((mutant.name, _place(fault)))
    else:
        result.messages += messages
        result.read += read
        result.unread += not read


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Raises ``TooSlow`` in the body once it has used so much processor time."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"{seconds:.0f} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _place(fault: Exception) -> str:
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if "romduol" in frame.filename] or list(frames)
    where = ours[-1]
    return f"{type(fault).__name__} at {where.filename.rpartition('romduol/')[2]}:{where.lineno}"


def kept(made: Sequence[Mutant]) -> int:
    """Receive every file into books of their own; how many originals do not come back as given."""
    lost = 0
    for start in range(0, len(made), _A_BOOK):
        with tempfile.TemporaryDirectory() as folder:
            lost += _lost_in(made[start : start + _A_BOOK], Path(folder))
    return lost


def _lost_in(made: Sequence[Mutant], folder: Path) -> int:
    from romduol.desk import opening
    from romduol.vault.passphrases import new_passphrase

    paths = written(made, folder / "brought")
    words = new_passphrase()
    book, _ = opening.new_book(folder / "b.romduol", "desk one", words, chosen=False)
    with book:
        return lost_of(book, paths)


def written(made: Sequence[Mutant], folder: Path) -> list[Path]:
    """Each in a folder of its own under ``folder``, under the name it came with."""
    paths = []
    for number, mutant in enumerate(made):
        path = folder / f"{number:05}" / mutant.seed.name
        path.parent.mkdir(parents=True)
        path.write_bytes(mutant.seed.raw)
        paths.append(path)
    return paths


def lost_of(book: object, paths: Sequence[Path]) -> int:
    """Receive ``paths`` for one woman of ``book``; the number of bytes that were not kept whole."""
    from datetime import date

    from romduol.casebook.evidence import ReadingOptions
    from romduol.desk import checking, opening, receiving, women
    from romduol.records.models import Item

    assert isinstance(book, opening.Book)
    given = women.Answer(("cs.write", "cs.evidence"), "cm.written", date(2024, 3, 5))
    (woman,) = women.add(book, [women.WomanToAdd("Ming Lotus", (given,))])
    taken = list(receiving.receive(book, paths, "Ming Lotus", ReadingOptions()))
    assert len(taken) == len(paths)
    identities = book.identities(woman.code)
    wanted = {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    held = set()
    for item in Item.objects.select_related("original"):
        assert item.original is not None
        raw = book.store.open_bytes(item.original.name, identities)
        held.add(hashlib.sha256(raw).hexdigest())
    assert checking.check(book).ok
    return len(wanted ^ held)
