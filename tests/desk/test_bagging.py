from __future__ import annotations

import json
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import bagit
import pytest

from romduol.casework.bags import tags
from romduol.casework.bags.zips import Member, TooLargeForZip, directory
from romduol.desk import (
    bagging,
    checking,
    opening,
    reading,
    relating,
    travelling,
    withdrawing,
    women,
)
from romduol.desk.bag_verifying import verify
from romduol.desk.bagging import ReceiverNeeded, ScopeCoversNoBag, Wanted
from romduol.desk.custody import leaves
from romduol.desk.opening import FolderTaken
from romduol.desk.reading import OutputExists
from romduol.desk.women import ConsentMissing
from romduol.records.models import LogEntry
from romduol.vault.entries import Entry
from romduol.vault.keys import NoGrant

LOTUS, JASMINE = "Ming Lotus", "Ming Jasmine"
RECEIVER = "zqreceiverazq"  # the one Ming Lotus agreed to


def items_of(book: Any, alias: str) -> list[str]:
    held = {one.item.reader.split("/")[0]: one.item.code for one in reading.items(book, alias)}
    return [held[kind] for kind in ("whatsapp", "telegram", "transcripts")]


def pack(kept: Any, out: Path, names: bool = False) -> tuple[bagging.Bagged, list[str]]:
    with kept.opened() as book:
        chat, telegram, _ = items_of(book, LOTUS)
        relating.relate(book, chat, "part_of", telegram)
        wanted = Wanted((chat, telegram), "cs.refer", RECEIVER, names)
        return bagging.bag(book, wanted, out), [chat, telegram]


@pytest.fixture(scope="module")
def packed(_filled_once: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag as a folder; whoever changes it copies it first."""
    folder = tmp_path_factory.mktemp("bags")
    pack(_filled_once.copied(folder / "b.romduol"), folder / "bag")
    return folder / "bag"


@pytest.fixture
def changed(packed: Path, tmp_path: Path) -> Path:
    shutil.copytree(packed, tmp_path / "bag")
    return tmp_path / "bag"


def test_any_bagit_program_and_our_own_find_the_bag_whole(packed: Path) -> None:
    assert verify(packed) == []
    bag = bagit.Bag(str(packed))
    assert bag.validate(processes=1)
    assert bag.version_info == (1, 0)


def test_the_originals_are_in_it_byte_for_byte(filled: Any, brought: Path, tmp_path: Path) -> None:
    done, (chat, telegram) = pack(filled, tmp_path / "bag")
    sources = {p.suffix + str("Chat" in p.name): p for p in (brought / "a").iterdir()}
    held = tmp_path / "bag" / "data" / "items"
    assert (held / f"{chat}.txt").read_bytes() == sources[".txtTrue"].read_bytes()
    assert (held / f"{telegram}.json").read_bytes() == sources[".jsonFalse"].read_bytes()
    assert sorted(p.name for p in held.iterdir()) == sorted([f"{chat}.txt", f"{telegram}.json"])
    assert done.items == 2


def test_no_name_of_a_file_and_no_alias_or_receiver_stands_outside_the_originals(
    packed: Path,
) -> None:
    beside = [p for p in packed.rglob("*") if p.is_file() and p.parent.name != "items"]
    assert len(beside) >= 10
    for path in beside:
        said = path.read_bytes().decode()
        assert not [w for w in (LOTUS, "zqfile", "zqchat", "zqreceiver", "zqasker") if w in said]
    assert not [p.name for p in packed.rglob("*") if "zq" in p.name]


def test_original_names_are_in_it_when_asked_for(filled: Any, tmp_path: Path) -> None:
    _, (chat, _) = pack(filled, tmp_path / "bag", names=True)
    assert (tmp_path / "bag/data/items" / chat / "WhatsApp Chat with zqfileazq.txt").is_file()
    assert verify(tmp_path / "bag") == []
    assert bagit.Bag(str(tmp_path / "bag")).is_valid()


def test_provenance_says_who_when_and_under_which_consent(packed: Path) -> None:
    rows = [json.loads(x) for x in (packed / "data/provenance.jsonl").read_bytes().splitlines()]
    for row in rows:
        assert row["received_under"]["scope"] == "cs.evidence"
        assert row["leaves_under"]["scope"] == "cs.refer"
        assert row["leaves_under"]["on"] == "2022-05-11"
        assert row["received_by"].startswith("m") or row["received_by"]
    assert [r["relations"][0]["kind"] for r in rows if r["relations"]] == ["part_of"]
    lines = (packed / f"data/messages/{rows[0]['item']}.jsonl").read_bytes().splitlines()
    assert len(lines) == 28
    first = json.loads(lines[0])
    original = (packed / rows[0]["file"]).read_bytes()
    assert original[first["start"] : first["end"]].startswith(b"01/05/2022, 10:15 - ")
    assert "text" not in first


def test_the_log_says_of_each_item_that_it_left_and_names_the_bag(
    filled: Any, tmp_path: Path
) -> None:
    done, items = pack(filled, tmp_path / "bag")
    with filled.opened() as book:
        verbs = [Entry.parse(leaf) for leaf in leaves()][-3:]
        assert [(e.verb, e.subject) for e in verbs] == [
            ("hand-over", items[0]), ("hand-over", items[1]), ("bag", done.bag)
        ]  # fmt: skip
        assert checking.check(book).problems == []
        sent = withdrawing.already_sent(book, women.find(LOTUS))
        assert (done.bag, RECEIVER) in [(s.what, s.to) for s in sent]


def test_after_she_withdraws_the_log_says_nothing_of_it(filled: Any, tmp_path: Path) -> None:
    _, items = pack(filled, tmp_path / "bag")
    with filled.opened() as book:
        withdrawing.withdraw(book, LOTUS)
        facts = b" ".join(bytes(f) for f in LogEntry.objects.values_list("fact", flat=True))
        assert not [code for code in items if code.encode() in facts]
        assert checking.check(book).problems == []


def test_a_travel_copy_knows_what_of_hers_already_left(
    filled: Any, tmp_path: Path, light_locks_here: None
) -> None:
    done, _ = pack(filled, tmp_path / "bag")
    with filled.opened() as book:
        road = travelling.travel(book, [LOTUS], tmp_path / "road.romduol", "traveller")
    with opening.open_book(tmp_path / "road.romduol", road.passphrase) as book:
        sent = withdrawing.already_sent(book, women.find(LOTUS))
        assert done.bag in [s.what for s in sent]
        assert checking.check(book).problems == []


@pytest.mark.parametrize(
    ("scope", "receiver"),
    [("cs.refer", "somebody else"), ("cs.authority", RECEIVER), ("cs.authority", "")],
)
def test_without_her_word_for_this_receiver_nothing_leaves(
    filled: Any, tmp_path: Path, scope: str, receiver: str
) -> None:
    with filled.opened() as book:
        items = tuple(items_of(book, LOTUS))
        before = len(leaves())
        with pytest.raises(ConsentMissing):
            bagging.bag(book, Wanted(items, scope, receiver), tmp_path / "bag")
        assert len(leaves()) == before
    assert not (tmp_path / "bag").exists()


def test_one_womans_word_does_not_cover_anothers_items(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as book:
        both = (items_of(book, LOTUS)[0], items_of(book, JASMINE)[0])
        with pytest.raises(ConsentMissing):
            bagging.bag(book, Wanted(both, "cs.refer", RECEIVER), tmp_path / "bag")


def test_what_she_took_back_or_what_ran_out_lets_nothing_leave(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as book:
        chat = items_of(book, LOTUS)[0]
        ended = women.Answer(("cs.authority",), "cm.written", date(2022, 5, 11),
                             until=date(2022, 6, 1))  # fmt: skip
        women.consent(book, LOTUS, ended)
        withdrawing.stop(book, LOTUS, ("cs.refer",))
        for scope, receiver in (("cs.authority", ""), ("cs.refer", RECEIVER)):
            with pytest.raises(ConsentMissing):
                bagging.bag(book, Wanted((chat,), scope, receiver), tmp_path / "bag")


def test_a_named_helper_must_be_named_and_other_scopes_cover_no_bag(
    filled: Any, tmp_path: Path
) -> None:
    with filled.opened() as book:
        chat = items_of(book, LOTUS)[0]
        with pytest.raises(ReceiverNeeded):
            bagging.bag(book, Wanted((chat,), "cs.refer"), tmp_path / "bag")
        with pytest.raises(ScopeCoversNoBag):
            bagging.bag(book, Wanted((chat,), "cs.stats"), tmp_path / "bag")


def test_a_member_without_her_key_hands_nothing_over(filled: Any, tmp_path: Path) -> None:
    with filled.opened(filled.worker_words) as book:
        chat = next(one.item.code for one in reading.items(book, LOTUS))
        with pytest.raises(NoGrant):
            bagging.bag(book, Wanted((chat,), "cs.refer", RECEIVER), tmp_path / "bag")


def test_nothing_is_written_over(filled: Any, tmp_path: Path) -> None:
    taken, file = tmp_path / "taken", tmp_path / "taken.zip"
    taken.mkdir()
    (taken / "x").write_text("mine")
    file.write_text("mine")
    for out, refusal in ((taken, FolderTaken), (file, OutputExists)):
        with pytest.raises(refusal):
            pack(filled.copied(tmp_path / f"{out.name}.romduol"), out)
    assert file.read_text() == "mine"


def flips(data: bytes) -> list[bytes]:
    """The bytes with one bit changed: in every byte of a short file, else at some thirty places."""
    step = max(1, len(data) // 30)
    return [
        data[:n] + bytes([data[n] ^ 1 << n % 8]) + data[n + 1 :] for n in range(0, len(data), step)
    ]


def test_a_flipped_bit_in_any_file_is_noticed(changed: Path) -> None:
    for path in sorted(p for p in changed.rglob("*") if p.is_file()):
        whole = path.read_bytes()
        for flipped in flips(whole):
            path.write_bytes(flipped)
            assert verify(changed) != [], path.name
        path.write_bytes(whole)
    assert verify(changed) == []


def test_a_file_taken_out_put_in_or_linked_is_noticed(changed: Path) -> None:
    (changed / "data/extra.txt").write_text("more")
    assert [p.rule for p in verify(changed)] == ["verify.bag_extra"]
    (changed / "data/extra.txt").unlink()
    (changed / "data/extra.txt").symlink_to("README.txt")
    assert [p.rule for p in verify(changed)] == ["verify.bag_odd"]
    (changed / "data/extra.txt").unlink()
    (changed / "data/README.txt").unlink()
    assert [p.rule for p in verify(changed)] == ["verify.bag_missing"]


def remade(bag: Path) -> None:
    """What a forger with any BagIt program would do: both manifests fit again."""
    from hashlib import sha256

    def hashes(paths: list[Path]) -> dict[str, str]:
        return {
            str(p.relative_to(bag)): sha256(p.read_bytes()).hexdigest()
            for p in paths
            if p.is_file()
        }

    (bag / tags.MANIFEST).write_bytes(tags.manifest(hashes([*(bag / "data").rglob("*")])))
    beside = [p for p in bag.iterdir() if p.name != tags.TAG_MANIFEST]
    (bag / tags.TAG_MANIFEST).write_bytes(tags.manifest(hashes(beside)))


def test_a_bag_made_anew_around_a_changed_file_does_not_fit_the_log(changed: Path) -> None:
    original = next((changed / "data/items").glob("*.txt"))
    original.write_bytes(original.read_bytes().replace(b"10:15", b"10:16"))
    remade(changed)
    assert bagit.Bag(str(changed)).has_oxum()
    assert [p.rule for p in verify(changed)] == ["verify.bag_proof"]


def test_a_log_entry_left_out_is_noticed(changed: Path) -> None:
    lines = (changed / "custody.jsonl").read_bytes().splitlines(keepends=True)
    (changed / "custody.jsonl").write_bytes(b"".join(lines[:-1]))
    remade(changed)
    assert [p.rule for p in verify(changed)] == ["verify.bag_proof"]


def test_a_zip_holds_the_same_bag(filled: Any, tmp_path: Path) -> None:
    done, _ = pack(filled, tmp_path / "for clinic.zip")
    assert verify(tmp_path / "for clinic.zip") == []
    with zipfile.ZipFile(tmp_path / "for clinic.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
        assert len(archive.namelist()) == len(done.files)
    assert bagit.Bag(str(tmp_path / "out" / "for clinic")).is_valid()
    assert verify(tmp_path / "out" / "for clinic") == []


def test_a_flipped_bit_anywhere_in_the_zip_is_noticed(filled: Any, tmp_path: Path) -> None:
    pack(filled, tmp_path / "x.zip")
    whole = (tmp_path / "x.zip").read_bytes()
    end = len(whole) - whole.index(b"PK\1\2")
    places = {
        *range(0, len(whole), len(whole) // 150),
        *range(80),
        *range(len(whole) - end, len(whole), 3),
    }
    for n in sorted(places):
        (tmp_path / "x.zip").write_bytes(
            whole[:n] + bytes([whole[n] ^ 1 << n % 8]) + whole[n + 1 :]
        )
        assert verify(tmp_path / "x.zip") != [], n
    for damaged in (whole + b"\0", b"\0" + whole, whole[:-1], b""):
        (tmp_path / "x.zip").write_bytes(damaged)
        assert verify(tmp_path / "x.zip") != []


def test_what_is_too_much_for_a_zip_is_refused_before_anything_leaves() -> None:
    with pytest.raises(TooLargeForZip):
        directory([Member("a", 0, 1 << 31), Member("b", 0, 1 << 31)])


@pytest.mark.parametrize("name", ["../../etc/x", "a\nb%0a.txt", "ភូមិ" * 60 + ".txt", "..", "."])
def test_a_hostile_name_stays_one_file_inside_the_bag(name: str) -> None:
    path = tags.item_path("i1", name, named=True)
    assert path.startswith("data/items/i1/")
    assert path.count("/") == 3
    assert len(path.rsplit("/", 1)[1].encode()) <= 180
    assert not path.endswith(("/", "/.", "/.."))
    assert tags.read_manifest(tags.manifest({path: "0" * 64})) == {path: "0" * 64}


def test_the_command_line_packs_and_verifies_without_a_passphrase(
    filled: Any, tmp_path: Path, here: Any
) -> None:
    with filled.opened() as book:
        chat = items_of(book, LOTUS)[0]
    call = ("bag", filled.folder, chat, "--scope", "cs.refer", "--out", tmp_path / "x.zip")
    refused = here(*call, "--to", "nobody", words=filled.words)
    assert refused.code == 1
    done = here(*call, "--to", RECEIVER, "--json", words=filled.words)
    assert (done.code, done.json["items"]) == (0, 1)
    checked = here("verify", tmp_path / "x.zip", "--json")
    assert (checked.code, checked.json) == (0, {"ok": True, "problems": []})
    (tmp_path / "x.zip").write_bytes((tmp_path / "x.zip").read_bytes() + b"\0")
    checked = here("verify", tmp_path / "x.zip", "--lang", "km")
    assert checked.code == 1
