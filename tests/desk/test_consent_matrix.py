"""No consent row, no use (law 5): every scope in every state against every verb that needs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from romduol.casebook import people
from romduol.casebook.evidence import ReadingOptions
from romduol.desk import coding, membership, reading, receiving, studying, women
from romduol.desk.women import Answer, ConsentMissing, WomanToAdd
from romduol.records.models import Item, LogEntry, SealedObject

SCOPES = ("cs.write", "cs.evidence", "cs.team", "cs.stats", "cs.public_anon")
TODAY = datetime.now(UTC).date()
BEFORE = TODAY - timedelta(days=30)
STATES = {
    "missing": None,
    "refused": Answer((), "cm.written", BEFORE, people.REFUSED),
    "withdrawn": Answer((), "cm.written", BEFORE, people.WITHDRAWN),
    "limited": Answer((), "cm.written", BEFORE, people.LIMITED),
    "expired": Answer((), "cm.written", BEFORE, until=TODAY - timedelta(days=1)),
    "for another receiver": Answer((), "cm.written", BEFORE, receiver="somebody else"),
}
ALIAS = "Ming Lotus"
TRANSCRIPT = "I: What happened?\n\nR: They called me to the office.\n"
FORM = (
    "story/what_happened,_id,_uuid,_submission_time,_index\n"
    "They called me,31,aaaa-1,2024-03-05T07:10:00,1\n"
)
CHAT = "".join(f"{d:02}/05/2022, 10:15 - Somebody: words {d}\n" for d in range(1, 29))


def answered(book: Any, scopes: tuple[str, ...], answer: Answer | None) -> None:
    if answer is not None and scopes:
        from dataclasses import replace

        women.consent(book, ALIAS, replace(answer, scopes=scopes))


def given(book: Any, *scopes: str) -> None:
    answered(book, scopes, Answer((), "cm.written", BEFORE))


def take(book: Any, folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    list(receiving.receive(book, [file], ALIAS, ReadingOptions()))


def receives_a_transcript(book: Any, folder: Path) -> bool:
    return _went(lambda: take(book, folder, "other.txt", TRANSCRIPT + "\nI: Yes?\n"))


def receives_an_export(book: Any, folder: Path) -> bool:
    return _went(lambda: take(book, folder, "_chat.txt", CHAT))


def receives_a_form(book: Any, folder: Path) -> bool:
    return _went(lambda: take(book, folder, "form.csv", FORM))


def is_counted_outside(book: Any, _: Path) -> bool:
    counted = [outside for _, outside in studying.findings("impact")]
    study = studying.study_for_publishing(book)[0]
    assert bool(study.asked) is bool(study.codings) is bool(counted[0])
    return bool(study.asked)


def is_quoted(book: Any, _: Path) -> bool:
    return any(c.quote for c in studying.study_for_publishing(book)[0].codings)


def _went(act: Callable[[], object]) -> bool:
    before = SealedObject.objects.count(), Item.objects.count(), LogEntry.objects.count()
    try:
        act()
    except ConsentMissing:
        after = SealedObject.objects.count(), Item.objects.count(), LogEntry.objects.count()
        assert after == before, "something was kept"
        return False
    return True


NEEDS: dict[Callable[[Any, Path], bool], tuple[str, ...]] = {
    receives_a_transcript: ("cs.write",),
    receives_an_export: ("cs.evidence",),
    receives_a_form: ("cs.write",),
    is_counted_outside: ("cs.stats",),
    is_quoted: ("cs.stats", "cs.public_anon"),
}


@pytest.fixture(scope="session")
def coded_once(_empty_once: Any, tmp_path_factory: pytest.TempPathFactory, sheet_of: Any) -> Any:
    """One woman with a coded transcript whose quote may be published; then all consent is gone."""
    folder = tmp_path_factory.mktemp("matrix")
    kept = _empty_once.copied(folder / "b.romduol")
    with kept.opened() as book:
        women.add(book, [WomanToAdd(ALIAS)])
        given(book, "cs.write")
        take(book, folder, "a.txt", TRANSCRIPT)
        row = [ALIAS, "a.txt", "one", "2022", "year", "called me", "impact", "imp.fear", ""]
        sheet = sheet_of([row]).replace(b"coder", b"publish_quote").replace(b"fear,", b"fear,yes")
        assert coding.code(book, sheet).refused == ()
        answered(book, ("cs.write",), STATES["withdrawn"])
    return kept


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_blocks_what_needs_it_and_nothing_else(
    scope: str, state: str, coded_once: Any, tmp_path: Path
) -> None:
    kept = coded_once.copied(tmp_path / "b.romduol")
    with kept.opened() as book:
        given(book, *(other for other in SCOPES if other != scope))
        answered(book, (scope,), STATES[state])
        for verb, needed in NEEDS.items():
            assert verb(book, tmp_path) is (scope not in needed), verb.__name__
        assert [outside for _, outside in studying.findings("impact")] == [int(scope != "cs.stats")]
        assert len(studying.whole_study().codings) == 1, "inside the book everyone is counted"
    _require_nothing_left_over(kept)


def _require_nothing_left_over(kept: Any) -> None:
    from romduol.desk import checking

    with kept.opened() as book:
        found = checking.check(book)
        assert (found.ok, found.swept) == (True, 0)


@pytest.mark.parametrize("state", [*STATES, "given"])
def test_another_member_reads_and_codes_only_what_she_opened_to_the_team(
    state: str, coded_once: Any, tmp_path: Path, sheet_of: Any, light_locks_here: None
) -> None:
    kept = coded_once.copied(tmp_path / "b.romduol")
    with kept.opened() as book:
        answered(book, ("cs.team",), STATES.get(state, Answer((), "cm.written", BEFORE)))
        _, words = membership.add(book, "second")
        membership.grant(book, "second", ALIAS)
        assert list(reading.messages(book, ALIAS)), "whoever received it reads it"
    row = [ALIAS, "a.txt", "one", "2022", "year", "office", "impact", "imp.fear", ""]
    with kept.opened(words) as book:
        [held] = reading.items(book)
        item = held.item.code
        refused = [r.why for r in coding.code(book, sheet_of([row])).refused]
        if state == "given":
            assert held.name == "a.txt"
            assert list(reading.messages(book)) and list(reading.messages(book, ALIAS))  # noqa: PT018
            reading.original(book, item, tmp_path / "out")
            assert refused == []
        else:
            assert held.name == ""
            assert list(reading.messages(book)) == []
            for read in (
                lambda: list(reading.messages(book, ALIAS)),
                lambda: list(reading.messages(book, item=item)),
                lambda: reading.original(book, item, tmp_path / "out"),
            ):
                with pytest.raises(ConsentMissing) as missing:
                    read()
                assert missing.value.facts == {"scope": "cs.team"}
            assert refused == ["refused.no_team_consent"]
    assert (tmp_path / "out").exists() is (state == "given")


def test_the_day_consent_ends_is_its_last(empty: Any) -> None:
    with empty.opened() as book:
        until = date(2026, 5, 17)
        answer = Answer(("cs.stats",), "cm.written", date(2026, 1, 1), until=until)
        [one] = women.add(book, [WomanToAdd(ALIAS, (answer,))])
        assert women.allows(one, "cs.stats", until)
        assert not women.allows(one, "cs.stats", until + timedelta(days=1))
