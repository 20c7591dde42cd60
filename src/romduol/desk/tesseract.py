"""Pixels go to the Tesseract program, if this machine has it, and what it read comes back.

Bytes go in on its standard input and come out on its standard output; no file is written. It
runs on this machine and connects nowhere.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from romduol.intake.pictures.ocr import EngineFailed

LANGUAGES = ("khm", "eng")
_SECONDS = 120  # one picture


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program at ``path`` with those of our languages that it has."""

    path: str
    version: str
    languages: tuple[str, ...]

    @property
    def name(self) -> str:
        """As ``tesseract-5.3.0/khm+eng``."""
        return f"tesseract-{self.version}/{'+'.join(self.languages)}"

    def tsv(self, bmp: bytes) -> bytes:
        """What it read, as TSV; raises ``EngineFailed`` when it fails or takes two minutes."""
        return _run(self.path, "stdin", "stdout", "-l", "+".join(self.languages), "tsv", given=bmp)


def installed() -> Tesseract | None:
    """The program, or none when it is not installed or has neither Khmer nor English."""
    path = shutil.which("tesseract")
    if path is None:
        return None
    try:
        known = _run(path, "--list-langs").decode("utf-8", "replace").split()
        version = re.search(r"(\d[\w.]*)", _run(path, "--version").decode("utf-8", "replace"))
    except EngineFailed:
        return None
    languages = tuple(language for language in LANGUAGES if language in known)
    return Tesseract(path, version[1] if version else "0", languages) if languages else None


def _run(path: str, *words: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program, no shell, no word from a file
            [path, *words],
            input=given,
            capture_output=True,
            check=True,
            timeout=_SECONDS,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},  # its threads cost more than they give
        )
    except (OSError, subprocess.SubprocessError) as failed:
        raise EngineFailed from failed
    return done.stdout
