"""The log's root goes to a time-stamp authority and comes back with a signed time (RFC 3161).

The only module that may use the network, and only ``ask`` does. What leaves is the SHA-256 of 32
bytes that say nothing; the authority also sees the address of the connection and the hour. The
request can be carried elsewhere on a stick instead. Kept beside the log, for any RFC 3161 program:
``NAME.tsq`` the request, ``NAME.tsr`` the answer, ``NAME.pem`` the certificates given for it,
``NAME.root`` the 32 bytes; ``NAME`` is the log's size and the beginning of the request's nonce.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from romduol.casebook.troubles import Damaged, Trouble, WrongUsage
from romduol.vault import durable

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

FOLDER = "anchors"
_TYPE = "application/timestamp-query"
_LONGEST_ANSWER = 1 << 20
_SECONDS = 30.0


class AuthorityAddressUnusable(WrongUsage):
    """The address given for the time-stamp authority is no http or https address."""


class AuthorityUnreachable(Trouble):
    """The time-stamp authority did not answer, or not with a time stamp; nothing was kept."""


class AnswerNotToOurRequest(WrongUsage):
    """The answer brought is to no request that was made here."""


class StampRefused(Trouble):
    """The authority's answer does not verify with the certificates given; nothing was kept."""


class CertificatesUnreadable(WrongUsage):
    """The file given as the authority's certificates holds no certificate in PEM."""


class AnchorFileDamaged(Damaged):
    """A file of an anchor cannot be read as what it was written as."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request made here: for the root of the log's first ``size`` entries."""

    name: str
    size: int
    root: bytes
    nonce: int
    data: bytes  # DER, as an authority wants it


@dataclass(frozen=True, slots=True)
class Anchor:
    """``root`` existed at ``at``, says ``authority``; ``token`` is the SHA-256 of its answer."""

    name: str
    size: int
    root: bytes
    at: datetime
    authority: str
    token: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An anchor that does not hold. ``rule`` is a sentence's id (``anchor.…``)."""

    rule: str
    name: str


def request(log: Path, size: int, root: bytes) -> Request:
    """A new request for ``root``, kept beside the log until its answer comes."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    built = TimestampRequestBuilder().data(root).hash_algorithm(HashAlgorithm.SHA256).build()
    nonce = built.nonce
    assert nonce is not None
    made = Request(f"{size}-{nonce:016x}"[:24], size, root, nonce, built.as_bytes())
    folder = log / FOLDER
    durable.make_folder(folder)
    said = json.dumps({"nonce": str(nonce), "root": root.hex(), "size": size}, sort_keys=True)
    durable.write_whole(folder / f"{made.name}.tsq", made.data)
    durable.write_whole(folder / f"{made.name}.root", root)
    durable.write_whole(folder / f"{made.name}.json", said.encode())
    return made


def ask(url: str, asked: Request, opener: OpenerDirector | None = None) -> bytes:
    """The authority's answer, unchecked. Connects to ``url`` and nowhere else: no redirection.

    Raises ``AuthorityAddressUnusable`` or ``AuthorityUnreachable``.
    """
    from http.client import HTTPException
    from urllib.request import Request as HttpRequest

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AuthorityAddressUnusable
    headers = {"Content-Type": _TYPE, "Accept": "application/timestamp-reply", "User-Agent": "-"}
    sent = HttpRequest(url, data=asked.data, headers=headers, method="POST")  # noqa: S310 - http(s)
    try:
        with (opener or _opener()).open(sent, timeout=_SECONDS) as answer:
            data: bytes = answer.read(_LONGEST_ANSWER + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise AuthorityUnreachable(reason=type(error).__name__) from error
    if len(data) > _LONGEST_ANSWER:
        raise AuthorityUnreachable(reason="too long")
    return data


def forget(log: Path, asked: Request) -> None:
    """A request that got no answer leaves nothing behind."""
    for suffix in (".json", ".root", ".tsq"):
        durable.remove_file(log / FOLDER / f"{asked.name}{suffix}")


def _opener() -> OpenerDirector:
    from urllib.request import HTTPRedirectHandler, build_opener

    class Stay(HTTPRedirectHandler):
        """A redirection is an error: the person pressed for one address."""

        def redirect_request(self, *_args: object) -> None:
            """Never another address."""

    return build_opener(Stay)


def accept(log: Path, answer: bytes, certificates: bytes) -> Anchor:
    """The answer verifies against a request made here and is kept with its certificates.

    ``certificates`` are PEM: the root the person trusts for this authority, and any between.
    Raises ``AnswerNotToOurRequest``, ``StampRefused`` or ``CertificatesUnreadable``.
    """
    stamp = _parsed(answer)
    asked = _asked(log, stamp)
    found = _verified(asked, stamp, answer, certificates)
    folder = log / FOLDER
    durable.write_whole(folder / f"{asked.name}.pem", certificates)
    durable.write_whole(folder / f"{asked.name}.tsr", answer)
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """An anchor as it is kept: what was asked, the authority's answer, the certificates (PEM)."""

    asked: Request
    answer: bytes
    certificates: bytes


def kept(log: Path) -> list[Kept]:
    """Every anchor's files, in the order of the log's size; unchecked (see ``verified``)."""
    folder = log / FOLDER
    found = (
        Kept(
            _request(folder, name),
            (folder / f"{name}.tsr").read_bytes(),
            (folder / f"{name}.pem").read_bytes(),
        )
        for name in _names(log)
    )
    return sorted(found, key=lambda one: (one.asked.size, one.asked.name))


def verified(one: Kept) -> Anchor:
    """What the stamp says, checked without a connection. Raises ``StampRefused``, or
    ``CertificatesUnreadable``."""
    return _verified(one.asked, _parsed(one.answer), one.answer, one.certificates)


def anchors(log: Path) -> list[Anchor]:
    """Every anchor kept, in the order of the log's size. Raises ``StampRefused`` for a bad one."""
    return sorted((_held(log, name) for name in _names(log)), key=lambda a: (a.size, a.name))


def audit(log: Path, root_at: Callable[[int], bytes | None]) -> Iterator[Problem]:
    """Every anchor that does not verify, or is of another log than the one ``root_at`` tells."""
    for name in _names(log):
        try:
            held = _held(log, name)
        except (Trouble, OSError):
            yield Problem("anchor.stamp", name)
            continue
        if root_at(held.size) != held.root:
            yield Problem("anchor.root", name)


def _names(log: Path) -> Sequence[str]:
    return sorted(path.stem for path in (log / FOLDER).glob("*.tsr"))


def _held(log: Path, name: str) -> Anchor:
    folder = log / FOLDER
    answer = (folder / f"{name}.tsr").read_bytes()
    certificates = (folder / f"{name}.pem").read_bytes()
    return _verified(_request(folder, name), _parsed(answer), answer, certificates)


def _request(folder: Path, name: str) -> Request:
    try:
        said = json.loads((folder / f"{name}.json").read_bytes())
        root, size, nonce = bytes.fromhex(said["root"]), int(said["size"]), int(said["nonce"])
    except (ValueError, KeyError, TypeError) as error:
        raise AnchorFileDamaged from error
    return Request(name, size, root, nonce, b"")


def _asked(log: Path, stamp: TimeStampResponse) -> Request:
    for path in sorted((log / FOLDER).glob("*.json")):
        made = _request(log / FOLDER, path.stem)
        if made.nonce == stamp.tst_info.nonce:
            return made
    raise AnswerNotToOurRequest


def _parsed(answer: bytes) -> TimeStampResponse:
    """The answer, if it grants a stamp; raises ``StampRefused``."""
    from rfc3161_client import decode_timestamp_response

    try:
        stamp = decode_timestamp_response(answer)
        stamp.tst_info.gen_time  # noqa: B018 - refuses a token that is none before it is used
    except ValueError as error:
        raise StampRefused from error
    return stamp


def _verified(
    asked: Request, stamp: TimeStampResponse, answer: bytes, certificates: bytes
) -> Anchor:
    """RFC 3161, 2.2: granted, signed by a certificate for time stamping that leads to one of
    ``certificates``, with our nonce, over our root."""
    from cryptography.x509 import DirectoryName
    from rfc3161_client import VerificationError, VerifierBuilder

    builder = VerifierBuilder().nonce(asked.nonce)
    for certificate in _certificates(certificates):
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(stamp, asked.root)
        info = stamp.tst_info
    except (VerificationError, ValueError) as error:
        raise StampRefused from error
    authority = info.name.value.rfc4514_string() if isinstance(info.name, DirectoryName) else ""
    digest = sha256(answer).hexdigest()
    return Anchor(asked.name, asked.size, asked.root, info.gen_time, authority, digest)


def _certificates(pem: bytes) -> list[Certificate]:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise CertificatesUnreadable from error
