"""Which columns of a form's submissions are questions, which are about a person, which neither.

KoboToolbox and ODK (Central, Aggregate, Briefcase) as they export: bookkeeping columns by their
names, choices of a select_multiple that stand beside its own column, and the rest, the questions.
A question that asks who or where somebody is gives no messages unless a person maps it by hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_KOBO = frozenset({"_uuid", "_submission_time"})
_KOBO_REPEAT = frozenset({"_parent_index", "_submission__uuid"})
_ODK = frozenset({"KEY", "SubmissionDate"})
_ODK_REPEAT = frozenset({"KEY", "PARENT_KEY"})

_BOOKKEEPING = frozenset({
    "start", "end", "today", "deviceid", "subscriberid", "simserial", "simid", "phonenumber",
    "devicephonenum", "username", "email", "audit", "background-audio", "formhub/uuid",
    "instanceID", "instanceName", "KEY", "PARENT_KEY", "SubmissionDate", "SubmitterID",
    "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState",
    "DeviceID", "Edits", "FormVersion", "$edited",
})  # fmt: skip
_BOOKKEEPING_FORMS = re.compile(r"_.*|meta[/:-].+|SET-OF-.+|.*[/:-](?:start|end)?audit")

_PERSONAL = frozenset({
    "name", "fullname", "firstname", "lastname", "surname", "nickname", "phone", "tel",
    "telephone", "mobile", "contact", "email", "mail", "address", "street", "house", "village",
    "phum", "gps", "geopoint", "geotrace", "geoshape", "location", "latitude", "longitude",
    "altitude", "accuracy", "coordinates", "nid", "passport", "idcard", "identity", "birth",
    "birthday", "birthdate", "dob", "signature", "interviewer", "enumerator",
})  # fmt: skip
_PERSONAL_PAIRS = re.compile(r"\b(?:id|identity) (?:card|number|no)\b")
_PERSONAL_KHMER = re.compile(
    "ឈ្មោះ|ទូរស័ព្ទ|ទូរសព្ទ|អាសយដ្ឋាន|អាស័យដ្ឋាន|ថ្ងៃ.{0,12}កំណើត|អត្តសញ្ញាណ|ហត្ថលេខា|អ៊ីមែល|អ៊ីម៉ែល|ទីតាំង|ភូមិ"
)
_TITLE_AT_MOST = 8  # words: a longer heading is a whole question, and asks more than a name
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PLACE = re.compile(r"-?\d{1,3}\.\d+ -?\d{1,3}\.\d+(?: -?\d+(?:\.\d+)?){1,2}(?:;.*)?", re.DOTALL)


class Part(Enum):
    """What a column is."""

    QUESTION = "question"
    CHOICE = "choice"  # of a select_multiple whose answers stand together in another column
    PERSONAL = "personal"
    BOOKKEEPING = "bookkeeping"


@dataclass(frozen=True, slots=True)
class Columns:
    """The header of one sheet, and what each column is."""

    names: tuple[str, ...]
    parts: tuple[Part, ...]
    repeat: bool

    def of(self, part: Part) -> tuple[str, ...]:
        """The names of all columns that are ``part``."""
        pairs = zip(self.names, self.parts, strict=True)
        return tuple(name for name, one in pairs if one is part)


def is_form(names: frozenset[str]) -> bool:
    """Whether columns with these names are a form's submissions, or a repeat of them."""
    return any(marks <= names for marks in (_KOBO, _KOBO_REPEAT, _ODK, _ODK_REPEAT))


def columns(names: tuple[str, ...]) -> Columns | None:
    """What each column is; none for a sheet that holds no submissions."""
    known = frozenset(names)
    if not is_form(known):
        return None
    parts = tuple(_part(name, known) for name in names)
    return Columns(names, parts, repeat=known >= _KOBO_REPEAT or known >= _ODK_REPEAT)


def is_place(text: str) -> bool:
    """Whether an answer is a point, line or area as forms write them: latitude longitude …"""
    return _PLACE.fullmatch(text) is not None


def _part(name: str, known: frozenset[str]) -> Part:
    if not name or name in _BOOKKEEPING or _BOOKKEEPING_FORMS.fullmatch(name):
        return Part.BOOKKEEPING
    if name.endswith("_URL") and name.removesuffix("_URL") in known:
        return Part.BOOKKEEPING
    if is_personal(name):
        return Part.PERSONAL
    if "/" in name and name.rpartition("/")[0] in known:
        return Part.CHOICE
    return Part.QUESTION


def is_personal(name: str) -> bool:
    """Whether a column asks who somebody is or where, by its own name without its groups'."""
    own = _CAMEL.sub(" ", name.rpartition("/")[2])
    if _PERSONAL_KHMER.search(own):
        return True
    words = re.findall(r"[a-z]+", own.lower())
    if len(words) > _TITLE_AT_MOST:
        return False
    return bool(_PERSONAL & set(words) or _PERSONAL_PAIRS.search(" ".join(words)))
