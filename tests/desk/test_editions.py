"""What was published constrains what comes next: the ledger comes back as it was kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import checking, coding, editions, publishing, receiving, studying, women
from romduol.publication.options import PublishOptions
from romduol.publication.report import compose
from romduol.records.models import PublishedCell, Release

FLOWERS = ("Jasmine", "Lotus", "Orchid", "Bamboo", "Mint", "Basil", "Clover")
COLUMNS = "woman,transcript,incident,when,precision,quote,scheme,term\n"


def fill(book: Any, folder: Path) -> None:
    answer = women.Answer(("cs.write", "cs.stats"), "cm.verbal_phone", women.day("2026-01-01"))
    women.add(book, [women.WomanToAdd(f"Ming {name}", (answer,)) for name in FLOWERS])
    rows = []
    for number, name in enumerate(FLOWERS):
        talk = folder / f"{name}.txt"
        talk.write_text(f"I: And then?\nW: They came {number} times.\n", encoding="utf-8")
        list(receiving.receive(book, [talk], f"Ming {name}", ReadingOptions()))
        terms = ["off.visit"] if number < 5 else ["off.order"]
        rows += [f"Ming {name},{name}.txt,one,,unknown,,form_offline,{term}\n" for term in terms]
    assert not coding.code(book, (COLUMNS + "".join(rows)).encode()).refused


def test_every_number_of_a_release_is_in_the_ledger_of_the_next(empty: Any, tmp_path: Path) -> None:
    with empty.opened() as book:
        fill(book, tmp_path)
        study, _ = studying.study_for_publishing(book)
        expected = compose(study, PublishOptions(date(2026, 2, 1))).edition
        done = publishing.publish(book, tmp_path / "one", publishing.Asked(as_of=date(2026, 2, 1)))
        assert done.release
        [edition] = editions.ledger().editions
        assert expected is not None
        assert (edition.asked, edition.counted) == (7, expected.counted)
        assert set(edition.cells) == set(expected.cells)
        assert edition.cells
        assert checking.check(book).ok


def test_the_same_counts_can_be_published_again_and_say_the_same(
    empty: Any, tmp_path: Path
) -> None:
    with empty.opened() as book:
        fill(book, tmp_path)
        for name in ("one", "two"):
            asked = publishing.Asked(as_of=date(2026, 2, 1))
            assert publishing.publish(book, tmp_path / name, asked).release
        first, second = ((tmp_path / n / "tables.json").read_bytes() for n in ("one", "two"))
        assert first == second
        assert Release.objects.count() == 2
        assert PublishedCell.objects.filter(shown=True).exists()
