"""Python runs this first in every process of the test run: nothing may open a connection.

It stands on PYTHONPATH, so children and their children have it too. ``ROMDUOL_LIGHT_LOCKS`` makes
new passphrase locks cheap: the program accepts little work for generated passphrases only, and
opening a second of scrypt a hundred times proves nothing new.
"""

import os
import sys

_REFUSED = frozenset({
    "socket.__new__", "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg",
    "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
})  # fmt: skip
_ON_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", ""})
loopback_allowed = False  # set while a test drives a browser, which speaks to this machine only


class Connecting(RuntimeError):
    """Something tried to use the network."""


def _stays_here(event: str, args: tuple) -> bool:
    """Is this a socket of a browser test that cannot leave the machine?"""
    if not loopback_allowed:
        return False
    if event in ("socket.__new__", "socket.sendmsg"):
        return True
    address = args[0] if event.startswith("socket.get") else args[1]
    host = address[0] if isinstance(address, tuple) else address
    return (event in ("socket.connect", "socket.bind") and not isinstance(address, tuple)) or (
        host in _ON_THIS_MACHINE
    )


def _refuse(event: str, args: tuple) -> None:
    if event in _REFUSED and not _stays_here(event, args):
        raise Connecting(event)


sys.addaudithook(_refuse)


def light_lock(data: bytes, passphrase: str) -> bytes:
    """An age file with a scrypt stanza of little work, after C2SP age.md; pyrage opens it."""
    import base64
    import hmac
    from hashlib import sha256

    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    def raw64(raw: bytes) -> bytes:
        return base64.b64encode(raw).rstrip(b"=")

    def derived(salt: bytes, info: bytes) -> bytes:
        return HKDF(SHA256(), 32, salt, info).derive(file_key)

    file_key, salt, nonce, work = os.urandom(16), os.urandom(16), os.urandom(16), 4
    label = b"age-encryption.org/v1/scrypt" + salt
    wrap = Scrypt(salt=label, length=32, n=1 << work, r=8, p=1).derive(passphrase.encode())
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt %b %d\n%b\n---" % (raw64(salt), work, raw64(body))
    mac = hmac.new(derived(b"", b"header"), header, sha256).digest()
    payload = ChaCha20Poly1305(derived(nonce, b"payload"))
    sealed = payload.encrypt(bytes(11) + b"\1", data, None)
    return header + b" " + raw64(mac) + b"\n" + nonce + sealed


def make_locks_light() -> None:
    """New locks of generated passphrases cost nothing; a chosen passphrase costs what it costs."""
    import pyrage

    real = pyrage.passphrase.encrypt

    def encrypt(data: bytes, passphrase: str) -> bytes:
        from romduol.vault.passphrases import is_generated

        return (light_lock if is_generated(passphrase) else real)(data, passphrase)

    pyrage.passphrase.encrypt = encrypt


if os.environ.get("ROMDUOL_LIGHT_LOCKS"):
    make_locks_light()
