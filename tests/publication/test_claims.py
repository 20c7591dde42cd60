"""Claims read together: no printed sentence makes an unprinted count certain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.codes import Study
from romduol.casebook.vocabulary import vocabulary
from romduol.publication.claims import judge, percent
from romduol.publication.inference import Tree
from romduol.publication.ladder import Ladder, Voice
from romduol.publication.options import PublishOptions
from romduol.publication.report import Composed, compose

Build = Callable[..., Study]
Ask = Callable[..., PublishOptions]
ANY, ON, OFF = ("form", "any"), ("form_online", "on"), ("form_offline", "off")
TERMS = (
    ON,
    ("form_online", "on.watch"),
    OFF,
    ("form_offline", "off.order"),
    ("form_offline", "off.order.delete"),
    ("form_offline", "off.question"),
)
ABOVE = {
    ON: ANY,
    OFF: ANY,
    TERMS[1]: ON,
    TERMS[3]: OFF,
    TERMS[4]: TERMS[3],
    TERMS[5]: OFF,
}
told = st.lists(
    st.tuples(st.integers(0, 11), st.sets(st.sampled_from(TERMS), min_size=1)), max_size=24
)


def _heard(composed: Composed, key: tuple[str, str], n: int, k: int) -> range:
    """What a reader who knows the ladder takes from what is said, or not said, of ``key``."""
    if any(left.rule == "derivable" and left.what == "/".join(key) for left in composed.left):
        return range(n + 1)
    said = [c for c in composed.claims if (c.scheme, c.term) == key]
    if not said:
        return range(3 if min(k - 1, n - 2) == 2 else 2)
    if said[0].number is not None:
        return range(said[0].number, said[0].number + 1)
    words = dict(said[0].wording)["en"]
    return range(n - 1, n + 1) if "most or all" in words else range(2, min(k - 1, n - 2) + 1)


def _worlds(composed: Composed, n: int, k: int) -> list[dict[tuple[str, str], int]]:
    """Every way the counts could be, for one who believes every sentence."""
    keys = (ANY, *TERMS)
    worlds = []
    for counts in product(*(_heard(composed, key, n, k) for key in keys)):
        world = dict(zip(keys, counts, strict=True))
        inside = all(world[child] <= world[parent] for child, parent in ABOVE.items())
        if inside and world[ANY] <= world[ON] + world[OFF]:
            worlds.append(world)
    return worlds


@settings(max_examples=60, deadline=None)
@given(st.integers(5, 8), told, st.sampled_from((3, 4, 5)))
def test_no_unprinted_count_is_certain_after_reading_everything(
    study: Build, options: Ask, n: int, story: list, k: int
) -> None:
    story = [(woman % n, codes) for woman, codes in story] or [(0, {OFF})]
    composed = compose(study(n, story), options(threshold=k))
    printed = {(c.scheme, c.term) for c in composed.claims if c.number is not None}
    worlds = _worlds(composed, n, k)
    assert worlds, "the sentences contradict each other"
    for key in {ANY, *TERMS} - printed:
        assert len({world[key] for world in worlds}) > 1, key


@settings(max_examples=60, deadline=None)
@given(
    st.integers(5, 60),
    st.lists(
        st.tuples(st.integers(0, 59), st.sets(st.sampled_from(TERMS), min_size=1)),
        min_size=1,
        max_size=90,
    ),
)
def test_every_sentence_is_true_and_prints_only_allowed_numbers(
    study: Build, options: Ask, n: int, story: list
) -> None:
    story = [(woman % n, codes) for woman, codes in story]
    composed = compose(study(n, story), options())
    for claim in composed.claims:
        women = {
            w for w, codes in story for key in codes if _counts_for(key, claim.scheme, claim.term)
        }
        assert claim.number in (None, len(women))
        assert claim.asked == n
        assert len(women) >= 2
        if claim.number is None:
            assert ("most or all" in dict(claim.wording)["en"]) == (len(women) >= n - 1)
        else:
            assert 5 <= claim.number <= n - 2


def _counts_for(key: tuple[str, str], scheme: str, term: str) -> bool:
    if (scheme, term) == ANY:
        return True
    up = vocabulary().lineage(vocabulary().term(*key))
    return key[0] == scheme and term in {t.id for t in up}


@settings(max_examples=60, deadline=None)
@given(st.integers(9, 40), told)
def test_two_printed_numbers_one_within_the_other_differ_by_two_women(
    study: Build, options: Ask, n: int, story: list
) -> None:
    story = [(woman % n, codes) for woman, codes in story] or [(0, {OFF})]
    composed = compose(study(n, story), options(threshold=3))
    numbers = {(c.scheme, c.term): c.number for c in composed.claims if c.number is not None}
    for key, number in numbers.items():
        above = ABOVE.get(key)
        while above:
            assert above not in numbers or numbers[above] - number >= 2
            above = ABOVE.get(above)


SMALL = Tree({ANY: (OFF, ON), OFF: (TERMS[3],), ON: (), TERMS[3]: ()}, unions=frozenset({ANY}))


@pytest.mark.parametrize("k", [3, 4, 5])
@pytest.mark.parametrize("n", [5, 6, 7, 8, 9])
def test_a_reader_who_knows_the_program_still_cannot_tell_an_unprinted_count(
    n: int, k: int
) -> None:
    """Every possible study, grouped by what it would publish: no group pins what it hides."""
    groups: dict[tuple, list[dict]] = defaultdict(list)
    for off, on in product(range(n + 1), repeat=2):
        for whole, order in product(range(max(off, on), min(off + on, n) + 1), range(off + 1)):
            women = {ANY: whole, OFF: off, ON: on, TERMS[3]: order}
            verdicts = judge(SMALL, women, lambda _: Ladder(n, k))
            shown = [
                (v.voice if v.voice is not Voice.HUSHED else Voice.SILENT, v.number)
                for v in verdicts.values()
            ]
            groups[tuple(shown)].append(women)
    for shown, studies in groups.items():
        for (_, number), key in zip(shown, SMALL, strict=True):
            if number is None:
                assert len({women[key] for women in studies}) > 1, (shown, key)


def test_the_overlap_of_online_and_offline_is_not_given_away(study: Build, options: Ask) -> None:
    story = [(w, {OFF}) for w in range(6)] + [(w, {ON}) for w in range(4, 10)]
    composed = compose(study(14, story), options())
    printed = {(c.scheme, c.term) for c in composed.claims if c.number is not None}
    assert printed == {ON, OFF}


def test_most_or_all_is_not_said_where_it_would_count_a_silent_form(
    study: Build, options: Ask
) -> None:
    story = [(w, {OFF}) for w in range(4)] + [(4, {ON})]
    composed = compose(study(6, story), options())
    assert ANY not in {(c.scheme, c.term) for c in composed.claims}
    assert ("derivable", "form/any") in {(x.rule, x.what) for x in composed.left}


def test_percentages_begin_at_twenty_women(study: Build, options: Ask) -> None:
    for n, expected in ((19, False), (20, True)):
        composed = compose(study(n, [(w, {OFF}) for w in range(10)]), options())
        sentence = dict(composed.claims[0].wording)
        assert ("%" in sentence["en"]) is expected
        assert ("%" in sentence["km"]) is expected


def test_a_term_that_says_nothing_makes_no_sentence(study: Build, options: Ask) -> None:
    composed = compose(study(9, [(w, {("topic", "top.other")}) for w in range(6)]), options())
    assert not composed.claims


def test_kinds_of_actor_need_ten_women(study: Build, options: Ask) -> None:
    story = [(w, {("actor", "act.party")}) for w in range(9)]
    composed = compose(study(14, story), options())
    assert [c.number for c in composed.claims] == [None]
    assert "some" in dict(composed.claims[0].wording)["en"]


def test_khmer_sentences_carry_khmer_digits_and_words(study: Build, options: Ask) -> None:
    composed = compose(study(9, [(w, {OFF}) for w in range(6)]), options())
    words = dict(composed.claims[0].wording)["km"]
    assert "៦" in words
    assert "៩" in words
    assert not any(digit in words for digit in "0123456789")


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(5, 40, 13), (9, 40, 23), (7, 30, 23), (18, 20, 90)]
)
def test_a_half_per_cent_is_rounded_up(part: int, whole: int, expected: int) -> None:
    assert percent(part, whole) == expected


def test_a_term_is_followed_by_the_terms_below_it(study: Build, options: Ask) -> None:
    story = [
        (w, {("form_offline", "off.order.delete"), ("form_offline", "off.visit")}) for w in range(4)
    ]
    said = [
        c.term for c in compose(study(9, story), options()).claims if c.scheme == "form_offline"
    ]
    assert said == ["off", "off.order", "off.order.delete", "off.visit"]
