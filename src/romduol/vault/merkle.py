"""Merkle trees over log entries: roots, proofs, and the two checks anyone can repeat.

RFC 9162 section 2.1 (the hashes of RFC 6962). The verifiers need no tree and no book: they take
numbers and hashes. All hashes are SHA-256, 32 bytes. A verifier answers True or False and never
raises on what a stranger hands it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
_HASH_LENGTH = 32


def consistent(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Is the tree of ``new_size`` the old one with entries added behind it? RFC 9162, 2.1.4.2.

    An empty old tree is the beginning of every tree and takes an empty proof.
    """
    if not 0 <= old_size <= new_size or not _are_hashes(old_root, new_root, *proof):
        return False
    if old_size == new_size:
        return old_root == new_root and not proof
    if old_size == 0:
        return old_root == EMPTY_ROOT and not proof
    path = list(proof)
    if _is_power_of_two(old_size):
        path.insert(0, old_root)
    return bool(path) and _climb_both(old_size - 1, new_size - 1, path) == (old_root, new_root)


def _climb_both(old_last: int, new_last: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots as the path gives them; None when the path is too long or too short."""
    while old_last & 1:
        old_last, new_last = old_last >> 1, new_last >> 1
    old = new = path[0]
    for step in path[1:]:
        if new_last == 0:
            return None
        if old_last & 1 or old_last == new_last:
            old, new = node_hash(step, old), node_hash(step, new)
            while old_last and not old_last & 1:
                old_last, new_last = old_last >> 1, new_last >> 1
        else:
            new = node_hash(new, step)
        old_last, new_last = old_last >> 1, new_last >> 1
    return (old, new) if new_last == 0 else None


def included(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Does ``leaf`` (a leaf hash) stand at ``index`` in the tree of ``size``? RFC 9162, 2.1.3.2."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    here, last, climbed = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            climbed = node_hash(step, climbed)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            climbed = node_hash(climbed, step)
        here, last = here >> 1, last >> 1
    return last == 0 and climbed == root


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours. Another prefix than a leaf's, so neither passes for the other."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """The leaf hashes of a log and every complete node above them.

    Adding costs at most log2(n) hashes; a root or a proof costs as many. 100,000 leaves take about
    6 MB and a third of a second.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.add(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def add(self, leaf: bytes) -> None:
        """One more leaf hash at the end."""
        self._levels[0].append(leaf)
        height = 0
        while len(self._levels[height]) % 2 == 0:
            if len(self._levels) == height + 1:
                self._levels.append([])
            left, right = self._levels[height][-2:]
            self._levels[height + 1].append(node_hash(left, right))
            height += 1

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves (all of them if not given)."""
        size = len(self) if size is None else size
        self._require(0 <= size <= len(self))
        return self._subtree(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The path from leaf ``index`` to the root over ``size`` leaves. RFC 9162, 2.1.3.1."""
        size = len(self) if size is None else size
        self._require(0 <= index < size <= len(self))
        path: list[bytes] = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._subtree(middle, end))
                end = middle
            else:
                path.append(self._subtree(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """What shows that the first ``old`` of ``new`` leaves did not change. RFC 9162, 2.1.4.1."""
        new = len(self) if new is None else new
        self._require(0 <= old <= new <= len(self))
        path: list[bytes] = []
        start, end, whole = 0, new, True
        while 0 < old < end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._subtree(middle, end))
                end = middle
            else:
                path.append(self._subtree(start, middle))
                start, whole = middle, False
        if old and not whole:
            path.append(self._subtree(start, end))
        return path[::-1]

    def _subtree(self, start: int, end: int) -> bytes:
        """The hash over leaves [start, end), where ``start`` is where such a subtree may begin."""
        width = end - start
        if _is_power_of_two(width):
            height = width.bit_length() - 1
            return self._levels[height][start >> height]
        middle = start + _split(width)
        return node_hash(self._subtree(start, middle), self._subtree(middle, end))

    def _require(self, within: bool) -> None:
        if not within:
            raise IndexError(f"outside a tree of {len(self)} entries")


def _split(width: int) -> int:
    """The largest power of two smaller than ``width`` (at least 2)."""
    return 1 << ((width - 1).bit_length() - 1)


def _is_power_of_two(number: int) -> bool:
    return number & (number - 1) == 0


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == _HASH_LENGTH for value in values)
