"""Of a project file that holds several women's words, the part that is one woman's.

Her sources with all their selections, the notes and cases that speak of nothing else, the codes and
the users. What cannot be told apart (links, drawings, sets, the project's own description) is in
nobody's part.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from xml.etree.ElementTree import Element, register_namespace, tostring

from romduol.casework.exchange import markup
from romduol.casework.exchange.project import PROJECT_SPACE

_SHARED = ("Sets", "Links", "Graphs", "Description")


def share_of(project_xml: bytes, hers: Container[str]) -> bytes:
    """The project file with only the sources whose GUIDs are ``hers``; the same bytes each time.

    Sources without a GUID are in nobody's part. Raises as ``markup.tree``.
    """
    root = markup.tree(project_xml, "Project")
    _keep(markup.child(root, "Sources"), lambda one: markup.guid(one) in hers)
    for name in _SHARED:
        for one in list(markup.children(root, name)):
            root.remove(one)
    here = _inside(root)
    noted = {note for one in root.iter() for note in markup.refs(one, "NoteRef") if one is not root}
    _keep(markup.child(root, "Notes"), lambda one: markup.guid(one) in noted)
    _keep(markup.child(root, "Cases"), lambda one: _is_hers(one, here))
    register_namespace("", PROJECT_SPACE)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _keep(above: Element | None, wanted: Callable[[Element], bool]) -> None:
    for one in list(above if above is not None else ()):
        if above is not None and not wanted(one):
            above.remove(one)


def _inside(root: Element) -> set[str]:
    """The GUIDs of everything in the sources that are left."""
    sources = markup.child(root, "Sources")
    return {markup.guid(one) for one in sources.iter()} if sources is not None else set()


def _is_hers(case: Element, here: set[str]) -> bool:
    said = markup.refs(case, "SourceRef", "SelectionRef")
    return bool(said) and set(said) <= here
