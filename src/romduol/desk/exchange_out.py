"""What is coded in the book becomes a project that other programs open; nothing of it is guessed.

GUIDs follow from what they name, so that the same book gives the same file. Coders are told apart
and not named. Of a double coding only what has been settled goes in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from datetime import UTC
from pathlib import PurePosixPath

from django.db.models import Q, QuerySet

from romduol.casebook.codes import (
    PLACE_SCHEME,
    TEAM_SCHEME,
    About,
    Code,
    Codebook,
    Memo,
    Place,
)
from romduol.casebook.vocabulary import vocabulary
from romduol.casework.exchange.project import (
    ORIGIN,
    Case,
    Coding,
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
from romduol.casework.exchange.quotes import quote_name
from romduol.desk import blinding, codebooks, media_codings, memos
from romduol.desk.opening import Book
from romduol.desk.reading import original_of
from romduol.desk.sealing import card_of
from romduol.records import models
from romduol.records.models import Incident, Item, Woman

NAME = "study"
WHEN, PRECISION, WHOSE = (
    Variable(guid_of("variable", name), name) for name in ("when", "precision", "woman")
)
_TEXT_ENDINGS = (".txt", ".docx", ".md", ".vtt", ".srt")


@dataclass(frozen=True, slots=True)
class Built:
    """The project, and which item each of its sources is."""

    project: Project
    items: dict[str, Item]


def scheme_guid(scheme: str) -> str:
    """The GUID of the heading under which a scheme of the vocabulary stands."""
    return guid_of("scheme", scheme)


def term_guid(scheme: str, term: str) -> str:
    """The GUID of a term of the shipped vocabulary, or of a place: the same in every book."""
    return guid_of("vocabulary", scheme, term)


def code_guid(code: Code) -> str:
    """The GUID of a code of the team: the one it came with, or one that follows from its id."""
    return code.guid or guid_of("team", code.id)


@dataclass
class _Building:
    """What is looked up again and again while a project is built."""

    book: Book
    lang: str
    team: Codebook
    coarse: bool = False
    users: dict[str, User] = field(default_factory=dict)  # by coder's digest, as they turn up
    used: dict[tuple[str, str], None] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    selections: dict[int, list[str]] = field(default_factory=dict)  # by incident
    by_item: dict[str, str] = field(default_factory=dict)
    by_coding: dict[str, str] = field(default_factory=dict)

    def code(self, coding: models.Coding | models.MediaCoding) -> str:
        """The GUID of what the coding stands for now."""
        scheme, term = coding.code.scheme, coding.code.term
        if scheme == TEAM_SCHEME:
            return code_guid(self.team.code(self.team.standing(term)))
        if self.coarse and scheme == PLACE_SCHEME:
            term = term[:2]
        self.used[(scheme, term)] = None
        return term_guid(scheme, term)

    def user(self, coder: str) -> str:
        """Coders are numbered as they turn up; their digests stay in the book."""
        if not coder:
            return ""
        if coder not in self.users:
            name = f"coder-{len(self.users) + 1}"
            self.users[coder] = User(guid_of("coder", name), name)
        return self.users[coder].guid


def build(
    book: Book, women: Sequence[Woman], lang: str, *, notes: bool = True, coarse: bool = False
) -> Built:
    """The project of these women's texts, all of which this member may read.

    Without ``notes`` no memo is read; reading them is logged. ``coarse`` tells a place by its
    province only and leaves pictures, PDFs and recordings out.
    """
    work = _Building(book, lang, codebooks.team(book), coarse)
    sources = tuple(_sources(work, women))
    pictures = () if coarse else tuple(_media(work, women))
    cases = (*_women(work, women), *_incidents(work, women))
    project = Project(
        name=NAME,
        origin=ORIGIN,
        users=tuple(work.users.values()),
        codes=(*_vocabulary_codes(work), *team_codes(work.team)),
        sources=sources,
        media=pictures,
        notes=tuple(_notes(work)) if notes else (),
        variables=(WHEN, PRECISION, WHOSE),
        cases=cases,
    )
    return Built(project, work.items)


def _standing(work: _Building) -> QuerySet[models.Coding]:
    """What this member may see and what stands: of a double coding only the merged ones."""
    rows = blinding.visible(work.book, models.Coding.objects.all())
    settled = rows.filter(Q(round=None) | Q(merged=True))
    return settled.select_related("code", "incident").order_by("pk")


def _sources(work: _Building, women: Iterable[Woman]) -> Iterator[TextSource]:
    seen: dict[tuple[str, str], int] = {}
    for woman in women:
        for item in woman.items.filter(text__isnull=False).order_by("pk"):
            name = _source_name(str(card_of(work.book, item.card)["name"]))
            same = seen[(item.text_sha256, name)] = seen.get((item.text_sha256, name), 0) + 1
            guid = guid_of("source", item.text_sha256, name, str(same))
            work.items[guid] = item
            work.by_item[item.code] = guid
            text = blinding.text_of(work.book, item)
            yield TextSource(guid, name, text, tuple(_selections(work, item, guid, text)))


def _media(work: _Building, women: Iterable[Woman]) -> Iterator[Media]:
    """Pictures, PDFs and recordings in which something is coded, with their bytes."""
    for woman in women:
        for item in woman.items.exclude(media_codings=None).distinct().order_by("pk"):
            name = str(card_of(work.book, item.card)["name"])
            guid = guid_of("source", item.sha256, name)
            work.items[guid] = item
            work.by_item[item.code] = guid
            rows = list(media_codings.of_item(item))
            places = tuple(_places(work, guid, rows))
            whole = tuple(s for s in places if s.place == Place())
            keys = work.book.identities(woman.code)
            yield Media(
                guid,
                rows[0].kind,
                name,
                member=guid + PurePosixPath(name).suffix.lower(),
                selections=tuple(s for s in places if s not in whole),
                codings=tuple(coding for one in whole for coding in one.codings),
                data=work.book.store.open_bytes(original_of(item).name, keys),
            )


def _places(
    work: _Building, guid: str, rows: Iterable[models.MediaCoding]
) -> Iterator[MediaSelection]:
    """One for each place and incident."""
    found: dict[tuple[Place, int], list[models.MediaCoding]] = {}
    for row in rows:
        found.setdefault((media_codings.place_of(row), row.incident_id or 0), []).append(row)
    for (place, incident), held in found.items():
        said = _incident_guid(work, held[0].incident) if held[0].incident else ""
        one = guid_of("selection", guid, *map(str, astuple(place)), said)
        if place != Place():
            work.selections.setdefault(incident, []).append(one)
        codings = {coding.guid: coding for coding in (_coded(work, one, row) for row in held)}
        yield MediaSelection(one, place, codings=tuple(codings.values()))


def _source_name(name: str) -> str:
    """Without the ending of a kind of text: outside there is only the text."""
    ending = next((e for e in _TEXT_ENDINGS if name.casefold().endswith(e)), "")
    return name[: len(name) - len(ending)] or name


def _selections(work: _Building, item: Item, guid: str, text: str) -> Iterator[Selection]:
    """One for each span and incident, in the order of the text."""
    found: dict[tuple[int, int, int], list[models.Coding]] = {}
    for row in _standing(work).filter(item=item):
        assert row.start is not None  # a coding of an item has both ends
        assert row.end is not None
        found.setdefault((row.start, row.end, row.incident_id or 0), []).append(row)
    for (start, end, incident), rows in sorted(found.items()):
        said = _incident_guid(work, rows[0].incident) if rows[0].incident else ""
        one = guid_of("selection", guid, str(start), str(end), said)
        work.selections.setdefault(incident, []).append(one)
        codings = {coding.guid: coding for coding in (_coding(work, one, row) for row in rows)}
        name = quote_name(text, start, end)
        yield Selection(one, start, end, name, codings=tuple(codings.values()))


def _coding(work: _Building, selection: str, row: models.Coding) -> Coding:
    made = _coded(work, selection, row)
    work.by_coding[blinding.id_of(row)] = made.guid
    return made


def _coded(work: _Building, selection: str, row: models.Coding | models.MediaCoding) -> Coding:
    code, user = work.code(row), work.user(row.coder_mac)
    at = row.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Coding(guid_of("coding", selection, code, user), code, user, at)


def _incident_guid(work: _Building, incident: Incident) -> str:
    return guid_of("incident", incident.woman.alias, _label(work, incident))


def _label(work: _Building, incident: Incident) -> str:
    return str(card_of(work.book, incident.card)["label"])


def _women(work: _Building, women: Iterable[Woman]) -> Iterator[Case]:
    for woman in women:
        hers = tuple(guid for guid, item in work.items.items() if item.woman_id == woman.pk)
        if hers:
            yield Case(guid_of("woman", woman.alias), woman.alias, sources=hers)


def _incidents(work: _Building, women: Iterable[Woman]) -> Iterator[Case]:
    for incident in Incident.objects.filter(woman__in=list(women)).order_by("pk"):
        whole = _standing(work).filter(incident=incident, item=None)
        values = (
            (WHEN.guid, incident.when),
            (PRECISION.guid, incident.precision),
            (WHOSE.guid, incident.woman.alias),
        )
        yield Case(
            guid=_incident_guid(work, incident),
            name=_label(work, incident),
            codes=tuple(dict.fromkeys(work.code(row) for row in whole)),
            values=tuple((variable, said) for variable, said in values if said),
            selections=tuple(work.selections.get(incident.pk, ())),
        )


def _vocabulary_codes(work: _Building) -> Iterator[Code]:
    """The terms in use with all above them, under a heading a scheme."""
    terms = vocabulary()
    used = {
        (scheme, above.id)
        for scheme, term in work.used
        if scheme != PLACE_SCHEME
        for above in terms.lineage(terms.term(scheme, term))
    }
    for scheme in (*terms.schemes(), PLACE_SCHEME):
        below = list(_terms_of(work, scheme, used))
        if below:
            heading = scheme_guid(scheme)
            yield Code(heading, scheme, codable=False, guid=heading)
            yield from below


def _terms_of(work: _Building, scheme: str, used: set[tuple[str, str]]) -> Iterator[Code]:
    if scheme == PLACE_SCHEME:
        for place in sorted(term for held, term in work.used if held == PLACE_SCHEME):
            guid = term_guid(scheme, place)
            yield Code(guid, place, parent=scheme_guid(scheme), guid=guid)
        return
    for term in vocabulary().of(scheme):
        if (scheme, term.id) in used:
            guid = term_guid(scheme, term.id)
            parent = term_guid(scheme, term.parent) if term.parent else scheme_guid(scheme)
            yield Code(
                guid, term.label(work.lang), parent=parent, definition=term.definition_en, guid=guid
            )


def team_codes(team: Codebook) -> tuple[Code, ...]:
    """Every code of the team's that was not merged away, as other programs know codes."""
    guids = {code.id: code_guid(code) for code in team.codes}
    return tuple(
        Code(
            id=guids[code.id],
            label=code.label or code.label_km,
            parent=guids.get(code.parent, ""),
            definition="\n".join([code.definition, *(f"– {e}" for e in code.examples)]).strip(),
            colour=code.colour,
            codable=code.codable,
            guid=guids[code.id],
        )
        for _, code in team.walk()
        if not code.merged_into
    )


def _notes(work: _Building) -> Iterator[Note]:
    """Memos on what is in the project; a memo of hers on a text that stays in the book stays."""
    for memo in memos.listed(work.book):
        target = _target(work, memo)
        if target is not None:
            guid = guid_of("memo", target, memo.title, memo.text)
            yield Note(guid, memo.title, memo.text, (target,) if target else ())


def _target(work: _Building, memo: Memo) -> str | None:
    """The GUID of what the memo is about, "" for the book, none when it is not in the project."""
    if memo.about is About.BOOK:
        return ""
    if memo.about is About.CODE:
        scheme, _, term = memo.target.partition("/")
        if scheme == TEAM_SCHEME:
            return code_guid(work.team.code(work.team.standing(term)))
        return term_guid(scheme, term) if (scheme, term) in work.used else None
    held = work.by_item if memo.about is About.ITEM else work.by_coding
    return held.get(memo.target)
