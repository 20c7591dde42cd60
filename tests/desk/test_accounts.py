"""Nobody but the woman and decided accounts is a person anywhere in the index."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from romduol.casebook.evidence import MESSAGE, ReadingOptions
from romduol.desk import (
    accounts,
    checking,
    reading,
    receiving,
    segments,
    travelling,
    withdrawing,
    women,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "mutation"))
from seeds import seeds

ALIAS, OTHER = "Ming Lotus", "Ming Jasmine"
CALLED_BY_A_READER = {"searches"}  # a thread of everybody's, and nobody's name
ALL = women.Answer(("cs.write", "cs.evidence"), "cm.written", date(2024, 3, 5))


@pytest.fixture
def book(empty: Any) -> Iterator[Any]:
    with empty.opened() as opened:
        women.add(opened, [women.WomanToAdd(one, (ALL,)) for one in (ALIAS, OTHER)])
        yield opened


def take(book: Any, path: Path, alias: str = ALIAS, **said: Any) -> list[receiving.Received]:
    return list(receiving.receive(book, [path], alias, ReadingOptions(**said)))


def cells() -> dict[str, set[str]]:
    """Every value of every table of the index, as text, by table."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # names come from the index itself
            found[table] = {
                bytes(cell).decode("latin-1") if isinstance(cell, bytes) else str(cell)
                for row in cursor.fetchall()
                for cell in row
            }
    return found


def rows() -> dict[str, int]:
    """How many rows each table of ours has."""
    return {m.__name__: m.objects.count() for m in apps.get_app_config("records").get_models()}


def chat(authors: int) -> bytes:
    """A group of that many: always 60 messages, by turns."""
    lines = (f"05/03/2024, 14:{n:02} - Bystander{n % authors:02}: words {n}\n" for n in range(60))
    return "".join(lines).encode()


def test_no_author_of_any_source_stands_anywhere_in_the_index_or_the_folder(
    book: Any, empty: Any, tmp_path: Path
) -> None:
    sources = set()
    told = [one for one in seeds() if one.options != ReadingOptions()]
    everything = next(one for one in seeds() if one.name == "everything.zip")
    for number, seed in enumerate([everything, *told]):
        path = tmp_path / f"{number:03}" / seed.name
        path.parent.mkdir()
        path.write_bytes(seed.raw)
        list(receiving.receive(book, [path], ALIAS, seed.options))
    names: set[str] = set()
    for _, _, table in reading.messages(book, ALIAS):
        for column in ("author", "account", "thread", "forwarded_from", "reply_to"):
            names |= {name for name in table.column(column).to_pylist() if name}
        sources |= set(table.column("platform").to_pylist())
    names = {name for name in names if len(name) > 4} - CALLED_BY_A_READER
    assert len(sources) > 12
    assert len(names) > 30
    held = cells()
    for table, values in held.items():
        assert {n for n in names for value in values if n in value} == set(), table
    outside = [p for p in empty.folder.rglob("*") if p.is_file() and "objects" not in p.parts]
    for path in outside:
        raw = path.read_bytes()
        assert {name for name in names if name.encode() in raw} == set(), path.name
    assert rows()["Woman"] == 2
    assert rows()["Member"] == 1
    assert rows()["Account"] == 0


def test_the_index_does_not_grow_with_the_people_in_a_group(book: Any, tmp_path: Path) -> None:
    grown = []
    for authors in (2, 40):
        path = tmp_path / f"WhatsApp Chat with {authors}.txt"
        path.write_bytes(chat(authors))
        before = rows()
        take(book, path)
        grown.append({name: n - before[name] for name, n in rows().items()})
    assert grown[0] == grown[1]


@pytest.fixture
def group(book: Any, tmp_path: Path) -> Any:
    path = tmp_path / "WhatsApp Chat with Group.txt"
    path.write_bytes(chat(3))
    take(book, path)
    return book


def named(book: Any, name: str, alias: str = ALIAS) -> accounts.Seen:
    return next(one for one in accounts.listed(book, alias) if one.name == name)


def own_of(book: Any, name: str) -> set[bool | None]:
    return {
        own
        for _, _, table in reading.messages(book, ALIAS)
        for author, own in zip(
            table.column("author").to_pylist(), table.column("own").to_pylist(), strict=True
        )
        if author == name
    }


def test_an_account_said_to_be_hers_makes_its_messages_hers_and_no_others(group: Any) -> None:
    assert own_of(group, "Bystander01") == {None}
    found = named(group, "Bystander01")
    assert found.messages == 20
    done = accounts.decide(group, ALIAS, found.code, accounts.Said("own"))
    assert (done.role, done.own) == ("own", True)
    assert own_of(group, "Bystander01") == {True}
    assert own_of(group, "Bystander02") == {None}
    assert rows()["Account"] == 1


def test_a_named_actor_is_a_row_without_a_name_and_the_name_is_sealed(
    group: Any, empty: Any
) -> None:
    code = named(group, "Bystander02").code
    said = accounts.Said("actor", "act.state.sangkat.chief", "", "zqwho of the third village")
    accounts.decide(group, ALIAS, code, said)
    found = named(group, "Bystander02")
    assert (found.role, found.kind, found.who) == ("actor", said.kind, said.who)
    assert own_of(group, "Bystander02") == {False}
    words = {"Bystander02", "zqwho"}
    assert {w for values in cells().values() for v in values for w in words if w in v} == set()
    for path in empty.folder.rglob("*"):
        if path.is_file():
            assert not any(word.encode() in path.read_bytes() for word in words), path.name
    assert checking.check(group).ok


def test_a_decision_is_replaced_or_taken_back_and_leaves_no_object(group: Any) -> None:
    code = named(group, "Bystander01").code
    before = rows()["SealedObject"]
    accounts.decide(group, ALIAS, code, accounts.Said("own"))
    accounts.decide(group, ALIAS, code, accounts.Said("actor", who="someone"))
    assert rows()["SealedObject"] == before + 1
    accounts.take_back(group, ALIAS, code)
    assert rows()["SealedObject"] == before
    assert rows()["Account"] == 0
    assert own_of(group, "Bystander01") == {None}
    assert checking.check(group).ok
    with pytest.raises(accounts.NoSuchAccount):
        accounts.take_back(group, ALIAS, code)


def telegram(*senders: tuple[str, str]) -> bytes:
    """One group's result.json: a message of each sender's (name, number)."""
    said = [
        {
            "id": n, "type": "message", "date": "2024-03-05T07:00:00",
            "date_unixtime": str(1_709_600_000 + n), "from": name, "from_id": number,
            "text": f"words {n}",
        }
        for n, (name, number) in enumerate(senders, start=1)
    ]  # fmt: skip
    chat = {"name": "Group", "type": "private_group", "id": 7, "messages": said}
    return json.dumps(chat, indent=1).encode()


def numbers(book: Any, own: bool | None = None) -> dict[str, int]:
    """Messages by the number behind the name, of the accounts that are (not) hers."""
    found = [one for one in accounts.listed(book, ALIAS) if one.own is own]
    return {one.number: one.messages for one in found}


def test_two_accounts_of_one_name_are_two_and_a_decision_means_one(
    book: Any, tmp_path: Path
) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(
        telegram(("Bystander", "user11"), ("Bystander", "user12"), ("Bystander", "user12"))
    )
    take(book, path)
    assert numbers(book) == {"user11": 1, "user12": 2}
    one = next(one for one in accounts.listed(book, ALIAS) if one.number == "user12")
    accounts.decide(book, ALIAS, one.code, accounts.Said("own"))
    assert numbers(book, own=True) == {"user12": 2}
    assert numbers(book) == {"user11": 1}


def test_an_account_that_took_another_name_is_the_same_account(book: Any, tmp_path: Path) -> None:
    for n, name in enumerate(("Bystander", "Renamed")):
        path = tmp_path / str(n) / "result.json"
        path.parent.mkdir()
        path.write_bytes(telegram(*[(name, "user11")] * (n + 1)))
        take(book, path)
    found = accounts.listed(book, ALIAS)
    assert [(one.name, one.number, one.messages) for one in found] == [("Renamed", "user11", 2)]


def test_a_segment_sealed_before_accounts_were_kept_opens_without_them() -> None:
    old = MESSAGE.remove(MESSAGE.get_field_index("account"))
    made = segments.to_parquet(old.empty_table())
    opened = segments.from_parquet(made, MESSAGE.names)
    assert opened.schema.names == MESSAGE.names
    assert segments.from_parquet(made, ["author", "account"]).column_names == ["author", "account"]


def test_one_account_in_two_womens_material_has_two_codes(group: Any, tmp_path: Path) -> None:
    take(group, tmp_path / "WhatsApp Chat with Group.txt", OTHER)
    assert named(group, "Bystander01").code != named(group, "Bystander01", OTHER).code


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (("own", "act.state"), accounts.KindNotMeant),
        (("actor", "", "", "x" * 4001), accounts.NoteTooLong),
    ],
)
def test_what_cannot_be_said_of_an_account_is_refused(said: Any, trouble: Any) -> None:
    with pytest.raises(trouble):
        accounts.Said(*said)


def test_an_account_nobody_saw_is_refused_and_a_withdrawal_takes_decisions_along(
    group: Any,
) -> None:
    with pytest.raises(accounts.NoSuchAccount):
        accounts.decide(group, ALIAS, "a0", accounts.Said("own"))
    accounts.decide(group, ALIAS, named(group, "Bystander01").code, accounts.Said("own"))
    withdrawing.withdraw(group, ALIAS)
    assert rows()["Account"] == 0
    assert checking.check(group).ok


def test_a_travel_copy_knows_what_was_decided(
    group: Any, tmp_path: Path, light_locks_here: None
) -> None:
    from romduol.desk import opening

    accounts.decide(group, ALIAS, named(group, "Bystander01").code, accounts.Said("own"))
    made = travelling.travel(group, [ALIAS], tmp_path / "away.romduol", "traveller")
    with opening.open_book(tmp_path / "away.romduol", made.passphrase) as away:
        assert own_of(away, "Bystander01") == {True}


def test_accounts_are_listed_by_code_and_by_name_only_when_asked(
    group: Any, empty: Any, here: Any, tmp_path: Path
) -> None:
    code = named(group, "Bystander01").code
    group.close()
    plain = here("accounts", empty.folder, "--woman", ALIAS, words=empty.words)
    assert code in plain.out
    assert "Bystander" not in plain.out + plain.err
    shown = here("accounts", empty.folder, "--woman", ALIAS, "--names", "--json", words=empty.words)
    assert {row["name"] for row in shown.lines} == {f"Bystander0{n}" for n in range(3)}
    (tmp_path / "who.txt").write_text("zqwho", encoding="utf-8")
    how = ("--as", "actor", "--kind", "act.state.sangkat", "--who", tmp_path / "who.txt")
    for lang, label in (("en", "Commune or Sangkat authority"), ("km", "អាជ្ញាធរឃុំ/សង្កាត់")):
        said = here("account", empty.folder, ALIAS, code, *how, "--lang", lang, words=empty.words)
        assert label in said.out
        assert "zqwho" not in said.out
    undone = here("account", empty.folder, ALIAS, code, "--undo", "--json", words=empty.words)
    assert undone.json == {"account": code, "role": ""}
    wrong = here("account", empty.folder, ALIAS, code, words=empty.words)
    assert wrong.code == 2
