from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pyrage
import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.vault.durable import DiskFull, FolderReadOnly
from romduol.vault.keys import DamagedObject, Identity, NoGrant
from romduol.vault.objects import ObjectMissing, ObjectStore, Sealed

CHUNK = 64 * 1024  # age encrypts in chunks of this size
TAG = 16
HER = Identity.generate()


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path / "objects")


def file_of(store: ObjectStore, sealed: Sealed) -> Path:
    return store._folder / sealed.name[:2] / sealed.name


def everything_in(store: ObjectStore) -> list[Path]:
    return [f for f in store._folder.rglob("*") if f.is_file()]


@pytest.mark.parametrize("size", [0, 1, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_sealed_comes_back_both_ways(store: ObjectStore, size: int) -> None:
    original = os.urandom(size)
    sealed = store.seal(io.BytesIO(original), [HER.recipient])
    out = io.BytesIO()
    assert store.open_bytes(sealed.name, [HER]) == original
    assert store.open_to(sealed.name, [HER], out) == size
    assert out.getvalue() == original


def test_the_hashes_are_those_of_the_original_and_the_name_that_of_the_sealed_bytes(
    store: ObjectStore,
) -> None:
    sealed = store.seal_bytes(b"as received", [HER.recipient])
    on_disk = file_of(store, sealed).read_bytes()
    assert sealed.sha256 == hashlib.sha256(b"as received").hexdigest()
    assert sealed.blake3 == blake3(b"as received").hexdigest()
    assert (sealed.size, sealed.sealed_bytes) == (11, len(on_disk))
    assert sealed.name == blake3(on_disk).hexdigest()


def test_an_object_is_a_plain_age_file(store: ObjectStore) -> None:
    sealed = store.seal_bytes(b"in twenty years", [HER.recipient])
    stock = pyrage.x25519.Identity.from_str(HER.secret)
    assert pyrage.decrypt(file_of(store, sealed).read_bytes(), [stock]) == b"in twenty years"


def test_the_same_bytes_sealed_twice_are_two_objects(store: ObjectStore) -> None:
    names = {store.seal_bytes(b"same", [HER.recipient]).name for _ in range(2)}
    assert set(store.names()) == names
    assert len(names) == 2


def test_no_plaintext_and_no_part_file_is_left(store: ObjectStore) -> None:
    store.seal_bytes(b"canary-word " * 1000, [HER.recipient])
    assert len(everything_in(store)) == 1
    assert all(b"canary" not in file.read_bytes() for file in everything_in(store))


def test_files_and_folders_are_for_their_owner_only(store: ObjectStore) -> None:
    file = file_of(store, store.seal_bytes(b"x", [HER.recipient]))
    modes = [path.stat().st_mode & 0o077 for path in (file, file.parent, store._folder)]
    assert modes == [0, 0, 0]


def test_a_wrong_key_is_no_grant(store: ObjectStore) -> None:
    sealed = store.seal_bytes(b"hers", [HER.recipient])
    out = io.BytesIO()
    with pytest.raises(NoGrant):
        store.open_bytes(sealed.name, [Identity.generate()])
    with pytest.raises(NoGrant):
        store.open_to(sealed.name, [Identity.generate()], out)
    assert out.getvalue() == b""


def regions(sealed: bytes) -> dict[str, int]:
    """A byte in every region of an age file of two chunks (C2SP age.md)."""
    mac = sealed.index(b"\n--- ") + 5
    nonce = sealed.index(b"\n", mac) + 1
    payload = nonce + 16
    return {
        "version": 4,
        "recipient stanza": sealed.index(b"-> X25519 ") + 20,
        "wrapped file key": sealed.index(b"\n", sealed.index(b"-> X25519 ")) + 5,
        "header mac": mac + 3,
        "nonce": nonce + 3,
        "first chunk": payload + 5,
        "first tag": payload + CHUNK + 3,
        "last chunk": payload + CHUNK + TAG + 5,
        "last tag": len(sealed) - 1,
    }


@pytest.mark.parametrize("region", sorted(regions(b"-> X25519 \n\n--- \n")))
def test_a_flipped_bit_in_any_region_is_refused(store: ObjectStore, region: str) -> None:
    sealed = store.seal_bytes(os.urandom(CHUNK + 100), [HER.recipient])
    raw = bytearray(file_of(store, sealed).read_bytes())
    raw[regions(bytes(raw))[region]] ^= 1
    file_of(store, sealed).write_bytes(raw)
    refused_everywhere(store, sealed)


@pytest.mark.parametrize("region", sorted(regions(b"-> X25519 \n\n--- \n")))
def test_a_flipped_bit_is_refused_by_age_too_when_the_name_is_made_to_fit(
    store: ObjectStore, region: str
) -> None:
    sealed = store.seal_bytes(os.urandom(CHUNK + 100), [HER.recipient])
    raw = bytearray(file_of(store, sealed).read_bytes())
    raw[regions(bytes(raw))[region]] ^= 1
    forged = put(store, bytes(raw))
    for opened in (
        lambda: store.open_bytes(forged, [HER]),
        lambda: store.open_to(forged, [HER], io.BytesIO()),
    ):
        with pytest.raises((DamagedObject, NoGrant)):
            opened()


def put(store: ObjectStore, raw: bytes) -> str:
    name = blake3(raw).hexdigest()
    folder = store._folder / name[:2]
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(raw)
    return name


def refused_everywhere(store: ObjectStore, sealed: Sealed) -> None:
    out = io.BytesIO()
    with pytest.raises(DamagedObject):
        store.open_bytes(sealed.name, [HER])
    with pytest.raises(DamagedObject):
        store.open_to(sealed.name, [HER], out)
    assert out.getvalue() == b""
    assert not store.intact(sealed.name)


def chunk_bounds() -> list[int]:
    """Lengths to cut a payload of three chunks to: at, before and behind each bound."""
    ends = [n * (CHUNK + TAG) for n in (1, 2, 3)]
    return sorted({0, 1, *(end + off for end in ends for off in (-TAG, -1, 0, 1))})[:-2]


@pytest.mark.parametrize("kept", chunk_bounds())
def test_a_truncated_object_is_refused(store: ObjectStore, kept: int) -> None:
    sealed = store.seal_bytes(os.urandom(3 * CHUNK), [HER.recipient])
    raw = file_of(store, sealed).read_bytes()
    cut = raw[: len(raw) - 3 * (CHUNK + TAG) + kept]
    file_of(store, sealed).write_bytes(cut)
    refused_everywhere(store, sealed)
    forged = put(store, cut)
    with pytest.raises(DamagedObject):
        store.open_bytes(forged, [HER])
    with pytest.raises(DamagedObject):
        store.open_to(forged, [HER], io.BytesIO())


def test_an_object_with_something_behind_it_is_refused(store: ObjectStore) -> None:
    sealed = store.seal_bytes(b"x" * CHUNK, [HER.recipient])
    forged = put(store, file_of(store, sealed).read_bytes() + b"more")
    with pytest.raises(DamagedObject):
        store.open_bytes(forged, [HER])
    with pytest.raises(DamagedObject):
        store.open_to(forged, [HER], io.BytesIO())


def test_two_objects_swapped_are_both_refused(store: ObjectStore) -> None:
    one, two = (store.seal_bytes(text, [HER.recipient]) for text in (b"threat", b"praise"))
    first, second = file_of(store, one).read_bytes(), file_of(store, two).read_bytes()
    file_of(store, one).write_bytes(second)
    file_of(store, two).write_bytes(first)
    refused_everywhere(store, one)
    refused_everywhere(store, two)


def test_a_missing_object_is_called_missing(store: ObjectStore) -> None:
    sealed = store.seal_bytes(b"x", [HER.recipient])
    assert store.remove(sealed.name)
    assert not store.remove(sealed.name)
    with pytest.raises(ObjectMissing):
        store.open_bytes(sealed.name, [HER])
    assert not store.intact(sealed.name)


@pytest.mark.parametrize("name", ["../keys/book.age", "", "AB" * 32, "ab" * 31, "/etc/passwd"])
def test_no_path_leaves_the_store(store: ObjectStore, name: str) -> None:
    for act in (store.remove, store.intact, lambda n: store.open_bytes(n, [HER])):
        with pytest.raises(ValueError, match="name"):
            act(name)


def test_an_error_of_the_reader_reaches_the_caller_and_leaves_nothing(store: ObjectStore) -> None:
    class Unplugged(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise PermissionError(13, "the stick was pulled")

    with pytest.raises(PermissionError, match="stick"):
        store.seal(Unplugged(), [HER.recipient])  # type: ignore[arg-type]
    assert everything_in(store) == []


def test_an_error_of_the_writer_reaches_the_caller(store: ObjectStore) -> None:
    class Closed:
        def write(self, data: bytes) -> int:
            raise BrokenPipeError(32, "gone")

    sealed = store.seal_bytes(b"x" * 100, [HER.recipient])
    with pytest.raises(BrokenPipeError, match="gone"):
        store.open_to(sealed.name, [HER], Closed())


def test_sealing_to_nobody_is_refused_and_leaves_nothing(store: ObjectStore) -> None:
    with pytest.raises(ValueError, match="nobody"):
        store.seal_bytes(b"x", [])
    assert everything_in(store) == []


@settings(max_examples=25, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    store = ObjectStore(tmp_path_factory.mktemp("texts"))
    assert store.open_text(store.seal_text(value, [HER.recipient]).name, [HER]) == value


def test_short_texts_have_one_length(store: ObjectStore) -> None:
    sizes = {store.seal_text(text, [HER.recipient]).size for text in ("", "yes", "ខ្ញុំ" * 20)}
    assert sizes == {512}


def test_sweeping_removes_orphans_and_parts_and_nothing_else(store: ObjectStore) -> None:
    kept, orphan = (store.seal_bytes(b"x", [HER.recipient]) for _ in range(2))
    (store._folder / "0123.part").write_bytes(b"half")
    (store._folder / "README").write_text("not ours")
    assert store.sweep({kept.name}) == sorted([orphan.name, "0123.part"])
    assert list(store.names()) == [kept.name]
    assert (store._folder / "README").exists()
    assert store.sweep({kept.name}) == []


def test_a_copy_in_another_store_is_the_same_object(store: ObjectStore, tmp_path: Path) -> None:
    sealed, other = store.seal_bytes(b"hers", [HER.recipient]), ObjectStore(tmp_path / "travel")
    store.copy_to(sealed.name, other)
    assert other.open_bytes(sealed.name, [HER]) == b"hers"


def test_a_damaged_object_is_not_copied(store: ObjectStore, tmp_path: Path) -> None:
    sealed, other = store.seal_bytes(b"hers", [HER.recipient]), ObjectStore(tmp_path / "travel")
    with file_of(store, sealed).open("ab") as file:
        file.write(b"!")
    with pytest.raises(DamagedObject):
        store.copy_to(sealed.name, other)
    assert everything_in(other) == []


SEAL = """
import os, resource, signal, sys
from pathlib import Path
from romduol.vault.durable import DiskFull, FolderReadOnly
from romduol.vault.objects import ObjectStore
store = ObjectStore(Path(sys.argv[1]))
{first}
try:
    store.seal_bytes(b"x" * 300_000, [sys.argv[2]])
except (DiskFull, FolderReadOnly) as trouble:
    sys.stdout.write(trouble.rule)
"""
NO_BIG_FILES = """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
"""
NOT_ROOT = """
if os.getuid() == 0:  # root writes wherever it likes
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
"""


def sealing_after(first: str, store: ObjectStore) -> str:
    """What a child process says when it does ``first`` and then seals an object."""
    child = subprocess.run(
        [sys.executable, "-c", SEAL.format(first=first), str(store._folder), HER.recipient],
        capture_output=True,
        check=True,
        text=True,
    )
    return child.stdout


def test_a_full_disk_is_said_and_leaves_nothing(store: ObjectStore) -> None:
    store._folder.mkdir()
    assert sealing_after(NO_BIG_FILES, store) == DiskFull.__name__
    assert everything_in(store) == []


def test_a_disk_that_is_really_full_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(small)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        store = ObjectStore(small / "objects")
        kept = store.seal_bytes(b"before", [HER.recipient])
        with pytest.raises(DiskFull):
            store.seal_bytes(os.urandom(300_000), [HER.recipient])
        assert list(store.names()) == [kept.name]
        assert len(everything_in(store)) == 1
        assert store.open_bytes(kept.name, [HER]) == b"before"
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_read_only_folder_is_said(store: ObjectStore) -> None:
    store._folder.mkdir()
    for folder in (store._folder, *store._folder.parents):
        if folder.stat().st_uid == os.getuid() and folder.is_relative_to(tempfile.gettempdir()):
            folder.chmod(folder.stat().st_mode | 0o755)
    store._folder.chmod(0o555)
    assert sealing_after(NOT_ROOT, store) == FolderReadOnly.__name__
    assert everything_in(store) == []


def test_a_folder_that_may_not_even_be_looked_into_is_said(store: ObjectStore) -> None:
    store._folder.mkdir()
    store._folder.parent.chmod(0o700)
    assert sealing_after(NOT_ROOT, store) == FolderReadOnly.__name__
