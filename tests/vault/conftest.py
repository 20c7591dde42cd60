"""A small team's book, made once: two members, a lead and a worker, and two women."""

from __future__ import annotations

import base64
import hmac
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from romduol.vault.keyring import Keyring
from romduol.vault.passphrases import new_passphrase
from romduol.vault.recovery import Recovery

LIGHT = 4


def age_lock(data: bytes, passphrase: str, work: int) -> bytes:
    """An age file with a scrypt stanza of chosen work, after C2SP age.md; pyrage opens it."""
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    label = b"age-encryption.org/v1/scrypt"
    wrap = Scrypt(salt=label + salt, length=32, n=1 << work, r=8, p=1).derive(passphrase.encode())
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt %b %d\n%b\n---" % (_raw64(salt), work, _raw64(body))
    mac = hmac.new(_hkdf(file_key, b"", b"header"), header, sha256).digest()
    payload = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))
    return (
        header + b" " + _raw64(mac) + b"\n" + nonce + payload.encrypt(bytes(11) + b"\1", data, None)
    )


def _raw64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


@pytest.fixture
def lock_with_work() -> Callable[[bytes, str, int], bytes]:
    return age_lock


@pytest.fixture
def light_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Generated passphrases may be locked with little work; here that saves the tests' time."""

    def encrypt(data: bytes, passphrase: str) -> bytes:
        return age_lock(data, passphrase, LIGHT)

    monkeypatch.setattr(pyrage.passphrase, "encrypt", encrypt)


@dataclass(frozen=True)
class Team:
    """One book folder and what its people know."""

    keys: Path
    lead: str
    worker: str
    lead_words: str
    worker_words: str
    hers: str  # a woman whose key the lead alone holds
    shared: str  # a woman whose key both hold
    recovery: Recovery

    def as_lead(self) -> Keyring:
        return Keyring.unlock(self.keys, self.lead_words)

    def as_worker(self) -> Keyring:
        return Keyring.unlock(self.keys, self.worker_words)


def make_team(keys: Path) -> Team:
    lead_words, worker_words = new_passphrase(), new_passphrase()
    ring, lead, recovery = Keyring.create(keys, lead_words, chosen=False)
    worker = ring.add_member(worker_words)
    hers, shared = ring.add_woman(), ring.add_woman()
    ring.grant(shared, worker)
    return Team(keys, lead, worker, lead_words, worker_words, hers, shared, recovery)


@pytest.fixture(scope="session")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Team, Team]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            pyrage.passphrase, "encrypt", lambda data, words: age_lock(data, words, LIGHT)
        )
        folder = tmp_path_factory.mktemp("books")
        yield make_team(folder / "a"), make_team(folder / "b")


def _copied(team: Team, to: Path) -> Team:
    shutil.copytree(team.keys, to)
    return Team(**(vars(team) | {"keys": to}))


@pytest.fixture
def team(_made_once: tuple[Team, Team], tmp_path: Path, light_locks: None) -> Team:
    return _copied(_made_once[0], tmp_path / "team" / "keys")


@pytest.fixture
def other_team(_made_once: tuple[Team, Team], tmp_path: Path, light_locks: None) -> Team:
    return _copied(_made_once[1], tmp_path / "other" / "keys")


# Runs a body in a child process that dies, without any warning, just before its n-th call that
# makes something lasting (fsync, rename, unlink, truncate).
_DEADLY = """
import os, signal, sys
left = int(sys.argv[1])
def deadly(call):
    def wrapped(*args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)
    return wrapped
"""
_ARMED = """
for name in ("fsync", "replace", "unlink", "ftruncate", "mkdir"):
    setattr(os, name, deadly(getattr(os, name)))
"""


@pytest.fixture
def killed_at() -> Callable[[int, str, str], bool]:
    """``killed_at(n, prepare, body)``: was the child killed? False: the body came to its end."""

    def run(step: int, prepare: str, body: str) -> bool:
        script = _DEADLY + prepare + _ARMED + body
        child = subprocess.run(
            [sys.executable, "-c", script, str(step)], capture_output=True, check=False
        )
        assert child.returncode in (0, -9), child.stderr.decode()
        return child.returncode == -9

    return run
