"""What a WACZ promises about its members is compared with the members themselves.

WACZ 1.1.1: ``datapackage.json`` lists every file with its hash; ``datapackage-digest.json`` holds
the hash of that list, and perhaps a signature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest

import msgspec

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead, Source

LIST = "datapackage.json"
SEAL = "datapackage-digest.json"
_KINDS = ("sha256", "md5")  # md5 stands in archives of 2021 and earlier
_LARGEST = 64 << 20


class _Resource(msgspec.Struct):
    path: str
    hash: str = ""


class _Package(msgspec.Struct):
    resources: list[_Resource]


class _Digest(msgspec.Struct):
    path: str
    hash: str
    signedData: object = None  # noqa: N815  # the specification's spelling


@dataclass(frozen=True, slots=True)
class Proven:
    """How the members stand to the list. ``sealed``: the list's own hash is there and right."""

    members: int
    unlisted: int
    weakly: int  # promised by MD5 only, which can be forged
    sealed: bool
    signed: bool  # a signature is there; who made it was not looked into


def proven(members: Mapping[str, Source]) -> Proven:
    """Every promise kept, or ``CannotRead`` with how many are not."""
    listed = members.get(LIST)
    if listed is None:
        raise CannotRead(Note("note.webarchive.no_list"))
    promises = _resources(listed)
    wrong = sum(not _kept(one, members) for one in promises)
    if wrong:
        raise CannotRead(Note("note.webarchive.digest_differs", (("count", wrong),)))
    sealed, signed = _sealed(members)
    named = {one.path for one in promises} | {LIST, SEAL}
    return Proven(
        members=len(promises),
        unlisted=len(set(members) - named),
        weakly=sum(one.hash.startswith("md5:") for one in promises),
        sealed=sealed,
        signed=signed,
    )


def _resources(listed: Source) -> list[_Resource]:
    try:
        return msgspec.json.decode(small(listed), type=_Package).resources
    except msgspec.DecodeError as error:
        raise CannotRead(Note("note.webarchive.broken")) from error


def _kept(promise: _Resource, members: Mapping[str, Source]) -> bool:
    kind, _, expected = promise.hash.partition(":")
    member = members.get(promise.path)
    if member is None or kind not in _KINDS:
        return False
    return _digest(member, kind) == expected.casefold()


def _digest(member: Source, kind: str) -> str:
    with member.open() as stream:
        return file_digest(stream, kind).hexdigest()  # type: ignore[arg-type]


def _sealed(members: Mapping[str, Source]) -> tuple[bool, bool]:
    seal = members.get(SEAL)
    if seal is None:
        return False, False
    try:
        digest = msgspec.json.decode(small(seal), type=_Digest)
    except msgspec.DecodeError as error:
        raise CannotRead(Note("note.webarchive.broken")) from error
    if not _kept(_Resource(LIST, digest.hash), members):
        raise CannotRead(Note("note.webarchive.digest_differs", (("count", 1),)))
    return True, digest.signedData is not None


def small(member: Source) -> bytes:
    """All bytes of a list; raises ``CannotRead`` beyond 64 MiB."""
    with member.open() as stream:
        raw = stream.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise CannotRead(Note("note.webarchive.broken"))
    return raw
