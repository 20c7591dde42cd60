from __future__ import annotations

import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from romduol.desk import anchoring, bag_verifying, checking
from romduol.vault.anchor import AnswerNotToOurRequest, AuthorityAddressUnusable

CONFIG = """[tsa]
default_tsa = t
[t]
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
tsa_name = yes
ess_cert_id_alg = sha256
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A time-stamp authority in a folder, made with openssl; its one certificate signs itself."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "tsa.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key",
         "-out", "tsa.pem", "-days", "3650", "-subj", "/CN=Stamps",
         "-addext", "extendedKeyUsage=critical,timeStamping"],
        cwd=folder, capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("there is no openssl on this machine to be the authority")
    return folder


def stamp(office: Path, request: Path, answer: Path) -> None:
    subprocess.run(
        ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", request, "-out", answer],
        cwd=office, capture_output=True, check=True,
    )  # fmt: skip


def carried(book: Any, office: Path, folder: Path) -> Any:
    """The request is carried to the authority and its answer back, while the log goes on."""
    anchoring.prepare(book, folder / "q.tsq")
    stamp(office, folder / "q.tsq", folder / "r.tsr")
    return anchoring.bring(book, (folder / "r.tsr").read_bytes(), (office / "tsa.pem").read_bytes())


def test_a_request_is_carried_out_and_its_answer_brought_back(
    filled: Any, office: Path, tmp_path: Path
) -> None:
    from romduol.desk import reading

    with filled.opened() as book:
        before = book.log().size
        anchoring.prepare(book, tmp_path / "q.tsq")
        list(reading.messages(book, "Ming Lotus"))  # the log goes on meanwhile
        stamp(office, tmp_path / "q.tsq", tmp_path / "r.tsr")
        answer, certificates = (tmp_path / "r.tsr").read_bytes(), (office / "tsa.pem").read_bytes()
        kept = anchoring.bring(book, answer, certificates)
        assert kept.size == before < book.log().size
        assert anchoring.listed(book) == [kept]
        assert checking.check(book).problems == []


def test_a_stamp_taken_away_or_exchanged_is_noticed_by_check(
    filled: Any, office: Path, tmp_path: Path
) -> None:
    with filled.opened() as book:
        kept = carried(book, office, tmp_path)
        token = filled.folder / "log" / "anchors" / f"{kept.name}.tsr"
        whole = token.read_bytes()
        token.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert [p.rule for p in checking.check(book).problems] == ["anchor.stamp"]
        stamp(office, tmp_path / "q.tsq", tmp_path / "again.tsr")
        token.write_bytes((tmp_path / "again.tsr").read_bytes())
        assert [p.rule for p in checking.check(book).problems] == ["anchor.changed"]
        token.unlink()
        assert [p.rule for p in checking.check(book).problems] == ["anchor.changed"]
        token.write_bytes(whole)
        assert checking.check(book).problems == []


def test_an_answer_to_another_books_request_is_refused(
    filled: Any, office: Path, tmp_path: Path
) -> None:
    other = filled.copied(tmp_path / "other.romduol")
    with filled.opened() as book:
        anchoring.prepare(book, tmp_path / "q.tsq")
    stamp(office, tmp_path / "q.tsq", tmp_path / "r.tsr")
    with other.opened() as book, pytest.raises(AnswerNotToOurRequest):
        anchoring.bring(book, (tmp_path / "r.tsr").read_bytes(), (office / "tsa.pem").read_bytes())


def test_an_authority_that_cannot_be_reached_leaves_nothing(filled: Any, office: Path) -> None:
    certificates = (office / "tsa.pem").read_bytes()
    with filled.opened() as book:
        before = book.log().size
        with pytest.raises(AuthorityAddressUnusable):
            anchoring.ask(book, "stamps.example", certificates)
        assert book.log().size == before
        assert list((filled.folder / "log" / "anchors").iterdir()) == []


def test_the_command_line_writes_the_request_and_takes_the_answer(
    filled: Any, office: Path, tmp_path: Path, here: Any
) -> None:
    book, words = filled.folder, {"words": filled.words}
    asked = here("anchor", book, "--offline", tmp_path / "q.tsq", "--json", **words)
    assert asked.code == 0
    stamp(office, tmp_path / "q.tsq", tmp_path / "r.tsr")
    answer = ("--answer", tmp_path / "r.tsr", "--certificate", office / "tsa.pem")
    brought = here("anchor", book, *answer, "--json", **words)
    assert (brought.code, brought.json["size"]) == (0, asked.json["size"])
    listed = here("anchors", book, "--json", **words)
    assert [row["anchor"] for row in listed.lines] == [brought.json["anchor"]]
    assert here("verify", book, **words).code == 0
    assert here("anchor", book, "--answer", tmp_path / "r.tsr", **words).code == 2


# time stamps go along in a bag

RECEIVER = "zqreceiverazq"  # whom the first woman of the filled book agreed to


@pytest.fixture(scope="module")
def stamped(
    _filled_once: Any, office: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, int]:
    """A bag made after a stamp was brought, and the log's size under the stamp."""
    from romduol.desk import bagging, reading

    place = tmp_path_factory.mktemp("stamped")
    kept = _filled_once.copied(place / "b.romduol")
    with kept.opened() as book:
        held = carried(book, office, place)
        items = tuple(one.item.code for one in reading.items(book, "Ming Lotus"))
        bagging.bag(book, bagging.Wanted(items, "cs.refer", RECEIVER), place / "bag")
    return place / "bag", held.size


@pytest.fixture
def bag(stamped: tuple[Path, int], tmp_path: Path) -> Path:
    shutil.copytree(stamped[0], tmp_path / "bag")
    return tmp_path / "bag"


def listed_anew(bag: Path) -> None:
    """The bag's list of tag files again, as one who changes a bag would write it."""
    from romduol.casework.bags import tags

    files = [p for p in bag.rglob("*") if p.is_file() and "data" not in p.relative_to(bag).parts]
    held = {p.relative_to(bag).as_posix(): sha256(p.read_bytes()).hexdigest() for p in files}
    held.pop(tags.TAG_MANIFEST)
    (bag / tags.TAG_MANIFEST).write_bytes(tags.manifest(held))


def test_a_bag_carries_the_stamp_and_it_is_verified_offline(
    bag: Path, stamped: tuple[Path, int], here: Any
) -> None:
    assert bag_verifying.verify(bag) == []
    (found,) = bag_verifying.stamps(bag)
    assert found.size == stamped[1]
    assert "Stamps" in found.authority
    said = here("verify", bag, "--json")
    assert said.json["ok"]
    assert said.json["stamps"][0]["size"] == found.size
    for lang, word in (("en", "existed at"), ("km", "មានរួចហើយនៅ")):
        assert word in here("verify", bag, "--lang", lang).out


def test_openssl_verifies_the_stamp_of_a_bag(bag: Path) -> None:
    (token,) = (bag / "stamps").glob("*.tsr")
    subprocess.run(
        ["openssl", "ts", "-verify", "-data", token.with_suffix(".root"), "-in", token,
         "-CAfile", token.with_suffix(".pem")],
        capture_output=True, check=True,
    )  # fmt: skip


@pytest.mark.parametrize("suffix", [".tsr", ".pem", ".root", ".json"])
def test_a_stamp_changed_in_a_bag_is_noticed_even_when_its_list_is_made_anew(
    suffix: str, bag: Path
) -> None:
    (path,) = (bag / "stamps").glob(f"*{suffix}")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    listed_anew(bag)
    assert [found.rule for found in bag_verifying.verify(bag)] == ["verify.bag_stamp"]


def test_a_stamp_taken_out_of_a_bag_is_noticed(bag: Path) -> None:
    shutil.rmtree(bag / "stamps")
    listed_anew(bag)
    assert [found.rule for found in bag_verifying.verify(bag)] == ["verify.bag_stamp"]
