"""XML from strangers becomes a tree, without entities, without names of spaces, not too deep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from romduol.casework.exchange.troubles import ProjectIsATrap, ProjectUnreadable

DEEPEST = 100
_GUID = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?\Z")
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?\Z", re.ASCII
)
_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})\Z")


def tree(data: bytes, root: str) -> Element:
    """The element called ``root`` that ``data`` is. Raises ``ProjectUnreadable``, or
    ``ProjectIsATrap`` for a document type, an entity, or a depth no codebook has."""
    try:
        found: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as cause:
        raise ProjectIsATrap from cause
    except (ParseError, ValueError, LookupError) as cause:
        raise ProjectUnreadable(why="XML") from cause
    if local(found) != root:
        raise ProjectUnreadable(why=root)
    if _too_deep(found):
        raise ProjectIsATrap
    return found


def _too_deep(root: Element) -> bool:
    level = [root]
    for _ in range(DEEPEST):
        level = [child for one in level for child in one]
    return bool(level)


def local(element: Element) -> str:
    """The element's name without its space: programs write several (``1.0``, ``1:0``, none)."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of that name, in order; none of nothing."""
    return (one for one in (element if element is not None else ()) if local(one) in names)


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that name."""
    return next(children(element, name), None)


def text_of(element: Element | None, name: str) -> str:
    """The text inside the first child of that name, "" when there is none."""
    found = child(element, name)
    return "" if found is None else (found.text or "")


def guid(element: Element, name: str = "guid") -> str:
    """The GUID in that attribute, upper case without braces; "" when it is none."""
    return as_guid(element.get(name, "").strip())


def as_guid(said: str) -> str:
    """A GUID in upper case without braces; "" for what is none."""
    found = _GUID.match(said)
    return found[1].upper() if found else ""


def refs(element: Element | None, *names: str) -> tuple[str, ...]:
    """The GUIDs that references of that name point to, each once."""
    found = (guid(one, "targetGUID") for one in children(element, *names))
    return tuple(dict.fromkeys(one for one in found if one))


def when(element: Element) -> str:
    """When it was made, as xsd:dateTime; "" when that cannot be read."""
    said = element.get("creationDateTime", "").strip()
    return said if _DATE_TIME.match(said) else ""


def colour(element: Element) -> str:
    """``#RRGGBB``, or ""."""
    said = element.get("color", "").strip()
    if not _COLOUR.match(said):
        return ""
    return said if len(said) == 7 else "#" + "".join(2 * digit for digit in said[1:])


def number(element: Element, name: str) -> int | None:
    """The whole number in that attribute; None when there is none, or one beyond all texts."""
    said = element.get(name, "").strip()
    return int(said) if re.fullmatch(r"[+-]?\d{1,12}", said, re.ASCII) else None
