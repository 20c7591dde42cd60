"""How fast a Messenger thread is read: ours beside its peers, on the same files, in CPU-seconds.

``python -m benchmarks.messenger [messages]`` prints a table. The thread lies in parts of 10,000
messages, newest first, each string taken apart into bytes, as in a download. Peers: msgspec (typed
structs, a part at a time) and json, both mending each string as we do; neither gives ids, places or
columns. Every reader runs in a process of its own; "right" and "lost" count messages whose text is,
or is not, what was written.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

MESSAGES = 1_000_000
PART = 10_000
_KHMER = "សួស្តី បង មកប្រជុំ ថ្ងៃស្អែក ដីធ្លី សហគមន៍ ប៉ុស្តិ៍ សង្កាត់ កុំខ្លាច យើងនៅជាមួយ"
_ENGLISH = "meeting tomorrow delete your post or else they will come the land title okay thank you"
_WORDS = f"{_KHMER} {_ENGLISH}".split()
_NEWEST = 1_709_622_429_000


@dataclass(frozen=True, slots=True)
class Row:
    """One reader on one thread. ``rate`` is messages per CPU-second; ``peak``, ``base`` in MiB."""

    reader: str
    messages: int
    right: int
    lost: int
    cpu_seconds: float
    rate: int
    base: int
    peak: int


def generate(folder: Path, messages: int) -> None:
    """Write the parts of one thread as Meta lays them out; the same bytes each time."""
    dice = random.Random(20240305)
    for part, first in enumerate(range(0, messages, PART), start=1):
        root = {
            "participants": [{"name": f"Sender {n}"} for n in range(9)],
            "messages": [_message(n, dice) for n in range(first, min(first + PART, messages))],
            "title": "Bench",
            "is_still_participant": True,
            "thread_path": "inbox/bench_1234567890",
            "magic_words": [],
        }
        (folder / f"message_{part}.json").write_text(json.dumps(root, indent=2))


def text_of(number: int) -> str:
    """What message ``number`` says."""
    dice = random.Random(number)
    words = " ".join(dice.choices(_WORDS, k=dice.randrange(1, 14)))
    return f"{words}\n{number}" if number % 10 == 0 else f"{words} {number}"


def _apart(text: str) -> str:
    return text.encode().decode("latin-1")


def _message(number: int, dice: random.Random) -> dict[str, object]:
    message: dict[str, object] = {
        "sender_name": _apart(f"Sender {dice.randrange(9)}"),
        "timestamp_ms": _NEWEST - number * 7001,
        "content": _apart(text_of(number)),
    }
    if number % 20 == 3:
        message["reactions"] = [{"reaction": _apart("❤"), "actor": "Sender 1"}]
    if number % 25 == 0:
        uri = f"your_facebook_activity/messages/inbox/bench_1234567890/photos/{number}.jpg"
        message["photos"] = [{"uri": uri, "creation_timestamp": _NEWEST // 1000 - number * 7}]
    return message | {"is_geoblocked_for_viewer": False}


_PARTS = """
from pathlib import Path
def parts(folder):
    return sorted(Path(folder).iterdir(), key=lambda p: int(p.stem.split("_")[1]))
"""
_OURS = """
from romduol.casebook.evidence import Read, ReadingOptions
from romduol.intake import meta
from romduol.intake.source import Source
def texts(folder):
    for file in parts(folder):
        source = Source(file.name, lambda file=file: file.open("rb"), file.stat().st_size)
        for word in meta.read(source, ReadingOptions()):
            if not isinstance(word, Read):
                yield word["text"]
def numbers(batch):
    return [t.split()[-1] for t in batch.to_pylist()]
"""
_MENDING = """
def mend(text):
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
def numbers(batch):
    return [text.split()[-1] for _, _, text in batch]
"""
_MSGSPEC = """
import msgspec
class File(msgspec.Struct, gc=False):
    uri: str = ""
class Reaction(msgspec.Struct, gc=False):
    reaction: str = ""
    actor: str = ""
class Message(msgspec.Struct, gc=False):
    sender_name: str = ""
    timestamp_ms: int = 0
    content: str = ""
    type: str = ""
    photos: list[File] = []
    videos: list[File] = []
    reactions: list[Reaction] = []
class Thread(msgspec.Struct):
    messages: list[Message] = []
def texts(folder):
    for file in parts(folder):
        found = msgspec.json.decode(file.read_bytes(), type=Thread).messages
        yield [(mend(m.sender_name), m.timestamp_ms, mend(m.content)) for m in found]
"""
_JSON = """
import json
def texts(folder):
    for file in parts(folder):
        found = json.loads(file.read_bytes())["messages"]
        yield [(mend(m["sender_name"]), m["timestamp_ms"], mend(m["content"])) for m in found]
"""
_MEASURE = """
import json, resource, sys, time
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
base, kept, began = peak(), 0, time.process_time()
for batch in texts(sys.argv[1]):
    kept += len(batch)
cpu = time.process_time() - began
most = peak()
seen = set()
for batch in texts(sys.argv[1]):
    seen.update(numbers(batch))
right = sum(str(n) in seen for n in range(int(sys.argv[2])))
print(json.dumps({"messages": kept, "right": right, "cpu": cpu, "base": base, "peak": most}))
"""


def _readers() -> Iterator[tuple[str, str]]:
    yield "romduol", _PARTS + _OURS
    yield "msgspec, typed, mended", _PARTS + _MENDING + _MSGSPEC
    yield "json, mended", _PARTS + _MENDING + _JSON


def _measured(name: str, code: str, folder: Path, scale: int) -> Row:
    done = subprocess.run(
        [sys.executable, "-c", code + _MEASURE, str(folder), str(scale)],
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    return Row(
        reader=name,
        messages=said["messages"],
        right=said["right"],
        lost=scale - said["right"],
        cpu_seconds=round(said["cpu"], 2),
        rate=round(said["messages"] / said["cpu"]),
        base=said["base"],
        peak=said["peak"],
    )


def run(scale: int = MESSAGES) -> list[Row]:
    """Each reader once on one generated thread of ``scale`` messages."""
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), scale)
        return [_measured(*reader, Path(folder), scale) for reader in _readers()]


if __name__ == "__main__":
    for row in run(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES):
        print(asdict(row))
