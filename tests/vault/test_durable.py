from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from romduol.vault import durable
from romduol.vault.durable import DiskFull, FolderReadOnly
from romduol.vault.keys import Identity
from romduol.vault.objects import ObjectStore


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EFBIG, DiskFull),
        (errno.EROFS, FolderReadOnly),
        (errno.EACCES, FolderReadOnly),
        (errno.EPERM, FolderReadOnly),
    ],
)
def test_a_full_or_read_only_disk_has_its_own_trouble(
    number: int, trouble: type[Exception]
) -> None:
    with pytest.raises(trouble), durable.disk_troubles():
        raise OSError(number, "x")


def test_another_error_of_the_disk_stays_what_it_is() -> None:
    with pytest.raises(OSError, match="broken"), durable.disk_troubles():
        raise OSError(errno.EIO, "broken")


def test_a_whole_file_replaces_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "f"
    durable.write_whole(file, b"old")
    durable.write_whole(file, b"new")
    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


def test_a_failed_body_leaves_no_part(tmp_path: Path) -> None:
    def fail() -> None:
        with durable.part_file(tmp_path) as part:
            part.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_appending_keeps_what_is_to_be_kept_and_cuts_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "f"
    assert durable.append(file, 0, b"whole\n") == 6
    with file.open("ab") as torn:
        torn.write(b"hal")
    assert durable.append(file, 6, b"next\n") == 11
    assert file.read_bytes() == b"whole\nnext\n"


def test_appending_to_a_file_that_lost_its_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "f"
    durable.append(file, 0, b"whole\n")
    with pytest.raises(ValueError, match="shorter"):
        durable.append(file, 7, b"next\n")
    assert file.read_bytes() == b"whole\n"


def test_a_file_just_made_has_its_name_put_on_the_disk_and_later_bytes_only_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def noted(handle: int) -> None:
        synced.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")

    monkeypatch.setattr(os, "fsync", noted)
    kept = durable.append(tmp_path / "f", 0, b"whole\n")
    durable.append(tmp_path / "f", kept, b"next\n", named=True)
    assert synced == ["file", "folder", "file"]


def test_removing_says_whether_there_was_anything(tmp_path: Path) -> None:
    durable.write_whole(tmp_path / "f", b"x")
    assert durable.remove_file(tmp_path / "f")
    assert not durable.remove_file(tmp_path / "f")


def test_killed_at_any_step_a_file_is_the_old_one_or_the_new_one(
    tmp_path: Path, killed_at: Callable[[int, str, str], bool]
) -> None:
    seen = set()
    for step in range(1, 20):
        file = tmp_path / str(step) / "f"
        file.parent.mkdir()
        durable.write_whole(file, b"old")
        prepare = "from pathlib import Path\nfrom romduol.vault import durable\n"
        killed = killed_at(step, prepare, f"durable.write_whole(Path({str(file)!r}), b'new')")
        seen.add(file.read_bytes())
        if not killed:
            break
    assert not killed
    assert seen == {b"old", b"new"}


SEALING = """
import os
from pathlib import Path
from romduol.vault.objects import ObjectStore
store = ObjectStore(Path({folder!r}))
"""


def test_killed_at_any_step_an_object_is_whole_or_not_there(
    tmp_path: Path, killed_at: Callable[[int, str, str], bool]
) -> None:
    me, counts = Identity.generate(), set()
    for step in range(1, 20):
        folder = tmp_path / str(step) / "objects"
        folder.parent.mkdir()
        prepare = SEALING.format(folder=str(folder))
        body = f"store.seal_bytes(b'what she said ' * 9000, [{me.recipient!r}])"
        killed = killed_at(step, prepare, body)
        store = ObjectStore(folder)
        names = list(store.names())
        assert all(store.open_bytes(n, [me]) == b"what she said " * 9000 for n in names)
        counts.add(len(names))
        store.sweep(names)
        assert [f.name for f in folder.rglob("*") if f.is_file()] == names
        shutil.rmtree(folder.parent)
        if not killed:
            break
    assert not killed
    assert counts == {0, 1}
