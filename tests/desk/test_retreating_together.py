"""Of many women: by form of harm and by kind of actor, and small groups are not told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import coding, receiving, retreating_answers, retreating_together
from romduol.desk import women as women_of

ATTACK = date(2023, 6, 1)
START = datetime(2022, 6, 2, tzinfo=UTC)  # a year of weeks before
WEEKS = 65
HEADER = "woman,transcript,incident,when,precision,quote,scheme,term,coder"
WOMEN = 22
THREATENED, TAKEN = 12, 4  # the first so many
ARRESTED_BY_STATE, BY_FORCE = 11, 3


def written(seed: int, *, silent: bool) -> str:
    dice = np.random.default_rng(seed)
    counts = dice.poisson(6.0, size=WEEKS)
    counts[52:60] *= not silent
    posts = [
        {
            "timestamp": int((START + timedelta(days=7 * week + float(day))).timestamp()),
            "data": [{"post": f"zqpostzq {week} {k}"}],
        }
        for week, count in enumerate(counts)
        for k, day in enumerate(sorted(dice.uniform(0, 6.9, size=count)))
    ]
    return json.dumps(posts)


def rows_of(n: int, alias: str) -> list[str]:
    start = f"{alias},,zqlabelzq,{ATTACK.isoformat()},exact,,"
    terms = ["form_offline,off.summons"]
    terms += ["form_online,on.threat.death"] * (n < THREATENED)
    terms += ["form_offline,off.taken"] * (n < TAKEN)
    terms += ["actor,act.state.sangkat"] * (n < ARRESTED_BY_STATE)
    terms += ["actor,act.force.police"] * (n >= WOMEN - BY_FORCE)
    return [f"{start}{term}," for term in terms]


@pytest.fixture(scope="module")
def _many_once(_empty_once: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    place = tmp_path_factory.mktemp("many")
    kept = _empty_once.copied(place / "b.romduol")
    scopes = ("cs.write", "cs.evidence", "cs.stats", "cs.team")
    given = women_of.Answer(scopes, "cm.written", date(2023, 5, 1))
    aliases = [f"Ming {n:02}" for n in range(WOMEN)]
    with kept.opened() as book:
        women_of.add(book, [women_of.WomanToAdd(alias, (given,)) for alias in aliases])
        rows = [row for n, alias in enumerate(aliases) for row in rows_of(n, alias)]
        assert coding.code(book, "\n".join([HEADER, *rows, ""]).encode()).refused == ()
        for n, alias in enumerate(aliases):
            file = place / f"{n}" / "your_posts_1.json"
            file.parent.mkdir()
            file.write_text(written(n, silent=n < THREATENED), encoding="utf-8")
            list(receiving.receive(book, [file], alias, ReadingOptions()))
            level = "ret.3" if n < THREATENED else "ret.1"
            said = retreating_answers.Said(level, since="2023-06-01", until="2023-08-01")
            retreating_answers.answer(book, alias, "zqlabelzq", said)
    return kept


@pytest.fixture
def many(_many_once: Any, tmp_path: Path) -> Any:
    return _many_once.copied(tmp_path / "many.romduol")


def test_groups_large_enough_are_told_and_those_of_a_few_women_are_not(many: Any) -> None:
    with many.opened() as book:
        told = retreating_together.together(book)
    assert {(one.scheme, one.term, one.women) for one in told.groups} == {
        ("form_online", "on.threat", THREATENED),
        ("actor", "act.state", ARRESTED_BY_STATE),
    }  # not being taken (4), nor the police (3), nor the summons, which was everybody's
    threatened = next(one for one in told.groups if one.scheme == "form_online")
    assert threatened.outcome == retreating_together.FALL
    assert threatened.change is not None
    assert threatened.change.women == THREATENED
    assert threatened.change.high < 0.3
    assert threatened.median_silence is not None
    assert threatened.median_silence % 7 == 0
    levels = {(at.level, at.days): at.voice for at in threatened.levels}
    assert (levels["ret.3", 30], levels["ret.1", 30]) == ("most_or_all", "silent")
    assert [(at.women, at.voice) for at in threatened.answers] == [
        (None, "most_or_all"), (None, "most_or_all"), (None, "silent"),
    ]  # fmt: skip


def test_each_level_is_told_as_a_release_would_tell_it(many: Any) -> None:
    with many.opened() as book:
        told = retreating_together.together(book)
    at = {(one.level, one.days): one for one in told.levels}
    assert (at["ret.3", 30].women, at["ret.3", 30].voice) == (THREATENED, "number")
    assert (at["ret.1", 30].women, at["ret.1", 30].voice) == (WOMEN - THREATENED, "number")
    assert (at["ret.3", 90].women, at["ret.3", 90].voice) == (None, "silent")  # it had ended
    assert all(one.women is None for one in told.levels if one.voice != "number")
    assert [one.women for one in told.answers] == [THREATENED, THREATENED, None]


def test_the_verb_says_where_it_may_be_published_in_both_languages(many: Any, here: Any) -> None:
    said = here("retreat", many.folder, "--together", "--json", words=many.words)
    assert len(said.json["groups"]) == 2
    english = here("retreat", many.folder, "--together", words=many.words)
    assert f"Threat online: {THREATENED} women had it" in english.out
    assert "State actor: 11 women" in english.out
    assert "romduol publish" in english.err
    assert "Police" not in english.out
    khmer = here("--lang", "km", "retreat", many.folder, "--together", words=many.words)
    assert "ស្ត្រី 12 នាក់មានវា" in khmer.out
    assert "zq" not in english.out + khmer.out
