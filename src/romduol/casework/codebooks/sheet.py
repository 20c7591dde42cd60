"""A team's codebook as CSV: read into the codebook that stands, written out whole.

Columns ``COLUMNS``; only ``label`` or ``label_km`` must be filled. ``parent`` is an id, or a label
that one code of the sheet or of the codebook has. ``examples`` stand one a line. A row whose ``id``
the codebook knows says that code anew; any other row is a new code. No code is taken away.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace

from romduol.casebook.codes import Code, Codebook
from romduol.casebook.troubles import WrongUsage
from romduol.casework.codebooks.changes import next_version
from romduol.casework.codebooks.rules import CodebookFaulty

COLUMNS = (
    "id", "parent", "label", "label_km", "definition", "examples", "colour", "codable", "retired",
    "merged_into", "guid",
)  # fmt: skip
# a spreadsheet would run a cell that begins so; an apostrophe before it keeps it a text
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"^'('*[=+\-@\t\r])")
_NO, _YES = frozenset({"no", "n", "0", "false", "ទេ"}), frozenset({"", "yes", "y", "1", "true"})


class CodebookSheetFaulty(WrongUsage):
    """A codebook's CSV could not be read at one row; nothing was changed.

    ``why``: ``columns``, ``yes_no``, ``parent`` (no code, or several, of that label), ``utf8``,
    or a reason of ``CodebookFaulty``. ``row`` counts as a spreadsheet does.
    """


def read_codebook(data: bytes, codebook: Codebook, new_id: Callable[[], str]) -> Codebook:
    """``codebook`` with what the sheet says, one version on. Raises ``CodebookSheetFaulty``."""
    rows = _rows(data)
    codes = {one.id: one for one in codebook.codes}
    read: dict[str, tuple[int, str]] = {}
    for number, row in rows:
        code = _code(number, row, codes, new_id)
        if code.id in read:
            raise CodebookSheetFaulty(row=number, why="twice")
        codes[code.id] = code
        read[code.id] = number, row.get("parent", code.parent).strip()
    for id_, (number, parent) in read.items():
        codes[id_] = replace(codes[id_], parent=_parent(number, parent, codes))
    if tuple(codes.values()) == codebook.codes:
        raise CodebookFaulty(code=codebook.scheme, why="nothing")
    return _checked(codebook, codes, read)


def _checked(
    codebook: Codebook, codes: dict[str, Code], read: dict[str, tuple[int, str]]
) -> Codebook:
    try:
        return next_version(codebook, codes.values())
    except CodebookFaulty as fault:
        number = read.get(str(fault.facts["code"]), (0, ""))[0]
        raise CodebookSheetFaulty(row=number, why=fault.facts["why"]) from fault


def _rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise CodebookSheetFaulty(row=1, why="utf8") from cause
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True
    )
    found: list[tuple[int, dict[str, str]]] = []
    try:
        if not {"label", "label_km"} & set(reader.fieldnames or ()):
            raise CodebookSheetFaulty(row=1, why="columns")
        for number, row in enumerate(reader, start=2):
            found.append((number, _whole(number, row)))
    except csv.Error as cause:
        raise CodebookSheetFaulty(row=len(found) + 2, why="columns") from cause
    return found


def _whole(number: int, row: dict[str, str]) -> dict[str, str]:
    """DictReader puts cells too many under None and fills those too few with it."""
    if None in row or None in row.values():
        raise CodebookSheetFaulty(row=number, why="columns")
    return {name: _GUARDED.sub(r"\1", cell) for name, cell in row.items()}


def _code(
    number: int, row: dict[str, str], codes: dict[str, Code], new_id: Callable[[], str]
) -> Code:
    id_ = row.get("id", "").strip() or new_id()
    before = codes.get(id_, Code(id_, ""))

    def said(name: str, standing: str) -> str:
        return row[name].strip() if name in row else standing

    examples = row["examples"].split("\n") if "examples" in row else before.examples
    return replace(
        before,
        label=said("label", before.label),
        label_km=said("label_km", before.label_km),
        definition=said("definition", before.definition),
        examples=tuple(line.strip() for line in examples if line.strip()),
        colour=said("colour", before.colour),
        codable=_yes(number, row["codable"]) if "codable" in row else before.codable,
        retired=_yes(number, row["retired"] or "no") if "retired" in row else before.retired,
        merged_into=said("merged_into", before.merged_into),
        guid=said("guid", before.guid),
    )


def _yes(number: int, said: str) -> bool:
    word = said.strip().casefold()
    if word not in _YES | _NO:
        raise CodebookSheetFaulty(row=number, why="yes_no")
    return word in _YES


def _parent(number: int, said: str, codes: dict[str, Code]) -> str:
    if not said or said in codes:
        return said
    found = [one.id for one in codes.values() if said in (one.label, one.label_km)]
    if len(found) != 1:
        raise CodebookSheetFaulty(row=number, why="parent")
    return found[0]


def write_codebook(codebook: Codebook) -> bytes:
    """The whole codebook as CSV, parents before their children; reading it back gives the same."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for _, one in codebook.walk():
        cells = (
            one.id, one.parent, one.label, one.label_km, one.definition, "\n".join(one.examples),
            one.colour, "yes" if one.codable else "no", "yes" if one.retired else "no",
            one.merged_into, one.guid,
        )  # fmt: skip
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")
