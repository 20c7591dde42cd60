"""How fast a Telegram export is read: ours beside its peers, on one file, in CPU-seconds.

``python -m benchmarks.telegram [messages]`` prints a table. Peers: msgspec (typed structs, the
whole file at once), json (the whole file), and chatpack (Rust) when the folder named in
``ROMDUOL_PEERS`` holds a virtual environment with it. Every reader runs in a process of its own.
The export holds what exports hold: replies, edits, styled text, pictures without words, deleted
accounts, service rows. It is measured as one chat and as a whole account of 400 chats, most of them
short. "right" counts messages with words whose words were read, "lost" records that were not handed
on. Ours alone gives ids, positions, attachments and columns; msgspec and json give bare objects,
chatpack objects with four fields.
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
from typing import TextIO

from benchmarks import peers

MESSAGES = 1_000_000
CHATS = 400
_KHMER = "សួស្តី បង មកប្រជុំ ថ្ងៃស្អែក ដីធ្លី សហគមន៍ ប៉ុស្តិ៍ សង្កាត់ កុំខ្លាច យើងនៅជាមួយ"
_ENGLISH = "meeting tomorrow delete your post or else they will come the land title okay thank you"
_WORDS = f"{_KHMER} {_ENGLISH}".split()
_WORDLESS = 33  # every 33rd record is a picture without words, the one after a service row
_EPOCH = 1_600_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One reader on one file. ``rate`` is messages per CPU-second; ``peak`` and ``base`` in MiB."""

    reader: str
    layout: str
    messages: int
    with_words: int
    right: int
    wrong: int
    lost: int
    cpu_seconds: float
    rate: int
    base: int
    peak: int
    failed: str = ""


def generate(path: Path, messages: int) -> None:
    """Write a single-chat result.json as Telegram Desktop lays it out; the same bytes each time."""
    dice = random.Random(20240305)
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write('{\n "name": "Bench",\n "type": "private_supergroup",\n "id": 1001,\n')
        out.write(' "messages": [')
        _write_messages(out, range(messages), 2, dice)
        out.write("\n ]\n}")


def generate_account(path: Path, messages: int) -> None:
    """Write a whole account of ``CHATS`` chats, the n-th with a share of 1/n; as laid out."""
    dice = random.Random(20240305)
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write('{\n "about": "",\n "personal_information": {\n  "user_id": 1007\n },\n')
        out.write(' "chats": {\n  "about": "",\n  "list": [')
        for chat, numbers in enumerate(_shares(messages)):
            kind = "personal_chat" if chat % 2 else "private_group"
            facts = f'"name": "Chat {chat}",\n    "type": "{kind}",\n    "id": {9000 + chat}'
            out.write(f'{"," if chat else ""}\n   {{\n    {facts},\n    "messages": [')
            _write_messages(out, numbers, 5, dice)
            out.write("\n    ]\n   }")
        out.write('\n  ]\n },\n "left_chats": {\n  "about": "",\n  "list": []\n }\n}')


def _shares(messages: int) -> Iterator[range]:
    whole, first = sum(1 / n for n in range(1, CHATS + 1)), 0
    for chat in range(CHATS, 0, -1):
        upto = messages if chat == 1 else min(messages, first + 1 + int(messages / chat / whole))
        yield range(first, upto)
        first = upto


def _write_messages(out: TextIO, numbers: range, indent: int, dice: random.Random) -> None:
    before = "\n" + " " * indent
    for number in numbers:
        text = json.dumps(_message(number, dice), ensure_ascii=False, indent=1)
        out.write(("" if number == numbers[0] else ",") + before + text.replace("\n", before))


def text_of(number: int) -> str:
    """What message ``number`` says."""
    dice = random.Random(number)
    words = " ".join(dice.choices(_WORDS, k=dice.randrange(1, 14)))
    return f"{words}\n{number}" if number % 10 == 0 else f"{words} {number}"


def _message(number: int, dice: random.Random) -> dict[str, object]:
    text, stamp, sender = text_of(number), _EPOCH + number * 7, dice.randrange(1, 40)
    message: dict[str, object] = {
        "id": number + 1,
        "type": "message",
        "date": f"2024-03-{1 + number % 28:02d}T{number % 24:02d}:{number % 60:02d}:07",
        "date_unixtime": str(stamp),
        "from": f"Sender {sender}",
        "from_id": f"user{1000 + sender}",
    }
    if number % 50 == 7:
        message["from"] = None
    if number % _WORDLESS == 0:
        return message | {"photo": f"photos/{number}.jpg", "text": "", "text_entities": []}
    if number % _WORDLESS == 1:
        del message["from"], message["from_id"]
        actor = {"type": "service", "actor": f"Sender {sender}", "actor_id": f"user{1000 + sender}"}
        done = {"action": "pin_message", "message_id": number, "text": "", "text_entities": []}
        return message | actor | done
    if number % 9 == 0:
        message["reply_to_message_id"] = max(1, number - 3)
    if number % 25 == 0:
        message |= {"photo": "(File not included. Change data exporting settings to download.)"}
        message |= {"width": 1280, "height": 720}
    if number % 40 == 0:
        message |= {"edited": "2024-03-05T14:07:09", "edited_unixtime": str(stamp + 60)}
    if number % 20 == 3:
        bold, rest = text[:3], text[3:]
        message["text"] = [{"type": "bold", "text": bold}, rest]
        message["text_entities"] = [
            {"type": "bold", "text": bold},
            {"type": "plain", "text": rest},
        ]
        return message
    return message | {"text": text, "text_entities": [{"type": "plain", "text": text}]}


_OURS = """
from pathlib import Path
from romduol.casebook.evidence import Read, ReadingOptions
from romduol.intake import telegram
from romduol.intake.source import Source
def texts(path):
    file = Path(path)
    source = Source(file.name, lambda: file.open("rb"), file.stat().st_size)
    for word in telegram.read(source, ReadingOptions()):
        if not isinstance(word, Read):
            yield word["text"]
def numbers(batch):
    return [t.split()[-1] for t in batch.to_pylist() if t]
"""
_MSGSPEC = """
import msgspec
class Entity(msgspec.Struct):
    type: str = ""
    text: str = ""
class Message(msgspec.Struct, rename={"sender": "from"}):
    id: int = 0
    type: str = ""
    date: str = ""
    date_unixtime: str = ""
    sender: str | None = None
    from_id: str = ""
    text: str | list[str | Entity] = ""
    text_entities: list[Entity] = []
    reply_to_message_id: int | None = None
    edited_unixtime: str | None = None
    photo: str | None = None
    file: str | None = None
    media_type: str | None = None
    forwarded_from: str | None = None
    actor: str | None = None
    action: str | None = None
class Chat(msgspec.Struct):
    messages: list[Message] = []
class Chats(msgspec.Struct, rename={"chats": "list"}, frozen=True):
    chats: list[Chat] = []
class Export(Chat):
    chats: Chats = Chats()
def texts(path):
    found = msgspec.json.decode(open(path, "rb").read(), type=Export)
    yield from [found.messages, *(chat.messages for chat in found.chats.chats)]
def numbers(batch):
    return ["".join(e.text for e in m.text_entities).split()[-1] for m in batch if m.text]
"""
_JSON = """
import json
def texts(path):
    found = json.load(open(path, encoding="utf-8"))
    chats = found.get("chats", {"list": [found]})["list"]
    yield from [chat["messages"] for chat in chats]
def numbers(batch):
    return ["".join(e["text"] for e in m["text_entities"]).split()[-1] for m in batch if m["text"]]
"""
_CHATPACK = """
import chatpack
def texts(path):
    yield chatpack.parse_telegram(path)
def numbers(batch):
    return [(m.content.split() or [""])[-1] for m in batch]
"""
_MEASURE = """
import gc, json, resource, sys, time
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
words = [n for n in range(int(sys.argv[2])) if n % int(sys.argv[3]) > 1]
right = sum(str(n) in seen for n in words)
said = {"messages": kept, "words": len(words), "right": right}
print(json.dumps(said | {"cpu": cpu, "base": base, "peak": most}))
"""


def _readers() -> Iterator[tuple[str, str, str]]:
    yield "romduol", sys.executable, _OURS
    yield "msgspec, whole file, typed", sys.executable, _MSGSPEC
    yield "json, whole file", sys.executable, _JSON
    if python := peers.python_with("chatpack"):
        yield "chatpack", python, _CHATPACK


def _measured(name: str, python: str, code: str, file: tuple[str, Path], scale: int) -> Row:
    layout, path = file
    done = subprocess.run(
        [python, "-c", code + _MEASURE, str(path), str(scale), str(_WORDLESS)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["killed"])[-1]
        return Row(name, layout, 0, 0, 0, 0, scale, 0.0, 0, 0, 0, why[:100])
    said = json.loads(done.stdout)
    return Row(
        reader=name,
        layout=layout,
        messages=said["messages"],
        with_words=said["words"],
        right=said["right"],
        wrong=max(0, min(said["messages"], said["words"]) - said["right"]),
        lost=scale - said["messages"],
        cpu_seconds=round(said["cpu"], 2),
        rate=round(said["messages"] / said["cpu"]),
        base=said["base"],
        peak=said["peak"],
    )


def run(scale: int = MESSAGES) -> list[Row]:
    """Each reader once on one chat and once on one account, of ``scale`` messages each."""
    rows = []
    for layout, write in (("one chat", generate), (f"account of {CHATS} chats", generate_account)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "result.json"
            write(path, scale)
            rows += [_measured(*reader, (layout, path), scale) for reader in _readers()]
    return rows


if __name__ == "__main__":
    for row in run(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES):
        print(asdict(row))
