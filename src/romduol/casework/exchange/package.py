"""A .qdpx file is opened: its XML and the files beside it, within limits, by name only.

Nothing is ever unpacked to a folder, so a name such as ``../x`` is a name nobody asks for.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

from romduol.casework.exchange.troubles import ProjectIsATrap, ProjectUnreadable

LONGEST_XML = 32 * 1024 * 1024  # some eighty thousand codings
LONGEST_TEXT = 32 * 1024 * 1024
MOST_FILES = 20_000
_MOST_GROWTH, _ALWAYS_ALLOWED = 100, 64 * 1024 * 1024
_INTERNAL, _RELATIVE = "internal://", "relative://"
# encrypted members are a RuntimeError, unknown packings a NotImplementedError
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


class Package:
    """An open .qdpx archive. Raises ``ProjectUnreadable`` or ``ProjectIsATrap`` when made."""

    def __init__(self, file: BinaryIO) -> None:
        with _broken():
            self._archive = zipfile.ZipFile(file)
        members = self._archive.infolist()
        if len(members) > MOST_FILES or _grows_too_much(members):
            raise ProjectIsATrap
        self._by_name = {member.filename.casefold(): member for member in members}
        self._project = self._find_project(members)

    def project_xml(self) -> bytes:
        """The bytes of the project file."""
        found = self._read(self._project, LONGEST_XML)
        if found is None:
            raise ProjectIsATrap
        return found

    def member(self, path: str) -> str:
        """The archive's name for what ``path`` points to, "" when it is not inside.

        Programs write the folder as ``Sources`` or ``sources`` (REFI-QDA 1.5, 8.1).
        """
        name = path.removeprefix(_INTERNAL) if path.startswith(_INTERNAL) else ""
        if not name and path.startswith(_RELATIVE):
            name = path.removeprefix(_RELATIVE).lstrip("/")
        for held in (f"sources/{name}", name):
            member = self._by_name.get(held.casefold())
            if name and member is not None and not member.is_dir():
                return member.filename
        return ""

    def text_bytes(self, path: str) -> bytes | None:
        """The bytes of a text that ``path`` points to; None when absent, or over 32 MiB."""
        name = self.member(path)
        return self._read(self._by_name[name.casefold()], LONGEST_TEXT) if name else None

    @contextmanager
    def stream(self, member: str) -> Iterator[IO[bytes]]:
        """The bytes of a member, at any size; damage on the way is ``ProjectUnreadable``."""
        with _broken(), self._archive.open(self._by_name[member.casefold()]) as stream:
            yield stream

    def _read(self, member: zipfile.ZipInfo, most: int) -> bytes | None:
        with _broken(), self._archive.open(member) as stream:
            data = stream.read(most + 1)
        return data if len(data) <= most else None

    def _find_project(self, members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
        """``project.qde``, or the one .qde at the top: ATLAS.ti 26 names it after the project."""
        exact = self._by_name.get("project.qde")
        if exact is not None:
            return exact
        found = [m for m in members if "/" not in m.filename and _ends(m.filename, ".qde")]
        if len(found) != 1:
            raise ProjectUnreadable(why="project.qde")
        return found[0]


def _ends(name: str, ending: str) -> bool:
    return name.casefold().endswith(ending)


def _grows_too_much(members: list[zipfile.ZipInfo]) -> bool:
    """A hundredfold growth over 64 MiB is no project: text packs to a tenth, XML to a fiftieth."""
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    return unpacked > _ALWAYS_ALLOWED + _MOST_GROWTH * packed


@contextmanager
def _broken() -> Iterator[None]:
    """Turns damage of the archive into words; a full disk below a writer passes unchanged."""
    try:
        yield
    except _BROKEN as cause:
        if isinstance(cause, OSError) and cause.errno is not None:
            raise
        raise ProjectUnreadable(why="ZIP") from cause
