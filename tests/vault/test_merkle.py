from __future__ import annotations

from hashlib import sha256

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.vault import merkle
from romduol.vault.merkle import EMPTY_ROOT, Tree, leaf_hash

# The eight-leaf vectors of Certificate Transparency (transparency-dev/merkle, proof tests).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(root)
    for root in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
NODES = {
    name: bytes.fromhex(node)
    for name, node in {
        "1": "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "23": "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "4567": "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        "4": "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "67": "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "0123": "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "01": "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "0": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "45": "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "6": "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    }.items()
}
INCLUSION = [  # index, size, path
    (0, 8, ["1", "23", "4567"]),
    (5, 8, ["4", "67", "0123"]),
    (2, 3, ["01"]),
    (1, 5, ["0", "23", "4"]),
]
CONSISTENCY = [  # old, new, path
    (1, 1, []),
    (1, 8, ["1", "23", "4567"]),
    (6, 8, ["45", "67", "0123"]),
    (2, 5, ["23", "4"]),
    (6, 7, ["45", "6", "0123"]),
]


def tree_of(*leaves: bytes) -> Tree:
    return Tree(leaf_hash(leaf) for leaf in leaves)


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Tree().root() == EMPTY_ROOT == sha256().digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_public_roots(size: int) -> None:
    assert tree_of(*LEAVES[:size]).root() == tree_of(*LEAVES).root(size) == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "names"), INCLUSION)
def test_the_public_inclusion_proofs(index: int, size: int, names: list[str]) -> None:
    path = [NODES[name] for name in names]
    assert tree_of(*LEAVES).inclusion(index, size) == path
    assert merkle.included(leaf_hash(LEAVES[index]), index, size, ROOTS[size - 1], path)


@pytest.mark.parametrize(("old", "new", "names"), CONSISTENCY)
def test_the_public_consistency_proofs(old: int, new: int, names: list[str]) -> None:
    path = [NODES[name] for name in names]
    assert tree_of(*LEAVES).consistency(old, new) == path
    assert merkle.consistent(old, ROOTS[old - 1], new, ROOTS[new - 1], path)


STRANGE = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")


def corrupted(path: list[bytes], *beside: bytes) -> list[list[bytes]]:
    """Proofs that are not ``path``, as in the public tests."""
    flipped = [
        [*path[:i], bytes([path[i][0] ^ 16]) + path[i][1:], *path[i + 1 :]]
        for i in range(len(path))
    ]
    longer = [p for x in (b"", STRANGE, *beside) for p in ([*path, x], [x, *path])]
    return [*flipped, *longer, path[:-1], path[1:], path[:1] + path]


@pytest.mark.parametrize(("index", "size", "names"), INCLUSION)
def test_a_false_inclusion_proof_is_refused(index: int, size: int, names: list[str]) -> None:
    path, root, leaf = [NODES[n] for n in names], ROOTS[size - 1], leaf_hash(LEAVES[index])
    for wrong in corrupted(path, root):
        assert not merkle.included(leaf, index, size, root, wrong)
    for i in (index - 1, index + 1, index ^ 2, -1, size):
        assert not merkle.included(leaf, i, size, root, path)
    for s in (size * 2, size // 2, 0):
        assert not merkle.included(leaf, index, s, root, path)
    assert not merkle.included(STRANGE, index, size, root, path)
    assert not merkle.included(b"WrongLeaf", index, size, root, path)
    for r in (STRANGE, EMPTY_ROOT, b""):
        assert not merkle.included(leaf, index, size, r, path)


@pytest.mark.parametrize(("old", "new", "names"), CONSISTENCY[1:])
def test_a_false_consistency_proof_is_refused(old: int, new: int, names: list[str]) -> None:
    path, before, after = [NODES[n] for n in names], ROOTS[old - 1], ROOTS[new - 1]
    for wrong in [*corrupted(path, before, after), []]:
        assert not merkle.consistent(old, before, new, after, wrong)
    for o in (old - 1, old + 1, old ^ 2, -1):
        assert not merkle.consistent(o, before, new, after, path)
    for n in (new * 2, new // 2, old):
        assert not merkle.consistent(old, before, n, after, path)
    assert not merkle.consistent(old, after, new, before, path)
    assert not merkle.consistent(old, STRANGE, new, after, path)
    assert not merkle.consistent(old, before, new, STRANGE, path)
    assert not merkle.consistent(old, before, new, b"WrongRoot", path)


def test_every_tree_begins_with_the_empty_one_and_only_with_that() -> None:
    assert merkle.consistent(0, EMPTY_ROOT, 5, ROOTS[4], [])
    assert not merkle.consistent(0, STRANGE, 5, ROOTS[4], [])
    assert not merkle.consistent(0, EMPTY_ROOT, 5, ROOTS[4], [STRANGE])
    assert merkle.consistent(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])


def test_time_does_not_run_backwards() -> None:
    assert not merkle.consistent(2, ROOTS[1], 1, ROOTS[0], [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, 9)])
def test_a_proof_outside_the_tree_is_not_made(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        tree_of(*LEAVES).inclusion(index, size)
    with pytest.raises(IndexError):
        tree_of(*LEAVES).root(9)
    with pytest.raises(IndexError):
        tree_of(*LEAVES).consistency(4, 3)


entries = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


@settings(max_examples=60, deadline=None)
@given(entries, st.data())
def test_roots_and_proofs_are_those_of_another_implementation(
    leaves: list[bytes], data: st.DataObject
) -> None:
    ours, theirs = tree_of(*leaves), pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        theirs.append_entry(leaf)
    new = data.draw(st.integers(1, len(leaves)))
    old = data.draw(st.integers(1, new))
    index = data.draw(st.integers(0, new - 1))
    assert ours.root(new) == theirs.get_root(new)
    assert merkle.included(
        leaf_hash(leaves[index]), index, new, theirs.get_root(new), ours.inclusion(index, new)
    )
    proof = ours.consistency(old, new)
    assert merkle.consistent(old, theirs.get_root(old), new, theirs.get_root(new), proof)


@settings(max_examples=60, deadline=None)
@given(entries, st.data())
def test_another_leaf_or_a_shifted_place_is_never_included(
    leaves: list[bytes], data: st.DataObject
) -> None:
    tree = tree_of(*leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1))
    said = leaf_hash(leaves[index] + b"!")
    path = tree.inclusion(index)
    assert not merkle.included(said, index, len(leaves), tree.root(), path)
    if leaves[other] != leaves[index]:
        assert not merkle.included(leaf_hash(leaves[other]), index, len(leaves), tree.root(), path)


@settings(max_examples=60, deadline=None)
@given(entries, st.binary(max_size=8), st.data())
def test_a_rewritten_log_is_never_consistent(
    leaves: list[bytes], edit: bytes, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, len(leaves)))
    changed = data.draw(st.integers(0, old - 1))
    if leaves[changed] == edit:
        return
    before = tree_of(*leaves)
    after = tree_of(*leaves[:changed], edit, *leaves[changed + 1 :])
    proof = after.consistency(old)
    assert not merkle.consistent(old, before.root(old), len(leaves), after.root(), proof)


@given(
    st.integers(-2, 20),
    st.integers(-2, 20),
    st.lists(st.binary(min_size=32, max_size=32) | st.binary(max_size=3), max_size=6),
)
def test_the_verifiers_never_raise_on_what_a_stranger_sends(
    old: int, new: int, proof: list[bytes]
) -> None:
    merkle.consistent(old, STRANGE, new, STRANGE, proof)
    assert not merkle.included(STRANGE, old, new, EMPTY_ROOT, proof)
