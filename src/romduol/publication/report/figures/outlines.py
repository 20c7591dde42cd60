"""A map that somebody brought: GeoJSON becomes outlines by gazetteer code (RFC 7946).

Only codes and corners are kept. Names, notes and whatever else the file says of a place are left
behind, so that nothing of it can come into a report.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from romduol.casebook.troubles import WrongUsage
from romduol.casebook.vocabulary import UnknownTerm
from romduol.publication.phrases import LANGS, Text, place_name

Point = tuple[float, float]
_CODE = re.compile(r"(?:KH)?(\d{2}|\d{4})")  # COD-AB writes KH12 and KH1201
_FINE = 600.0  # corners nearer than this part of the map's width are one


class MapUnreadable(WrongUsage):
    """The file given as a map is not GeoJSON with polygons in longitude and latitude."""


class MapWithoutCodes(WrongUsage):
    """No property of the map's places holds the codes of the gazetteer."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One place: its gazetteer code and its rings, each a list of corners, x to the right, y down.

    Lengths are parts of the map's width.
    """

    code: str
    rings: tuple[tuple[Point, ...], ...]

    @property
    def labels(self) -> Text:
        """The name of the place in both languages, from the gazetteer."""
        return tuple((lang, place_name(self.code, lang)) for lang in LANGS)

    @property
    def middle(self) -> Point:
        """The middle of the box around its largest ring, where its number is written."""
        xs, ys = zip(*max(self.rings, key=_area), strict=True)
        return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


@dataclass(frozen=True, slots=True)
class Outlines:
    """A map: its places, and its height as part of its width."""

    parts: tuple[Outline, ...]
    height: float

    @property
    def codes(self) -> frozenset[str]:
        """The places it holds."""
        return frozenset(part.code for part in self.parts)

    def only(self, digits: int) -> Outlines:
        """The places whose code has this many digits."""
        return Outlines(tuple(p for p in self.parts if len(p.code) == digits), self.height)


def read_map(content: bytes) -> Outlines:
    """The outlines of a GeoJSON file. Raises ``MapUnreadable`` or ``MapWithoutCodes``."""
    try:
        features = json.loads(content)["features"]
        property_ = _property([feature["properties"] or {} for feature in features])
        found: dict[str, list[list[Point]]] = {}
        for feature in features:
            code = _code(feature["properties"].get(property_))
            if code:
                found.setdefault(code, []).extend(_rings(feature["geometry"]))
        return _placed(found)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as cause:
        raise MapUnreadable from cause


def _property(properties: list[Mapping[str, Any]]) -> str:
    """The property that holds a known code most often; of equals the first by name."""
    held = Counter(name for each in properties for name, value in each.items() if _code(value))
    if not held:
        raise MapWithoutCodes
    return min(held, key=lambda name: (-held[name], name))


def _code(value: object) -> str:
    """The gazetteer code of a province or district, or "" if it is none."""
    found = _CODE.fullmatch(str(value).strip())
    if found is None:
        return ""
    try:
        place_name(found[1], "en")
    except UnknownTerm:
        return ""
    return found[1]


def _rings(geometry: Mapping[str, Any]) -> Iterator[list[Point]]:
    """The outer and inner rings of a polygon or of several."""
    kinds = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}
    for polygon in kinds[geometry["type"]]:
        for ring in polygon:
            yield [_degrees(float(corner[0]), float(corner[1])) for corner in ring]


def _degrees(longitude: float, latitude: float) -> Point:
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError(longitude)
    return longitude, latitude


def _placed(found: Mapping[str, list[list[Point]]]) -> Outlines:
    """Flat and scaled to a width of one, north up: equirectangular about the middle latitude."""
    corners = [corner for rings in found.values() for ring in rings for corner in ring]
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    narrow = math.cos(math.radians((south + north) / 2))
    width = (east - west) * narrow
    if width <= 0 or north <= south:
        raise ValueError("a map without an area")

    def flat(corner: Point) -> Point:
        return (corner[0] - west) * narrow / width, (north - corner[1]) / width

    parts = [
        Outline(code, tuple(_thinned([flat(c) for c in ring]) for ring in found[code]))
        for code in sorted(found)
    ]
    return Outlines(tuple(parts), (north - south) / width)


def _thinned(ring: list[Point]) -> tuple[Point, ...]:
    """The ring without corners too near to the one before to be seen; at least three stay."""
    kept = [ring[0]]
    for corner in ring[1:]:
        if math.dist(corner, kept[-1]) * _FINE >= 1:
            kept.append(corner)
    if len(kept) < 3:
        kept = ring[:3]
    if len(kept) < 3:
        raise ValueError("a ring of fewer than three corners")
    return tuple(kept)


def _area(ring: tuple[Point, ...]) -> float:
    """Twice the area within a ring (the shoelace formula)."""
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs))
