"""Which cells of a one-way table are withheld so that none of them can be worked out.

A cell is unsafe alone (*primary*) when it rests on too few women, on nearly all of a small study,
or mostly on one woman. Then further cells are withheld until the bounds a reader can put on every
withheld cell are wide: it might be as large as the threshold, and it might be smaller than it is
(Fischetti and Salazar-Gonzalez, "Models and algorithms for optimizing cell suppression in tabular
data with linear constraints", JASA 95, 2000: attacker's interval and its upper and lower
protection levels). The grand total counts as known to the reader even where it is not printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass

from romduol.publication.inference import UNBOUNDED, Key, Tree, tighten
from romduol.publication.ladder import Bounds
from romduol.publication.options import SMALL_STUDY


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind one cell: how many of the unit each woman contributes.

    ``value`` is the cell itself; in units a woman shares with nobody it is the sum of ``by_woman``.
    ``few_sources``: one authority, or one account, would find itself in it.
    """

    by_woman: tuple[tuple[str, int], ...]
    value: int
    few_sources: bool = False

    @classmethod
    def of(cls, owners: Iterable[str], few_sources: bool = False) -> Behind:
        """From the woman of every single unit counted."""
        found = Counter(owners)
        return cls(tuple(sorted(found.items())), found.total(), few_sources)

    @property
    def women(self) -> int:
        """Distinct women behind the cell."""
        return len(self.by_woman)


@dataclass(frozen=True, slots=True)
class Rule:
    """When a cell may be printed: ``asked`` women in the study, threshold ``k``."""

    asked: int
    k: int
    counts_women: bool = False

    @property
    def small(self) -> bool:
        """Is this study too small for zeros and near-unanimity to be shown?"""
        return self.asked < SMALL_STUDY

    @property
    def floor(self) -> int:
        """The least a withheld cell can be: where zeros are printed it is not zero."""
        return 0 if self.small else 1

    def printable(self, cell: Behind) -> bool:
        """May the cell be printed as far as it alone is concerned?"""
        if cell.women == 0:
            return not self.small
        if cell.few_sources or cell.women < self.k or (self.small and cell.women > self.asked - 2):
            return False
        if self.counts_women:
            return cell.women <= self.asked - 2
        largest = max(count for _, count in cell.by_woman)
        return 2 * largest <= cell.value and largest < cell.value - 1

    def wide(self, value: int, bounds: Bounds) -> bool:
        """Does a reader's interval leave a withheld cell open both ways?"""
        lower = bounds.low < value or value <= self.floor
        return lower and bounds.high >= self.k and not bounds.certain


def withheld(
    tree: Tree,
    cells: Mapping[Key, Behind],
    rule: Rule,
    draw: Callable[[Key], bytes],
    total: Key | None = None,
) -> frozenset[Key] | None:
    """The cells to withhold, or none if no choice protects them all.

    ``total`` is a cell the reader is supposed to know and that never protects others; where it may
    not be printed it is withheld as well, and must not follow from what is. ``draw`` puts the cells
    that may protect others in an order a reader cannot know: if always the smallest were taken, he
    could tell from the one that was not.
    """
    hidden = {key for key in tree if not rule.printable(cells[key])}
    while (exposed := _exposed(tree, cells, hidden, rule, total)) is not None:
        taken = hidden | ({total} if total else set())
        free = _free(exposed, tree, cells, taken)
        if not free:
            return None
        hidden.add(min(free, key=draw))
    return frozenset(hidden)


def _exposed(
    tree: Tree, cells: Mapping[Key, Behind], hidden: set[Key], rule: Rule, total: Key | None
) -> Key | None:
    """A withheld cell that could be worked out, with the total known or (itself) unknown."""
    for unknown in (hidden, hidden - {total}):
        bounds = tighten(tree, _told(cells, unknown, rule))
        for key in tree:
            if key in unknown and not rule.wide(cells[key].value, bounds[key]):
                return key
    return None


def _told(cells: Mapping[Key, Behind], hidden: Set[Key], rule: Rule) -> dict[Key, Bounds]:
    most = rule.asked if rule.counts_women else UNBOUNDED
    return {
        key: Bounds(rule.floor, most) if key in hidden else Bounds(cell.value, cell.value)
        for key, cell in cells.items()
    }


def _free(key: Key, tree: Tree, cells: Mapping[Key, Behind], taken: Set[Key]) -> list[Key]:
    """The printed cells beside ``key``, else below it, else the one above it."""
    above = tree.parents().get(key)
    beside = tree.children[above] if above is not None else ()
    for group in (beside, tree.children.get(key, ()), (above,) if above is not None else ()):
        free = [k for k in group if k not in taken and cells[k].value > 0]
        if free:
            return free
    return []
