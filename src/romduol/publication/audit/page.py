"""A finished HTML page, read back: its text, its own words, its claims and its tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "br", "hr", "link", "img", "input"})
_OUTSIDE = frozenset({"script", "iframe", "object", "embed", "img", "link", "form", "input"})
_BLOCKS = frozenset(
    {"p", "li", "h1", "h2", "h3", "th", "td", "tr", "caption", "section", "title", "figcaption"}
    | {"text", "desc", "svg"}
)


class PageBroken(ValueError):
    """Tags that do not close, or an element that a report never holds."""


@dataclass
class Drawn:
    """A figure as drawn: the words that stand for each category, and the size of its shape."""

    texts: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, tuple[float, float]] = field(default_factory=dict)
    told: str = ""  # what is read aloud in its place
    hatched: set[str] = field(default_factory=set)


@dataclass
class Page:
    """What a reader of the page meets. ``own`` is the text outside quotes, ``hers`` within."""

    lang: str = ""
    text: str = ""
    own: str = ""
    hers: str = ""
    attributes: list[str] = field(default_factory=list)
    claims: dict[str, list[str]] = field(default_factory=dict)
    cells: dict[str, dict[str, str]] = field(default_factory=dict)
    figures: dict[str, Drawn] = field(default_factory=dict)
    since: dict[str, str] = field(default_factory=dict)  # what stands under each table


def read(content: bytes) -> Page:
    """The page. Raises ``PageBroken`` or ``UnicodeDecodeError`` when it cannot be read whole."""
    reader = _Reader()
    reader.feed(content.decode("utf-8"))
    reader.close()
    if reader.open or not reader.page.lang:
        raise PageBroken("the page does not end where it should")
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _OUTSIDE:
            raise PageBroken(tag)
        named = {name: value or "" for name, value in attrs}
        self.page.attributes.extend(named.values())
        if tag == "html":
            self.page.lang = named.get("lang", "")
        if tag == "p" and "data-claim" in named:
            self.page.claims.setdefault(named["data-claim"], []).append("")
        if tag not in _VOID:
            self.open.append((tag, named))
        self._shape(tag, named)
        self._add("\n" if tag in _BLOCKS else "")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop()[0] != tag:
            raise PageBroken(tag)
        self._add("\n" if tag in _BLOCKS else "")

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _ in self.open]
        if "style" in inside:
            return
        self._add(data)
        claim = self._attribute("p", "data-claim")
        if claim:
            self.page.claims[claim][-1] += data
        below = self._attribute("p", "data-since")
        if below:
            self.page.since[below] = self.page.since.get(below, "") + data
        if "figure" in inside:
            self._drawn(inside, data)
        if "td" in inside:
            row = self.page.cells.setdefault(self._attribute("table", "id"), {})
            at = self._attribute("tr", "data-row")
            across = self._attribute("td", "data-column")
            at = f"{at} | {across}" if across else at
            row[at] = row.get(at, "") + data

    def _shape(self, tag: str, named: dict[str, str]) -> None:
        """A shape that stands for a category: how large, and hatched or not."""
        at, id_ = named.get("data-at"), self._attribute("figure", "id")
        if tag == "figure":
            self.page.figures[id_] = Drawn()
        if at is None or tag == "text":
            return
        figure = self.page.figures[id_]
        if at in figure.sizes:
            raise PageBroken("a category is drawn twice")
        figure.sizes[at] = (float(named.get("width", 0)), float(named.get("height", 0)))
        if named.get("fill", "").startswith("url("):
            figure.hatched.add(at)

    def _drawn(self, inside: list[str], data: str) -> None:
        figure = self.page.figures[self._attribute("figure", "id")]
        at = self._attribute("text", "data-at") if "text" in inside else ""
        if at:
            figure.texts[at] = figure.texts.get(at, "") + data
        if "desc" in inside:
            figure.told += data

    def handle_comment(self, data: str) -> None:
        raise PageBroken("a comment")

    def _add(self, data: str) -> None:
        self.page.text += data
        if any(tag == "blockquote" for tag, _ in self.open):
            self.page.hers += data
        else:
            self.page.own += data

    def _attribute(self, tag: str, name: str) -> str:
        return next((named.get(name, "") for t, named in reversed(self.open) if t == tag), "")
