"""The squares of the schematic maps: the 25 provinces, and the 14 khans of Phnom Penh.

Each square has the same size, so that a small place weighs as much as a large one and no mark falls
on a village. Where they stand is our own drawing; names and codes are those of the gazetteer.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from romduol.publication.phrases import LANGS, Text, place_name

_CAPITAL = "រាជធានី"  # "capital city" before the name of Phnom Penh: too long for a square


@dataclass(frozen=True, slots=True)
class Tile:
    """One square: the code of its place, and where it stands, counted from the upper left."""

    code: str
    column: int
    row: int

    @property
    def labels(self) -> Text:
        """The name of the place in both languages."""
        return tuple((lang, place_name(self.code, lang).removeprefix(_CAPITAL)) for lang in LANGS)


def _read() -> tuple[Tile, ...]:
    text = (files(__package__) / "tiles.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Tile(row["code"], int(row["column"]), int(row["row"])) for row in rows)


_EVERY = _read()
TILES: Mapping[str, tuple[Tile, ...]] = {
    "place:province": tuple(tile for tile in _EVERY if len(tile.code) == 2),
    "place:district": tuple(tile for tile in _EVERY if len(tile.code) == 4),
}
