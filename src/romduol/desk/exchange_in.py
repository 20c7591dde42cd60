"""A project of another program comes in: texts as items of hers, codes as the team's, codings.

1. Who each source belongs to is settled, and her consent found, before anything is sealed. 2. New
codes make one version of the team's codebook. 3. Each source is received like any file, in a
transaction of its own. 4. Codings follow in one transaction, then memos. The same file again adds
nothing, so what a crash cut short is finished by importing once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath

from romduol.casebook import people
from romduol.casebook.evidence import Note as Remark
from romduol.casebook.evidence import ReadingOptions
from romduol.casework.exchange.package import Package
from romduol.casework.exchange.project import Media, Project, TextSource
from romduol.casework.exchange.reading import Read
from romduol.casework.exchange.share import share_of
from romduol.casework.exchange.troubles import Left
from romduol.desk import segments
from romduol.desk.exchange_codes import Codes, take_codes
from romduol.desk.exchange_codings import Coded, Placed, keep_codings
from romduol.desk.exchange_notes import keep_notes
from romduol.desk.opening import Book
from romduol.desk.receiving import Progress, scope_of
from romduol.desk.sealing import sealing
from romduol.desk.taking import Taking, sha256_of
from romduol.desk.women import find, require, require_may_see
from romduol.intake.reading import Source
from romduol.records.models import Consent, Item, Woman

TRANSCRIPT = ReadingOptions(source="transcripts")
READ_IN_MEMORY = 64 * 1024 * 1024  # larger recordings are sealed as a stream and not looked into


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose the sources are: everyone's is ``alias``, or each by its name or GUID, or its case's.

    A source that nobody is named for is not taken: there is no key to seal it to.
    """

    alias: str = ""
    by_name: Mapping[str, str] = field(default_factory=dict)

    def of(self, source: TextSource | Media, project: Project) -> str:
        """The alias, "" when nobody said."""
        if self.alias:
            return self.alias
        guids = {source.guid, source.of} if isinstance(source, TextSource) else {source.guid}
        cases = [case.name for case in project.cases if guids & set(case.sources)]
        names = (*sorted(guids), source.name, *cases)
        return next((self.by_name[name] for name in names if name in self.by_name), "")

    def aliases(self) -> set[str]:
        """Everyone named."""
        return {self.alias, *self.by_name.values()} - {""}


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in. ``sources`` and ``selections`` count what is now in the book; ``left`` is all
    that is not, or not as it was; ``unsure`` counts texts whose positions nothing confirms."""

    codes: int
    new_codes: int
    sources: int
    selections: int
    new_codings: int
    memos: int
    items: tuple[str, ...]
    unsure: int
    left: tuple[Left, ...]


@dataclass
class _Import:
    """One file on its way in."""

    book: Book
    package: Package
    read: Read
    owners: Owners
    women: dict[str, Woman]
    left: list[Left]
    placed: dict[str, Placed] = field(default_factory=dict)  # by source
    items: dict[str, Item] = field(default_factory=dict)  # every item, media too

    def leave(self, why: str, guid: str = "", count: int = 1) -> None:
        if count:
            self.left.append(Left(f"qdpx.left.{why}", guid, count))


def take_in(
    book: Book, file: Path, package: Package, read: Read, owners: Owners, progress: Progress
) -> Imported:
    """Everything of ``read`` that belongs to somebody. Raises ``UnknownWoman``, ``NoGrant``,
    ``ConsentMissing`` or ``SomeonesWords`` before anything of a source is kept."""
    with book.alone():
        women = {alias: find(alias) for alias in owners.aliases()}
        work = _Import(book, package, read, owners, women, list(read.left))
        for woman in women.values():
            require_may_see(book, woman)
            require(woman, people.SCOPE_OF_TRANSCRIPTS)
        codes = take_codes(book, read.project)
        _receive_all(work, file, progress)
        coded = keep_codings(book, read.project, work.placed, codes, work.women, work.items)
        memos, refused = keep_notes(book, read.project, work.items, codes, coded)
        work.left += [*coded.left, *refused]
        return _told(work, codes, coded, memos)


def _told(work: _Import, codes: Codes, coded: Coded, memos: int) -> Imported:
    unsure = [g for g in work.placed if not work.read.placed[g].sure]
    return Imported(
        codes=len(work.read.project.codes),
        new_codes=codes.new,
        sources=len(work.placed),
        selections=coded.selections,
        new_codings=coded.new,
        memos=memos,
        items=tuple(dict.fromkeys(item.code for item in work.items.values())),
        unsure=len(unsure),
        left=tuple(work.left),
    )


def _receive_all(work: _Import, file: Path, progress: Progress) -> None:
    project = work.read.project
    every = project.everything
    owners = [work.owners.of(source, project) for source in every]
    for done, (source, alias) in enumerate(zip(every, owners, strict=True), start=1):
        if not alias:
            work.leave("no_woman", source.guid)
        elif isinstance(source, TextSource):
            _receive_text(work, source, work.women[alias])
        elif source.member:
            _receive_media(work, source, work.women[alias])
        progress(done, len(every))
    if len(set(owners)) == 1 and owners[0]:
        _receive_file(work, file, work.women[owners[0]])
        return
    for alias in sorted(set(owners) - {""}):
        hers = [s.guid for s, owner in zip(every, owners, strict=True) if owner == alias]
        _receive_share(work, file, hers, work.women[alias])
    work.leave("file", count=min(len(every), 1))


def _receive_text(work: _Import, source: TextSource, woman: Woman) -> None:
    consent = require(woman, people.SCOPE_OF_TRANSCRIPTS)
    data = work.read.written[source.guid].data
    item = _keep(work.book, woman, consent, _file_name(source.name, ".txt"), data, TRANSCRIPT)
    work.items[source.guid] = item
    if item.text is None or item.text_sha256 != sha256_of(source.text):
        work.leave("text_unread", source.guid)
        work.leave("selections_of_missing", source.guid, len(source.selections))
        return
    work.placed[source.guid] = Placed(item, source.text)


def _receive_media(work: _Import, source: Media, woman: Woman) -> None:
    """The bytes are kept, and read if a reader knows them."""
    ending = PurePosixPath(source.member).suffix
    name = _file_name(source.name, ending)
    with work.package.stream(source.member) as stream:
        data = stream.read(READ_IN_MEMORY + 1)
    if len(data) > READ_IN_MEMORY:
        work.leave("media_large", source.guid)
        lost = len(source.selections) + len(source.codings)
        work.leave("selections_of_missing", source.guid, lost)
        return
    scope = scope_of(_source(name, data), ReadingOptions())
    consent = require(woman, scope)
    work.items[source.guid] = _keep(work.book, woman, consent, name, data, ReadingOptions())


def _receive_file(work: _Import, file: Path, woman: Woman) -> None:
    """The project file itself, where all of it is hers: whatever was not taken is still there."""
    consent = require(woman, people.SCOPE_OF_TRANSCRIPTS)
    with sealing(work.book, woman.code) as sealed, file.open("rb") as stream:
        original = sealed.stream(stream)
        held = Item.objects.filter(woman=woman, sha256=original.sha256).first()
        if held is not None:
            sealed.discard()
        else:
            taken = Taking(work.book, woman, Path(file.name), sealed, original)
            taken.leave_unread(Remark("note.qdpx.kept"))
            taken.keep(consent)
            held = Item.objects.get(code=taken.code)
    work.items["file"] = held


def _receive_share(work: _Import, file: Path, hers: list[str], woman: Woman) -> None:
    """Her part of the project file, where others' words stand in it too."""
    consent = require(woman, people.SCOPE_OF_TRANSCRIPTS)
    data = share_of(work.package.project_xml(), hers)
    name = file.with_suffix(".qde").name
    work.items[f"file of {woman.code}"] = _keep(work.book, woman, consent, name, data, None)


def _keep(
    book: Book,
    woman: Woman,
    consent: Consent,
    name: str,
    data: bytes,
    options: ReadingOptions | None,
) -> Item:
    """The item these bytes are: received now, or held already. Without options, not looked into."""
    with sealing(book, woman.code) as work:
        original = work.data(data)
        held = Item.objects.filter(woman=woman, sha256=original.sha256).first()
        if held is not None:
            work.discard()
            return held
        taken = Taking(book, woman, Path(name), work, original)
        if options is None:
            taken.leave_unread(Remark("note.qdpx.kept"))
        else:
            taken.read(_source(name, data), options, segments.HeldIds(book, woman))
        taken.keep(consent)
    return Item.objects.select_related("text").get(code=taken.code)


def _source(name: str, data: bytes) -> Source:
    return Source(name=name, open=lambda: BytesIO(data), size=len(data))


def _file_name(name: str, ending: str) -> str:
    """A file's name out of a source's: its last part, one line, with an ending."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(c for c in last if c.isprintable()).strip(" .") or "source"
    return plain if plain.casefold().endswith(ending.casefold()) else plain + ending
