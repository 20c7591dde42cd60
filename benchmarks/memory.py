"""Whether what a reader needs grows with the file: one, two and four times as many messages.

``python -m benchmarks.memory [messages]`` prints a table. Each file is read once, in a process of
its own, and nothing is kept of it. ``base`` is the process before reading, ``peak`` the most it
ever held, in MiB. Of every message 16 bytes stay until its file is read, to tell equal messages
apart: that is the growth that remains, 15 MiB for a million.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import messenger, telegram, whatsapp

MESSAGES = 1_000_000
TIMES = (1, 2, 4)

_CODE = """
import json, resource, sys, time
from pathlib import Path
from romduol.casebook.evidence import Read, ReadingOptions
from romduol.intake.reading import read_item
from romduol.intake.source import Source
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
base, kept, began = peak(), 0, time.process_time()
for file in sorted(Path(sys.argv[1]).iterdir()):
    source = Source(file.name, lambda file=file: file.open("rb"), file.stat().st_size)
    for word in read_item(source, ReadingOptions()):
        kept += word.messages if isinstance(word, Read) else 0
cpu = time.process_time() - began
print(json.dumps({"messages": kept, "cpu": cpu, "base": base, "peak": peak()}))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One file, or one thread in parts, read once. Memory in MiB, ``file_mb`` in MB."""

    reader: str
    messages: int
    file_mb: int
    cpu_seconds: float
    base: int
    peak: int
    above_base: int


def _whatsapp(folder: Path, messages: int) -> None:
    chat = folder / "WhatsApp Chat with Bench.txt"
    expected = folder / "expected"
    whatsapp.generate(chat, expected, "24-hour", messages)
    expected.unlink()


def _telegram(folder: Path, messages: int) -> None:
    telegram.generate(folder / "result.json", messages)


_WRITERS: tuple[tuple[str, Callable[[Path, int], None]], ...] = (
    ("WhatsApp", _whatsapp),
    ("Telegram", _telegram),
    ("Messenger", messenger.generate),
)


def run(scale: int = MESSAGES) -> list[Row]:
    """Every format at ``scale`` messages, twice and four times as many."""
    return [_measured(name, write, scale * times) for name, write in _WRITERS for times in TIMES]


def _measured(name: str, write: Callable[[Path, int], None], messages: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), messages)
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        call = [sys.executable, "-c", _CODE, folder]
        said = json.loads(subprocess.run(call, capture_output=True, check=True).stdout)
    return Row(
        reader=name,
        messages=said["messages"],
        file_mb=round(size / 1e6),
        cpu_seconds=round(said["cpu"], 2),
        base=said["base"],
        peak=said["peak"],
        above_base=said["peak"] - said["base"],
    )


if __name__ == "__main__":
    for row in run(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES):
        print(asdict(row), flush=True)
