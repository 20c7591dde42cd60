"""Coding projects pass between the book and other programs (REFI-QDA), under her consent.

Out: 1. whose texts may leave is settled; 2. the project is built in memory; 3. the log says, item
by item, that it left, by the hash of the file; 4. the file is written, whole or not at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.db.models import Q

from romduol.casebook import people
from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.casework.exchange import codebooks as qdc
from romduol.casework.exchange.package import Package
from romduol.casework.exchange.project import Project
from romduol.casework.exchange.reading import read
from romduol.casework.exchange.writing import codebook_xml, package
from romduol.desk import codebooks, exchange_in, exchange_out
from romduol.desk.clock import now
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.exchange_codes import take_codes
from romduol.desk.exchange_in import Imported, Owners
from romduol.desk.opening import Book
from romduol.desk.reading import require_free
from romduol.desk.receiving import Progress
from romduol.desk.women import ConsentMissing, consents_of, everyone, find, may_see, require_may_see
from romduol.records.models import Consent, Handover, Item, Woman
from romduol.vault import durable

__all__ = ["Exported", "Imported", "Owners", "export", "export_codebook", "import_file"]

SCOPE_OF_HELPER, SCOPE_OF_TEAM, SCOPE_OF_PSEUDONYMISED = "cs.refer", "cs.team", "cs.public_anon"


class NothingToExport(Trouble):
    """No woman with a text allows it to leave in this way."""


class OwnerNeeded(WrongUsage):
    """A project was to be imported without a word about whose its sources are."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What left. ``without`` counts women with texts who have not agreed, or whom this member may
    not read."""

    codes: int
    sources: int
    selections: int
    women: int
    without: int
    sha256: str


def import_file(book: Book, file: Path, owners: Owners, progress: Progress) -> Imported:
    """A .qdpx or .qdc file comes in. Raises ``ProjectUnreadable``, ``ProjectIsATrap``,
    ``OwnerNeeded``, ``UnknownWoman``, ``NoGrant``, ``ConsentMissing`` or ``SomeonesWords``."""
    if file.suffix.casefold() == ".qdc":
        return _import_codebook(book, file)
    with file.open("rb") as stream:
        opened = Package(stream)
        found = read(opened)
        if not owners.aliases() and (found.project.sources or found.project.media):
            raise OwnerNeeded
        return exchange_in.take_in(book, file, opened, found, owners, progress)


def _import_codebook(book: Book, file: Path) -> Imported:
    codes, left = qdc.read_codebook(file.read_bytes())
    with book.alone():
        done = take_codes(book, Project(file.stem, codes=codes))
    return Imported(len(codes), done.new, 0, 0, 0, 0, (), 0, left)


def export_codebook(book: Book, out: Path) -> int:
    """The team's codebook as .qdc; how many codes. That it left is logged."""
    require_free(out)
    codes = exchange_out.team_codes(codebooks.team(book))
    data = codebook_xml(codes).encode()
    with acting(book, "codebook-export") as act:
        act.about(THE_BOOK, codes=len(codes), sha256=sha256(data).hexdigest())
    durable.write_whole(out, data)
    return len(codes)


def export(
    book: Book, out: Path, aliases: Sequence[str] = (), receiver: str = "", lang: str = "en"
) -> Exported:
    """Write the project of these women (of all who agreed, when none is named), as it is: names,
    places and all. Raises ``OutputExists``, ``NothingToExport``, or for a woman named
    ``ConsentMissing`` or ``NoGrant``; then nothing was written and nothing logged."""
    require_free(out)
    scope = SCOPE_OF_HELPER if receiver else SCOPE_OF_TEAM
    with book.alone():
        leaving, without = whose(book, aliases, scope, receiver)
        built = exchange_out.build(book, [woman for woman, _ in leaving], lang)
        data = package(built.project)
        hand_over(book, data, built.items.values(), dict(leaving))
        durable.write_whole(out, data)
    return told(built.project, len(leaving), without, data)


def told(project: Project, women: int, without: int, data: bytes) -> Exported:
    """What is said of a file that left."""
    return Exported(
        codes=len(project.codes),
        sources=len(project.sources),
        selections=project.selections(),
        women=women,
        without=without,
        sha256=sha256(data).hexdigest(),
    )


def whose(
    book: Book, aliases: Sequence[str], scope: str, receiver: str = ""
) -> tuple[list[tuple[Woman, Consent]], int]:
    """The women whose texts may leave under ``scope``, each with the row that says so, and how
    many others have texts. Raises ``NothingToExport``, ``ConsentMissing`` or ``NoGrant``."""
    mac = book.mac("receiver", receiver) if receiver else ""
    wanted = [find(alias) for alias in dict.fromkeys(aliases)] or _with_texts()
    found = []
    for woman in wanted:
        if aliases:
            require_may_see(book, woman)
        agreed = people.allows(consents_of(woman), scope, now().date(), mac)
        if aliases and not agreed:
            raise ConsentMissing(scope=scope)
        if agreed and may_see(book, woman):
            row = woman.consents.filter(scope=scope, receiver_mac=mac).order_by("pk").last()
            assert row is not None  # allows() found it
            found.append((woman, row))
    if not found:
        raise NothingToExport(scope=scope)
    return found, len(wanted) - len(found)


def _with_texts() -> list[Woman]:
    coded = Q(text__isnull=False) | Q(media_codings__isnull=False)
    return [woman for woman in everyone() if woman.items.filter(coded).exists()]


def hand_over(
    book: Book, data: bytes, items: Iterable[Item], consents: dict[Woman, Consent]
) -> None:
    """Say of every item that it left, in which file and under which consent."""
    code, digest = f"q{secrets.token_hex(6)}", sha256(data).hexdigest()
    for item in items:
        consent = consents[item.woman]
        with acting(book, "hand-over") as act:
            Handover.objects.create(
                bag=code, item=item, consent=consent, manifest_sha256=digest, at=now()
            )
            act.about(
                item.code, bag=code, sha256=item.sha256, scope=consent.scope, consent=consent.pk
            )
