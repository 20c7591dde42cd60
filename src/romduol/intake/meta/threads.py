"""Which thread a file is a part of, on which platform, and which of its two sides is hers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import PurePosixPath

from romduol.intake.meta.outline import ThreadFacts
from romduol.intake.source import Source

MESSENGER = "messenger"
INSTAGRAM = "instagram"

# the folder a thread lies in; a message request is where a stranger's words arrive
_FOLDERS = {
    "message_requests": "meta.message_request",
    "filtered_threads": "meta.filtered_thread",
    "archived_threads": "meta.archived_thread",
    "e2ee_cutover": "meta.e2ee_cutover",
}
_PATH = re.compile(
    r"(?:^|/)((?:inbox|archived_threads|filtered_threads|message_requests|e2ee_cutover)/[^/]+)/[^/]+$"
)
_PART = re.compile(r"_\d+$")


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread: ``name`` as the export keys it, ``key`` for ids, the rules true of all of it.

    ``key`` leaves out the folder: a request that was accepted is the same thread in the next
    export. ``other`` is the other side of a thread of two when the export shows it, else ``""``.
    """

    platform: str
    name: str
    key: str
    other: str
    rules: tuple[str, ...]


def thread_of(
    facts: ThreadFacts,
    source: Source,
    platform: str,
    own_names: tuple[str, ...] = (),
    *,
    sealed: bool,
) -> Thread:
    """The thread that the file's own words, else its place in the download, say it is."""
    title = facts.title or (PurePosixPath(source.name).stem if sealed else "")
    path = facts.path or path_in(source.member)
    name = path or title or _unnamed(facts)
    folder = re.search("|".join(_FOLDERS), f"{facts.path} {source.member}")
    rules = (_FOLDERS[folder[0]],) if folder else ()
    if sealed:
        rules = (*rules, "meta.end_to_end_encrypted")
    return Thread(
        platform,
        name,
        path.rpartition("/")[2] or name,
        _other(facts, own_names, sealed=sealed),
        rules,
    )


def path_in(member: str) -> str:
    """``inbox/name_123`` for a member that lies in a thread's folder; else ``""``."""
    found = _PATH.search(member)
    return found[1] if found else ""


def platform_said(source: Source, head: bytes) -> str:
    """The platform that names in and around the file give away; ``""`` when none does."""
    told = f"{source.archive}/{source.member}".lower()
    for platform, word in ((INSTAGRAM, "instagram"), (MESSENGER, "facebook")):
        if word in told or b"your_%s_activity/" % word.encode() in head:
            return platform
    return MESSENGER if b"your_activity_across_facebook/" in head else ""


def _unnamed(facts: ThreadFacts) -> str:
    """A name for a thread that has none: the same for the same people."""
    people = "\n".join(sorted(facts.participants)).encode()
    return "unnamed " + blake2b(people, digest_size=8).hexdigest()


def _other(facts: ThreadFacts, own_names: tuple[str, ...], *, sealed: bool) -> str:
    """Of two, whoever a person did not call her; else the one the thread is titled after."""
    title = _PART.sub("", facts.title) if sealed else facts.title
    two = set(facts.participants)
    if len(two) != 2 or len(facts.participants) != 2:
        return ""
    if two & set(own_names):
        return next(iter(two - set(own_names)), "")
    return title if title in two else ""
