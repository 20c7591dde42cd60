"""The archive's account file goes in, the number of the account it is of comes out."""

from __future__ import annotations

import re

import msgspec

from romduol.intake.containers import BROKEN
from romduol.intake.source import Source

_FILE = "account.js"
_LARGEST = 1 << 20
_NUMBER = re.compile(r"[0-9]{1,20}", re.ASCII)


class _Account(msgspec.Struct):
    accountId: str = ""  # noqa: N815 - as X writes it


class _Row(msgspec.Struct):
    account: _Account


def account_number(source: Source) -> str:
    """Her account's number, from ``account.js`` beside ``source``; ``""`` when none is told."""
    try:
        stream = source.beside_open(_FILE)
        if stream is None:
            return ""
        with stream:
            raw = stream.read(_LARGEST)
        rows = msgspec.json.decode(raw.partition(b"=")[2], type=list[_Row])
    except (msgspec.DecodeError, *BROKEN):
        return ""
    numbers = {row.account.accountId for row in rows if _NUMBER.fullmatch(row.account.accountId)}
    return numbers.pop() if len(numbers) == 1 else ""
