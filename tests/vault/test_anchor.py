from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.request import BaseHandler, OpenerDirector, Request
from urllib.response import addinfourl

import pytest

from romduol.vault import anchor
from romduol.vault.anchor import (
    AnswerNotToOurRequest,
    AuthorityAddressUnusable,
    AuthorityUnreachable,
    CertificatesUnreadable,
    StampRefused,
)

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
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
STAMPS = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
ROOT = bytes(range(32))

Authority = Callable[[bytes], bytes]


def openssl(folder: Path, *args: str) -> None:
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A time-stamp authority in a folder, made with openssl; ``ca.pem`` is its root."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl on this machine to be the authority")
    folder = tmp_path_factory.mktemp("office")
    (folder / "tsa.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")
    (folder / "ext").write_text(STAMPS)
    for name in ("ca", "other"):
        openssl(folder, "req", "-x509", *KEY, "-keyout", f"{name}.key", "-out", f"{name}.pem",
                "-days", "3650", "-subj", "/CN=Root of the office")  # fmt: skip
    openssl(folder, "req", *KEY, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Stamps")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "3650", "-extfile", "ext", "-out", "tsa.pem")  # fmt: skip
    return folder


@pytest.fixture
def stamped(office: Path) -> Authority:
    def answer(query: bytes) -> bytes:
        (office / "q.tsq").write_bytes(query)
        openssl(office, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq",
                "-out", "r.tsr")  # fmt: skip
        return (office / "r.tsr").read_bytes()

    return answer


@pytest.fixture
def ca(office: Path) -> bytes:
    return (office / "ca.pem").read_bytes()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "log").mkdir()
    return tmp_path / "log"


def test_an_answer_is_kept_and_verifies_again_without_a_connection(
    log: Path, stamped: Authority, ca: bytes
) -> None:
    asked = anchor.request(log, 7, ROOT)
    kept = anchor.accept(log, stamped(asked.data), ca)
    assert anchor.anchors(log) == [kept]
    assert (kept.size, kept.root, kept.authority) == (7, ROOT, "CN=Stamps")
    assert kept.at.tzinfo is not None
    assert list(anchor.audit(log, {7: ROOT}.get)) == []


def test_any_rfc_3161_program_verifies_what_is_kept(
    log: Path, stamped: Authority, ca: bytes, office: Path
) -> None:
    asked = anchor.request(log, 7, ROOT)
    anchor.accept(log, stamped(asked.data), ca)
    place = str(log / "anchors" / asked.name)
    said = subprocess.run(
        ["openssl", "ts", "-verify", "-data", f"{place}.root", "-in", f"{place}.tsr",
         "-CAfile", f"{place}.pem"], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in said.stdout + said.stderr


def test_nothing_but_a_hash_of_the_root_and_a_number_by_chance_leaves(log: Path) -> None:
    from hashlib import sha256

    one, two = anchor.request(log, 7, ROOT), anchor.request(log, 7, ROOT)
    assert sha256(ROOT).digest() in one.data
    assert ROOT not in one.data
    assert len(one.data) < 90
    assert one.nonce != two.nonce


def test_an_answer_for_another_request_or_book_is_refused(
    log: Path, tmp_path: Path, stamped: Authority, ca: bytes
) -> None:
    asked = anchor.request(log, 7, ROOT)
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(AnswerNotToOurRequest):
        anchor.accept(tmp_path / "elsewhere", stamped(asked.data), ca)


def test_a_stamp_of_another_authority_is_refused(
    log: Path, stamped: Authority, office: Path
) -> None:
    asked = anchor.request(log, 7, ROOT)
    with pytest.raises(StampRefused):
        anchor.accept(log, stamped(asked.data), (office / "other.pem").read_bytes())
    with pytest.raises(CertificatesUnreadable):
        anchor.accept(log, stamped(asked.data), b"no certificate")
    assert anchor.anchors(log) == []


GARBAGE = bytes(range(192, 256))


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x03\x02\x01\x02", GARBAGE])
def test_what_is_no_stamp_is_refused(log: Path, ca: bytes, answer: bytes) -> None:
    anchor.request(log, 7, ROOT)
    with pytest.raises(StampRefused):
        anchor.accept(log, answer, ca)


def test_a_stamp_over_another_root_is_refused(log: Path, stamped: Authority, ca: bytes) -> None:
    asked = anchor.request(log, 7, ROOT)
    described = log / "anchors" / f"{asked.name}.json"
    described.write_text(described.read_text().replace(ROOT.hex(), ROOT[::-1].hex()))
    with pytest.raises(StampRefused):
        anchor.accept(log, stamped(asked.data), ca)


def test_a_stamp_changed_or_of_another_log_is_found(
    log: Path, stamped: Authority, ca: bytes
) -> None:
    asked = anchor.request(log, 7, ROOT)
    anchor.accept(log, stamped(asked.data), ca)
    assert [p.rule for p in anchor.audit(log, {7: ROOT[::-1]}.get)] == ["anchor.root"]
    assert [p.rule for p in anchor.audit(log, {}.get)] == ["anchor.root"]
    token = log / "anchors" / f"{asked.name}.tsr"
    whole = token.read_bytes()
    middle = whole.index(b"\x18\x0f")  # the stamp's time
    token.write_bytes(whole[: middle + 4] + b"1" + whole[middle + 5 :])
    assert [p.rule for p in anchor.audit(log, {7: ROOT}.get)] == ["anchor.stamp"]
    token.write_bytes(whole)
    token.with_suffix(".pem").unlink()
    assert [p.rule for p in anchor.audit(log, {7: ROOT}.get)] == ["anchor.stamp"]


class Wire(BaseHandler):
    """Stands where the network would be: what is sent is answered by a function."""

    def __init__(self, answer: Callable[[Request], tuple[int, bytes]]) -> None:
        self.answer, self.sent = answer, []  # type: ignore[var-annotated]

    def https_open(self, sent: Request) -> Any:
        self.sent.append(sent)
        code, body = self.answer(sent)
        found = addinfourl(io.BytesIO(body), Message(), sent.full_url, code)
        found.msg = ""  # type: ignore[attr-defined]
        return found


def over(wire: Wire) -> OpenerDirector:
    from urllib.request import HTTPDefaultErrorHandler, HTTPErrorProcessor

    opener = OpenerDirector()
    for handler in (wire, HTTPErrorProcessor(), HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    return opener


def test_one_request_goes_to_the_address_named_and_says_nothing_else(
    log: Path, stamped: Authority, ca: bytes
) -> None:
    asked = anchor.request(log, 7, ROOT)
    wire = Wire(lambda sent: (200, stamped(sent.data)))  # type: ignore[arg-type]
    answer = anchor.ask("https://stamps.example/tsr", asked, over(wire))
    assert anchor.accept(log, answer, ca).size == 7
    (sent,) = wire.sent
    assert (sent.get_method(), sent.full_url) == ("POST", "https://stamps.example/tsr")
    assert sent.data == asked.data
    assert dict(sent.header_items()) == {
        "Content-type": "application/timestamp-query",
        "Accept": "application/timestamp-reply",
        "User-agent": "-",
    }


@pytest.mark.parametrize("answer", [(500, b"broken"), (200, b"x" * (1 << 20) + b"x")])
def test_an_authority_that_fails_or_floods_is_said(log: Path, answer: tuple[int, bytes]) -> None:
    asked = anchor.request(log, 7, ROOT)
    with pytest.raises(AuthorityUnreachable):
        anchor.ask("https://stamps.example/tsr", asked, over(Wire(lambda _: answer)))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "stamps.example", "https://"])
def test_only_web_addresses_are_asked(log: Path, url: str) -> None:
    with pytest.raises(AuthorityAddressUnusable):
        anchor.ask(url, anchor.request(log, 7, ROOT))


def test_a_request_that_got_no_answer_leaves_nothing(log: Path) -> None:
    asked = anchor.request(log, 7, ROOT)
    anchor.forget(log, asked)
    assert list((log / "anchors").iterdir()) == []


def test_a_redirection_is_not_followed() -> None:
    opener = anchor._opener()
    handlers = [h for h in opener.handlers if hasattr(h, "redirect_request")]
    sent = Request("https://stamps.example/")
    followed = [h.redirect_request(sent, None, 302, "", {}, "https://x.example/") for h in handlers]
    assert followed == [None]


def test_asking_is_the_only_thing_that_would_connect(log: Path) -> None:
    asked = anchor.request(log, 7, ROOT)
    with pytest.raises(RuntimeError, match="socket"):  # the run's guard against connections
        anchor.ask("http://127.0.0.1:9/", asked)
