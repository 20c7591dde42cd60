"""Words that could name someone: found, ruled, replaced; the index holds none of them.

Every name is invented: "Hatbrae" (ហាត់ប្រើ) means "to practise".
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from romduol.casework.pseudonyms import Ruling

CARD = {"name": "ពពក ហាត់ប្រើ", "other_names": ["Popork Hatbrae"], "phone": "000 123 456"}
TEXT = (
    "I: Who came?\n\nW: Mr. Hatbrae Kongchak of Sangkat Sieam Cheung came on 12 May 2025. "
    "They asked for Popork Hatbrae, that is me, and rang 000 123 456.\n\n"
    "I: And then?\n\nW: Mr. Hatbrae Kongchak came again with the short one.\n"
)
KHMER = (
    "I: អ្នកណាមក?\n\nW: លោក ហាត់ប្រើ កង់ចក្រ បានមកនៅភ្នំពេញ ថ្ងៃទី១២ ខែឧសភា។ "
    "គេហៅ ពពក ហាត់ប្រើ មក ហើយទូរស័ព្ទមក ០០០១២៣៤៥៦។\n"
)
CHAT = "12/05/2025, 10:15 - Somebody: ask @cloud_page or 000 777 888\n"
BROUGHT = (
    ("Ming Lotus", "one.txt", TEXT),
    ("Ming Orchid", "two.txt", KHMER),
    ("Ming Lotus", "WhatsApp Chat with X.txt", CHAT),
)


@pytest.fixture(scope="module")
def _named_once(_empty_once: Any, _light: None, tmp_path_factory: Any) -> Any:
    """Two women: one with a card, a transcript and a chat; the other with a transcript."""
    from romduol.casebook.evidence import ReadingOptions
    from romduol.desk import identifying, receiving, women

    brought = tmp_path_factory.mktemp("named")
    kept = _empty_once.copied(brought / "b.romduol")
    given = women.Answer(("cs.write", "cs.evidence"), "cm.verbal_phone", date(2022, 5, 10))
    with kept.opened() as book:
        women.add(book, [women.WomanToAdd(f"Ming {n}", (given,)) for n in ("Lotus", "Orchid")])
        identifying.write(book, "Ming Lotus", identifying.read_card(json.dumps(CARD).encode()))
        for alias, name, text in BROUGHT:
            folder = brought / alias / name
            folder.mkdir(parents=True)
            (folder / name).write_text(text, encoding="utf-8")
            list(receiving.receive(book, [folder], alias, ReadingOptions()))
    return kept


@pytest.fixture
def named(_named_once: Any, tmp_path: Path) -> Any:
    return _named_once.copied(tmp_path / "b.romduol")


def words(found: Any) -> dict[str, str]:
    return {n.words: n.finding.kind.value for n in found}


def items(book: Any) -> dict[str, Any]:
    from romduol.records.models import Item

    return {i.woman.alias: i for i in Item.objects.filter(text__isnull=False)}


def test_what_names_someone_is_listed_in_transcripts_and_messages(named: Any) -> None:
    from romduol.desk import pseudonyms_finding

    with named.opened() as book:
        found = pseudonyms_finding.listed(book)
    assert words(found) == {
        "Hatbrae Kongchak": "name",
        "Sangkat Sieam Cheung": "place",
        "12 May 2025": "date",
        "Popork Hatbrae": "name",
        "000 123 456": "phone",
        "@cloud_page": "handle",
        "000 777 888": "phone",
        "ហាត់ប្រើ កង់ចក្រ": "name",
        "ភ្នំពេញ": "place",
        "ថ្ងៃទី១២ ខែឧសភា": "date",
        "ពពក ហាត់ប្រើ": "name",
        "០០០១២៣៤៥៦": "phone",
    }
    assert [n.ruling for n in found] == [None] * len(found)


def code_of(found: Any, word: str) -> str:
    return next(n.code for n in found if n.words == word)


def test_a_ruling_holds_wherever_the_same_name_stands_in_any_script(named: Any) -> None:
    from romduol.desk import pseudonyms_finding, pseudonyms_ruling

    wanted = pseudonyms_ruling.Wanted(Ruling.REPLACE)
    with named.opened() as book:
        code = code_of(pseudonyms_finding.listed(book), "Popork Hatbrae")
        done = pseudonyms_ruling.decide(book, [code], wanted)
        found = pseudonyms_finding.listed(book)
    assert (done.places, done.women) == (2, 2)
    ruled = {n.words for n in found if n.ruling is Ruling.REPLACE}
    assert ruled == {"Popork Hatbrae", "ពពក ហាត់ប្រើ"}


def decide_everything(book: Any, ruling: Ruling = Ruling.REPLACE) -> None:
    from romduol.desk import pseudonyms_ruling

    pseudonyms_ruling.decide_all(book, lambda _: True, pseudonyms_ruling.Wanted(ruling), "")


def rewritten(book: Any, draw: bytes | None = None) -> dict[str, str]:
    from romduol.casebook.replacements import rewrite
    from romduol.desk import pseudonyms
    from romduol.desk.pseudonyms_finding import text_of

    held = items(book)
    left = pseudonyms.leaving(book, list(held.values()), draw)
    assert left.ready
    return {a: rewrite(text_of(book, i), left.replaced[i.code]).text for a, i in held.items()}


def test_after_the_rulings_no_name_number_or_place_is_left(named: Any) -> None:
    from romduol.desk import identifying
    from romduol.publication.revealing import holds_word

    with named.opened() as book:
        decide_everything(book)
        texts = rewritten(book)
        forbidden = identifying.words_on_cards(book)
    assert forbidden is not None
    assert set(CARD["other_names"]) < set(forbidden)
    for text in texts.values():
        assert not [w for w in forbidden if holds_word(text, w)]
        for part in ("Hatbrae", "Kongchak", "Popork", "Sieam", "ហាត់ប្រើ", "ពពក", "123", "១២៣"):
            assert part not in text


def test_one_person_is_one_pseudonym_in_an_export_and_another_in_the_next(named: Any) -> None:
    import re

    with named.opened() as book:
        decide_everything(book)
        exports = [rewritten(book, bytes([n])) for n in range(12)]
    pairs = set()
    for texts in exports:
        english = re.findall(r"\[person (\d)\]", texts["Ming Lotus"])
        khmer = re.findall(r"\[មនុស្សទី (.)\]", texts["Ming Orchid"])
        assert english[0] == english[2]  # the same man, twice
        assert [str("០១២៣".index(k)) for k in khmer] == english[:2]  # and in the other script
        pairs.add(tuple(english))
    assert len(pairs) == 2


def test_what_is_kept_stays_and_what_is_generalised_says_less(named: Any) -> None:
    from romduol.desk import pseudonyms_finding, pseudonyms_ruling

    with named.opened() as book:
        found = pseudonyms_finding.listed(book)
        for word, ruling in (("ភ្នំពេញ", Ruling.GENERALISE), ("12 May 2025", Ruling.GENERALISE),
                             ("Sangkat Sieam Cheung", Ruling.KEEP)):  # fmt: skip
            wanted = pseudonyms_ruling.Wanted(ruling)
            pseudonyms_ruling.decide(book, [code_of(found, word)], wanted)
        decide_everything(book)
        texts = rewritten(book)
    assert "Sangkat Sieam Cheung" in texts["Ming Lotus"]
    assert "[a day in the rainy season 2025]" in texts["Ming Lotus"]
    assert "[កន្លែងមួយនៅរាជធានីភ្នំពេញ]" in texts["Ming Orchid"]


def test_what_was_missed_is_marked_and_found_in_what_comes_later(
    named: Any, tmp_path: Path
) -> None:
    from romduol.casebook.evidence import ReadingOptions
    from romduol.desk import pseudonyms_finding, pseudonyms_ruling, receiving
    from romduol.language.naming import Kind

    later = tmp_path / "later.txt"
    later.write_text("I: Who?\n\nW: The Short One.\n", encoding="utf-8")
    wanted = pseudonyms_ruling.Wanted(Ruling.REPLACE)
    with named.opened() as book:
        item = items(book)["Ming Lotus"].code
        done = pseudonyms_ruling.mark(book, item, "the short  one", Kind.NAME, wanted)
        list(receiving.receive(book, [later], "Ming Lotus", ReadingOptions()))
        found = pseudonyms_finding.listed(book, "Ming Lotus")
    assert done.places == 1
    assert {n.words: n.ruling for n in found if "hort" in n.words} == {
        "the short one": Ruling.REPLACE,
        "The Short One": Ruling.REPLACE,
    }


def test_words_that_do_not_stand_there_cannot_be_marked(named: Any) -> None:
    from romduol.desk import pseudonyms_ruling
    from romduol.language.naming import Kind

    with named.opened() as book:
        item, wanted = items(book)["Ming Lotus"].code, pseudonyms_ruling.Wanted(Ruling.REPLACE)
        for words_ in ("nobody at all", "", "  "):
            with pytest.raises(pseudonyms_ruling.NotInTheText):
                pseudonyms_ruling.mark(book, item, words_, Kind.NAME, wanted)


def test_a_ruling_is_taken_back_with_all_that_was_sealed_for_it(named: Any) -> None:
    from romduol.desk import checking, pseudonyms_finding, pseudonyms_ruling
    from romduol.records.models import NameRuling, SealedObject

    with named.opened() as book:
        before = SealedObject.objects.count()
        code = code_of(pseudonyms_finding.listed(book), "Popork Hatbrae")
        wanted = pseudonyms_ruling.Wanted(Ruling.REPLACE, new="the cloud")
        pseudonyms_ruling.decide(book, [code], wanted)
        assert SealedObject.objects.count() == before + 2  # a card for each of the two women
        for n in range(2):  # once more: what it replaces goes
            again = pseudonyms_ruling.Wanted(Ruling.REPLACE, new=f"the cloud {n}")
            pseudonyms_ruling.decide(book, [code], again)
        assert SealedObject.objects.count() == before + 2
        both = [n.code for n in pseudonyms_finding.listed(book) if n.ruling]
        assert pseudonyms_ruling.undo(book, both).places == 2
        assert (NameRuling.objects.count(), SealedObject.objects.count()) == (0, before)
        with pytest.raises(pseudonyms_ruling.NotRuled):
            pseudonyms_ruling.undo(book, [code])
        assert checking.check(book).ok
        assert checking.check(book).swept == 0


def test_a_ruling_about_another_text_is_not_followed(named: Any) -> None:
    from romduol.desk import pseudonyms_finding
    from romduol.records.models import NameRuling

    with named.opened() as book:
        decide_everything(book)
        NameRuling.objects.update(text="0" * 64, subject="1" * 64)
        assert {n.ruling for n in pseudonyms_finding.listed(book)} == {None}


def test_while_anything_is_undecided_the_texts_may_not_leave(named: Any) -> None:
    from romduol.desk import pseudonyms, pseudonyms_finding, pseudonyms_ruling

    with named.opened() as book:
        held = items(book)
        left = pseudonyms.leaving(book, list(held.values()))
        assert left.undecided == {held["Ming Lotus"].code: 6, held["Ming Orchid"].code: 5}
        assert not left.ready
        decide_everything(book)
        code = pseudonyms_finding.listed(book)[0].code
        pseudonyms_ruling.undo(book, [code])
        assert not pseudonyms.leaving(book, list(held.values())).ready


def test_a_member_without_her_key_sees_and_rules_nothing_of_hers(named: Any) -> None:
    from romduol.desk import membership, pseudonyms, pseudonyms_finding, pseudonyms_ruling
    from romduol.vault.keys import NoGrant

    with named.opened() as book:
        code = pseudonyms_finding.listed(book)[0].code
        _, secret = membership.add(book, "worker")
    with named.opened(secret) as book:
        assert pseudonyms_finding.listed(book) == []
        with pytest.raises(NoGrant):
            pseudonyms_finding.listed(book, "Ming Lotus")
        with pytest.raises(NoGrant):
            pseudonyms.leaving(book, list(items(book).values()))
        with pytest.raises(pseudonyms_ruling.NoSuchFinding):
            pseudonyms_ruling.decide(book, [code], pseudonyms_ruling.Wanted(Ruling.KEEP))


def test_without_the_leads_key_nobody_can_say_that_no_name_is_left(named: Any) -> None:
    from romduol.desk import membership, pseudonyms, women

    with named.opened() as book:
        decide_everything(book, Ruling.KEEP)
        _, secret = membership.add(book, "worker")
        for alias in ("Ming Lotus", "Ming Orchid"):
            membership.grant(book, "worker", alias)
            women.consent(book, alias, women.Answer(("cs.team",), "cm.written", date(2022, 5, 10)))
    with named.opened(secret) as book:
        left = pseudonyms.leaving(book, list(items(book).values()))
        assert (left.cards_read, left.ready) == (False, False)


@pytest.mark.parametrize("new", ["x" * 61, "a\nb", "POPORK  Hatbrae"])
def test_a_pseudonym_that_hides_nothing_is_refused(named: Any, new: str) -> None:
    from romduol.desk import pseudonyms_finding, pseudonyms_ruling
    from romduol.records.models import NameRuling

    with named.opened() as book:
        code = code_of(pseudonyms_finding.listed(book), "Popork Hatbrae")
        with pytest.raises(pseudonyms_ruling.PseudonymUnusable):
            pseudonyms_ruling.decide(
                book, [code], pseudonyms_ruling.Wanted(Ruling.REPLACE, new=new)
            )
        assert NameRuling.objects.count() == 0


def test_withdrawal_takes_the_rulings_along(named: Any) -> None:
    from romduol.desk import checking, withdrawing
    from romduol.records.models import NameRuling

    with named.opened() as book:
        decide_everything(book)
        withdrawing.withdraw(book, "Ming Lotus")
        assert {r.item.woman.alias for r in NameRuling.objects.all()} == {"Ming Orchid"}
        assert checking.check(book).ok


def test_neither_names_nor_pseudonyms_stand_in_the_index_or_the_log(named: Any) -> None:
    from django.db import connection

    from romduol.desk import pseudonyms_finding, pseudonyms_ruling

    with named.opened() as book:
        wanted = pseudonyms_ruling.Wanted(Ruling.REPLACE, new="zqcloudzq")
        code = code_of(pseudonyms_finding.listed(book), "Popork Hatbrae")
        pseudonyms_ruling.decide(book, [code], wanted)
        decide_everything(book)
        with connection.cursor() as cursor:
            tables = [t for (t,) in cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]  # fmt: skip
            cells = [
                bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                for table in tables
                for line in cursor.execute(f'SELECT * FROM "{table}"').fetchall()
                for cell in line
            ]
    whole = b"\n".join(cells)
    assert b"Ming Lotus" in whole, "the search finds what is there"
    for word in ("Hatbrae", "ហាត់ប្រើ", "Kongchak", "123 456", "zqcloudzq", "cloud_page", "Sieam"):
        assert word.encode() not in whole
    log = b"".join(f.read_bytes() for f in (named.folder / "log").rglob("*") if f.is_file())
    assert b"zqcloudzq" not in log
    assert b"Hatbrae" not in log


def test_an_alias_is_offered_that_is_like_no_name_in_the_book(named: Any) -> None:
    from romduol.desk import identifying, pseudonyms_aliases, women

    with named.opened() as book:
        all_of_them = pseudonyms_aliases.suggest(book, "en", "weather", 50)
        assert all_of_them.checked
        assert "White Cloud" not in all_of_them.aliases  # her name means cloud: ពពក
        assert "Ming Lotus" not in pseudonyms_aliases.suggest(book, "en", "ming-flower", 20).aliases
        assert "មីង ឈូក" not in pseudonyms_aliases.suggest(book, "km", "ming-flower", 20).aliases
        assert pseudonyms_aliases.clashing(book) == []
        card = {"name": "Hatbrae Orchit"}
        identifying.write(book, "Ming Lotus", identifying.read_card(json.dumps(card).encode()))
        orchid = women.find("Ming Orchid")
        assert pseudonyms_aliases.clashing(book) == [orchid.code]
