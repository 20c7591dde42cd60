"""Files made to keep a reader busy: each is refused or read, and the test run goes on.

Every trap is short enough to be passed in a moment by a reader that looks at each byte a bounded
number of times, and long enough to hold up for hours one that looks at each again for each.
"""

from __future__ import annotations

import io

import pytest

from romduol.casebook.evidence import Read, ReadingOptions
from romduol.intake.recognise import reader
from romduol.intake.source import CannotRead, Source

MANY = 100_000
HTML = b'<!DOCTYPE html><html><div class="page_wrap"><div class="page_body chat_page">'
ROW = b'<div class="message default clearfix" id="message1">'
MAIL = b"From: a@b.org\r\nDate: x\r\nTo: c\r\nContent-Type: text/html\r\n\r\n"
SIGNAL = b"[2024-03-05 14:07:09] Me: "
COMMENT = b"Date: 2024-03-05 07:10:00 UTC\nComment: "

TRAPS = {
    "sms": [
        b"<smses>" + b"<!--" * MANY,
        b"<smses>" + b"<a 'x" * MANY,
        b"<smses>" + b"<?xml " * MANY,
        b'<smses><sms body="' + b"<sms" * MANY,
        b"<smses><mms>" + b'<part a="' * MANY,
    ],
    "telegram_html": [
        HTML + ROW + b"<div>" * MANY,
        HTML + ROW + b"<br>" * MANY,
        HTML + b'<div class="page_header">' * MANY,
        HTML + ROW + b"</div>" + b'<a class="pagination">' * MANY,
        HTML + ROW + b'<div class="text">' + b"\n " * MANY + b"</div></div></html>",
    ],
    "x": [
        b"window.YTD.tweets.part0 = " + b"[" * MANY,
        b"window.YTD.tweets.part0 = [" + b'{"a":' * MANY,
        b'window.YTD.tweets.part0 = ["' + b"\\" * MANY,
    ],
    "tiktok": [
        b'{"Comment":{"CommentsList":' + b"[" * MANY,
        b'{"Comment":' * MANY,
        COMMENT + b"\n" * MANY + b"x",
        COMMENT + b"\nUrl: " * MANY + b"\nx",
        b">>> Chat History with a" + b" " * MANY + b"x" + b"\n" * MANY + b"y",
    ],
    "signal": [
        SIGNAL + b"[" * MANY,
        SIGNAL + b"\n(- " * MANY,
        SIGNAL + b"\n(( " * MANY,
        SIGNAL + b"\n\n> " * MANY,
        SIGNAL + b"[a](./media/b)  " * MANY,
        (SIGNAL + b"  \n") * 20_000,
    ],
    "mail": [
        MAIL + b"<a 'x" * MANY,
        MAIL + b"<b> " * MANY,
        MAIL + b"<script>" * MANY,
        MAIL + b"&nbsp; \n" * MANY,
        b"From: " + b"(" * MANY + b"\r\nDate: x\r\n\r\nx",
        b"From: " + b"a," * MANY + b"\r\nDate: x\r\n\r\nx",
        b"From: a@b.org\r\nDate: " + b"1 " * MANY + b"\r\n\r\nx",
        b"From: a@b.org\r\nDate: x\r\nSubject: " + b"=?utf-8?q?a?= " * 50_000 + b"\r\n\r\nx",
        b"From: a@b.org\r\nDate: x\r\nMessage-ID: " + b"<" * MANY + b"\r\n\r\nx",
    ],
}


@pytest.mark.parametrize(
    ("name", "raw"), [(name, raw) for name, some in TRAPS.items() for raw in some]
)
def test_a_trap_is_refused_or_read(name: str, raw: bytes) -> None:
    source = Source("a.eml", lambda: io.BytesIO(raw), len(raw))
    try:
        *_, last = reader(name).read(source, ReadingOptions())
    except CannotRead as refused:
        assert refused.reason.id  # noqa: PT017
        return
    assert isinstance(last, Read)
