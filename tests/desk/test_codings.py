"""Codings, memos and questions in a book: exact, self-checking, and for granted members only."""

from __future__ import annotations

from typing import Any

import pytest

from romduol.casebook.codes import About, UnknownCode
from romduol.casework.codebooks import CodebookFaulty
from romduol.casework.codebooks.changes import Change, add, split
from romduol.casework.passages.queries import QueryUnreadable
from romduol.desk import (
    asking,
    checking,
    codebooks,
    codings,
    membership,
    memos,
    studying,
    withdrawing,
)
from romduol.desk import (
    women as desk_women,
)
from romduol.desk.blinding import ItemWithoutText, UnknownCoding, text_of
from romduol.desk.codings import Wanted
from romduol.desk.memos import Target

Quoted = tuple[int, int]


def item_of(hers: Any) -> Any:
    from romduol.records.models import Item

    return Item.objects.get(woman__alias=hers.alias, text__isnull=False)


def place_of(book: Any, hers: Any, words: str) -> Quoted:
    at = text_of(book, item_of(hers)).index(words)
    return at, at + len(words)


def give(book: Any, hers: Any, words: str, code: str, scheme: str = "impact", **more: Any) -> str:
    start, end = place_of(book, hers, words)
    [made] = codings.add(book, [Wanted(item_of(hers).code, start, end, scheme, code, **more)])
    return made.id


def new_code(book: Any, label: str, **more: Any) -> str:
    from romduol.casebook.codes import Code

    code = Code(codebooks.new_id(), label, **more)
    codebooks.change(book, Change.ADD, lambda c: add(c, code))
    return code.id


def incident_of(hers: Any) -> Any:
    from romduol.records.models import Incident

    return Incident.objects.get(woman__alias=hers.alias)


def test_a_coding_stands_on_its_words_to_the_code_point(filled: Any, women: Any) -> None:
    with filled.opened() as book:
        made = give(book, women[0], "ខ្ញុំខ្លាច។", "imp.fear")
        [one] = [p for p in codings.seen(book).passages if p.id == made]
        assert text_of(book, item_of(women[0]))[one.start : one.end] == "ខ្ញុំខ្លាច។"
        assert codings.moved(book) == []


def test_all_of_a_list_is_coded_or_nothing(filled: Any, women: Any) -> None:
    with filled.opened() as book:
        item = item_of(women[0]).code
        before = len(codings.seen(book).passages)
        good = Wanted(item, 0, 5, "impact", "imp.fear")
        length = len(text_of(book, item_of(women[0])))
        for wrong, kind in (
            (Wanted(item, 3, 3, "impact", "imp.fear"), codings.SpanOutside),
            (Wanted(item, 3, length + 1, "impact", "imp.fear"), codings.SpanOutside),
            (Wanted(item, 0, 4, "impact", "imp.nothing"), UnknownCode),
            (Wanted(item, 0, 4, "nothing", "imp.fear"), UnknownCode),
            (Wanted(item, 0, 4, "impact", "imp.fear", quote="xxxx"), codings.QuoteMoved),
            (Wanted(item, 0, 4, "impact", "imp.fear", "e-none"), codings.UnknownIncident),
            (good, codings.AlreadyCoded),
        ):
            with pytest.raises(kind):
                codings.add(book, [good, wrong])
        assert len(codings.seen(book).passages) == before
        assert len(codings.add(book, [good])) == 1


def test_a_heading_and_a_retired_code_take_no_coding(filled: Any, women: Any) -> None:
    from romduol.casebook.codes import Code

    with filled.opened() as book:
        fear = new_code(book, "Fear")
        parts = [Code(codebooks.new_id(), one) for one in ("Own", "Other")]
        codebooks.change(book, Change.SPLIT, lambda c: split(c, fear, parts))
        with pytest.raises(CodebookFaulty):
            give(book, women[0], "I was afraid", fear, "team")


def test_an_item_without_a_transcript_is_not_coded(filled: Any, women: Any) -> None:
    from romduol.records.models import Item

    with filled.opened() as book:
        chat = Item.objects.filter(woman__alias=women[0].alias, text=None).first()
        with pytest.raises(ItemWithoutText):
            codings.add(book, [Wanted(chat.code, 0, 2, "impact", "imp.fear")])


def test_a_changed_text_is_found_and_no_coding_is_moved(filled: Any, women: Any) -> None:
    """As if a reader gave another text, a line longer at its head: every place is off by it."""
    from romduol.desk.sealing import TEXT, row, sealing
    from romduol.desk.taking import sha256_of
    from romduol.records.models import Item

    with filled.opened() as book:
        made = give(book, women[0], "I was afraid", "imp.fear")
        others = give(book, women[1], "I was afraid", "imp.fear")
        item = item_of(women[0])
        changed = "A line more.\n" + text_of(book, item)
        with sealing(book, item.woman.code) as work:
            item.text = row(work.data(changed.encode()), TEXT, item.woman)
            item.save()
        moved = codings.moved(book)
        assert made in moved
        assert others not in moved
        found = asking.quotes(book, "imp.fear")
        assert set(found.moved) >= {made}
        assert {q.alias for q in found.quotes} == {women[1].alias, women[2].alias}
        before = {(p.id, p.start, p.end) for p in codings.seen(book).passages}
        Item.objects.filter(pk=item.pk).update(text_sha256=sha256_of(changed))
        assert made in codings.moved(book)  # a row that agrees with the new text changes nothing
        assert {(p.id, p.start, p.end) for p in codings.seen(book).passages} == before


def test_same_length_words_put_in_place_of_hers_are_found(filled: Any, women: Any) -> None:
    from romduol.desk.taking import sha256_of
    from romduol.records.models import Coding

    with filled.opened() as book:
        made = give(book, women[0], "I was afraid", "imp.fear")
        text = text_of(book, item_of(women[0])).replace("afraid", "afrade")
        row = Coding.objects.get(pk=int(made[1:]))
        assert not codings._stands(book, row, text, row.text_sha256)
        assert not codings._stands(book, row, text, sha256_of(text))


def test_codings_of_a_sheet_know_their_words_too(filled: Any, women: Any) -> None:
    from romduol.records.models import Coding

    with filled.opened() as book:
        assert not Coding.objects.filter(item__isnull=False, quote_mac="").exists()
        assert codings.moved(book) == []


def test_a_coding_about_an_incident_is_a_fact_and_goes_with_it(filled: Any, women: Any) -> None:
    with filled.opened() as book:
        incident = incident_of(women[0])
        made = give(book, women[0], "office", "off.visit", "form_offline", incident=incident.code)
        assert incident.acts.filter(form="off.visit").exists()
        counted = {c.term: c for c, _ in studying.findings("form_offline")}
        assert len(counted["off.visit"].women) == 1
        codings.remove(book, made)
        assert not incident.acts.filter(form="off.visit").exists()
        assert "off.visit" not in {c.term for c, _ in studying.findings("form_offline")}
        assert incident.acts.filter(form="off.summons").exists()
        with pytest.raises(UnknownCoding):
            codings.remove(book, made)


def test_the_teams_codes_and_codings_of_no_incident_are_never_counted(
    filled: Any, women: Any
) -> None:
    with filled.opened() as book:
        before = studying.whole_study()
        fear = new_code(book, "Fear")
        give(book, women[0], "afraid", fear, "team", incident=incident_of(women[0]).code)
        give(book, women[0], "office", "imp.mind")
        assert studying.whole_study() == before
        studying.findings()


def test_a_member_without_the_key_codes_and_sees_nothing_of_her(filled: Any, women: Any) -> None:
    from romduol.vault.keys import NoGrant

    with filled.opened() as book:
        made = give(book, women[0], "I was afraid", "imp.fear")
    with filled.opened(filled.worker_words) as book:
        item = item_of(women[0]).code
        with pytest.raises(NoGrant):
            codings.add(book, [Wanted(item, 0, 5, "impact", "imp.fear")])
        with pytest.raises(NoGrant):
            codings.remove(book, made)
        seen = codings.seen(book)
        assert {p.woman for p in seen.passages} == {item_of(women[1]).woman.code}
        assert seen.passed_over == 2
        found = asking.quotes(book, "imp.fear or off.summons or ret.1")
        assert {q.alias for q in found.quotes} == {women[1].alias}
        assert {alias for alias, _ in asking.matrix(book)[0]} == {women[1].alias}
        assert all(t.women == 1 for t in asking.together(book)[0])


def test_without_the_teams_consent_another_members_interview_is_not_shown(
    filled: Any, women: Any
) -> None:
    from romduol.desk.women import ConsentMissing

    with filled.opened() as book:
        withdrawing.stop(book, women[1].alias, ("cs.team",))
    with filled.opened(filled.worker_words) as book:
        assert not desk_women.may_see(book, desk_women.find(women[1].alias))
        assert codings.seen(book).passages == ()
        assert asking.quotes(book, "imp.fear").quotes == ()
        with pytest.raises(ConsentMissing):
            codings.add(book, [Wanted(item_of(women[1]).code, 0, 5, "impact", "imp.fear")])
        with pytest.raises(ConsentMissing):
            memos.add(book, Target(item=item_of(women[1]).code), "a thought")


# questions


def test_a_question_answers_with_the_words_themselves(filled: Any, women: Any) -> None:
    with filled.opened() as book:
        fear = new_code(book, "Fear")
        dread = new_code(book, "Of arrest", parent=fear)
        give(book, women[0], "They called me to the office.", dread, "team")
        give(book, women[0], "to the office", "imp.mind")
        ask = lambda said: [q.text for q in asking.quotes(book, said).quotes]  # noqa: E731
        assert ask("team/Fear and imp.mind") == ["to the office"]
        assert ask('"Fear > Of arrest" and not imp.mind and not off.summons') == ["They ", "."]
        assert ask(f'team/Fear and woman:"{women[1].alias}"') == []
        assert ask(f'imp.fear and woman:"{women[1].alias}"') == [
            f"{women[1].word('said')} I was afraid"
        ]
        assert ask(f"item:{item_of(women[0]).code} and imp.mind") == ["to the office"]
        assert ask('imp.mind@"desk one"') == ["to the office"]
        assert ask('imp.mind@"field worker"') == []
        with pytest.raises(QueryUnreadable):
            ask("imp.fear and")
        with pytest.raises(UnknownCode):
            ask("nothing")


def test_the_matrix_and_what_stands_together_are_those_of_the_codings(
    filled: Any, women: Any
) -> None:
    with filled.opened() as book:
        cells, passed_over = asking.matrix(book, scheme="impact")
        assert passed_over == 0
        assert [(alias, c.code, c.passages, c.incidents) for alias, c in cells] == sorted(
            [(hers.alias, "imp.fear", 1, 1) for hers in women],
            key=lambda row: desk_women.find(row[0]).code,
        )
        pairs, _ = asking.together(book)
        meet = {(t.one, t.other): (t.overlaps, t.incidents, t.women) for t in pairs}
        assert meet[("form_offline", "off.summons"), ("impact", "imp.fear")] == (0, 3, 3)


# memos


def test_a_memo_on_her_words_is_sealed_to_her_and_goes_with_her(filled: Any, women: Any) -> None:
    with filled.opened() as book:
        made = give(book, women[1], "I was afraid", "imp.fear")
        kept = memos.add(book, Target(coding=made), "zqmemozq: she lowered her voice", "zqtitlezq")
        memos.add(book, Target(item=item_of(women[1]).code), "zqonitemzq")
        assert (kept.about, kept.target) == (About.CODING, made)
        for file in filled.folder.rglob("*"):
            assert not file.is_file() or b"zqmemozq" not in file.read_bytes()
    with filled.opened(filled.worker_words) as book:
        assert [m.text for m in memos.listed(book, Target(coding=made))] == [
            "zqmemozq: she lowered her voice"
        ]
    with filled.opened() as book:
        membership.revoke(book, "field worker", women[1].alias)
    with filled.opened(filled.worker_words) as book:
        assert memos.listed(book) == []
    with filled.opened() as book:
        withdrawing.withdraw(book, women[1].alias)
        assert memos.listed(book) == []
        assert checking.check(book).ok


def test_a_memo_on_a_code_or_the_book_is_every_members(filled: Any, women: Any) -> None:
    from romduol.desk.own_words import SomeonesWords

    with filled.opened() as book:
        fear = new_code(book, "Fear")
        one = memos.add(book, Target(code="team/Fear"), "When she says so.")
        two = memos.add(book, Target(), "Six interviews, by phone.")
        assert (one.target, two.target) == (f"team/{fear}", "")
        text = text_of(book, item_of(women[0]))
        with pytest.raises(SomeonesWords):
            memos.add(book, Target(code="team/Fear"), f"For example: {text[20:80]}")
        with pytest.raises(memos.MemoEmpty):
            memos.add(book, Target(), " \n")
    with filled.opened(filled.worker_words) as book:
        assert [m.text for m in memos.listed(book)] == [one.text, two.text]
        assert [m.text for m in memos.listed(book, Target())] == [two.text]
        memos.remove(book, one.id)
        with pytest.raises(memos.UnknownMemo):
            memos.remove(book, one.id)
        assert [m.id for m in memos.listed(book)] == [two.id]
        assert checking.check(book).ok


def test_a_coding_taken_back_takes_its_memos_and_their_words_along(filled: Any, women: Any) -> None:
    with filled.opened() as book:
        before = set(book.store.names())
        made = give(book, women[0], "I was afraid", "imp.fear")
        memos.add(book, Target(coding=made), "a thought")
        codings.remove(book, made)
        assert set(book.store.names()) == before
        assert memos.listed(book) == []
        assert checking.check(book).ok


def test_what_was_coded_is_logged_without_a_word_and_without_a_code(
    filled: Any, women: Any
) -> None:
    from romduol.records.models import LogEntry

    with filled.opened() as book:
        made = give(book, women[0], "I was afraid", "imp.fear")
        memos.add(book, Target(coding=made), "zqmemozq")
        asking.quotes(book, "imp.fear")
        facts = [bytes(e.fact).decode() for e in LogEntry.objects.order_by("-index")[:3]]
    assert facts[2] == '{"codings":1}'
    assert facts[1].startswith('{"memo":"n')
    assert facts[0] == '{"quotes":3,"women":3}'
