"""Campaigns in a book: posts of every woman a member may see, in codes unless words are asked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from PIL import Image

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import examining_campaigns, receiving
from romduol.desk.examining_campaigns import Asked
from romduol.records import models

SAID = (
    "zqcopyzq everybody knows whose agent this woman is and who pays her",
    "zqcopyzq she takes money from abroad to make trouble in our village",
)
LINK = "https://zqlinkzq.example/story?utm_source=x"


def chat(who: tuple[str, ...], texts: tuple[str, ...]) -> str:
    lines = [
        f"0{day}/06/2022, 10:1{n} - {name}: {text}\n"
        for day, text in enumerate(texts, start=1)
        for n, name in enumerate(who)
    ]
    return "".join(lines)


@pytest.fixture
def book(filled: Any, women: Any, tmp_path: Path) -> Any:
    """Two women were each sent the same two texts by the same two accounts."""
    with filled.opened() as opened:
        for hers in women[:2]:
            file = tmp_path / f"WhatsApp Chat with zqgroup{hers.mark}zq.txt"
            file.write_text(chat((f"zqone{hers.mark}zq", "zqbothzq"), SAID), encoding="utf-8")
            list(receiving.receive(opened, [file], hers.alias, ReadingOptions(order="dmy")))
        yield opened


def find(book: Any, out: Path, show: bool = False, **asked: Any) -> Any:
    steps: list[tuple[int, int]] = []
    found, beside = examining_campaigns.campaigns_in_book(
        book, Asked(**asked), out, lambda done, total: steps.append((done, total)), show=show
    )
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]
    return found, beside


def test_accounts_that_sent_the_same_texts_to_two_women_are_one_group(
    book: Any, tmp_path: Path
) -> None:
    found, beside = find(book, tmp_path / "edges.parquet")
    assert found.edges.num_rows == 3
    [group] = found.groups
    assert (len(group.accounts), group.objects, group.posts, group.of_posts) == (3, 2, 8, 8)
    assert len(group.samples) == 5
    behind = pq.read_table(beside)
    assert {"a", "b", "object", "post_a", "post_b", "at_a", "at_b"} == set(behind.column_names)


def test_nothing_is_written_in_clear_words_unless_asked_for(book: Any, tmp_path: Path) -> None:
    for name in ("edges.csv", "edges.graphml"):
        find(book, tmp_path / name, same="near")
        (tmp_path / "edges.posts.csv").rename(tmp_path / f"{name}.posts")
    written = b"".join(file.read_bytes() for file in tmp_path.glob("edges*"))
    assert b"zq" not in written
    find(book, tmp_path / "shown.csv", show=True)
    assert b"zqbothzq" in (tmp_path / "shown.csv").read_bytes()
    assert SAID[0].encode() in (tmp_path / "shown.posts.csv").read_bytes()


def test_the_look_is_logged_without_content(book: Any, tmp_path: Path) -> None:
    find(book, tmp_path / "edges.csv", show=True)
    entry = models.LogEntry.objects.order_by("-index").first()
    assert entry is not None
    assert b"campaigns" in bytes(entry.leaf)
    assert b'"shown":true' in bytes(entry.fact)
    assert b"zq" not in bytes(entry.fact)


def test_links_and_pictures_can_be_what_is_the_same(
    filled: Any, women: Any, tmp_path: Path
) -> None:
    pictures = [_picture(n) for n in range(2)]
    archive = tmp_path / "chat.zip"
    lines, held = [], {}
    for day in (1, 2):
        for n, who in enumerate(("zqonezq", "zqtwozq")):
            name = f"IMG-{day}{n}.jpg"
            held[name] = pictures[day - 1]
            lines.append(f"0{day}/06/2022, 10:1{n} - {who}: {name} (file attached)\n")
            lines.append(f"0{day}/06/2022, 10:1{n} - {who}: look {LINK}&d={day} number {n}\n")
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("WhatsApp Chat with zqgroupzq.txt", "".join(lines))
        for name, data in held.items():
            zipped.writestr(name, data)
    with filled.opened() as opened:
        list(receiving.receive(opened, [archive], women[0].alias, ReadingOptions(order="dmy")))
        for same in ("link", "image"):
            found, _ = find(opened, tmp_path / f"{same}.csv", same=same)
            assert (same, found.edges["n_objects"].to_pylist()) == (same, [2])


def _picture(seed: int) -> bytes:
    drawn = Image.radial_gradient("L").rotate(0).resize((96, 96))
    if seed:
        drawn = Image.linear_gradient("L").rotate(30).resize((96, 96))
    out = io.BytesIO()
    drawn.convert("RGB").save(out, "JPEG")
    return out.getvalue()


def test_a_member_compares_only_what_they_may_see(filled: Any, book: Any, tmp_path: Path) -> None:
    book.close()
    with filled.opened(filled.worker_words) as worker:
        found, _ = find(worker, tmp_path / "edges.csv")
    assert found.edges.num_rows == 1


def test_the_verb_takes_a_book_or_files(filled: Any, book: Any, tmp_path: Path, here: Any) -> None:
    book.close()
    out = tmp_path / "edges"
    said = here("campaigns", filled.folder, "--kind", "text", "--format", "graphml", "--out", out,
                "--json", words=filled.words)  # fmt: skip
    assert said.code == 0, said
    assert {"a", "b", "n_objects", "n_pairs", "n_posts_a", "n_posts_b", "expected", "fdr"} == set(
        said.json["edges"][0]
    )
    assert said.json["groups"][0]["share"] == 1.0
    assert out.read_bytes().startswith(b"<?xml")
    assert "zq" not in said.out
    wrong = here("campaigns", filled.folder, "--same", "object", "--out", tmp_path / "x.csv",
                 words=filled.words)  # fmt: skip
    assert wrong.code == 2
