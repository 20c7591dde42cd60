"""What a machine suggests is kept apart from what is counted, until a person says so."""

from __future__ import annotations

import random
import zipfile
from typing import Any

import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.casebook.vocabulary import UnknownTerm
from romduol.desk import deciding, examining, queueing, receiving, studying, suggesting
from romduol.records import models
from romduol.vault.keys import NoGrant

CHAT = (
    "01/06/2022, 10:15 - zqbullyzq: I will kill you tonight\n"
    "01/06/2022, 10:16 - Ming Lotus own: please leave me alone, I will kill you is what you said\n"
    "01/06/2022, 10:17 - zqbullyzq: good morning everyone, the market is open\n"
    "01/06/2022, 10:18 - zqbullyzq: I will kill you and your children\n"
    "02/06/2022, 09:00 - zqotherzq: ឯងនឹងស្លាប់\n"
)
DEATH = "on.threat.death"


@pytest.fixture
def book(filled: Any, women: Any, tmp_path: Any) -> Any:
    """The filled book, with a chat in which she is threatened; opened."""
    file = tmp_path / "WhatsApp Chat with zqgroupzq.txt"
    file.write_text(CHAT, encoding="utf-8")
    with filled.opened() as opened:
        options = ReadingOptions(own=("Ming Lotus own",), order="dmy")
        list(receiving.receive(opened, [file], women[0].alias, options))
        yield opened


def of_the_chat(book: Any, **asked: Any) -> list[suggesting.Shown]:
    return suggesting.listed(book, suggesting.Asked(**asked))


def counted() -> list[tuple[Any, ...]]:
    return [
        (c.scheme, c.term, len(c.women), len(c.incidents), len(c.acts))
        for c, _ in studying.findings()
    ]


def test_threats_by_others_are_suggested_and_her_own_words_are_not_looked_at(
    book: Any, women: Any
) -> None:
    done = examining.examine(book, women[0].alias)
    shown = of_the_chat(book, alias=women[0].alias, show=True)
    texts = {one.text for one in shown}
    assert "I will kill you tonight" in texts
    assert "ឯងនឹងស្លាប់" in texts
    assert not any("leave me alone" in text or "market" in text for text in texts)
    assert done.suggestions == len(shown)
    assert {one.term for one in shown} >= {DEATH}
    assert all(one.state == "open" and one.reason and one.model for one in shown)


def test_every_reason_points_at_words_of_the_message_as_received(book: Any) -> None:
    examining.examine(book)
    for one in of_the_chat(book, show=True):
        assert one.spans
        assert all(0 <= start < end <= len(one.text) for _, start, end in one.spans)


def test_words_are_hidden_until_asked_for_and_the_reading_is_logged(book: Any) -> None:
    examining.examine(book)
    before = models.LogEntry.objects.count()
    assert all(one.text == "" and one.spans == () for one in of_the_chat(book))
    assert models.LogEntry.objects.count() == before
    of_the_chat(book, show=True)
    assert models.LogEntry.objects.count() == before + 1


def test_each_chat_of_an_archive_is_looked_at_and_told_apart(
    book: Any, women: Any, tmp_path: Any
) -> None:
    archive = tmp_path / "phone.zip"
    with zipfile.ZipFile(archive, "w") as phone:
        for number, said in enumerate(("in the first chat", "in the second chat")):
            line = f"0{number + 3}/06/2022, 10:15 - zqbullyzq: I will kill you {said}\n"
            phone.writestr(f"WhatsApp Chat with zqother{number}zq.txt", line)
    list(receiving.receive(book, [archive], women[1].alias, ReadingOptions(order="dmy")))
    examining.examine(book, women[1].alias)
    found = {one.text: one for one in of_the_chat(book, alias=women[1].alias, show=True)}
    assert set(found) == {"I will kill you in the first chat", "I will kill you in the second chat"}
    second = found["I will kill you in the second chat"]
    done = deciding.decide(book, second.suggestion, deciding.Word(DEATH))
    assert models.Incident.objects.get(code=done.incident).when == "2022-06-04"


def test_a_second_look_reads_nothing_twice(book: Any) -> None:
    first = examining.examine(book)
    again = examining.examine(book)
    assert first.messages > 0
    assert (again.messages, again.suggestions) == (0, 0)


def test_what_the_queue_or_an_earlier_version_suggested_is_not_suggested_again(
    book: Any, women: Any, monkeypatch: Any
) -> None:
    drawn = queueing.next_of(book, women[0].alias, 3, seed=1)
    deciding.decide(book, drawn[0].suggestion, deciding.Word())
    examining.examine(book, women[0].alias)
    rows = models.Suggestion.objects.filter(kind="message")
    keys = list(rows.values_list("item", "member", "record", "term"))
    assert {one.suggestion for one in drawn} <= set(rows.values_list("code", flat=True))
    assert len(keys) == len(set(keys))
    monkeypatch.setattr(examining, "method", lambda: "later/2")
    again = examining.examine(book, women[0].alias)
    assert again.messages > 0
    assert again.by_kind["message"] == 0


def test_a_look_that_was_cut_short_goes_on_where_it_stopped(book: Any, women: Any) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examining.examine(book, women[0].alias, stop)
    looks = models.Examination.objects.filter(method=examining.method())
    assert looks.count() == 1
    examining.examine(book, women[0].alias)
    items = models.Item.objects.filter(woman__alias=women[0].alias, segments__isnull=False)
    assert looks.count() == items.distinct().count()


def test_nothing_suggested_is_counted_until_it_is_confirmed(book: Any) -> None:
    before = counted()
    examining.examine(book)
    assert counted() == before
    threat = next(one for one in of_the_chat(book, show=True) if "tonight" in one.text)
    done = deciding.decide(book, threat.suggestion, deciding.Word(DEATH))
    assert done.state == deciding.CONFIRMED
    assert ("form_online", DEATH, 1, 1, 1) in counted()
    incident = models.Incident.objects.get(code=done.incident)
    assert (incident.when, incident.precision) == ("2022-06-01", "exact")
    deciding.undo(book, threat.suggestion)
    assert counted() == before
    assert not models.Incident.objects.filter(code=done.incident).exists()


def test_two_threats_of_one_day_in_one_chat_are_one_incident_until_said_otherwise(
    book: Any,
) -> None:
    examining.examine(book)
    found = [o for o in of_the_chat(book, show=True) if "kill" in o.text and o.term == DEATH]
    one, two = found[:2]
    first = deciding.decide(book, one.suggestion, deciding.Word(DEATH))
    second = deciding.decide(book, two.suggestion, deciding.Word(DEATH))
    assert first.incident == second.incident
    deciding.undo(book, one.suggestion)
    assert ("form_online", DEATH, 1, 1, 1) in counted(), "the other message still says so"
    moved = deciding.decide(book, two.suggestion, deciding.Word(DEATH, "the second night"))
    assert moved.incident != first.incident
    assert [s for s, t, *_ in counted() if t == DEATH] == ["form_online"]


def test_a_refusal_counts_nothing_and_both_words_are_kept(book: Any) -> None:
    examining.examine(book)
    before = counted()
    code = of_the_chat(book)[0].suggestion
    deciding.decide(book, code, deciding.Word(DEATH))
    deciding.decide(book, code, deciding.Word())
    assert counted() == before
    kept = models.Decision.objects.filter(suggestion__code=code).order_by("pk")
    assert [word.state for word in kept] == [deciding.CONFIRMED, deciding.REFUSED]
    assert {one.state for one in of_the_chat(book) if one.suggestion == code} == {"refused"}


def test_only_forms_of_harm_can_be_decided(book: Any) -> None:
    examining.examine(book)
    code = of_the_chat(book)[0].suggestion
    with pytest.raises(UnknownTerm):
        deciding.decide(book, code, deciding.Word("ret.3"))
    with pytest.raises(deciding.NothingDecided):
        deciding.undo(book, code)
    with pytest.raises(deciding.UnknownSuggestion):
        deciding.decide(book, "s0", deciding.Word())


def test_no_book_of_suggestions_changes_a_count_without_a_decision(book: Any) -> None:
    """Whatever is suggested, of whatever term and score: the study is the same value."""
    before = studying.whole_study()
    published = studying.study_for_publishing(book)
    items = list(models.Item.objects.all())
    dice = random.Random(5)
    terms = [(s, t.id) for s in ("form_online", "form_offline")
             for t in deciding.vocabulary().of(s)]  # fmt: skip
    for n in range(300):
        scheme, term = dice.choice(terms)
        models.Suggestion.objects.create(
            code=f"s{n}", kind=dice.choice(["message", "campaign", "pileon"]),
            item=dice.choice(items), record=n, scheme=scheme, term=term, score=dice.random(),
            reason="frame.threat.death.1", model="x/1", at=deciding.now(),
        )  # fmt: skip
    assert studying.whole_study() == before
    assert studying.study_for_publishing(book) == published
    refused = models.Suggestion.objects.order_by("?").first()
    assert refused is not None
    deciding.decide(book, refused.code, deciding.Word())
    assert studying.whole_study() == before


def test_a_member_without_her_key_sees_and_decides_nothing_of_hers(filled: Any, book: Any) -> None:
    examining.examine(book)
    code = next(o.suggestion for o in of_the_chat(book) if o.woman == "Ming Lotus")
    book.close()
    with filled.opened(filled.worker_words) as worker:
        assert not [o for o in suggesting.listed(worker, suggesting.Asked())
                    if o.woman == "Ming Lotus"]  # fmt: skip
        with pytest.raises(NoGrant):
            deciding.decide(worker, code, deciding.Word(DEATH))


def test_the_verbs_say_what_scripts_rely_on(filled: Any, here: Any, tmp_path: Any) -> None:
    file = tmp_path / "WhatsApp Chat with zqgroupzq.txt"
    file.write_text(CHAT, encoding="utf-8")
    words = filled.words
    got = here(
        "receive", filled.folder, file, "--woman", "Ming Lotus", "--order", "dmy", words=words
    )
    assert got.code == 0, got
    said = here("examine", filled.folder, "--json", words=words)
    assert set(said.json) >= {"suggestions", "by_kind"}
    assert said.json["suggestions"] == said.json["by_kind"]["message"] > 0
    rows = here("suggestions", filled.folder, "--json", words=words).lines
    assert {"suggestion", "message", "term", "score", "reason", "model", "state"} <= set(rows[0])
    assert [r["score"] for r in rows] == sorted((r["score"] for r in rows), reverse=True)
    first = rows[0]["suggestion"]
    done = here("decide", filled.folder, first, "--as", DEATH, "--json", words=words)
    assert (done.code, done.json["state"]) == (0, "confirmed")
    wrong = here("decide", filled.folder, first, "--as", DEATH, "--refuse", words=words)
    assert wrong.code == 2
    khmer = here("--lang", "km", "suggestions", filled.folder, "--show", words=words)
    assert "បានបញ្ជាក់" in khmer.out
