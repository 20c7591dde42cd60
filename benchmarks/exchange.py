"""A coding project of a thousand codings in a transcript of 200 pages, in and out of a book.

The transcript is Khmer and English with emoji, about 600,000 code points; the file counts
positions in UTF-16 units, so every one is converted. ``rate`` is codings per CPU-second; each step
is measured in one process after the book is open, with every fsync.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

CODINGS = 1_000
PAGES = 200

_CODE = """
import json, sys, time
from pathlib import Path
from romduol.casework.pseudonyms import Ruling
from romduol.desk import exchanging, opening, pseudonyms_ruling, women
from romduol.desk.exchange_pseudonymised import export_pseudonymised

def timed(step):
    cpu = time.process_time()
    done = step()
    took[len(took)] = time.process_time() - cpu
    return done

took = {}
folder = Path(sys.argv[1])
words = "a bench has no secrets to keep"
book, _ = opening.new_book(folder / "b.romduol", "bench", words, chosen=True)
scopes = ("cs.write", "cs.evidence", "cs.team", "cs.public_anon")
answer = women.Answer(scopes, "cm.written", women.day("2026-01-01"))
women.add(book, [women.WomanToAdd("Ming Bench", (answer,))])
owners = exchanging.Owners("Ming Bench")
done = timed(lambda: exchanging.import_file(book, folder / "a.qdpx", owners, lambda *_: None))
out = timed(lambda: exchanging.export(book, folder / "b.qdpx"))
pseudonyms_ruling.decide_all(book, lambda _: True, pseudonyms_ruling.Wanted(Ruling.REPLACE), "")
anon = timed(lambda: export_pseudonymised(book, folder / "c.qdpx"))
counts = [done.new_codings, out.selections, anon.exported.selections + sum(
    one.fate == "dropped" for one in anon.shortened)]
print(json.dumps({"cpu": list(took.values()), "counts": counts, "unsure": done.unsure}))
"""

_PAGE = (
    "I: តើមានអ្វីកើតឡើងបន្ទាប់ពីនោះ? 🌸\n"
    "R: They called me to the office again, and I did not know whom to ask. ខ្ញុំភ័យណាស់។\n"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One step. ``lost`` are codings that did not arrive."""

    reader: str
    codings: int
    lost: int
    cpu_seconds: float
    rate: int


def generate(file: Path, codings: int = CODINGS, pages: int = PAGES) -> None:
    """A .qdpx as NVivo writes one, with ``codings`` selections evenly through the text."""
    text = _PAGE * (pages * 3000 // len(_PAGE))
    code = "10000000-0000-4000-8000-000000000001"
    source = "20000000-0000-4000-8000-000000000001"
    starts = [n * (len(text) - 100) // codings for n in range(codings)]
    units = [0]
    for letter in text:
        units.append(units[-1] + 1 + (letter > "\uffff"))
    selections = "".join(
        f'<PlainTextSelection guid="30000000-0000-4000-8000-{n:012x}" name=""'
        f' startPosition="{units[start]}" endPosition="{units[start + 40]}">'
        f'<Coding guid="40000000-0000-4000-8000-{n:012x}"><CodeRef targetGUID="{code}"/></Coding>'
        "</PlainTextSelection>"
        for n, start in enumerate(starts)
    )
    xml = (
        '<?xml version="1.0" encoding="utf-8"?><Project name="b" origin="NVivo for Mac 12.7.0"'
        ' xmlns="urn:QDA-XML:project:1.0"><CodeBook><Codes>'
        f'<Code guid="{code}" name="fear" isCodable="true"/></Codes></CodeBook><Sources>'
        f'<TextSource guid="{source}" name="long" plainTextPath="internal://{source}.txt">'
        f"{selections}</TextSource></Sources></Project>"
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", xml)
        archive.writestr(f"Sources/{source}.txt", text)


def run() -> list[Row]:
    """Import, export, pseudonymised export."""
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder) / "a.qdpx")
        call = [sys.executable, "-c", _CODE, folder]
        said = json.loads(subprocess.run(call, capture_output=True, check=True).stdout)
    steps = ("qdpx import", "qdpx export", "qdpx export --pseudonymised")
    return [
        Row(
            reader=f"romduol {step}",
            codings=count,
            lost=CODINGS - count,
            cpu_seconds=round(cpu, 2),
            rate=round(count / cpu),
        )
        for step, cpu, count in zip(steps, said["cpu"], said["counts"], strict=True)
    ]


if __name__ == "__main__":
    for row in run():
        print(asdict(row))
