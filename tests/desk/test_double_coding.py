"""Double coding: neither coder sees the other's work, agreement is theirs, merging is on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from romduol.casebook.agreement import Undefined
from romduol.desk import (
    agreeing,
    asking,
    blinding,
    checking,
    coding,
    codings,
    memos,
    studying,
    travelling,
    withdrawing,
)
from romduol.desk.blinding import ItemInRound, RoundStillOpen, UnknownCoding, text_of
from romduol.desk.codings import Wanted
from romduol.desk.memos import Target

ONE, OTHER = "desk one", "field worker"


def item_of(hers: Any) -> Any:
    from romduol.records.models import Item

    return Item.objects.get(woman__alias=hers.alias, text__isnull=False)


def give(book: Any, hers: Any, words: str, code: str, scheme: str = "impact", **more: Any) -> str:
    at = text_of(book, item_of(hers)).index(words)
    place = Wanted(item_of(hers).code, at, at + len(words), scheme, code, **more)
    return codings.add(book, [place])[0].id


@pytest.fixture
def begun(filled: Any, women: Any) -> tuple[Any, Any, str]:
    """The filled book, the woman both members hold, and a round on her interview."""
    hers = women[1]
    with filled.opened() as book:
        unit = blinding.UNITS[0]
        made = blinding.start(book, [item_of(hers).code], [ONE, OTHER], unit)
    return filled, hers, made.round


def both_done(filled: Any, round_code: str) -> None:
    for words in (filled.words, filled.worker_words):
        with filled.opened(words) as book:
            blinding.done(book, round_code)


def test_neither_coder_sees_the_others_work_by_any_verb_until_both_are_done(begun: Any) -> None:
    filled, hers, round_code = begun
    with filled.opened() as book:
        made = give(book, hers, "They called me", "imp.mind")
        memos.add(book, Target(coding=made), "zqfirstcoderzq")
        memos.add(book, Target(item=item_of(hers).code), "zqfirstcoderzq too")
    with filled.opened(filled.worker_words) as book:
        mine = give(book, hers, "I stopped posting", "imp.fear")
        told = [
            [p.id for p in codings.seen(book).passages],
            [p.id for p in codings.seen(book, each_coder=True).passages],
            [p.id for q in asking.quotes(book, "not ret.0").quotes for p in q.found.passages],
        ]
        assert all(ids == [mine] for ids in told)
        assert asking.quotes(book, f'imp.mind@"{ONE}"').quotes == ()
        assert [c.code for _, c in asking.matrix(book)[0]] == ["imp.fear"]
        assert asking.together(book)[0] == ()
        assert memos.listed(book) == []
        assert made not in codings.moved(book)
        for verb in (codings.remove, memos_on, blinding.visible_coding):
            with pytest.raises(UnknownCoding):
                verb(book, made)
        for verb in (agreeing.agreement, agreeing.merge):
            with pytest.raises(RoundStillOpen):
                verb(book, round_code)
        assert agreeing.method(book).codes == ()
        blinding.done(book, round_code)
        assert [p.id for p in codings.seen(book).passages] == [mine]  # done, but not both
    with filled.opened() as book:
        assert mine not in [p.id for p in codings.seen(book).passages]
        blinding.done(book, round_code)
    with filled.opened(filled.worker_words) as book:
        assert {made, mine} <= {p.id for p in codings.seen(book).passages}
        assert {m.text for m in memos.listed(book)} == {"zqfirstcoderzq", "zqfirstcoderzq too"}


def memos_on(book: Any, id_: str) -> None:
    memos.add(book, Target(coding=id_), "a thought")


def test_what_stood_before_the_round_is_hidden_from_the_coder_who_did_not_give_it(
    begun: Any,
) -> None:
    filled, _, _ = begun
    with filled.opened(filled.worker_words) as book:
        assert codings.seen(book).passages == ()


def test_an_export_or_a_travel_copy_gives_no_way_around(
    begun: Any, women: Any, tmp_path: Path, light_locks_here: None
) -> None:
    from romduol.desk import opening

    filled, hers, _ = begun
    with filled.opened() as book:
        made = give(book, hers, "They called me", "imp.mind")
    with filled.opened(filled.worker_words) as book:
        copy = travelling.travel(book, [hers.alias], tmp_path / "t.romduol", "traveller")
    with opening.open_book(tmp_path / "t.romduol", copy.passphrase) as book:
        assert made not in {p.id for p in codings.seen(book, each_coder=True).passages}
        assert checking.check(book).ok


def test_only_the_coders_code_it_each_for_themselves_and_only_until_they_are_done(
    begun: Any, sheet_of: Callable[[list[list[str]]], bytes]
) -> None:
    filled, hers, round_code = begun
    row = [hers.alias, f"{hers.word('file')}.txt", hers.word("label"), "2022-05", "month",
           "And then?", "impact", "imp.mind"]  # fmt: skip
    with filled.opened(filled.worker_words) as book:
        for coder in (ONE, "somebody else"):
            done = coding.code(book, sheet_of([[*row, coder]]))
            assert [(r.row, r.why) for r in done.refused] == [(2, "refused.double_coded")]
        assert coding.code(book, sheet_of([[*row, ""]])).refused == ()
        [mine] = codings.seen(book).passages
        assert mine.coder == blinding.coder_mac(book, OTHER)
        blinding.done(book, round_code)
        assert coding.code(book, sheet_of([[*row, ""]])).refused != ()
        with pytest.raises(ItemInRound):
            give(book, hers, "What happened?", "imp.fear")
        with pytest.raises(codings.GivenInRound):
            codings.remove(book, mine.id)
        with pytest.raises(blinding.NotACoder):
            blinding.done(book, round_code)


def test_nothing_of_a_double_coding_counts_until_it_was_merged(
    begun: Any, sheet_of: Callable[[list[list[str]]], bytes]
) -> None:
    filled, hers, round_code = begun

    def minds() -> int:
        return sum(len(c.women) for c, _ in studying.findings("impact") if c.term == "imp.mind")

    def code(words: str) -> None:
        row = [hers.alias, f"{hers.word('file')}.txt", "a new incident", "2022-05", "month",
               "And then?", "impact", "imp.mind", ""]  # fmt: skip
        with filled.opened(words) as book:
            before = len(studying.whole_study().incidents)
            assert coding.code(book, sheet_of([row])).refused == ()
            assert minds() == 0
            assert len(studying.whole_study().incidents) == before

    code(filled.words)
    code(filled.worker_words)
    both_done(filled, round_code)
    with filled.opened() as book:
        from romduol.records.models import Impact

        assert minds() == 0
        assert not Impact.objects.filter(kind="imp.mind").exists()
        merged = agreeing.merge(book, round_code)
        assert merged.settled >= 1
        assert minds() == 1
        assert Impact.objects.filter(kind="imp.mind").count() == 1
        assert checking.check(book).ok


def test_agreement_is_that_of_the_units_and_the_raw_numbers_stand_beside_it(begun: Any) -> None:
    """Four paragraphs. Fear: one both, one only the first, two neither. Mind: only the second."""
    filled, hers, round_code = begun
    with filled.opened() as book:
        give(book, hers, "I was afraid", "imp.fear")
        give(book, hers, "I stopped posting", "imp.fear")
    with filled.opened(filled.worker_words) as book:
        give(book, hers, "They called me", "imp.fear")
        give(book, hers, "What happened?", "imp.mind")
    both_done(filled, round_code)
    with filled.opened() as book:
        found = agreeing.agreement(book, round_code)
        names = agreeing.names_of(book)
    assert (found.units, found.double_coded, found.blind) == (4, 1, True)
    by_code = {one.code: one for one in found.codes}
    [crossed] = by_code["imp.fear"].crossed
    first = names.get(crossed.one) == ONE
    assert (crossed.both, crossed.neither) == (1, 2)
    assert (crossed.only_one, crossed.only_other) == ((1, 0) if first else (0, 1))
    assert by_code["imp.fear"].kappas[0].value == pytest.approx(0.5)
    # coincidences: 8 values, 3 yes, 5 no, one unit in which they differ: 1 - 7 * 1 / 15
    assert by_code["imp.fear"].alpha.value == pytest.approx(1 - 7 / 15)
    assert by_code["imp.mind"].kappas[0].value == pytest.approx(0.0)


def test_what_a_coder_did_not_get_to_is_missing_and_alone_nobody_agrees(
    filled: Any, women: Any
) -> None:
    with filled.opened() as book:
        item = item_of(women[1]).code
        made = blinding.start(book, [item], [ONE, OTHER], blinding.UNITS[1])
        give(book, women[1], "I was afraid", "imp.fear")
        blinding.done(book, made.round)
    with filled.opened(filled.worker_words) as book:
        with pytest.raises(ItemInRound):
            blinding.done(book, made.round, ["i-none"])
        blinding.done(book, made.round, [item])
        found = agreeing.agreement(book, made.round)
        assert found.one_coder_only
        assert [c.alpha.why for c in found.codes] == [Undefined.ONE_CODER] * len(found.codes)
        assert agreeing.merge(book, made.round).settled == 0


def test_a_book_without_double_coding_says_so(filled: Any) -> None:
    with filled.opened() as book:
        found = agreeing.method(book)
    assert found.one_coder_only
    assert (found.double_coded, found.codes, found.blind) == (0, (), False)
    assert found.coders == 3


def test_merging_keeps_who_gave_what_and_waits_for_a_person_where_they_differ(begun: Any) -> None:
    filled, hers, round_code = begun
    with filled.opened() as book:
        shorter = give(book, hers, "I was afraid", "imp.mind")
        alone = give(book, hers, "I stopped posting", "imp.mind")
    with filled.opened(filled.worker_words) as book:
        longer = give(book, hers, "I was afraid after that", "imp.mind")
        wholly = give(book, hers, "called me to the office", "imp.mind")
    both_done(filled, round_code)
    with filled.opened() as book:
        before = {p.id for p in codings.seen(book, each_coder=True).passages}
        made = agreeing.merge(book, round_code)
        minds = [p for p in made.open if p.code == "imp.mind"]
        assert made.settled == 1
        assert [[g.id for g in p.given] for p in minds] == [[wholly], [alone]]
        [one] = [p for p in codings.seen(book).passages if p.merged]
        text = text_of(book, item_of(hers))
        assert text[one.start : one.end] == "I was afraid after that"
        each = {p.id: p for p in codings.seen(book, each_coder=True).passages}
        assert set(each) == before
        assert {each[shorter].taken_up, each[longer].taken_up} == {one.id}
        assert each[shorter].coder != each[longer].coder
        with pytest.raises(agreeing.UnknownPlace):
            agreeing.merge(book, round_code, ["nothing"])
        again = agreeing.merge(book, round_code, [minds[1].id])
        assert (again.settled, again.kept) == (0, 1)
        assert minds[0].id in {p.id for p in again.open}
        last = agreeing.merge(book, round_code, rest=agreeing.LEAVE)
        assert (last.open, last.kept) == ((), 0)
        assert codings.moved(book) == []
        assert len(agreeing.agreement(book, round_code).codes) >= 1  # merging changes no agreement


def test_a_round_needs_two_coders_who_hold_the_key_and_an_item_that_is_free(
    begun: Any, women: Any
) -> None:
    filled, hers, _ = begun
    unit = blinding.UNITS[0]
    with filled.opened() as book:
        item, others = item_of(hers).code, item_of(women[0]).code
        for items, coders, wrong in (
            ([others], [ONE], blinding.RoundNeedsTwo),
            ([others], [ONE, ONE], blinding.RoundNeedsTwo),
            ([], [ONE, OTHER], blinding.RoundNeedsTwo),
            ([others], [ONE, OTHER], blinding.CoderWithoutGrant),
            ([item], [ONE, OTHER], ItemInRound),
        ):
            with pytest.raises(wrong):
                blinding.start(book, items, coders, unit)
        assert len(blinding.rounds()) == 1


def test_the_units_were_fixed_before_anyone_coded(begun: Any) -> None:
    from romduol.records.models import RoundUnit

    filled, hers, _ = begun
    with filled.opened() as book:
        text = text_of(book, item_of(hers))
        spans = RoundUnit.objects.order_by("start").values_list("start", "end")
        fixed = [text[start:end] for start, end in spans]
        assert [one[:2] for one in fixed] == ["I:", "R:", "I:", "R:"]
        assert blinding.units_of(text, "turn/1")[1] != tuple(spans)[1]
        assert text[slice(*blinding.units_of(text, "turn/1")[0])] == "What happened?"


def test_no_name_of_a_coder_stands_in_what_a_round_keeps(begun: Any) -> None:
    from django.core import serializers

    from romduol.records import models

    filled, hers, _ = begun
    with filled.opened() as book:
        give(book, hers, "I was afraid", "imp.mind")
        rows = serializers.serialize("json", [*models.RoundCoder.objects.all(),
                                              *models.Round.objects.all(),
                                              *models.Coding.objects.all()])  # fmt: skip
        facts = b"".join(bytes(e.fact) for e in models.LogEntry.objects.all()).decode()
    for name in (ONE, OTHER):
        assert name not in rows
        assert name not in facts


def test_a_withdrawal_in_the_middle_leaves_a_whole_book(begun: Any) -> None:
    filled, hers, round_code = begun
    with filled.opened() as book:
        give(book, hers, "I was afraid", "imp.mind")
        withdrawing.withdraw(book, hers.alias)
        assert checking.check(book).ok
        blinding.done(book, round_code)
    with filled.opened(filled.worker_words) as book:
        blinding.done(book, round_code)
        assert agreeing.agreement(book, round_code).units == 0
        assert agreeing.merge(book, round_code).open == ()
