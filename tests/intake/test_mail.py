"""Mails: one in a file or many in a box, in any charset, with all that hangs on them."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Note, Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import cutting, mail
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source


def letter(words: str = "hello\r\n", **more: str) -> bytes:
    heads = {
        "Received": "from a.example by b.example; Tue, 5 Mar 2024 14:07:12 +0700",
        "Authentication-Results": "b.example; spf=fail smtp.mailfrom=x; dkim=none; dmarc=fail",
        "From": '"Kea" <kea@Example.ORG>',
        "To": "ming@example.org",
        "Subject": "notice",
        "Message-ID": "<1@example.org>",
        "Date": "Tue, 5 Mar 2024 14:07:09 +0700",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in heads.items() if value)
    return f"{head}\r\n{words}".encode()


def boxed(*letters: bytes) -> bytes:
    line = b"From kea@example.org Tue Mar  5 07:07:09 2024\n"
    return b"".join(line + one.replace(b"\r\n", b"\n") + b"\n" for one in letters)


def parts(*inside: str, kind: str = "mixed") -> bytes:
    words = "".join(f"--cut\r\n{part}\r\n" for part in inside) + "--cut--\r\n"
    return letter(words, Content_Type=f'multipart/{kind}; boundary="cut"')


def read(raw: bytes, name: str = "a.eml", **said: Any) -> tuple[Any, Read]:
    *batches, last = mail.read(
        Source(name, lambda: io.BytesIO(raw), len(raw)), ReadingOptions(**said)
    )
    assert isinstance(last, Read)
    for batch in batches:
        assert batch.schema == MESSAGE
        batch.validate(full=True)
    return [one for batch in batches for one in batch.to_pylist()], last


def spoken(note: Note) -> None:
    assert all(say(note.id, lang, **dict(note.facts)) for lang in ("en", "km"))


def test_a_mail_is_read_to_every_column() -> None:
    raw = letter("សួស្តី\r\nyou\r\n", In_Reply_To="<0@example.org>")
    (one,), last = read(raw)
    assert one["text"] == "notice\n\nសួស្តី\nyou"
    assert (one["author"], one["own"], one["reply_to"]) == (
        "kea@example.org",
        None,
        "<0@example.org>",
    )
    assert one["thread"] == "<0@example.org>"
    assert one["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert one["sent_at_text"] == "Tue, 5 Mar 2024 14:07:09 +0700"
    assert one["rules"] == [
        "mail.subject_first", "mail.says.spf.fail", "mail.says.dkim.none", "mail.says.dmarc.fail",
    ]  # fmt: skip
    assert (one["start"], one["end"]) == (0, len(raw))
    assert (last.messages, last.zone, last.zone_basis) == (1, "UTC", "in-file")
    assert [note.id for note in last.notes] == ["note.mail.headers"]
    spoken(last.notes[0])


def test_headers_of_passage_stay_in_the_place_that_is_pointed_to() -> None:
    raw = boxed(letter(), letter(Message_ID="<2@example.org>"))
    rows, _ = read(raw, "a.mbox")
    for one in rows:
        assert b"Received: from a.example" in raw[one["start"] : one["end"]]
        assert b"Authentication-Results:" in raw[one["start"] : one["end"]]
    assert (rows[0]["start"], rows[-1]["end"]) == (0, len(raw))
    assert rows[0]["end"] == rows[1]["start"]


def test_lines_that_were_quoted_in_a_box_are_unquoted_and_marked() -> None:
    rows, _ = read(boxed(letter("a\n\n>From the river\n>>From x\n")), "a.mbox")
    assert rows[0]["text"] == "notice\n\na\n\nFrom the river\n>From x"
    assert "mail.repair.from_line" in rows[0]["rules"]


def test_a_sentence_that_begins_with_from_is_not_a_mail() -> None:
    rows, _ = read(boxed(letter("a\n\nFrom 10:30 on 2024 nothing\nmore words\n")), "a.mbox")
    assert len(rows) == 1
    assert "From 10:30 on 2024 nothing\nmore words" in rows[0]["text"]


def test_a_mail_in_a_box_and_alone_has_the_same_id() -> None:
    (alone,), _ = read(letter("a\r\nb\r\n"))
    (inside,), _ = read(boxed(letter("a\r\nb\r\n")), "a.mbox")
    assert alone["message"] == inside["message"]


def test_a_second_reading_gives_the_same_ids_and_overlapping_boxes_share_them() -> None:
    numbered = [letter(Message_ID=f"<{n}@x>") for n in range(4)]
    older, newer = (read(boxed(*some), "a.mbox")[0] for some in (numbered[:3], numbered[1:]))
    assert {o["message"] for o in older} & {n["message"] for n in newer} == {
        one["message"] for one in older[1:]
    }


def test_subjects_and_senders_in_raw_utf8_and_in_encoded_words_are_read() -> None:
    coded = base64.b64encode("សួស្តី".encode()).decode()
    rows = [read(letter(Subject=s))[0][0] for s in ("សួស្តី", f"=?utf-8?b?{coded}?=")]
    assert [one["text"] for one in rows] == ["សួស្តី\n\nhello"] * 2
    (one,), _ = read(letter(From="កែវ <kaev@x.org>"))
    assert one["author"] == "kaev@x.org"


@pytest.mark.parametrize(
    ("charset", "body", "text", "rules"),
    [
        ("iso-8859-1", "é".encode("latin-1"), "é", []),
        ("us-ascii", "ស".encode(), "ស", []),
        ("utf-8", b"\xff", "\ufffd", ["mail.repair.not_decodable"]),
        ("x-none", "ស".encode(), "ស", ["mail.repair.unknown_charset"]),
        ("rot13", b"abc", "abc", ["mail.repair.unknown_charset"]),
    ],
)
def test_every_charset_is_read_or_said(
    charset: str, body: bytes, text: str, rules: list[str]
) -> None:
    raw = letter("", Content_Type=f"text/plain; charset={charset}", Subject="") + body
    (one,), _ = read(raw)
    assert one["text"] == text
    assert [rule for rule in one["rules"] if "repair" in rule] == rules


def test_attachments_are_listed_with_their_names() -> None:
    coded = "=?utf-8?b?" + base64.b64encode("រូប.jpg".encode()).decode() + "?="
    raw = parts(
        "Content-Type: text/plain\r\n\r\nwords",
        f'Content-Type: image/jpeg; name="{coded}"\r\n\r\nbytes',
        "Content-Type: message/rfc822\r\n\r\nFrom: a@b.org\r\nSubject: inner\r\n\r\ninner words",
    )
    (one,), last = read(raw)
    assert one["text"] == "notice\n\nwords"
    assert [(a["name"], a["media"], a["held"]) for a in one["attachments"]] == [
        ("រូប.jpg", "image", True),
        ("", "message", True),
    ]
    assert [note.id for note in last.notes] == ["note.mail.headers", "note.mail.nested"]
    spoken(last.notes[1])


def test_plain_words_are_preferred_and_a_page_alone_is_stripped() -> None:
    page = "<style>p{}</style><p>one &amp;&nbsp;two</p><div>three<br>four</div><script>x</script>"
    both = parts(
        "Content-Type: text/plain\r\n\r\nwords",
        f"Content-Type: text/html\r\n\r\n{page}",
        kind="alternative",
    )
    assert read(both)[0][0]["text"] == "notice\n\nwords"
    (one,), last = read(letter(page, Content_Type="text/html; charset=utf-8"))
    assert one["text"] == "notice\n\none &\u00a0two\n\nthree\nfour"
    assert "mail.words_from_html" in one["rules"]
    spoken(last.notes[-1])


@pytest.mark.parametrize(
    ("more", "hour", "rule"),
    [
        ({"Date": "Tue, 5 Mar 2024 14:07:09 -0000"}, 14, None),
        ({"Date": "Tue, 5 Mar 2024 14:07:09"}, 7, "mail.local_time"),
        ({"Date": "not a date"}, 7, "mail.time_from_received"),
        ({"Date": ""}, 7, "mail.time_from_received"),
    ],
)
def test_times_are_read_as_far_as_they_are_known(
    more: dict[str, str], hour: int, rule: str | None
) -> None:
    (one,), _ = read(letter(**more))
    assert one["sent_at"].hour == hour
    assert rule is None or rule in one["rules"]


def test_without_any_date_the_box_tells_one_and_else_nobody_does() -> None:
    raw = letter(Date="", Received="")
    (inside,), last = read(boxed(raw), "a.mbox")
    assert "mail.time_from_envelope" in inside["rules"]
    assert last.zone_basis == "assumed"
    for note in last.notes:
        spoken(note)
    (alone,), _ = read(raw)
    assert (alone["sent_at"], alone["precision"]) == (None, "unknown")
    assert "mail.odd_stamp" in alone["rules"]


def test_her_addresses_make_mails_hers_whatever_their_case() -> None:
    (hers,), _ = read(letter(), own=("KEA@example.org",))
    (not_hers,), _ = read(letter(), own=("ming@example.org",))
    assert (hers["own"], not_hers["own"]) == (True, False)


@pytest.mark.parametrize(
    "odd",
    ["a b c <", '"', "<a@[1", "<<>>", "=?x?q?a?=", "=?utf-8?b?!!?=", "undisclosed:;", "\u0000"],
)
def test_headers_that_no_standard_knows_do_not_stop_the_reading(odd: str) -> None:
    more = {"From": odd, "Subject": odd, "Date": odd, "Message_ID": odd, "Content_Type": odd}
    (one,), _ = read(letter("still read\r\n", **more), "a.eml")
    assert "still read" in one["text"]


def test_parts_without_end_are_refused() -> None:
    opening = 'Content-Type: multipart/mixed; boundary="b{0}"\r\n\r\n--b{0}\r\n'
    deep = "".join(opening.format(n) for n in range(150)) + "Content-Type: text/plain\r\n\r\nx"
    raw = b"From: a@b.org\r\nDate: x\r\n" + deep.encode()
    with pytest.raises(CannotRead) as refused:
        read(raw)
    assert refused.value.reason.id == "note.mail.too_deep"
    spoken(refused.value.reason)


def test_what_is_no_mail_is_refused_in_words() -> None:
    with pytest.raises(CannotRead) as refused:
        read(b"words only\n")
    assert refused.value.reason.id == "note.mail.no_mail"
    spoken(refused.value.reason)


@pytest.mark.parametrize("raw", [letter(), boxed(letter())])
def test_it_is_recognised(raw: bytes) -> None:
    found = recognise(raw, "x", ReadingOptions())
    assert found is not None
    assert found.NAME == "mail"


@pytest.mark.parametrize(
    "raw",
    [
        b"From the river to 10:30\nthe sea\n",
        b"Interviewer: From: x\nDate: y\n",
        b"From: a\n\nTo: b",
    ],
)
def test_words_that_look_a_little_like_mail_are_not(raw: bytes) -> None:
    assert not mail.recognises(raw, "notes.txt")


def test_small_windows_give_the_same_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = boxed(*(letter(f"a {n}\n" * 20, Message_ID=f"<{n}@x>") for n in range(30)))
    whole = read(raw, "a.mbox")
    assert len(whole[0]) == 30
    monkeypatch.setattr(cutting, "WINDOW", 701)
    assert read(raw, "a.mbox") == whole


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_mutated_bytes_are_refused_or_read_in_their_places(data: st.DataObject) -> None:
    nested = parts("Content-Type: text/plain\r\n\r\nwords", "Content-Type: image/png\r\n\r\nx")
    raw = bytearray(boxed(letter("a\n\n>From b\n"), nested))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        rows, last = read(bytes(raw), "a.mbox")
    except CannotRead as refused:
        spoken(refused.reason)
        return
    assert last.messages == len(rows) <= 2
    assert sum(one["end"] - one["start"] for one in rows) == len(raw)
