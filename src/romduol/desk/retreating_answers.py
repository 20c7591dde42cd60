"""What she answers about her voice after an incident is kept as codes: level, mode, driver, dates.

An answer is a coding of the incident, so it is counted as any; it is never worked out from posts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from romduol.casebook.vocabulary import VERSION, vocabulary
from romduol.desk.blinding import coder_mac
from romduol.desk.clock import now
from romduol.desk.coding import held_incident, keep_fact
from romduol.desk.codings import UnknownIncident
from romduol.desk.custody import acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.women import DateUnreadable, find, require_may_see
from romduol.records.models import Code, Coding, Incident, Woman

RETREAT, MODE, DRIVER = "retreat", "retreat_mode", "actor"
_AS_FAR_AS_KNOWN = re.compile(r"(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of hers. ``since`` and ``until`` are ISO dates only as long as she knows them.

    Raises ``UnknownTerm`` and ``DateUnreadable``.
    """

    level: str
    mode: str = ""
    driver: str = ""
    since: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        for scheme, term in ((RETREAT, self.level), (MODE, self.mode), (DRIVER, self.driver)):
            if term or scheme == RETREAT:
                vocabulary().term(scheme, term)
        if not all(_AS_FAR_AS_KNOWN.fullmatch(one) for one in (self.since, self.until)):
            raise DateUnreadable


def answer(book: Book, alias: str, incident: str, said: Said) -> Incident:
    """Keep her answer about an incident (its code, or the label it was given); a level said again
    replaces what was said with it before.

    Raises ``UnknownWoman``, ``UnknownIncident``, and ``NoGrant`` or ``ConsentMissing``.
    """
    woman = find(alias)
    require_may_see(book, woman)
    found = _incident(book, woman, incident)
    with acting(book, "retreat-answer") as act:
        _code(book, found, RETREAT, said.level)
        if said.mode:
            _code(book, found, MODE, said.mode)
        found.retreats.filter(level=said.level).update(
            mode=said.mode, driver=said.driver, since=said.since, until=said.until
        )
        act.about(woman.code, event=found.code, level=said.level, mode=said.mode)
    return found


def _incident(book: Book, woman: Woman, named: str) -> Incident:
    found = woman.incidents.filter(code=named).first() or held_incident(book, woman, named)
    if found is None:
        raise UnknownIncident
    return found


def _code(book: Book, incident: Incident, scheme: str, term: str) -> None:
    code, _ = Code.objects.get_or_create(scheme=scheme, term=term, defaults={"version": VERSION})
    Coding.objects.get_or_create(
        incident=incident,
        code=code,
        item=None,
        start=None,
        end=None,
        coder_mac=coder_mac(book, me(book).name),
        defaults={"at": now()},
    )
    keep_fact(incident, scheme, term)
