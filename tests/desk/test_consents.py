"""What stands today and what is due: the latest row counts, a refusal is never due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from romduol.casebook import people
from romduol.desk import consents, opening
from romduol.desk import women as hers

ON = date(2026, 1, 10)


def say(book: Any, scope: str, on: date = ON, **how: Any) -> None:
    hers.consent(book, "Ming Lotus", hers.Answer((scope,), "cm.verbal_phone", on, **how))


def test_the_latest_row_of_a_scope_and_receiver_is_the_one_that_stands(empty: Any) -> None:
    with empty.opened() as book:
        hers.add(book, [hers.WomanToAdd("Ming Lotus")])
        say(book, "cs.stats")
        say(book, "cs.refer", receiver="zqhelperzq")
        say(book, "cs.stats", on=date(2026, 2, 1), state=people.REFUSED)
        found = [(s.scope, s.state, s.receiver) for s in consents.standing(book)]
    assert found == [("cs.stats", people.REFUSED, ""), ("cs.refer", people.GIVEN, "zqhelperzq")]


def test_a_yes_is_due_a_year_on_or_on_its_last_day_and_a_refusal_never(empty: Any) -> None:
    with empty.opened() as book:
        hers.add(book, [hers.WomanToAdd("Ming Lotus")])
        say(book, "cs.write")
        say(book, "cs.evidence", until=date(2026, 6, 30))
        say(book, "cs.stats", state=people.REFUSED)
        year = ON + timedelta(days=people.REVIEW_AFTER_DAYS)
        due = [
            {s.scope for s in consents.standing(book, "Ming Lotus", day)}
            for day in (date(2026, 6, 29), date(2026, 6, 30), year)
        ]
    assert due == [set(), {"cs.evidence"}, {"cs.evidence", "cs.write"}]


def test_a_receiver_is_named_only_to_who_holds_her_key(filled: Any, women: Any) -> None:
    with filled.opened(words=filled.worker_words) as book:
        named = {s.alias: s.receiver for s in consents.standing(book) if s.scope == "cs.refer"}
    assert named == {
        women[0].alias: "", women[1].alias: women[1].word("receiver"), women[2].alias: ""
    }  # fmt: skip


def test_the_verbs_print_what_stands_and_write_a_sheet(
    filled: Any, here: Any, tmp_path: Any
) -> None:
    said = here("consents", filled.folder, "Ming Lotus", "--json", words=filled.words)
    assert {row["scope"] for row in said.lines} == {
        "cs.write", "cs.evidence", "cs.stats", "cs.team", "cs.refer"
    }  # fmt: skip
    assert all(row["review"] == "2023-05-10" for row in said.lines if row["scope"] != "cs.refer")
    out = tmp_path / "consent.pdf"
    made = here("sheet", "consent", "--in", "km", "--out", out, "--json")
    assert (made.code, made.json["file"]) == (0, str(out))
    assert out.read_bytes().startswith(b"%PDF")
    again = here("sheet", "consent", "--out", out)
    assert again.code == 2, "a file is never written over"


def test_a_stranger_to_the_book_is_told_nothing(filled: Any, here: Any) -> None:
    said = here("consents", filled.folder, words="six other words that open nothing here")
    assert said.code == 3
    assert not opening.exists(filled.folder / "nowhere")
