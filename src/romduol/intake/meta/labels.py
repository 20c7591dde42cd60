"""A record of Meta's newer lists (``label_values``) goes in; its words come out.

Such a record is ``{"timestamp", "media", "label_values": [{"label", "value"}, …], "fbid"}``, where
a value may be a dictionary of further labels under a title. Labels are in the account's language:
where none is known, the only value that is no address is taken for the words, and the row says so.
Where there are several, none is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

LABELLED = "label_values"
BY_ELIMINATION = "meta.localized_labels"
UNKNOWN = "meta.unknown_labels"

_WORDS = frozenset({
    "Comment", "Text", "Post", "Caption", "Title", "Message", "Description",
    "Opmerking", "Kommentar", "Commentaire", "Comentario", "មតិ", "អត្ថបទ",
})  # fmt: skip
_BESIDE = frozenset({
    "URL", "Name", "Username", "Owner", "Media owner", "Media Owner", "Author", "Group", "Page",
    "Visibility", "Audience", "Language", "Country",
})  # fmt: skip
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a record says: her words, the links and names beside them, and how they were told."""

    text: str
    beside: tuple[str, ...]
    rules: tuple[str, ...]


def labelled(record: Json) -> Labelled:
    """The words of ``record``; of one without ``label_values`` nothing."""
    told = list(_told(record.get(LABELLED), 0))
    words = [value for label, value in told if label in _WORDS]
    if words:
        beside = tuple(value for label, value in told if label not in _WORDS)
        return Labelled("\n".join(dict.fromkeys(words)), beside, ())
    loose = [value for label, value in told if label not in _BESIDE and not _is_address(value)]
    if len(loose) == 1:
        beside = tuple(value for _, value in told if value != loose[0])
        return Labelled(loose[0], beside, (BY_ELIMINATION,))
    rules = (UNKNOWN,) if loose else ()
    return Labelled("", tuple(value for _, value in told), rules)


def _told(listed: Any, depth: int) -> Iterator[tuple[str, str]]:
    """(label, value) of every value that holds anything, however deep it stands."""
    if not isinstance(listed, list) or depth > _DEEPEST:
        return
    for one in listed:
        if not isinstance(one, dict):
            continue
        label, value = one.get("label") or one.get("title"), one.get("value")
        if isinstance(value, str) and value:
            yield (label if isinstance(label, str) else ""), value
        for inner in ("dict", "vec"):
            yield from _told(one.get(inner), depth + 1)


def _is_address(value: str) -> bool:
    return value.startswith(("http://", "https://"))
