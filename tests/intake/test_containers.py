"""Archives: what is taken out of one, and what is refused with which reason."""

import io
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import Note, ReadingOptions, Unread
from romduol.intake.containers import Limits, is_archive, members
from romduol.intake.reading import read_item
from romduol.intake.source import CannotRead, Source


def zipped(
    *entries: tuple[str | zipfile.ZipInfo, bytes], packing: int = zipfile.ZIP_DEFLATED
) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", packing) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return into.getvalue()


def source(data: bytes, name: str = "WhatsApp Chat - G.zip", **more: Any) -> Source:
    return Source(name, lambda: io.BytesIO(data), len(data), **more)


def reason(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(CannotRead) as refused:
        list(members(source(data), limits or Limits()))
    return refused.value.reason.id


def only(data: bytes) -> Source | Unread:
    (member,) = members(source(data))
    return member


def test_members_come_sorted_with_their_bytes_and_their_archive() -> None:
    found = list(members(source(zipped(("b/two.txt", b"2" * 99), ("a.txt", b"1")))))
    assert [m.member for m in found] == ["a.txt", "b/two.txt"]
    last = found[1]
    assert isinstance(last, Source)
    with last.open() as stream:
        assert stream.read() == b"2" * 99
    assert (last.name, last.size, last.archive) == ("two.txt", 99, "WhatsApp Chat - G.zip")
    assert last.beside == {"a.txt", "two.txt"}


def test_the_numbers_of_parts_count_up() -> None:
    names = ["messages10.html", "messages2.html", "messages.html", "p12/1.json", "p2/10.json"]
    found = members(source(zipped(*((name, b"x") for name in names))))
    in_order = ["messages.html", "messages2.html", "messages10.html", "p2/10.json", "p12/1.json"]
    assert [m.member for m in found] == in_order


def test_a_member_can_be_read_again_and_from_any_place() -> None:
    member = only(zipped(("a.txt", bytes(range(256)) * 999)))
    assert isinstance(member, Source)
    with member.open() as stream:
        stream.seek(1000)
        assert stream.read(2) == bytes([1000 % 256, 1001 % 256])
        stream.seek(0)
        assert stream.read(1) == b"\0"
    assert len(member.head()) == 256 * 999


def test_closing_a_member_closes_the_archives_stream() -> None:
    data = zipped(("a.txt", b"words"))
    opened: list[io.BytesIO] = []

    def again() -> io.BytesIO:
        opened.append(io.BytesIO(data))
        return opened[-1]

    (member,) = members(Source("a.zip", again, len(data)))
    assert isinstance(member, Source)
    member.open().close()
    assert all(stream.closed for stream in opened)


def test_folders_are_no_members() -> None:
    assert list(members(source(zipped(("folder/", b""))))) == []


@pytest.mark.parametrize(
    "name", ["../a.txt", "/etc/a.txt", "a/../../b.txt", "..\\a.txt", "C:\\a.txt"]
)
def test_a_path_that_leads_out_is_refused(name: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name
    found = only(zipped((info, b"words")))
    assert isinstance(found, Unread)
    assert found.reason.id == "note.member_path_unsafe"


def test_a_link_is_refused() -> None:
    info = zipfile.ZipInfo("a.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    found = only(zipped((info, b"/etc/passwd")))
    assert isinstance(found, Unread)
    assert found.reason.id == "note.member_is_a_link"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_path_held_twice_is_refused_both_times() -> None:
    found = list(members(source(zipped(("a.txt", b"1"), ("A.txt", b"2"), ("b.txt", b"3")))))
    assert [getattr(m, "reason", None) and m.reason.id for m in found] == [  # type: ignore[union-attr]
        "note.member_twice", "note.member_twice", None,
    ]  # fmt: skip


def test_a_locked_member_is_refused() -> None:
    data = bytearray(zipped(("a.txt", b"words")))
    central = data.index(b"PK\x01\x02")
    for place in (6, central + 8):
        (flags,) = struct.unpack_from("<H", data, place)
        struct.pack_into("<H", data, place, flags | 1)
    found = only(bytes(data))
    assert isinstance(found, Unread)
    assert found.reason.id == "note.member_locked"


def test_a_packing_nobody_writes_is_refused() -> None:
    found = only(zipped(("a.txt", b"words"), packing=zipfile.ZIP_BZIP2))
    assert isinstance(found, Unread)
    assert found.reason.id == "note.member_packing_unknown"


def test_a_bomb_is_refused_before_anything_is_unpacked() -> None:
    data = zipped(("a.txt", b"\0" * (32 << 20)))
    assert len(data) < 1 << 20
    assert reason(data) == "note.archive_is_a_bomb"


def test_a_small_file_that_packs_well_is_no_bomb() -> None:
    assert isinstance(only(zipped(("a.txt", b"x" * 100_000))), Source)


def test_more_members_or_bytes_than_any_export_are_refused() -> None:
    data = zipped(*((f"{n}.txt", b"words") for n in range(12)))
    assert reason(data, Limits(members=10)) == "note.archive_many_members"
    assert reason(data, Limits(total_bytes=50)) == "note.archive_unpacks_large"


def test_members_that_lie_over_one_another_are_refused() -> None:
    data = bytearray(zipped(("a.txt", b"words"), ("b.txt", b"words")))
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, second + 42, 0)
    assert reason(bytes(data)) == "note.archive_members_overlap"


def test_an_archive_cut_short_is_refused() -> None:
    data = zipped(("a.txt", b"words" * 1000))
    assert reason(data[:-30]) == "note.archive_broken"
    assert is_archive(data[:-30])


@pytest.mark.parametrize(
    ("raw", "flag", "name", "named_by"),
    [
        ("ខ្មែរ.txt".encode(), True, "ខ្មែរ.txt", "utf-8"),
        ("ខ្មែរ.txt".encode(), False, "ខ្មែរ.txt", "utf-8-unmarked"),
        ("é.txt".encode("cp437"), False, "é.txt", "cp437"),
        (b"plain.txt", False, "plain.txt", "utf-8"),
    ],
)
def test_how_a_name_became_text_is_kept(raw: bytes, flag: bool, name: str, named_by: str) -> None:
    placeholder = "x" * len(raw)
    data = bytearray(zipped((placeholder, b"words")).replace(placeholder.encode(), raw))
    if flag:
        for place in (6, data.index(b"PK\x01\x02") + 8):
            struct.pack_into("<H", data, place, 0x800)
    found = only(bytes(data))
    assert isinstance(found, Source)
    assert (found.member, found.named_by) == (name, named_by)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=6))
@pytest.mark.filterwarnings("ignore")
def test_no_damage_makes_more_than_a_reason(at: int, put: bytes) -> None:
    data = bytearray(zipped(("a.txt", b"words " * 9), ("b/c.txt", b"more " * 9)))
    at %= len(data)
    data[at : at + len(put)] = put
    try:
        found = list(members(source(bytes(data))))
    except CannotRead:
        return
    assert len(found) <= 2


def test_a_member_said_to_stand_before_the_files_start_is_broken_and_the_others_are_read(
    tmp_path: Path,
) -> None:
    """On a disk: there a stream refuses to go with an error that looks like the disk's own."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("a.txt", b"one")
        archive.writestr("b.txt", b"two")
    raw = bytearray(into.getvalue())
    end = raw.rindex(b"PK\x05\x06")
    directory = int.from_bytes(raw[end + 16 : end + 20], "little")
    raw[end + 16 : end + 20] = (directory + 1).to_bytes(4, "little")
    path = tmp_path / "a.zip"
    path.write_bytes(raw)
    source = Source("a.zip", lambda: path.open("rb"), len(raw))
    said = list(read_item(source, ReadingOptions()))
    assert said
    assert all(isinstance(one, Unread) for one in said)
    assert Unread("a.txt", Note("note.member_broken")) in said
