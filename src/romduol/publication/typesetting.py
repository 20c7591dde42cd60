"""Typst, with our fonts and nothing of the machine's: the same source gives the same bytes."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Literal

import typst

Standard = Literal["ua-1", "a-2a"]


def quoted(text: str) -> str:
    """``text`` as a Typst string, so that nothing a person wrote can become markup."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("\r", " ").replace("\n", " ") + '"'


def pdf(source: str, standards: tuple[Standard, ...] = ("ua-1",)) -> bytes:
    """A PDF that meets ``standards``, made in memory. Raises ``typst.TypstError`` if it cannot."""
    made = compiler().compile(
        input=source.encode(), format="pdf", pdf_standards=list(standards), timestamp=0
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


@cache
def compiler() -> typst.Compiler:
    """One compiler for the process: only the fonts that ship with the package."""
    with as_file(files("romduol.publication") / "fonts") as folder:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
        )
        return typst.Compiler(font_paths=fonts)
