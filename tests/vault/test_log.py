from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.vault import checkpoint, merkle, proofs
from romduol.vault.entries import Entry
from romduol.vault.log import CustodyLog, LogDamaged, LogForked, Problem

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
ORIGIN = "romduol/00112233"


def leaf(number: int) -> bytes:
    return Entry("2026-03-01T09:30:00Z", "m01", "received", f"item-{number}", "ab" * 32).to_bytes()


LEAVES = [leaf(number) for number in range(10)]


def opened(folder: Path) -> CustodyLog:
    return CustodyLog(folder, KEY, ORIGIN)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log of ten entries under four checkpoints: at 3, 4, 7 and 10."""
    log = opened(tmp_path / "log")
    for start, end in ((0, 3), (3, 4), (4, 7), (7, 10)):
        log.extend(LEAVES[start:end])
    return tmp_path / "log"


def rules(log: CustodyLog, expected: list[bytes] = LEAVES) -> set[str]:
    return {problem.rule for problem in log.audit(expected)}


def test_a_new_log_is_empty_and_whole(tmp_path: Path) -> None:
    log = opened(tmp_path / "log")
    assert (log.size, log.latest, log.root, log.whole) == (0, None, merkle.EMPTY_ROOT, True)
    assert log.audit([]) == []
    assert not (tmp_path / "log").exists()


def test_it_reopens_as_it_was(folder: Path) -> None:
    log = opened(folder)
    assert list(log.entries()) == LEAVES
    assert log.latest is not None
    assert log.latest.root == log.root == merkle.Tree(map(merkle.leaf_hash, LEAVES)).root()
    assert [checkpoint.parse(text).size for text in log.checkpoints()] == [3, 4, 7, 10]
    assert log.audit(LEAVES, known=log.checkpoints()) == []


def test_entries_and_proofs_verify_without_the_log(folder: Path) -> None:
    log = opened(folder)
    assert log.latest is not None
    for index, entry in enumerate(LEAVES):
        proofs.require_included(entry, log.inclusion(index), log.latest.text, log.verifier_key)
    first = log.checkpoints()[0]
    path = log.consistency(3, 10)
    proofs.require_consistent(first, log.latest.text, path, log.verifier_key)


def test_extending_by_nothing_signs_nothing(folder: Path) -> None:
    log = opened(folder)
    before = log.checkpoints()
    assert log.extend([]) == log.latest
    assert opened(folder).checkpoints() == before


@pytest.mark.parametrize("bad", [b"", b"two\nlines"])
def test_an_entry_is_one_line(folder: Path, bad: bytes) -> None:
    with pytest.raises(ValueError, match="line"):
        opened(folder).extend([leaf(1), bad])
    assert opened(folder).audit(LEAVES) == []


def edit(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> CustodyLog:
    file = folder / "entries.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in change(file.read_bytes().splitlines())))
    return opened(folder)


def refuses_to_write(log: CustodyLog) -> None:
    for act in (
        lambda: log.extend([leaf(99)]),
        lambda: log.catch_up([*LEAVES, leaf(99)]),
        lambda: log.inclusion(0),
        lambda: log.consistency(1),
    ):
        with pytest.raises(LogDamaged):
            act()


def test_an_edited_entry_is_noticed(folder: Path) -> None:
    log = edit(folder, lambda lines: [*lines[:5], leaf(500), *lines[6:]])
    assert Problem("log.changed", 5) in log.audit(LEAVES)
    assert "log.checkpoint" in rules(log)
    refuses_to_write(log)


def test_a_deleted_entry_is_noticed(folder: Path) -> None:
    log = edit(folder, lambda lines: [*lines[:5], *lines[6:]])
    assert {Problem("log.moved", 5), Problem("log.missing", 9)} <= set(log.audit(LEAVES))
    refuses_to_write(log)


def test_reordered_entries_are_noticed(folder: Path) -> None:
    log = edit(folder, lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]])
    assert Problem("log.moved", 5) in log.audit(LEAVES)
    refuses_to_write(log)


def test_a_replayed_entry_is_noticed(folder: Path) -> None:
    log = edit(folder, lambda lines: [*lines[:5], lines[2], *lines[5:]])
    assert Problem("log.moved", 5) in log.audit(LEAVES)
    refuses_to_write(log)


def test_an_inserted_entry_is_noticed(folder: Path) -> None:
    log = edit(folder, lambda lines: [*lines[:5], leaf(500), *lines[5:]])
    assert Problem("log.changed", 5) in log.audit(LEAVES)
    refuses_to_write(log)


def test_an_entry_added_behind_the_last_is_noticed_and_does_not_count(folder: Path) -> None:
    log = edit(folder, lambda lines: [*lines, leaf(500)])
    assert log.audit(LEAVES) == [Problem("log.torn", 10)]
    assert list(log.entries()) == LEAVES
    log.extend([leaf(10)])
    assert opened(folder).audit([*LEAVES, leaf(10)]) == []


def test_an_edit_under_a_checkpoint_signed_with_another_key_is_noticed(folder: Path) -> None:
    """Somebody rewrites the whole log, consistently, but without the book's key."""
    forger = CustodyLog(folder.parent / "forged", Ed25519PrivateKey.generate(), ORIGIN)
    forger.extend([leaf(500), *LEAVES[1:]])
    log = opened(folder.parent / "forged")
    assert {"log.checkpoint", "log.changed"} <= rules(log)
    refuses_to_write(log)


@pytest.mark.parametrize(("old", "new"), [("\n10\n", "\n9\n"), ("\n10\n", "\n11\n"), ("— ", "- ")])
def test_a_forged_last_checkpoint_is_noticed(folder: Path, old: str, new: str) -> None:
    file = folder / "checkpoints"
    head, middle, tail = file.read_text().rpartition("romduol/00112233\n10")
    file.write_text(head + (middle + tail).replace(old, new))
    log = opened(folder)
    assert Problem("log.checkpoint", 3) in log.audit(LEAVES)
    refuses_to_write(log)


def test_a_forged_earlier_checkpoint_is_noticed(folder: Path) -> None:
    file = folder / "checkpoints"
    file.write_text(file.read_text().replace("\n4\n", "\n5\n"))
    assert opened(folder).audit(LEAVES) == [Problem("log.checkpoint", 1)]


def test_an_older_checkpoint_put_behind_is_noticed(folder: Path) -> None:
    log = opened(folder)
    with (folder / "checkpoints").open("a") as file:
        file.write(log.checkpoints()[1] + "\n")
    log = opened(folder)
    assert Problem("log.shrunk", 4) in log.audit(LEAVES)
    refuses_to_write(log)


def test_two_histories_signed_with_the_same_key_cannot_stand_together(folder: Path) -> None:
    """A checkpoint of a forked log, truly signed, between the others."""
    fork = opened(folder.parent / "fork")
    fork.extend([leaf(500), *LEAVES[1:5]])
    blocks = opened(folder).checkpoints()
    both = [*blocks[:2], *fork.checkpoints(), *blocks[2:]]
    (folder / "checkpoints").write_text("".join(note + "\n" for note in both))
    assert opened(folder).audit(LEAVES) == [Problem("log.checkpoint", 2)]


def test_a_log_set_back_is_noticed_by_a_checkpoint_kept_elsewhere(folder: Path) -> None:
    kept = opened(folder).checkpoints()[-1]
    lines = (folder / "entries.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "entries.jsonl").write_bytes(b"".join(lines[:7]))
    notes = opened(folder).checkpoints()[:3]
    (folder / "checkpoints").write_text("".join(note + "\n" for note in notes))
    log = opened(folder)
    assert log.whole
    assert log.audit(LEAVES[:7]) == []
    assert log.audit(LEAVES[:7], known=[kept]) == [Problem("log.known", 0)]
    assert log.audit(LEAVES) == [Problem("log.missing", 7)]


@pytest.mark.parametrize("kept", range(0, 1300, 61))
def test_a_torn_entries_file_is_noticed(folder: Path, kept: int) -> None:
    file = folder / "entries.jsonl"
    file.write_bytes(file.read_bytes()[:kept])
    log = opened(folder)
    assert log.audit(LEAVES) != []
    refuses_to_write(log)


def test_a_missing_entries_file_is_noticed(folder: Path) -> None:
    (folder / "entries.jsonl").unlink()
    refuses_to_write(opened(folder))


def test_missing_checkpoints_leave_nothing_that_counts(folder: Path) -> None:
    (folder / "checkpoints").unlink()
    log = opened(folder)
    assert (log.size, log.whole) == (0, True)
    assert rules(log) == {"log.missing", "log.torn"}
    assert log.catch_up(LEAVES) == 10
    assert opened(folder).audit(LEAVES) == []


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_wherever_a_write_stops_the_log_opens_with_a_whole_prefix_and_catches_up(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Entries first, checkpoint after: cut either file anywhere in what the last write added."""
    folder = tmp_path_factory.mktemp("log")
    opened(folder).extend(LEAVES[:6])
    before = {name: (folder / name).stat().st_size for name in ("entries.jsonl", "checkpoints")}
    opened(folder).extend(LEAVES[6:])
    name = data.draw(st.sampled_from(sorted(before)))
    whole = (folder / name).read_bytes()
    cut = data.draw(st.integers(before[name], len(whole) - 1))
    (folder / name).write_bytes(whole[:cut])
    if name == "entries.jsonl":  # the checkpoint is written only after the entries are on the disk
        notes = (folder / "checkpoints").read_bytes()
        (folder / "checkpoints").write_bytes(notes[: before["checkpoints"]])
    log = opened(folder)
    assert list(log.entries()) == LEAVES[:6]
    assert log.catch_up(LEAVES) == 4
    assert opened(folder).audit(LEAVES) == []


def test_a_log_ahead_of_the_index_is_forked(folder: Path) -> None:
    with pytest.raises(LogForked):
        opened(folder).catch_up(LEAVES[:9])
    assert "log.added" in rules(opened(folder), LEAVES[:9])


def test_an_index_that_says_something_else_is_forked(folder: Path) -> None:
    with pytest.raises(LogForked):
        opened(folder).catch_up([leaf(500), *LEAVES[1:], leaf(10)])


def test_a_log_that_is_up_to_date_catches_up_on_nothing(folder: Path) -> None:
    assert opened(folder).catch_up(LEAVES) == 0


def test_bytes_that_are_not_text_in_the_checkpoints_are_noticed(folder: Path) -> None:
    (folder / "checkpoints").write_bytes(b"\xff\xfe\n\n\xff\n\n")
    log = opened(folder)
    assert Problem("log.checkpoint", 0) in log.audit(LEAVES)
    refuses_to_write(log)


KILL = """
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from romduol.vault.log import CustodyLog
key = Ed25519PrivateKey.from_private_bytes(b"\\x07" * 32)
log = CustodyLog(Path({folder!r}), key, "romduol/00112233")
"""


def test_killed_at_any_step_the_log_has_all_of_a_write_or_none(
    tmp_path: Path, killed_at: Callable[[int, str, str], bool]
) -> None:
    sizes = set()
    for step in range(1, 20):
        folder = tmp_path / str(step)
        opened(folder).extend(LEAVES[:6])
        body = f"log.extend({LEAVES[6:]!r})"
        killed = killed_at(step, KILL.format(folder=str(folder)), body)
        log = opened(folder)
        assert log.size in (6, 10)
        sizes.add(log.size)
        log.catch_up(LEAVES)
        assert opened(folder).audit(LEAVES) == []
        if not killed:
            break
    assert not killed
    assert sizes == {6, 10}
