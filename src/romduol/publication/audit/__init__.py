"""The last look: finished files are read again from their bytes and held against every rule.

It shares no code with the writers or with the choice of what to say. Whatever it cannot read or
finish is refused.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from itertools import product
from typing import Any

from romduol.casebook.claims import Cell, Claim, Table, Unit
from romduol.casebook.troubles import Trouble
from romduol.language.digits import latin
from romduol.publication.audit import page as pages
from romduol.publication.audit import pdftext, word
from romduol.publication.audit.cells import Grounds, check_table
from romduol.publication.audit.figures import check_drawn, check_printed, check_told
from romduol.publication.audit.names import check_latin_names, check_names
from romduol.publication.audit.numbers import check_claims
from romduol.publication.audit.sentences import check_counts, check_own_words
from romduol.publication.audit.since import check_below, check_marks, check_set
from romduol.publication.audit.troubles import (
    AuditCouldNotRun,
    CellGivenAway,
    CountGivenAway,
    ForbiddenWordFound,
    NumberDiffers,
)
from romduol.publication.disclosure.audit import Ground, check_linked
from romduol.publication.options import PublishOptions
from romduol.publication.report import Composed
from romduol.publication.report.figures import Figure
from romduol.publication.report.model import Block, Facts, FigureBlock, TableBlock, Themes

__all__ = [
    "AuditCouldNotRun",
    "CellGivenAway",
    "CountGivenAway",
    "ForbiddenWordFound",
    "NumberDiffers",
    "audit",
]

KINDS = ("html", "pdf", "docx")
REPORTS = Unit.REPORTS.value
_NUMBERS = re.compile(r"\d+")
_BESIDE = ("rounded", "since", "last")  # columns of a CSV beside the number


def audit(
    files: Mapping[str, bytes],
    composed: Composed,
    langs: Sequence[str],
    forbidden: Sequence[str],
    watch: Callable[[int, int], None] = lambda _done, _of: None,
) -> None:
    """Read every file of a release again; return only if nothing is wrong with any of them.

    Raises the trouble found first, or ``AuditCouldNotRun`` with the cause chained.
    """
    look = _Look(files, composed, tuple(langs), tuple(forbidden))
    steps = tuple(look.steps())
    for done, (file, step) in enumerate(steps):
        watch(done, len(steps))
        try:
            step()
        except Trouble:
            raise
        except Exception as cause:
            raise AuditCouldNotRun(file=file) from cause


@dataclass(frozen=True, slots=True)
class _Look:
    """One release under audit."""

    files: Mapping[str, bytes]
    composed: Composed
    langs: tuple[str, ...]
    forbidden: tuple[str, ...]

    @property
    def asked(self) -> int:
        return self.composed.report.asked

    @property
    def pairs(self) -> frozenset[tuple[int, int]]:
        """The only "x of y" that may stand anywhere."""
        claims = self.composed.claims
        return frozenset((c.number, c.asked) for c in claims if c.number is not None)

    @property
    def blocks(self) -> list[Block]:
        """Everything the report was to show; what it shows may be less than the release holds."""
        return [block for section in self.composed.report.sections for block in section.blocks]

    @property
    def shown_claims(self) -> dict[str, Claim]:
        """The claims of the release that stand in the report, by id."""
        facts = {c.id for b in self.blocks if isinstance(b, Facts) for c in b.claims}
        themes = {t.claim.id for b in self.blocks if isinstance(b, Themes) for t in b.themes}
        return {c.id: c for c in self.composed.claims if c.id in facts | themes}

    @property
    def shown_tables(self) -> list[Table]:
        """The tables of the release that stand in the report."""
        ids = {b.table.id for b in self.blocks if isinstance(b, TableBlock)}
        return [table for table in self.composed.tables if table.id in ids]

    @property
    def figures(self) -> list[tuple[Figure, Table]]:
        """Every figure of the report, each with the table it must agree with."""
        tables = {table.id: table for table in self.composed.tables}
        drawn = (block.figure for block in self.blocks if isinstance(block, FigureBlock))
        return [(figure, tables[figure.table]) for figure in drawn]

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Every check of every file."""
        yield "", self.complete
        for lang in self.langs:
            yield f"report.{lang}.html", partial(self.page, f"report.{lang}.html", lang)
            yield f"report.{lang}.pdf", partial(self.pdf, f"report.{lang}.pdf", lang)
            yield f"report.{lang}.docx", partial(self.word, f"report.{lang}.docx", lang)
        for table in self.composed.tables:
            file = f"tables/{table.id}.csv"
            yield file, partial(self.sheet, file, table)
        yield "dictionary.csv", self.dictionary
        yield "claims.json", self.claims
        yield "tables.json", self.tables

    def complete(self) -> None:
        """Exactly the files that were to be made, so that none goes out unread."""
        wanted = {f"report.{lang}.{kind}" for lang in self.langs for kind in KINDS}
        wanted |= {f"tables/{t.id}.csv" for t in self.composed.tables}
        wanted |= {"dictionary.csv", "claims.json", "tables.json"}
        if set(self.files) != wanted:
            raise AuditCouldNotRun(file=", ".join(sorted(set(self.files) ^ wanted)))

    def page(self, file: str, lang: str) -> None:
        """The HTML: words, counts, each claim's numbers, each table's cells."""
        page = pages.read(self.files[file])
        if page.lang != lang:
            raise NumberDiffers(file=file, id="lang")
        check_names(file, self.forbidden, f"{page.own}\n" + "\n".join(page.attributes), page.hers)
        check_counts(file, page.own, self.pairs, self.asked)
        check_counts(file, page.text, self.pairs, self.asked, hers=True)
        check_own_words(file, page.own)
        self.same_claims(file, page.claims, lang)
        if set(page.cells) != {table.id for table in self.shown_tables}:
            raise NumberDiffers(file=file, id="tables")
        for table in self.shown_tables:
            _same_cells(file, table, page.cells[table.id])
            check_marks(file, table, page.cells[table.id])
            check_below(file, table, page.since.get(table.id, ""), lang)
        if set(page.figures) != {figure.id for figure, _ in self.figures}:
            raise NumberDiffers(file=file, id="figures")
        for figure, table in self.figures:
            check_drawn(file, figure, table, page.figures[figure.id])

    def word(self, file: str, lang: str) -> None:
        """The Word document: words, counts, each claim, each cell, what is told of each figure."""
        found = word.read(self.files[file])
        check_names(file, self.forbidden, f"{found.own}\n{found.properties}", found.hers)
        check_counts(file, f"{found.own}\n{found.properties}", self.pairs, self.asked)
        check_counts(file, f"{found.own}{found.hers}", self.pairs, self.asked, hers=True)
        check_own_words(file, f"{found.own}\n{found.properties}")
        self.same_claims(file, found.claims, lang)
        if set(found.tables) != {table.id for table in self.shown_tables}:
            raise NumberDiffers(file=file, id="tables")
        for table in self.shown_tables:
            _same_grid(file, table, found.tables[table.id])
            check_below(file, table, found.since.get(table.id, ""), lang)
        ids = {figure.id for figure, _ in self.figures}
        if set(found.figures) != ids or found.pictures != len(ids):
            raise NumberDiffers(file=file, id="figures")
        for figure, table in self.figures:
            check_told(file, figure, table, found.figures[figure.id])

    def same_claims(self, file: str, found: Mapping[str, list[str]], lang: str) -> None:
        """Every claim of the report stands there, wherever it stands with its own numbers."""
        claims = self.shown_claims
        if set(found) != set(claims):
            raise NumberDiffers(file=file, id="claims")
        for id_, texts in found.items():
            for text in texts:
                _same_numbers(file, claims[id_], text, lang)

    def pdf(self, file: str, lang: str) -> None:
        """The PDF: Latin names, counts as far as its text can be read, every English claim."""
        text = pdftext.undoubled(pdftext.text_of(self.files[file]))
        flowing = text.replace("\n", " ")
        check_latin_names(file, self.forbidden, flowing, text.replace("\n", ""))
        check_counts(file, flowing, self.pairs, self.asked, hers=True)
        for figure, table in self.figures:
            check_printed(file, figure, table, text)
        for table in self.shown_tables:
            check_set(file, table, flowing, lang)
        dense = "".join(text.split())
        for claim in self.shown_claims.values():
            if lang == "en" and "".join(dict(claim.wording)[lang].split()) not in dense:
                raise NumberDiffers(file=file, id=claim.id)

    def words(self, file: str) -> str:
        """A text file: words and counts."""
        text = self.files[file].decode("utf-8")
        check_names(file, self.forbidden, text)
        check_counts(file, text, self.pairs, self.asked)
        return text

    def dictionary(self) -> None:
        """What the columns mean: words only, but read like the rest."""
        if not list(csv.reader(io.StringIO(self.words("dictionary.csv"), newline=""))):
            raise NumberDiffers(file="dictionary.csv", id="columns")

    def sheet(self, file: str, table: Table) -> None:
        """A table as CSV: the same cells, and nothing beside a withheld one."""
        rows = list(csv.DictReader(io.StringIO(self.words(file), newline="")))
        names = [name for name in (rows[0] if rows else ()) if name.startswith("category")]
        cells = {
            " | ".join(row[name] for name in names): row["value"] or row["withheld"] for row in rows
        }
        _same_cells(file, table, cells, hidden="yes")
        beside = {
            tuple(row[name] for name in names): tuple(row.get(name, "") for name in _BESIDE)
            for row in rows
        }
        if beside != {cell.at: _beside(cell) for cell in table.cells}:
            raise NumberDiffers(file=file, id=table.id)

    def claims(self) -> None:
        """The claims as published: the same numbers, no more keys, nothing that follows."""
        found = json.loads(self.words("claims.json"))["claims"]
        numbers = {c["id"]: (c["scheme"], c["term"], c["number"], c["asked"]) for c in found}
        wanted = {c.id: (c.scheme, c.term, c.number, c.asked) for c in self.composed.claims}
        if numbers != wanted or any("sources" in claim for claim in found):
            raise NumberDiffers(file="claims.json", id="claims")
        for claim in self.composed.claims:
            for lang, text in claim.wording:
                _same_numbers("claims.json", claim, text, lang)
                check_own_words("claims.json", text)
        dropped = {left.what for left in self.composed.left if left.rule == "derivable"}
        check_claims("claims.json", found, dropped, self._least)

    def tables(self) -> None:
        """The tables as published: the same cells, and no withheld one that follows."""
        found = json.loads(self.words("tables.json"))["tables"]
        if [t["id"] for t in found] != [t.id for t in self.composed.tables]:
            raise NumberDiffers(file="tables.json", id="tables")
        for written, table in zip(found, self.composed.tables, strict=True):
            cells = {" | ".join(c["at"]): str(c.get("value", "")) for c in written["cells"]}
            _same_cells("tables.json", table, cells, hidden="")
            if not self.composed.linked and written["unit"] != REPORTS:
                check_table(written, Grounds(self.asked, self._least(table.axes[0][0])))
        if self.composed.linked:
            claims = json.loads(self.words("claims.json"))["claims"]
            self.together([t for t in found if t["unit"] != REPORTS], claims)
        if any(t["unit"] == REPORTS for t in found):
            self.together([t for t in found if t["unit"] == REPORTS], [])

    def together(self, tables: list[dict[str, Any]], claims: list[dict[str, Any]]) -> None:
        """Tables and sentences of this release, and all releases before it.

        Reports are looked at apart: no number of them follows from numbers of anything else.
        """
        reports = any(table["unit"] == REPORTS for table in tables)
        units = tuple(unit for unit in Unit if (unit.value == REPORTS) is reports)
        edition = self.composed.edition
        cells = [c for c in (edition.cells if edition else ()) if c.quantity.unit in units]
        totals = tuple((c.quantity, c.value) for c in cells if c.shown and not c.quantity.at)
        ground = Ground(self.asked, self.composed.report.threshold, self._least, totals)
        check_linked(tables, claims, self.composed.ledger.only(*units), ground)

    def _least(self, axis: str) -> int:
        report = self.composed.report
        return PublishOptions(report.as_of, threshold=report.threshold).threshold_for(axis)


def _same_numbers(file: str, claim: Claim, text: str, lang: str) -> None:
    """Refuse a sentence that prints other numbers than the claim's, beside those of its label."""
    said = text.partition("៖" if lang == "km" else ":")[2]
    numbers = [int(number) for number in _NUMBERS.findall(latin(said))]
    wanted = [claim.asked]
    if claim.number is not None:
        wanted = [claim.number, claim.asked]
    if claim.number is not None and claim.asked >= 20:
        share = Decimal(100 * claim.number) / claim.asked
        wanted.append(int(share.quantize(Decimal(1), ROUND_HALF_UP)))
    if numbers != wanted:
        raise NumberDiffers(file=file, id=claim.id)


def _same_grid(file: str, table: Table, rows: list[list[str]]) -> None:
    """The same for a table read as rows of texts: a head, then names and the cells in order."""
    across = len(table.axes[-1][1]) if len(table.axes) > 1 else 1
    if any(len(row) != across + 1 for row in rows):
        raise NumberDiffers(file=file, id=table.id)
    texts = [text for row in rows[1:] for text in row[1:]]
    places = [tuple(c.id for c in at) for at in product(*(rows for _, rows in table.axes))]
    if len(texts) != len(places):
        raise NumberDiffers(file=file, id=table.id)
    cells = {" | ".join(at): text for at, text in zip(places, texts, strict=True)}
    _same_cells(file, table, cells)
    check_marks(file, table, cells)


def _beside(cell: Cell) -> tuple[str, str, str]:
    """What the columns ``_BESIDE`` must hold for this cell."""
    since = cell.since
    return (
        str(cell.rounded or ""),
        since.release if since else "",
        str(since.value) if since else "",
    )


def _same_cells(
    file: str, table: Table, found: Mapping[str, str], hidden: str | None = None
) -> None:
    """Refuse a table with other rows or numbers; a withheld cell holds ``hidden`` or no digit."""
    wanted = {" | ".join(cell.at): cell.value for cell in table.cells}
    if set(found) != set(wanted):
        raise NumberDiffers(file=file, id=table.id)
    for at, value in wanted.items():
        text = latin(found[at])
        blank = text == hidden if hidden is not None else not _NUMBERS.search(text)
        if text != str(value) and (value is not None or not blank):
            raise NumberDiffers(file=file, id=table.id)
