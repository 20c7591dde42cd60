"""Is a release what its manifest says? Read on any machine, without the book.

What stands beside the manifest (checkpoint, proof) is checked by whoever knows the custody log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from romduol.publication.canonical import canonical

MANIFEST_FORMAT = "romduol-release/1"
BESIDE = frozenset({"manifest.json", "checkpoint.txt", "proof.json"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as the manifest says: the rule it breaks and the file, if one."""

    rule: str
    path: str = ""


def check_files(release: Path | Mapping[str, bytes], manifest: bytes) -> list[Problem]:
    """Every difference between ``release`` and its ``manifest``; empty when there is none.

    ``release`` is the folder or its files by path. Nothing outside the folder is opened and no
    link is followed. A manifest that cannot be read is itself the only problem reported.
    """
    listed = _listed(manifest)
    if listed is None:
        return [Problem("manifest_unreadable")]
    problems: list[Problem] = []
    if canonical(listed) != manifest:
        problems.append(Problem("manifest_not_canonical"))
    held, odd = _held(release)
    problems += odd
    problems += _differences(listed["files"], held)
    return problems


def _listed(manifest: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(manifest)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("format") != MANIFEST_FORMAT:
        return None
    files = found.get("files")
    if not isinstance(files, dict) or not all(_is_entry(entry) for entry in files.values()):
        return None
    return found


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and set(entry) == {"sha256", "bytes"}
        and isinstance(entry["sha256"], str)
        and type(entry["bytes"]) is int
    )


def _held(release: Path | Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Problem]]:
    """The files by path, and what in the folder is no plain file."""
    if isinstance(release, Mapping):
        return dict(release), []
    held: dict[str, bytes] = {}
    odd: list[Problem] = []
    for path in _walk(release):
        name = path.relative_to(release).as_posix()
        if path.is_symlink():
            odd.append(Problem("link", name))
        elif path.is_file():
            held[name] = path.read_bytes()
        else:
            odd.append(Problem("not_a_file", name))
    return held, odd


def _walk(folder: Path) -> Iterator[Path]:
    """Everything under ``folder`` but plain folders, without going through links."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def _differences(listed: Mapping[str, Any], held: Mapping[str, bytes]) -> Iterator[Problem]:
    for path in sorted(listed):
        if not _plain(path) or path in BESIDE:
            yield Problem("path_refused", path)
        elif path not in held:
            yield Problem("missing", path)
        elif not _same(held[path], listed[path]):
            yield Problem("changed", path)
    for path in sorted(held):
        if path not in listed and path not in BESIDE:
            yield Problem("extra", path)


def _plain(path: str) -> bool:
    """A path inside the folder, spelled in the one usual way."""
    parts = PurePosixPath(path)
    usual = parts.as_posix() == path and not parts.is_absolute()
    return usual and ".." not in parts.parts and "\\" not in path and ":" not in path


def _same(content: bytes, entry: Mapping[str, Any]) -> bool:
    digest = hashlib.sha256(content).hexdigest()
    return bool(digest == entry["sha256"] and len(content) == entry["bytes"])
