"""Project files of the same shape as those of other programs, with invented words."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from romduol.casework.exchange.package import Package
from romduol.casework.exchange.reading import Read, read

XSD = Path(__file__).resolve().parents[3].parent / "shared/design/refi/Project-mrt2019.xsd"

TEXT = (
    "I: តើមានអ្វីកើតឡើង? 🌸\n"
    "R: They called me to the office 😡😡 and I was afraid.\n"
    "\n"
    "R: ខ្ញុំឈប់បង្ហោះ។ 🤣🤣🤣 I stopped posting after that.\n"
)
QUOTES = ("called me to the office 😡😡", "I was afraid", "ខ្ញុំឈប់បង្ហោះ", "I stopped posting")
CODES = ("10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002")
SOURCE = "20000000-0000-4000-8000-000000000001"
USER = "30000000-0000-4000-8000-000000000001"


def zipped(files: dict[str, bytes], **how: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def opened(data: bytes) -> Read:
    return read(Package(io.BytesIO(data)))


def utf16(text: str, at: int) -> int:
    return len(text[:at].encode("utf-16-le")) // 2


def selections(text: str, quotes: tuple[str, ...], count: Any, name: Any, extra: str = "") -> str:
    """Each quote of ``text`` as a selection; ``count`` turns code points into what is written."""
    found = []
    for n, quote in enumerate(quotes):
        start = text.index(quote)
        end = start + len(quote)
        coding = f'<Coding guid="5000000{n}-0000-4000-8000-000000000001"{extra}>'
        found.append(
            f'<PlainTextSelection guid="4000000{n}-0000-4000-8000-000000000001"'
            f' name="{name(quote)}" startPosition="{count(text, start)}"'
            f' endPosition="{count(text, end)}"{extra}>'
            f'{coding}<CodeRef targetGUID="{CODES[n % 2]}"/></Coding></PlainTextSelection>'
        )
    return "".join(found)


def project(inside: str, origin: str, space: str = "urn:QDA-XML:project:1.0", **more: str) -> bytes:
    said = "".join(f' {k}="{v}"' for k, v in more.items())
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<Project xmlns="{space}" name="Study"'
        f' origin="{origin}"{said}><Users><User guid="{USER}" name="A. Analyst" id="AA"/></Users>'
        f'<CodeBook><Codes><Code guid="{CODES[0]}" name="Harm" isCodable="true" color="#FF0000">'
        f"<Description>What was done</Description>"
        f'<Code guid="{CODES[1]}" name="ការភ័យខ្លាច" isCodable="true"/></Code></Codes></CodeBook>'
        f"{inside}</Project>"
    ).encode()


def text_source(path: str, inside: str, name: str = "Interview 1") -> str:
    return (
        f'<Sources><TextSource guid="{SOURCE}" name="{name}"{path}>{inside}</TextSource></Sources>'
    )


def _code_points(_text: str, at: int) -> int:
    return at


def atlas_ti() -> bytes:
    """ATLAS.ti 23–26: the project file named after the project, ``sources`` in small letters."""
    body = selections(
        TEXT, QUOTES, _code_points, lambda q: f"1:1 ¶ 3, {q[:9]}…", f' creatingUser="{USER}"'
    )
    path = f' plainTextPath="internal://{SOURCE}.txt" richTextPath="internal://{SOURCE}.docx"'
    qde = project(text_source(path, body), "ATLAS.ti for Windows 23.2.3.27778")
    files = {"Trial.qde": qde, f"sources/{SOURCE}.txt": TEXT.encode(),
             f"sources/{SOURCE}.docx": b"PK a Word file"}  # fmt: skip
    return zipped(files)


def nvivo_mac() -> bytes:
    """NVivo for Mac 12.7: UTF-16 units, no quotes kept, capital ``Sources``."""
    body = selections(TEXT, QUOTES, utf16, lambda _q: "")
    qde = project(
        text_source(f' plainTextPath="internal://{SOURCE}.txt"', body),
        "NVivo for Mac 12.7.0",
        basePath="",
    )
    return zipped({"project.qde": qde, f"Sources/{SOURCE}.txt": TEXT.encode()})


def nvivo_windows() -> bytes:
    """NVivo for Windows: byte order mark, CRLF counted as two, UTF-16 units; GUIDs in braces."""
    written = TEXT.replace("\n", "\r\n")
    body = selections(written, QUOTES, utf16, lambda _q: "").replace('guid="4', 'guid="{4')
    body = body.replace('000000000001" name', '000000000001}" name')
    qde = project(
        text_source(f' plainTextPath="internal://{SOURCE}.txt"', body), "NVivo 12 for Windows"
    )
    return zipped({"project.qde": qde, f"Sources/{SOURCE}.txt": b"\xef\xbb\xbf" + written.encode()})


def maxqda() -> bytes:
    """MAXQDA 2020: the text inside the project file, quotes as names, a video beside it."""
    body = f"<PlainTextContent>{TEXT}</PlainTextContent>" + selections(
        TEXT, QUOTES, _code_points, lambda q: q
    )
    sources = text_source("", body, "RTF").replace(
        "</Sources>",
        '<VideoSource guid="60000000-0000-4000-8000-000000000001" name="clip"'
        ' path="internal://60000000-0000-4000-8000-000000000001.m4a">'
        '<VideoSelection guid="60000000-0000-4000-8000-000000000002" begin="0" end="1000"/>'
        "</VideoSource></Sources>",
    )
    qde = project(sources, "MAXQDA 2020 (Release 20.4.2)")
    return zipped({"project.qde": qde,
                   "sources/60000000-0000-4000-8000-000000000001.m4a": b"sound"})  # fmt: skip


def qualcoder() -> bytes:
    """QualCoder: quotes as names, each selection with its maker, a journal as a note."""
    body = selections(
        TEXT,
        QUOTES,
        _code_points,
        lambda q: q,
        f' creatingUser="{USER}" creationDateTime="2025-06-16T17:13:37Z"',
    )
    note = "70000000-0000-4000-8000-000000000001"
    notes = (
        f'<Notes><Note guid="{note}" name="Journal" plainTextPath="internal://{note}.txt"/></Notes>'
    )
    qde = project(
        text_source(f' plainTextPath="internal://{SOURCE}.txt"', body) + notes, "Qualcoder-3.6"
    )
    return zipped({"project.qde": qde, f"Sources/{SOURCE}.txt": TEXT.encode(),
                   f"Sources/{note}.txt": b"What I think"})  # fmt: skip


SHAPES = {f.__name__: f for f in (atlas_ti, nvivo_mac, nvivo_windows, maxqda, qualcoder)}

TAGUETTE_QDC = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Taguette 1.4.1"><Codes>'
    '<Code guid="0D62985D-B147-5D01-A9B5-CAE5DCD98342" name="interesting" isCodable="true"/>'
    '<Code guid="DFE5C38E-9449-5959-A1F7-E3D895CFA87F" name="ការភ័យ" isCodable="true">'
    "<Description>who was afraid</Description></Code></Codes></CodeBook>"
).encode()
NVIVO_QDC = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no" ?><CodeBook origin="NVivo 12 For Mac" '
    'xmlns="urn:QDA-XML:codebook:1:0"><Codes><Code color="#0F8" '
    'guid="{0d62985d-b147-5d01-a9b5-cae5dcd98342}" isCodable="false" name="Över">'
    '<Code guid="1d62985d-b147-5d01-a9b5-cae5dcd98342" isCodable="true" name="Unter"/></Code>'
    "</Codes></CodeBook>"
).encode()
