"""WACZ: pages listed, digests proven, nothing listed from an archive that was altered."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from hashlib import md5, sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Read, ReadingOptions, Unread
from romduol.casebook.wording import say
from romduol.intake import webarchive
from romduol.intake.reading import read_item
from romduol.intake.source import CannotRead, Source

HEADER = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
PAGES = [
    {"id": "a", "url": "https://page.example/post/1", "ts": "2024-03-05T07:07:09Z",
     "title": "រំដួល post"},
    {"id": "b", "url": "https://page.example/post/2", "ts": "2024-03-05T14:07:10.5+07:00",
     "title": "Second", "text": "delete this"},
]  # fmt: skip


def jsonl(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def members(pages: list[dict[str, Any]] | None = None) -> dict[str, bytes]:
    return {
        "archive/data.warc.gz": b"\x1f\x8b" + bytes(range(200)),
        "indexes/index.cdx.gz": b"\x1f\x8bindex",
        "pages/pages.jsonl": jsonl([HEADER, *(PAGES if pages is None else pages)]),
    }


def wacz(
    inside: dict[str, bytes] | None = None,
    extra: dict[str, bytes] | None = None,
    *,
    hashed: str = "sha256",
    seal: dict[str, Any] | None = None,
) -> bytes:
    inside = members() if inside is None else inside
    by = {"sha256": sha256, "md5": md5}[hashed]
    resources = [
        {"name": path, "path": path, "hash": f"{hashed}:{by(raw).hexdigest()}", "bytes": len(raw)}
        for path, raw in inside.items()
    ]
    listed = json.dumps(
        {"profile": "data-package", "wacz_version": "1.1.1", "resources": resources}
    ).encode()
    digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(listed).hexdigest()}"}
    files = inside | (extra or {}) | {"datapackage.json": listed}
    if seal is not None:
        files["datapackage-digest.json"] = json.dumps(digest | seal).encode()
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for path, raw in files.items():
            archive.writestr(path, raw)
    return into.getvalue()


def source_of(raw: bytes, name: str = "page.wacz") -> Source:
    return Source(name, lambda: io.BytesIO(raw), len(raw))


def read(raw: bytes, name: str = "page.wacz") -> tuple[list[dict[str, Any]], Read]:
    *batches, last = webarchive.read(source_of(raw, name), ReadingOptions())
    assert isinstance(last, Read)
    assert all(batch.schema == MESSAGE for batch in batches)
    for note in last.notes:
        say(note.id, "km", **dict(note.facts))
    return [row for batch in batches for row in batch.to_pylist()], last


def refused(raw: bytes) -> str:
    with pytest.raises(CannotRead) as why:
        read(raw)
    say(why.value.reason.id, **dict(why.value.reason.facts))
    return why.value.reason.id.removeprefix("note.webarchive.")


def noted(last: Read) -> dict[str, dict[str, str | int]]:
    return {n.id.removeprefix("note.webarchive."): dict(n.facts) for n in last.notes}


def test_every_captured_page_is_listed_with_its_address_and_time() -> None:
    rows, last = read(wacz(seal={}))
    assert [row["text"] for row in rows] == ["រំដួល post", "Second", "delete this"]
    assert [row["attachments"][0]["name"] for row in rows] == [
        "https://page.example/post/1",
        "https://page.example/post/2",
        "https://page.example/post/2",
    ]
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert rows[1]["sent_at"] == datetime(2024, 3, 5, 7, 7, 10, 500_000, tzinfo=UTC)
    assert rows[1]["sent_at_text"] == "2024-03-05T14:07:10.5+07:00"
    assert rows[2]["rules"] == ["web.page_text", "web.captured_at"]
    assert {row["platform"] for row in rows} == {"web"}
    assert (last.first, last.last) == (rows[0]["sent_at"], rows[1]["sent_at"])
    assert noted(last) == {"proven": {"count": 3}}


def test_a_row_points_to_its_line_in_the_page_list() -> None:
    for row in read(wacz())[0]:
        assert row["member"] == "pages/pages.jsonl"
        line = json.loads(members()["pages/pages.jsonl"][row["start"] : row["end"]])
        assert row["text"] in (line["title"], line.get("text"))


def test_an_altered_member_is_refused_with_how_many_differ() -> None:
    inside = members()
    listed = wacz(inside)
    altered = inside | {"archive/data.warc.gz": b"\x1f\x8bother"}
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(listed)) as old, zipfile.ZipFile(into, "w") as new:
        for path in old.namelist():
            new.writestr(path, altered.get(path, old.read(path)))
    assert refused(into.getvalue()) == "digest_differs"


def test_a_member_that_is_listed_and_missing_is_refused() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wacz())) as old, zipfile.ZipFile(into, "w") as new:
        for path in old.namelist():
            if not path.startswith("indexes/"):
                new.writestr(path, old.read(path))
    assert refused(into.getvalue()) == "digest_differs"


def test_a_list_that_is_not_the_sealed_one_is_refused() -> None:
    assert refused(wacz(seal={"hash": "sha256:" + "0" * 64})) == "digest_differs"


def test_what_is_weak_or_missing_in_the_proof_is_said() -> None:
    assert noted(read(wacz())[1]) == {"proven": {"count": 3}, "not_sealed": {}}
    last = read(wacz(hashed="md5", extra={"more.txt": b"x"}, seal={"signedData": {"by": "x"}}))[1]
    assert noted(last) == {
        "proven": {"count": 3}, "signed": {},
        "unlisted": {"count": 1}, "weak_digests": {"count": 3},
    }  # fmt: skip


def test_a_page_without_a_zone_in_its_time_has_none() -> None:
    rows, last = read(wacz(members([{"url": "https://a.example", "ts": "2024-03-05T07:07:09"}])))
    assert rows[0]["sent_at"] is None
    assert rows[0]["sent_at_text"] == "2024-03-05T07:07:09"
    assert rows[0]["precision"] == "unknown"
    assert noted(last)["undated"] == {"count": 1}


def test_the_second_list_of_pages_is_read_as_well() -> None:
    inside = members() | {"pages/extraPages.jsonl": jsonl([HEADER, {"url": "https://b.example"}])}
    rows, _ = read(wacz(inside))
    assert [row["member"] for row in rows][-1] == "pages/extraPages.jsonl"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"pages/pages.jsonl": b"{no json\n"}, "broken"),
        ({"pages/pages.jsonl": b'{"title": "no address"}\n'}, "broken"),
    ],
)
def test_damaged_lists_are_refused(change: dict[str, bytes], why: str) -> None:
    assert refused(wacz(members() | change)) == why


def test_an_archive_without_a_page_list_is_proven_and_has_no_row() -> None:
    inside = members()
    del inside["pages/pages.jsonl"]
    rows, last = read(wacz(inside))
    assert rows == []
    assert set(noted(last)) == {"proven", "no_pages", "not_sealed"}


def test_an_archive_without_a_contents_list_is_refused() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("archive/data.warc.gz", b"x")
    assert refused(into.getvalue()) == "no_list"


def test_a_hostile_path_inside_refuses_the_whole() -> None:
    with pytest.raises(CannotRead) as why:
        read(wacz(extra={"../out.txt": b"x"}))
    assert why.value.reason.id == "note.member_path_unsafe"


def test_a_web_archive_is_known_by_its_name_or_its_members() -> None:
    assert webarchive.recognises(wacz()[:4096], "a.WACZ")
    assert webarchive.recognises(wacz()[:4096], "a.zip")
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("chat.txt", b"x")
    assert not webarchive.recognises(plain.getvalue(), "chat.zip")
    assert not webarchive.recognises(b"words", "a.wacz")


def test_a_web_archive_is_one_item_and_not_a_folder_of_unread_files() -> None:
    said = list(read_item(source_of(wacz()), ReadingOptions()))
    assert [type(one).__name__ for one in said] == ["RecordBatch", "Read"]


def test_the_same_archive_gives_the_same_ids_under_any_name() -> None:
    first = [row["message"] for row in read(wacz(), "a.wacz")[0]]
    assert first == [row["message"] for row in read(wacz(), "b.wacz")[0]]
    assert len(set(first)) == 3


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_damage_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    raw = bytearray(wacz(seal={}))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(4, len(raw) - 1))] = data.draw(st.integers(0, 255))
    said = list(read_item(source_of(bytes(raw)), ReadingOptions()))
    if isinstance(said[-1], Unread):
        say(said[-1].reason.id, **dict(said[-1].reason.facts))
    else:
        known = {"រំដួល post", "Second", "delete this"}
        assert {row["text"] for batch in said[:-1] for row in batch.to_pylist()} == known
