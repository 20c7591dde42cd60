"""A million WhatsApp messages from the file on disk to sealed segments, rows and a log entry.

What is measured is the verb ``receive`` in a process of its own, after the book is open: reading,
hashing, ids, Parquet, age, database and log, with every fsync. ``peak`` is what it needs above what
the process held before (unlocking a book takes scrypt's memory, on purpose, once). The same export
twice as long shows whether memory grows with the file.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.whatsapp import generate

MESSAGES = 1_000_000

_CODE = """
import json, sys, time
from pathlib import Path
from romduol.casebook.evidence import ReadingOptions
from romduol.desk import opening, receiving, women

def memory(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(l for l in lines if l.startswith(name)).split()[1]) // 1024

folder, chat = Path(sys.argv[1]) / "bench.romduol", Path(sys.argv[2])
book, _ = opening.new_book(folder, "bench", "a bench has no secrets to keep", chosen=True)
answer = women.Answer(("cs.write", "cs.evidence"), "cm.written", women.day("2026-01-01"))
women.add(book, [women.WomanToAdd("Ming Bench", (answer,))])
Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
base, cpu, wall = memory("VmRSS"), time.process_time(), time.perf_counter()
[done] = receiving.receive(book, [chat], "Ming Bench", ReadingOptions())
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
peak = memory("VmHWM")
sealed = sum(f.stat().st_size for f in (folder / "objects").rglob("*") if f.is_file())
print(json.dumps({"messages": done.messages, "new": done.new, "cpu": cpu, "wall": wall,
                  "base": base, "peak": peak, "sealed": sealed}))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One run. ``rate`` is messages per CPU-second, memory in MiB, ``sealed`` in MB on disk."""

    reader: str
    messages: int
    lost: int
    cpu_seconds: float
    wall_seconds: float
    rate: int
    base: int
    peak: int
    above_base: int
    file_mb: int
    sealed_mb: int


def run(scale: int = MESSAGES) -> list[Row]:
    """``scale`` messages, and twice as many."""
    return [_measured(scale), _measured(2 * scale)]


def _measured(scale: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        chat = Path(folder) / "WhatsApp Chat with Bench.txt"
        generate(chat, Path(folder) / "expected", "12-hour, U+202F", scale)
        call = [sys.executable, "-c", _CODE, folder, str(chat)]
        said = json.loads(subprocess.run(call, capture_output=True, check=True).stdout)
        return Row(
            reader=f"romduol receive, {scale:,}",
            messages=said["messages"],
            lost=scale + scale // 500 - said["messages"],
            cpu_seconds=round(said["cpu"], 2),
            wall_seconds=round(said["wall"], 2),
            rate=round(said["messages"] / said["cpu"]),
            base=said["base"],
            peak=said["peak"],
            above_base=said["peak"] - said["base"],
            file_mb=round(chat.stat().st_size / 1e6),
            sealed_mb=round(said["sealed"] / 1e6),
        )


if __name__ == "__main__":
    for row in run(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES):
        print(asdict(row))
