"""A project becomes the bytes of a .qdpx file, a codebook those of a .qdc: always the same bytes.

REFI-QDA 1.5, Project-mrt2019.xsd. Texts stand beside the XML in UTF-8 with LF and no byte order
mark, never altered. The archive is stored, dated 1980, without owner or extra fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from romduol.casebook.codes import Code
from romduol.casework.bags import zips
from romduol.casework.exchange.positions import writable
from romduol.casework.exchange.project import (
    CODEBOOK_SPACE,
    ORIGIN,
    PLACES,
    PROJECT_SPACE,
    Case,
    Coding,
    Group,
    Media,
    MediaSelection,
    Note,
    Project,
    Selection,
    TextSource,
)

PROJECT_FILE = "project.qde"
SOURCES = "Sources"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
# XML 1.0 cannot write these, not even escaped
Attributes = tuple[tuple[str, str], ...]


def package(project: Project) -> bytes:
    """The .qdpx file. Raises ``TooLargeForZip`` beyond four gigabytes."""
    files = {PROJECT_FILE: project_xml(project).encode()}
    texts = [(one.guid, one.text) for one in project.sources]
    for guid, text in (*texts, *((one.guid, one.text) for one in project.notes)):
        files[f"{SOURCES}/{guid}.txt"] = text.encode()
    for media in project.media:
        files[f"{SOURCES}/{media.member}"] = media.data
    members, data = [], []
    for name, content in files.items():
        member = zips.Member(name, crc32(content), len(content))
        members.append(member)
        data += [zips.header(member), content]
    return b"".join([*data, zips.directory(members)])


def codebook_xml(codes: Iterable[Code]) -> str:
    """The .qdc file (Codebook.xsd): codes in their tree, nothing else."""
    space = (("xmlns", CODEBOOK_SPACE), ("origin", ORIGIN))
    return _HEAD + _element("CodeBook", space, [_element("Codes", (), _tree(codes, {}))]) + "\n"


def project_xml(project: Project) -> str:
    """The project file. What is empty is left out, as the schema asks."""
    notes = _notes_by_target(project.notes)
    space = (("xmlns", PROJECT_SPACE), ("name", project.name), ("origin", project.origin))
    parts = [
        _list("Users", (_empty("User", u.guid, ("name", u.name)) for u in project.users)),
        _list("CodeBook", _list_of("Codes", _tree(project.codes, notes))),
        _list(
            "Variables",
            (_empty("Variable", v.guid, ("name", v.name), ("typeOfVariable", v.kind))
             for v in project.variables),
        ),
        _list("Cases", (_case(c, project) for c in project.cases)),
        _list(
            "Sources",
            (*(_source(s, notes) for s in project.sources),
             *(_media(one, notes) for one in project.media)),
        ),
        _list("Notes", map(_note, project.notes)),
        _list("Sets", map(_group, project.groups)),
        _text("Description", project.description),
        *_refs("NoteRef", notes.get("", ())),
    ]  # fmt: skip
    return _HEAD + _element("Project", space, parts, named=True) + "\n"


def _notes_by_target(notes: Iterable[Note]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for note in notes:
        for target in note.targets or ("",):
            found.setdefault(target, []).append(note.guid)
    return found


def _tree(codes: Iterable[Code], notes: dict[str, list[str]]) -> list[str]:
    """The codes at the top with those below them; one whose parent is not there is on top."""
    every = tuple(codes)
    known = {code.guid for code in every}
    below: dict[str, list[Code]] = {}
    for code in every:
        below.setdefault(code.parent if code.parent in known else "", []).append(code)
    return [_code(code, below, notes) for code in below.get("", ())]


def _code(code: Code, below: dict[str, list[Code]], notes: dict[str, list[str]]) -> str:
    said = (
        ("guid", code.guid),
        ("name", code.label),
        ("isCodable", "true" if code.codable else "false"),
        *_given("color", code.colour),
    )
    inside = [
        _text("Description", code.definition),
        *_refs("NoteRef", notes.get(code.guid, ())),
        *(_code(child, below, notes) for child in below.get(code.guid, ())),
    ]
    return _element("Code", said, inside, named=True)


def _source(source: TextSource, notes: dict[str, list[str]]) -> str:
    said = (
        ("guid", source.guid),
        ("name", source.name),
        ("plainTextPath", f"internal://{source.guid}.txt"),
        *_given("creatingUser", source.user),
        *_given("creationDateTime", source.at),
    )
    inside = [
        _text("Description", source.description),
        *(_selection(one, notes) for one in source.selections),
        *(_coding(one, notes) for one in source.codings),
        *_refs("NoteRef", notes.get(source.guid, ())),
    ]
    return _element("TextSource", said, inside)


def _selection(one: Selection, notes: dict[str, list[str]]) -> str:
    said = (
        ("guid", one.guid),
        ("name", one.name),
        ("startPosition", str(one.start)),
        ("endPosition", str(one.end)),
        *_given("creatingUser", one.user),
        *_given("creationDateTime", one.at),
    )
    inside = [
        _text("Description", one.description),
        *(_coding(coding, notes) for coding in one.codings),
        *_refs("NoteRef", notes.get(one.guid, ())),
    ]
    return _element("PlainTextSelection", said, inside)


def _media(media: Media, notes: dict[str, list[str]]) -> str:
    said = (
        ("guid", media.guid),
        ("name", media.name),
        ("path", f"internal://{media.member}"),
    )
    inside = [
        _text("Description", media.description),
        *(_place(one, media.kind, notes) for one in media.selections),
        *(_coding(one, notes) for one in media.codings),
        *_refs("NoteRef", notes.get(media.guid, ())),
    ]
    return _element(f"{media.kind}Source", said, inside)


def _place(one: MediaSelection, kind: str, notes: dict[str, list[str]]) -> str:
    numbers = (str(number) for number in astuple(one.place) if number is not None)
    said = (
        ("guid", one.guid),
        ("name", one.name),
        *zip(PLACES[kind], numbers, strict=True),
        *_given("creatingUser", one.user),
        *_given("creationDateTime", one.at),
    )
    inside = [
        _text("Description", one.description),
        *(_coding(coding, notes) for coding in one.codings),
        *_refs("NoteRef", notes.get(one.guid, ())),
    ]
    return _element(f"{kind}Selection", said, inside)


def _coding(one: Coding, notes: dict[str, list[str]]) -> str:
    said = (("guid", one.guid), *_given("creatingUser", one.user),
            *_given("creationDateTime", one.at))  # fmt: skip
    inside = [*_refs("CodeRef", [one.code]), *_refs("NoteRef", notes.get(one.guid, ()))]
    return _element("Coding", said, inside)


def _case(case: Case, project: Project) -> str:
    kinds = {variable.guid: variable.kind for variable in project.variables}
    inside = [
        _text("Description", case.description),
        *_refs("CodeRef", case.codes),
        *(
            _element(
                "VariableValue",
                (),
                [*_refs("VariableRef", [ref]), _text(f"{kinds[ref]}Value", value)],
            )
            for ref, value in case.values
        ),
        *_refs("SourceRef", case.sources),
        *_refs("SelectionRef", case.selections),
    ]
    return _element("Case", (("guid", case.guid), ("name", case.name)), inside)


def _note(note: Note) -> str:
    said = (
        ("guid", note.guid),
        ("name", note.name),
        ("plainTextPath", f"internal://{note.guid}.txt"),
        *_given("creatingUser", note.user),
        *_given("creationDateTime", note.at),
    )
    return _element("Note", said, [])


def _group(group: Group) -> str:
    inside = [
        _text("Description", group.description),
        *_refs("MemberCode", group.codes),
        *_refs("MemberSource", group.sources),
        *_refs("MemberNote", group.notes),
    ]
    return _element("Set", (("guid", group.guid), ("name", group.name)), inside, named=True)


def _given(name: str, value: str) -> Attributes:
    return ((name, value),) if value else ()


def _list(tag: str, inside: Iterable[str]) -> str:
    return "".join(_list_of(tag, inside))


def _list_of(tag: str, inside: Iterable[str]) -> Iterator[str]:
    """The list, if there is anything in it: the schema has no empty ones."""
    items = [one for one in inside if one]
    if items:
        yield _element(tag, (), items)


def _empty(tag: str, guid: str, *said: tuple[str, str]) -> str:
    return _element(tag, (("guid", guid), *said), [], named=True)


def _refs(tag: str, targets: Iterable[str]) -> list[str]:
    return [f'<{tag} targetGUID="{target}"/>' for target in targets]


def _text(tag: str, text: str) -> str:
    safe = escape(writable(text), {"\r": "&#13;"})
    return f"<{tag}>{safe}</{tag}>" if text else ""


def _element(tag: str, said: Attributes, inside: Iterable[str], *, named: bool = False) -> str:
    """One element. An empty attribute is left out, but a name that must be there (``named``)."""
    kept = [(k, v) for k, v in said if v or (named and k == "name")]
    begun = " ".join([tag, *(f"{k}={quoteattr(writable(v))}" for k, v in kept)])
    content = "".join(inside)
    return f"<{begun}>{content}</{tag}>" if content else f"<{begun}/>"
