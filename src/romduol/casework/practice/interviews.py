"""Interviews written as the files a worker would bring: text, Word document, video captions.

Each has one canonical text, into which the coding sheet's quotes point: for text and captions the
decoded file without its byte-order mark and with LF ends; for Word the paragraphs joined by LF.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from romduol.casework.practice.cast import WomanPlan
from romduol.casework.practice.named import told as named_for
from romduol.casework.practice.packing import packed
from romduol.casework.practice.stock import data

_KHMER = re.compile("[\u1780-\u17b3]")
_NAMES_ASKED = {"en": "Whose name must not be printed?", "km": "តើមានឈ្មោះអ្វីដែលមិនត្រូវបោះពុម្ព?"}
_TURN = re.compile(r"^[IW]: ", re.MULTILINE)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>'
)
_WINDOWS = frozenset({"ming-marigold"})  # typed in an editor that adds a mark and CRLF


def source(woman: WomanPlan) -> str:
    """Her interview as plain text, one turn a line, LF ends."""
    told = data(f"interviews/{woman.folder}.txt").decode("utf-8").rstrip("\n")
    asked = _NAMES_ASKED["km" if _KHMER.search(told.rpartition("W:")[2]) else "en"]
    named = (f"\nI: {asked}\nW: {line.text}" for line in named_for(woman.folder))
    return "".join([told, *named, "\n"])


def turns(woman: WomanPlan) -> int:
    """How many turns (questions and answers) her interview has."""
    return len(_TURN.findall(source(woman)))


def written(woman: WomanPlan) -> bytes:
    """The bytes of her interview in the format its name asks for."""
    text = source(woman)
    if woman.transcript.endswith(".docx"):
        return _docx(text)
    if woman.transcript.endswith(".vtt"):
        return _captions(text).encode("utf-8")
    if woman.folder in _WINDOWS:
        return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode("utf-8")
    return text.encode("utf-8")


def _docx(text: str) -> bytes:
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    body = f'{_XML}<w:document xmlns:w="{_WORD}"><w:body>{paragraphs}</w:body></w:document>'
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": body,
    }
    return packed({name: part.encode("utf-8") for name, part in parts.items()})


def _captions(text: str) -> str:
    """A WebVTT file (W3C): a note for the heading, then one cue of eight seconds a turn."""
    lines = [line for line in text.split("\n") if line]
    note = [line.removeprefix("# ") for line in lines if line.startswith("#")]
    cues = [line for line in lines if not line.startswith("#")]
    blocks = ["WEBVTT", "\n".join(["NOTE", *note])]
    blocks += [f"{_clock(8 * n)} --> {_clock(8 * n + 7)}\n{cue}" for n, cue in enumerate(cues)]
    return "\n\n".join(blocks) + "\n"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"
