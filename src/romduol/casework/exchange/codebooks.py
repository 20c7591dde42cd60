"""Codes in XML become a codebook's codes, parents first; a .qdc file is nothing but these."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from romduol.casebook.codes import Code
from romduol.casework.exchange import markup
from romduol.casework.exchange.project import guid_of
from romduol.casework.exchange.troubles import Left

NO_GUID, TWICE, NO_NAME = "qdpx.left.code_no_guid", "qdpx.left.code_twice", "qdpx.left.code_no_name"


def read_codebook(data: bytes) -> tuple[tuple[Code, ...], tuple[Left, ...]]:
    """The codes of a .qdc file, and what is odd about them. Raises ``ProjectUnreadable`` or
    ``ProjectIsATrap``."""
    root = markup.tree(data, "CodeBook")
    codes, left = codes_in(root)
    sets = sum(1 for _ in markup.children(markup.child(root, "Sets"), "Set"))
    return codes, (*left, *([Left("qdpx.left.sets", count=sets)] if sets else []))


def codes_in(codebook: Element | None) -> tuple[tuple[Code, ...], tuple[Left, ...]]:
    """The codes of a ``CodeBook`` element, each after its parent.

    A code without a GUID, or with one that another code has, gets one that follows from its name
    and place; one without a name goes by the beginning of its GUID. Each is listed.
    """
    codes: dict[str, Code] = {}
    left: list[Left] = []
    _take(markup.child(codebook, "Codes"), "", codes, left)
    return tuple(codes.values()), tuple(left)


def _take(above: Element | None, parent: str, codes: dict[str, Code], left: list[Left]) -> None:
    for element in markup.children(above, "Code"):
        guid = _guid(element, parent, codes, left)
        label = element.get("name", "").strip()
        if not label:
            left.append(Left(NO_NAME, guid))
        codes[guid] = Code(
            id=guid,
            label=label or guid[:8],
            parent=parent,
            definition=markup.text_of(element, "Description"),
            colour=markup.colour(element),
            codable=element.get("isCodable", "true").strip() in ("true", "1"),
            guid=guid,
        )
        _take(element, guid, codes, left)


def _guid(element: Element, parent: str, codes: dict[str, Code], left: list[Left]) -> str:
    said = markup.guid(element)
    if said and said not in codes:
        return said
    left.append(Left(TWICE, said) if said else Left(NO_GUID))
    return guid_of("code", parent, element.get("name", ""), str(len(codes)))
