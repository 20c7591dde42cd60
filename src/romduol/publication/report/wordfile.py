"""A Word file made anew: the same parts in one order, without times, names or template leavings.

Office Open XML packages are ZIP files (ECMA-376-2); python-docx writes them with the clock's time
and with the properties of its template.
"""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from docx.opc.oxml import serialize_part_xml
from docx.oxml.parser import parse_xml

_FIRST = "[Content_Types].xml"
_TEMPLATE = ("docProps/thumbnail.jpeg", "docProps/app.xml", "word/stylesWithEffects.xml")
_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>'
    "<dc:language>{lang}</dc:language></cp:coreProperties>"
)
_FONTS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:font w:name="Noto Sans"><w:altName w:val="Segoe UI,Calibri,Helvetica"/></w:font>'
    '<w:font w:name="Noto Sans Khmer"><w:altName '
    'w:val="Khmer UI,Leelawadee UI,Khmer OS Battambang,Khmer Sangam MN"/></w:font></w:fonts>'
)


def packed(made: bytes, title: str, lang: str) -> bytes:
    """The same document with a title and a language for its only properties."""
    with zipfile.ZipFile(io.BytesIO(made)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    for name in _TEMPLATE:
        parts.pop(name, None)
    for name in [name for name in parts if name.startswith("customXml/")]:
        del parts[name]
    parts["docProps/core.xml"] = _CORE.format(title=escape(title), lang=lang).encode()
    parts["word/fontTable.xml"] = _FONTS.encode()
    lists = {n: p for n, p in parts.items() if n.endswith(".rels") or n == _FIRST}
    return _zipped(parts | {name: _without_gone(listing) for name, listing in lists.items()})


def _without_gone(listing: bytes) -> bytes:
    """A list of parts or relations without those that were taken out."""
    root = parse_xml(listing)
    gone = {name.rpartition("/")[2] for name in _TEMPLATE}
    for entry in list(root):
        at = entry.get("PartName") or entry.get("Target") or ""
        if at.rpartition("/")[2] in gone or "customXml/" in at:
            root.remove(entry)
    return serialize_part_xml(root)


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(parts, key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, parts[name])
    return out.getvalue()
