"""How wide words are, set in the fonts of the house, and where a line of them may break."""

from __future__ import annotations

import io
import re
from functools import cache
from importlib.resources import files

from PIL import ImageFont

_SIZE = 100  # measured large, so that rounding to whole pixels does not matter
_KHMER = re.compile("[\u1780-\u17ff]")
# a Khmer cluster with whatever is written above, below and around it, or any other sign
_CLUSTERS = re.compile("[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd])*|.")


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line of ``text`` in points."""
    font = _font("NotoSansKhmer" if _KHMER.search(text) else "NotoSans", bold)
    return float(font.getlength(text)) * size / _SIZE


@cache
def _font(family: str, bold: bool) -> ImageFont.FreeTypeFont:
    name = f"{family}-{'Bold' if bold else 'Regular'}.ttf"
    data = (files("romduol.publication") / "fonts" / name).read_bytes()
    return ImageFont.truetype(io.BytesIO(data), _SIZE)


def wrapped(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """``text`` in lines no wider than ``room``, broken at spaces, or within a word too long."""
    lines: list[str] = []
    for word in text.split(" "):
        tried = f"{lines[-1]} {word}" if lines else word
        if lines and width(tried, size, bold=bold) <= room:
            lines[-1] = tried
        elif width(word, size, bold=bold) <= room:
            lines.append(word)
        else:
            lines += _cut(word, room, size, bold)
    return lines


def _cut(word: str, room: float, size: float, bold: bool) -> list[str]:
    pieces = [""]
    for cluster in _CLUSTERS.findall(word):
        if pieces[-1] and width(pieces[-1] + cluster, size, bold=bold) > room:
            pieces.append("")
        pieces[-1] += cluster
    return pieces


def fitting(lines: list[str], room: float, size: float, *, bold: bool = False) -> float:
    """``size``, or as much less as the widest line needs to fit into ``room``."""
    widest = max(width(line, size, bold=bold) for line in lines)
    return size if widest <= room else size * room / widest
