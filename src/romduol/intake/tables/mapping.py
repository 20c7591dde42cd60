"""A mapping says which column of a table is what: a small TOML or JSON file, written once, kept.

    platform = "facebook"             # where the messages were written
    own = ["Account A"]               # names in the author column that are hers
    order = "dmy"                     # if 5/3/2024 is written: day or month first
    zone = "Asia/Phnom_Penh"          # of times that name none
    sheet = "Comments"                # of a workbook; else the first that has the columns
    thread = "page comments"          # for all rows, when no column says it

    [columns]                         # ours = theirs; only text is needed
    text = "Comment"
    sent_at = ["Date", "Time"]        # one column, or several that are read as one
    author = "Name"
    account = "Profile ID"            # steadier than a name
    thread = "Post"
    id = "Comment ID"
    reply_to = "Answers"
    forwarded_from = "Shared from"
    attachment = "Photo"
    own = "Mine"                      # yes or no

The same as JSON: ``{"platform": "facebook", "columns": {"text": "Comment"}}``.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from romduol.casebook.evidence import ReadingOptions
from romduol.casebook.troubles import WrongUsage

FIELDS = (
    "text", "sent_at", "author", "account", "thread", "id", "reply_to", "forwarded_from",
    "attachment", "own",
)  # fmt: skip
SETTINGS = ("platform", "own", "order", "zone", "sheet", "thread", "columns")
LARGEST = 1 << 20

_PLATFORM = re.compile(r"[a-z][a-z0-9_-]{0,31}")


class MappingUnreadable(WrongUsage):
    """Someone gave a mapping that is neither TOML nor JSON."""


class MappingKeyUnknown(WrongUsage):
    """Someone's mapping has a key that means nothing here."""


class MappingValueWrong(WrongUsage):
    """Someone's mapping has a value of the wrong kind behind a key."""


class MappingWithoutText(WrongUsage):
    """Someone's mapping does not say which column holds the words."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column is what. ``columns`` maps our field to the names of one or more columns."""

    columns: dict[str, tuple[str, ...]]
    platform: str = "table"
    own: tuple[str, ...] = ()
    order: str = ""
    zone: str = ""
    sheet: str = ""
    thread: str = ""

    def named(self) -> frozenset[str]:
        """Every column the mapping names."""
        return frozenset(name for names in self.columns.values() for name in names)


@dataclass(frozen=True, slots=True)
class TableOptions(ReadingOptions):
    """Reading options with the mapping a table is read by; ``kept`` if it was said earlier."""

    mapping: Mapping | None = None
    kept: bool = False


def with_columns(options: ReadingOptions, mapping: Mapping, *, kept: bool = False) -> TableOptions:
    """The same options, with ``mapping``; tables are then read by it and nothing else changes."""
    said = {f.name: getattr(options, f.name) for f in fields(ReadingOptions)}
    return TableOptions(**said, mapping=mapping, kept=kept)


def mapping_in(options: ReadingOptions) -> Mapping | None:
    """The mapping the options carry, or none."""
    return options.mapping if isinstance(options, TableOptions) else None


def read_mapping(data: bytes) -> Mapping:
    """The mapping in ``data``; raises ``MappingUnreadable`` and its neighbours, saying which key.

    Known before anything is read: keys, kinds of values, the zone. Whether the columns are there
    is known when a table is.
    """
    said = _parsed(data)
    _only(said, SETTINGS, "")
    columns = said.get("columns", {})
    if not isinstance(columns, dict):
        raise MappingValueWrong(key="columns", wanted="[columns]")
    _only(columns, FIELDS, "columns.")
    if "text" not in columns:
        raise MappingWithoutText
    return Mapping(
        columns={key: _names(f"columns.{key}", columns[key]) for key in FIELDS if key in columns},
        platform=_platform(said),
        own=_names("own", said["own"]) if "own" in said else (),
        order=_one_of(said, "order", ("", "dmy", "mdy")),
        zone=_zone(said),
        sheet=_string(said, "sheet"),
        thread=_string(said, "thread"),
    )


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        text = data[: LARGEST + 1].decode("utf-8-sig")
        if len(data) > LARGEST:
            raise MappingUnreadable
        said = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as cause:  # TOML's, JSON's and UTF-8's errors are these
        raise MappingUnreadable from cause
    if not isinstance(said, dict):
        raise MappingUnreadable
    return said


def _only(said: dict[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in said:
        if key not in known:
            raise MappingKeyUnknown(key=f"{where}{key}", known=", ".join(known))


def _names(key: str, value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(n and isinstance(n, str) for n in names):
        raise MappingValueWrong(key=key, wanted='"…" / ["…", "…"]')
    return tuple(names)


def _string(said: dict[str, Any], key: str) -> str:
    value = said.get(key, "")
    if not isinstance(value, str):
        raise MappingValueWrong(key=key, wanted='"…"')
    return value


def _one_of(said: dict[str, Any], key: str, known: tuple[str, ...]) -> str:
    value = _string(said, key)
    if value not in known:
        raise MappingValueWrong(key=key, wanted=" / ".join(f'"{k}"' for k in known if k))
    return value


def _platform(said: dict[str, Any]) -> str:
    value = _string(said, "platform") or "table"
    if not _PLATFORM.fullmatch(value):
        raise MappingValueWrong(key="platform", wanted='"facebook", "telegram", "sms" …')
    return value


def _zone(said: dict[str, Any]) -> str:
    value = _string(said, "zone")
    try:
        if value:
            ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MappingValueWrong(key="zone", wanted='"Asia/Phnom_Penh"') from None
    return value
