"""``qdpx`` at the command line: JSON that stays, both languages, exit codes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "casework" / "exchange"))
from refi_shapes import TAGUETTE_QDC, maxqda, nvivo_windows, qualcoder, zipped


@pytest.fixture
def book(empty: Any, here: Any, tmp_path: Path) -> Any:
    """``run(*args)`` on a book with one woman who agreed; the book's folder is put in."""

    def run(*args: Any, **env: str) -> Any:
        verb, *rest = args
        return here("qdpx", verb, empty.folder, *rest, words=empty.words, **env)

    listed = tmp_path / "women.csv"
    listed.write_text("alias,scopes,mode,on\nMing Lotus,cs.write cs.team,cm.written,2025-05-10\n")
    assert here("woman", "import", empty.folder, listed, words=empty.words).code == 0
    return run


def write(tmp_path: Path, name: str, data: bytes) -> Path:
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


def test_import_and_export_answer_in_json(book: Any, tmp_path: Path) -> None:
    file = write(tmp_path, "a.qdpx", qualcoder())
    done = book("import", file, "--woman", "Ming Lotus", "--json")
    assert done.code == 0
    answer = done.json
    assert {k: answer[k] for k in ("codes", "sources", "selections", "memos", "left")} == {
        "codes": 2, "sources": 1, "selections": 4, "memos": 1, "left": []}  # fmt: skip
    assert len(answer["items"]) == 2
    out = tmp_path / "out.qdpx"
    left = book("export", out, "--json")
    assert left.code == 0
    assert left.json.keys() == {"codes", "sources", "selections", "women", "without", "sha256"}
    assert (left.json["codes"], left.json["sources"], left.json["selections"]) == (2, 1, 4)
    assert out.stat().st_mode & 0o777 == 0o600


def test_what_is_left_needs_a_person_and_is_said_in_both_languages(
    book: Any, tmp_path: Path
) -> None:
    file = write(tmp_path, "a.qdpx", nvivo_windows())
    done = book("import", file, "--woman", "Ming Lotus", "--json")
    assert (done.code, done.json["unsure"], done.json["left"]) == (1, 1, [])
    assert "nothing in the file says" in book("import", file, "--woman", "Ming Lotus").out
    assert "ទីតាំង" in book("import", file, "--woman", "Ming Lotus", ROMDUOL_LANG="km").out


def test_owners_in_a_list_by_name_or_guid(book: Any, tmp_path: Path) -> None:
    file = write(tmp_path, "a.qdpx", maxqda())
    for said in ("RTF", "{20000000-0000-4000-8000-000000000001}"):
        owners = write(tmp_path, "o.csv", f"source,woman\n{said},Ming Lotus\n".encode())
        done = book("import", file, "--women", owners, "--json")
        assert (done.code, done.json["sources"]) == (1, 1)
        assert {"why": "no_woman", "guid": "60000000-0000-4000-8000-000000000001", "count": 1} in (
            done.json["left"]
        )
    for wrong in (b"source\nRTF\n", b"source,woman\nRTF,\n", b"", b"\xff\xfe"):
        done = book("import", file, "--women", write(tmp_path, "o.csv", wrong), "--json")
        assert (done.code, done.json["error"]) == (2, "OwnersUnreadable")


def test_a_codebook_alone_goes_in_and_out(book: Any, tmp_path: Path) -> None:
    file = write(tmp_path, "a.qdc", TAGUETTE_QDC)
    assert book("import", file, "--json").json["new_codes"] == 2
    assert book("export", tmp_path / "b.qdc", "--json").json == {"codes": 2}


@pytest.mark.parametrize(
    ("data", "code", "error"),
    [
        (b"no archive", 2, "ProjectUnreadable"),
        (zipped({"project.qde": b" " * (90 << 20)}), 1, "ProjectIsATrap"),
    ],
)
def test_hostile_and_broken_files_are_refused_in_words(
    book: Any, tmp_path: Path, data: bytes, code: int, error: str
) -> None:
    file = write(tmp_path, "a.qdpx", data)
    done = book("import", file, "--woman", "Ming Lotus", "--json")
    assert (done.code, done.json["error"]) == (code, error)


def test_calls_that_make_no_sense_are_wrong_usage(book: Any, tmp_path: Path) -> None:
    file = write(tmp_path, "a.qdpx", qualcoder())
    assert book("import", file, "--json").json["error"] == "OwnerNeeded"
    assert book("export", tmp_path / "b.qdpx", "--with-notes").code == 2
    assert book("export", tmp_path / "b.qdpx", "--pseudonymised", "--to", "x").code == 2
    assert book("export", file, "--json").json["error"] == "OutputExists"


def test_a_refused_pseudonymised_export_leaves_no_file(book: Any, tmp_path: Path) -> None:
    file = write(tmp_path, "a.qdpx", qualcoder())
    book("import", file, "--woman", "Ming Lotus")
    out = tmp_path / "out.qdpx"
    done = book("export", out, "--pseudonymised", "--json")
    assert (done.code, done.json["error"]) == (1, "NothingToExport")
    assert not out.exists()
