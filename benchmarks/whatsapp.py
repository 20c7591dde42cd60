"""How fast a WhatsApp export is read: ours beside its peers, on one file, in CPU-seconds.

``python -m benchmarks.whatsapp [messages]`` prints a table. Peers: chatpack (Rust), wakit and
whatstk, when the folder named in ``ROMDUOL_PEERS`` holds a virtual environment with them. Every
reader runs in a process of its own, on two files: one as every reader knows it (24-hour clock), one
as phones have written it since 2023 (12-hour clock, U+202F before PM). Every tenth message goes on
over a second line, every 50th leaves media out, every 500th record is the program's own.

"right" counts messages whose minute, sender and words were all read as written, "wrong" what was
handed out and is not so, "lost" messages that are not among the right ones. Ours alone gives ids,
positions, attachments, rules and UTC; "sealed" adds SHA-256 of the file, Parquet (zstd) and age.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import peers

MESSAGES = 1_000_000
TIMEOUT = 900  # seconds a peer may take
_KHMER = "សួស្តី បង មកប្រជុំ ថ្ងៃស្អែក ដីធ្លី សហគមន៍ ប៉ុស្តិ៍ សង្កាត់ កុំខ្លាច យើងនៅជាមួយ"
_ENGLISH = "meeting tomorrow delete your post or else they will come the land title okay"
_NAMES = ["Sender One", "អ្នកផ្ញើ ពីរ", "+855 00 000 003", "Sender Four 🌸", "Sender 5", "Six"]
_EPOCH = 1_600_000_000
LAYOUTS = {"24-hour": "%d/%m/%Y, %H:%M", "12-hour, U+202F": "%d/%m/%Y, %I:%M\u202f%p"}


@dataclass(frozen=True, slots=True)
class Row:
    """One reader on one file. ``rate`` is messages per CPU-second; ``peak`` and ``base`` in MiB.

    A reader that failed has a ``rate`` of 0 and says why in ``failed``.
    """

    reader: str
    layout: str
    megabytes: int = 0
    right: int = 0
    wrong: int = 0
    lost: int = 0
    cpu_seconds: float = 0.0
    rate: int = 0
    base: int = 0
    peak: int = 0
    failed: str = ""


def generate(path: Path, expected: Path, layout: str, messages: int) -> None:
    """Write an export and, beside it, what each message of it is; the same bytes each time."""
    dice, now = random.Random(20240305), _EPOCH
    with (
        path.open("w", encoding="utf-8", newline="") as out,
        expected.open("w", encoding="utf-8") as said,
    ):
        for number in range(messages):
            now += dice.choice((0, 3, 20, 60, 200))
            when = datetime.fromtimestamp(now, UTC)
            stamp = when.strftime(LAYOUTS[layout])
            if number % 500 == 250:
                out.write(f"{stamp} - Messages and calls are end-to-end encrypted. {number}\n")
            name, text = dice.choice(_NAMES), _text(number, dice)
            out.write(f"{stamp} - {name}: {text}\n")
            said.write(json.dumps([when.strftime("%Y-%m-%dT%H:%M"), name, text]) + "\n")


def _text(number: int, dice: random.Random) -> str:
    if number % 50 == 7:
        return "<Media omitted>"
    words, most = (_KHMER, 6) if dice.random() < 0.35 else (_ENGLISH, 14)
    text = " ".join(dice.choices(words.split(), k=dice.randrange(2, most)))
    return f"{text}\nand more {number}" if number % 10 == 0 else f"{text} {number}"


_OURS = """
from pathlib import Path
from romduol.casebook.evidence import Read, ReadingOptions
from romduol.intake import whatsapp
from romduol.intake.source import Source
def batches(path):
    file = Path(path)
    source = Source(file.name, lambda: file.open("rb"), file.stat().st_size)
    for word in whatsapp.read(source, ReadingOptions(zone="UTC")):
        if not isinstance(word, Read):
            yield word
def read(path):
    return sum(map(len, batches(path)))
def triples(path):
    for batch in batches(path):
        for row in batch.select(["kind", "sent_at", "author", "text"]).to_pylist():
            if row["kind"] == "message":
                yield row["sent_at"].strftime("%Y-%m-%dT%H:%M"), row["author"], row["text"]
"""
_SEALED = (
    _OURS
    + """
import hashlib, pyarrow as pa, pyarrow.parquet as pq, pyrage
def read(path):
    with open(path, "rb") as stream:
        hashlib.file_digest(stream, "sha256")
    key, sealed, kept = pyrage.x25519.Identity.generate().to_public(), 0, 0
    for batch in batches(path):
        segment = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_batches([batch]), segment, compression="zstd")
        sealed += len(pyrage.encrypt(segment.getvalue().to_pybytes(), [key]))
        kept += len(batch)
    return kept
"""
)
_CHATPACK = """
import chatpack
def read(path):
    global kept
    kept = chatpack.parse_whatsapp(path)
    return len(kept)
def triples(path):
    for m in kept:
        yield m.timestamp[:16], m.sender, m.content
"""
_WAKIT = """
from wakit import export_import as wakit
from datetime import datetime
def read(path):
    global kept
    parsed = wakit.parse_lines(path)
    kept = parsed[0] if isinstance(parsed, tuple) else parsed
    order = wakit.detect_date_order(kept, "auto")
    for m in kept:
        m["ms"] = wakit.to_ms(m, order, None)
    return len(kept)
def triples(path):
    for m in kept:
        when = datetime.fromtimestamp(m["ms"] / 1000).strftime("%Y-%m-%dT%H:%M")
        yield when, m["sender"], m["body"]
"""
_WHATSTK = """
from whatstk import WhatsAppChat
def read(path):
    global kept
    kept = WhatsAppChat.from_source(path).df
    return len(kept)
def triples(path):
    for row in kept.itertuples(index=False):
        yield row.date.strftime("%Y-%m-%dT%H:%M"), row.username, row.message
"""
_MEASURE = """
import json, resource, sys, time
from collections import Counter
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
base, began = peak(), time.process_time()
handed = read(sys.argv[1])
cpu, most = time.process_time() - began, peak()
with open(sys.argv[2], encoding="utf-8") as lines:
    expected = Counter(tuple(json.loads(line)) for line in lines)
got = Counter(triples(sys.argv[1]))
right = (expected & got).total()
said = {"right": right, "wrong": got.total() - right, "lost": expected.total() - right}
print("\\n" + json.dumps(said | {"cpu": cpu, "base": base, "peak": most}))
"""


def _readers() -> Iterator[tuple[str, str, str]]:
    yield "romduol, read", sys.executable, _OURS
    yield "romduol, sealed", sys.executable, _SEALED
    for name, code in (("chatpack", _CHATPACK), ("wakit", _WAKIT), ("whatstk", _WHATSTK)):
        if python := peers.python_with(name):
            yield name, python, code


def _measured(reader: tuple[str, str, str], layout: str, path: Path, expected: Path) -> Row:
    name, python, code = reader
    try:
        done = subprocess.run(
            [python, "-c", code + _MEASURE, str(path), str(expected)],
            capture_output=True, text=True, check=True, timeout=TIMEOUT,
            env={**os.environ, "TZ": "UTC"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Row(name, layout, failed=f"no result in {TIMEOUT} s")
    except subprocess.CalledProcessError as failed:
        return Row(name, layout, failed=_why(failed.stderr, path))
    said = json.loads(done.stdout.splitlines()[-1])
    return Row(
        name, layout, path.stat().st_size >> 20, said["right"], said["wrong"], said["lost"],
        round(said["cpu"], 2), round((said["right"] + said["wrong"]) / said["cpu"]),
        said["base"], said["peak"],
    )  # fmt: skip


def _why(said: str, path: Path) -> str:
    """The last line a peer said, without the path of this machine."""
    return said.strip().splitlines()[-1].replace(str(path), path.name)[:100]


def run(scale: int = MESSAGES) -> list[Row]:
    """Each reader once on each generated export of ``scale`` messages."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path, expected = Path(folder) / "WhatsApp Chat with Bench.txt", Path(folder) / "expected"
        for layout in LAYOUTS:
            generate(path, expected, layout, scale)
            rows += [_measured(reader, layout, path, expected) for reader in _readers()]
    return rows


if __name__ == "__main__":
    for row in run(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES):
        print(asdict(row))
