"""A .qdpx file becomes a project with its positions settled, and a list of what was not taken.

Nothing is dropped in silence: whatever of the file is not in the project stands in the list, by the
id of a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from xml.etree.ElementTree import Element

from romduol.casebook.codes import Place
from romduol.casework.exchange import markup
from romduol.casework.exchange.codebooks import codes_in
from romduol.casework.exchange.package import Package
from romduol.casework.exchange.positions import Placed, Stretch, Written, decoded, place
from romduol.casework.exchange.project import (
    PLACES,
    Case,
    Coding,
    Group,
    Media,
    MediaSelection,
    Note,
    Project,
    Selection,
    TextSource,
    User,
    Variable,
    guid_of,
)
from romduol.casework.exchange.troubles import Left

_MEDIA = ("PictureSource", "PDFSource", "AudioSource", "VideoSource")
_TEXTS_OF_MEDIA = ("Representation", "TextDescription", "Transcript")
_STRETCHES = ("PlainTextSelection", "TranscriptSelection")
_VALUES = ("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue")
_KINDS = frozenset(value.removesuffix("Value") for value in _VALUES)


@dataclass(frozen=True, slots=True)
class Read:
    """What a file held: the project, the texts as they came by GUID, how each was counted."""

    project: Project
    written: dict[str, Written]
    placed: dict[str, Placed]
    left: tuple[Left, ...]


@dataclass
class _Reading:
    """One file on its way through."""

    package: Package
    origin: str = ""
    codes: frozenset[str] = frozenset()
    written: dict[str, Written] = field(default_factory=dict)
    placed: dict[str, Placed] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    noted: dict[str, list[str]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)

    def leave(self, why: str, guid: str = "", count: int = 1) -> None:
        if count:
            self.left.append(Left(f"qdpx.left.{why}", guid, count))


def read(package: Package) -> Read:
    """Everything in the package. Raises ``ProjectUnreadable`` or ``ProjectIsATrap``."""
    root = markup.tree(package.project_xml(), "Project")
    work = _Reading(package, origin=root.get("origin", ""))
    codes, odd = codes_in(markup.child(root, "CodeBook"))
    work.left += odd
    work.codes = frozenset(code.guid for code in codes)
    _note_targets(root, work)
    sources = tuple(_sources(markup.child(root, "Sources"), work))
    media = tuple(_media(markup.child(root, "Sources"), work))
    variables = tuple(_variables(markup.child(root, "Variables"), work))
    project = Project(
        name=root.get("name", ""),
        origin=work.origin,
        users=tuple(_users(markup.child(root, "Users"))),
        codes=codes,
        sources=sources,
        media=media,
        notes=tuple(_notes(root, work)),
        variables=variables,
        cases=tuple(_cases(markup.child(root, "Cases"), {v.guid for v in variables}, work)),
        groups=tuple(_groups(markup.child(root, "Sets"))),
        description=markup.text_of(root, "Description"),
    )
    work.leave("links", count=_count(markup.child(root, "Links"), "Link"))
    work.leave("graphs", count=_count(markup.child(root, "Graphs"), "Graph"))
    return Read(project, work.written, work.placed, tuple(work.left))


def _count(above: Element | None, name: str) -> int:
    return sum(1 for _ in markup.children(above, name))


def _note_targets(root: Element, work: _Reading) -> None:
    """Which notes are about what, wherever a reference to one stands."""
    for element in root.iter():
        about = "" if element is root else markup.guid(element)
        for note in markup.refs(element, "NoteRef"):
            work.noted.setdefault(note, []).append(about)


def _users(above: Element | None) -> Iterator[User]:
    for one in markup.children(above, "User"):
        yield User(markup.guid(one), one.get("name", "") or one.get("id", ""))


def _variables(above: Element | None, work: _Reading) -> Iterator[Variable]:
    for one in markup.children(above, "Variable"):
        guid, kind = markup.guid(one), one.get("typeOfVariable", "")
        if guid and kind in _KINDS:
            yield Variable(guid, one.get("name", ""), kind)
        else:
            work.leave("variable", guid)


def _sources(above: Element | None, work: _Reading) -> Iterator[TextSource]:
    """Texts, and the words of recordings, pictures and PDFs where a program keeps them as text."""
    for one in markup.children(above, "TextSource"):
        yield from _source(one, one.get("name", ""), "", work)
    for media in markup.children(above, *_MEDIA):
        for one in markup.children(media, *_TEXTS_OF_MEDIA):
            yield from _source(one, media.get("name", ""), markup.guid(media), work)


def _source(one: Element, name: str, of: str, work: _Reading) -> Iterator[TextSource]:
    guid = _new_guid(one, work)
    written = _text_of(one, work)
    if written is None:
        work.leave("text_missing", guid)
        work.leave("selections_of_missing", guid, sum(1 for _ in markup.children(one, *_STRETCHES)))
        return
    work.written[guid] = written
    yield TextSource(
        guid=guid,
        name=name,
        text=written.canonical,
        selections=tuple(_selections(one, guid, written, work)),
        codings=tuple(_codings(one, work)),
        description=markup.text_of(one, "Description"),
        user=markup.guid(one, "creatingUser"),
        at=markup.when(one),
        of=of,
    )


def _new_guid(element: Element, work: _Reading) -> str:
    """Its GUID, or one drawn from its name where it has none or another has the same."""
    said = markup.guid(element)
    if said and said not in work.taken:
        work.taken.add(said)
        return said
    work.leave("source_guid", said)
    drawn = guid_of("source", element.get("name", ""), str(len(work.taken)))
    work.taken.add(drawn)
    return drawn


def _text_of(source: Element, work: _Reading) -> Written | None:
    """The text inside the project file, or the one beside it."""
    inside = markup.child(source, "PlainTextContent")
    path = source.get("plainTextPath", "")
    if inside is not None and not path:
        text = inside.text or ""
        return Written(text, text.encode())
    data = work.package.text_bytes(path) if path else None
    return decoded(data) if data is not None else None


def _selections(
    source: Element, guid: str, written: Written, work: _Reading
) -> Iterator[Selection]:
    found, stretches = [], []
    points = {markup.guid(p): markup.number(p, "position")
              for p in markup.children(source, "SyncPoint")}  # fmt: skip
    for one in markup.children(source, *_STRETCHES):
        start, end = _ends(one, points)
        if start is None or end is None or end < start:
            work.leave("position", markup.guid(one))
        elif start == end:
            work.leave("empty", markup.guid(one))
        else:
            found.append(one)
            stretches.append(Stretch(start, end, one.get("name", "")))
    placed = work.placed[guid] = place(written, stretches, work.origin)
    differing = frozenset(placed.differing)
    for n, (one, span) in enumerate(zip(found, placed.spans, strict=True)):
        if n in differing:
            work.leave("moved", markup.guid(one))
        elif span is None:
            work.leave("outside", markup.guid(one))
        else:
            yield _selection(one, guid, span, work)


def _ends(one: Element, points: Mapping[str, int | None]) -> tuple[int | None, int | None]:
    """Where a selection begins and ends: by numbers, or in a transcript by its sync points."""
    if markup.local(one) == "PlainTextSelection":
        return markup.number(one, "startPosition"), markup.number(one, "endPosition")
    first, last = markup.guid(one, "fromSyncPoint"), markup.guid(one, "toSyncPoint")
    return points.get(first), points.get(last)


def _selection(one: Element, source: str, span: tuple[int, int], work: _Reading) -> Selection:
    start, end = span
    return Selection(
        guid=markup.guid(one) or guid_of("selection", source, str(start), str(end)),
        start=start,
        end=end,
        name=one.get("name", ""),
        description=markup.text_of(one, "Description"),
        user=markup.guid(one, "creatingUser"),
        at=markup.when(one),
        codings=tuple(_codings(one, work)),
    )


def _codings(above: Element, work: _Reading) -> Iterator[Coding]:
    for one in markup.children(above, "Coding"):
        for code in markup.refs(one, "CodeRef") or ("",):
            if code not in work.codes:
                work.leave("code_unknown", markup.guid(one))
                continue
            drawn = guid_of("coding", markup.guid(above), code)
            user, at = markup.guid(one, "creatingUser"), markup.when(one)
            yield Coding(markup.guid(one) or drawn, code, user, at)


def _media(above: Element | None, work: _Reading) -> Iterator[Media]:
    for one in markup.children(above, *_MEDIA):
        guid = _new_guid(one, work)
        member = work.package.member(one.get("path", ""))
        kind = markup.local(one).removesuffix("Source")
        places = tuple(markup.children(one, f"{kind}Selection"))
        name, said = one.get("name", ""), markup.text_of(one, "Description")
        if not member:
            work.leave("media_missing", guid)
            work.leave("selections_of_missing", guid, len(places) + _count(one, "Coding"))
            yield Media(guid, kind, name, "", description=said)
            continue
        selections = tuple(_places(places, kind, guid, work))
        work.leave("media_uncoded", guid, sum(not one.codings for one in selections))
        yield Media(guid, kind, name, member, selections, tuple(_codings(one, work)), said)


def _places(
    places: Iterable[Element], kind: str, source: str, work: _Reading
) -> Iterator[MediaSelection]:
    for one in places:
        place = _place(one, kind)
        if place is None:
            work.leave("position", markup.guid(one))
            continue
        drawn = guid_of("selection", source, *map(str, astuple(place)))
        yield MediaSelection(
            guid=markup.guid(one) or drawn,
            place=place,
            name=one.get("name", ""),
            description=markup.text_of(one, "Description"),
            user=markup.guid(one, "creatingUser"),
            at=markup.when(one),
            codings=tuple(_codings(one, work)),
        )


def _place(one: Element, kind: str) -> Place | None:
    """Where it stands; none when a number is missing, or a recording ends before it begins."""
    said = [markup.number(one, name) for name in PLACES[kind]]
    if any(number is None for number in said):
        return None
    if "begin" in PLACES[kind]:
        begin, end = said
        return Place(begin=begin, end=end) if 0 <= (begin or 0) < (end or 0) else None
    *page, x, y, to_x, to_y = said
    return Place(page[0] if page else None, x, y, to_x, to_y)


def _notes(root: Element, work: _Reading) -> Iterator[Note]:
    for one in markup.children(markup.child(root, "Notes"), "Note"):
        guid = markup.guid(one)
        written = _text_of(one, work)
        text = written.canonical if written else markup.text_of(one, "Description")
        if not text:
            work.leave("note_empty", guid)
            continue
        targets = tuple(dict.fromkeys(work.noted.get(guid, ())))
        yield Note(guid, one.get("name", ""), text, () if targets == ("",) else targets,
                   markup.guid(one, "creatingUser"), markup.when(one))  # fmt: skip


def _cases(above: Element | None, variables: set[str], work: _Reading) -> Iterator[Case]:
    for one in markup.children(above, "Case"):
        codes = markup.refs(one, "CodeRef")
        known = tuple(code for code in codes if code in work.codes)
        work.leave("code_unknown", markup.guid(one), len(codes) - len(known))
        yield Case(
            guid=markup.guid(one) or guid_of("case", one.get("name", "")),
            name=one.get("name", ""),
            description=markup.text_of(one, "Description"),
            codes=known,
            values=tuple(_values(one, variables)),
            sources=markup.refs(one, "SourceRef"),
            selections=markup.refs(one, "SelectionRef"),
        )


def _values(case: Element, variables: set[str]) -> Iterator[tuple[str, str]]:
    for one in markup.children(case, "VariableValue"):
        said = next(markup.children(one, *_VALUES), None)
        for variable in markup.refs(one, "VariableRef"):
            if variable in variables and said is not None and said.text:
                yield variable, said.text


def _groups(above: Element | None) -> Iterator[Group]:
    for one in markup.children(above, "Set"):
        yield Group(
            guid=markup.guid(one) or guid_of("set", one.get("name", "")),
            name=one.get("name", ""),
            description=markup.text_of(one, "Description"),
            codes=markup.refs(one, "MemberCode"),
            sources=markup.refs(one, "MemberSource"),
            notes=markup.refs(one, "MemberNote"),
        )
