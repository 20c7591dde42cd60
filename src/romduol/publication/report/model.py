"""The report before any file of it: sections of blocks, every text in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from romduol.casebook.claims import Claim, Table
from romduol.publication.phrases import Text
from romduol.publication.quotes import Quote
from romduol.publication.report.figures import Figure


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of our own words."""

    text: Text


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences of our own."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Claims repeated as the facts at a glance."""

    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """One finding: its claim and the unlinked quotes under it."""

    claim: Claim
    label: Text
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Themes:
    """The findings of one scheme under a heading."""

    title: Text
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table of the release."""

    table: Table


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A drawing of a table of the release."""

    figure: Figure


@dataclass(frozen=True, slots=True)
class Card:
    """A law or right: its name, what we hold of it, and how far that goes."""

    title: Text
    text: Text
    note: Text


@dataclass(frozen=True, slots=True)
class Box:
    """Sentences set apart: what the units mean."""

    title: Text
    items: tuple[Text, ...]


Block = Paragraph | Bullets | Facts | Themes | TableBlock | FigureBlock | Card | Box


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; ``id`` is the same in every language."""

    id: str
    title: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ReportModel:
    """One report in both languages. ``release`` and ``as_of`` say which.

    ``points`` is the size of its words on paper.
    """

    title: Text
    subtitle: Text
    as_of: date
    release: str
    threshold: int
    asked: int
    sections: tuple[Section, ...]
    points: float = 10.5
