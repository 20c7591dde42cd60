"""Pages of Telegram's HTML export: every row in its place, joined rows with their sender."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Note, Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import cutting, telegram, telegram_html
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source

TOP = """<!DOCTYPE html>
<html>

 <head>

  <meta charset="utf-8"/>
<title>Exported Data</title>
  <meta content="width=device-width, initial-scale=1.0" name="viewport"/>

  <link href="css/style.css" rel="stylesheet"/>

  <script src="js/script.js" type="text/javascript">

  </script>

 </head>

 <body onload="CheckLocation();">

  <div class="page_wrap">

   <div class="page_header">

    <div class="content">

     <div class="text bold">
Market &amp; River
     </div>

    </div>

   </div>

   <div class="page_body chat_page">

    <div class="history">

     <a class="pagination block_link" href="messages.html">
Previous messages
     </a>

"""
END = """    </div>

   </div>

  </div>

 </body>

</html>
"""


def day(words: str = "5 March 2024") -> str:
    return f"""     <div class="message service" id="message-1">

      <div class="body details">
{words}
      </div>

     </div>

"""


def service(words: str, number: int = 3) -> str:
    return day(words).replace("message-1", f"message{number}")


def row(
    text: str | None = "hello",
    *,
    name: str | None = "Kea",
    number: int = 7,
    stamp: str = "05.03.2024 14:07:09 UTC+07:00",
    inside: str = "",
) -> str:
    joined = " joined" if name is None else ""
    sender = f'<div class="from_name">\n{name} \n       </div>\n\n' if name else ""
    words = f'       <div class="text">\n{text}\n       </div>\n\n' if text is not None else ""
    return f"""     <div class="message default clearfix{joined}" id="message{number}">

      <div class="body">

       <div class="pull_right date details" title="{stamp}">
14:07
       </div>

       {sender}{inside}{words}      </div>

     </div>

"""


def page(*rows: str) -> bytes:
    return (TOP + "".join(rows) + END).encode()


def source_of(raw: bytes, beside: frozenset[str] = frozenset()) -> Source:
    return Source("messages.html", lambda: io.BytesIO(raw), len(raw), beside=beside)


def read(raw: bytes, beside: frozenset[str] = frozenset(), **said: Any) -> tuple[Any, Read]:
    *batches, last = telegram_html.read(source_of(raw, beside), ReadingOptions(**said))
    assert isinstance(last, Read)
    for batch in batches:
        assert batch.schema == MESSAGE
        batch.validate(full=True)
    return [one for batch in batches for one in batch.to_pylist()], last


def spoken(note: Note) -> None:
    assert all(say(note.id, lang, **dict(note.facts)) for lang in ("en", "km"))


def test_a_message_is_read_to_every_column() -> None:
    raw = page(day(), row("សួស្តី &lt;b&gt;<br>a <strong>b</strong> &#39;c&apos;"))
    (one,), last = read(raw)
    assert one["text"] == "សួស្តី <b>\na b 'c'"
    assert (one["author"], one["own"], one["thread"]) == ("Kea", None, "Market & River")
    assert one["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert one["sent_at_text"] == "05.03.2024 14:07:09 UTC+07:00"
    assert (one["platform"], one["kind"], one["precision"]) == ("telegram", "message", "second")
    cut = raw[one["start"] : one["end"]]
    assert cut.startswith(b'<div class="message default')
    assert cut.endswith(b"</div>")
    assert (last.messages, last.zone, last.zone_basis) == (1, "UTC", "in-file")
    assert last.header + last.tail + len(cut) == len(raw)
    assert [note.id for note in last.notes] == ["note.telegram_html.lossy"]
    spoken(last.notes[0])


def test_joined_rows_have_the_sender_of_the_row_above() -> None:
    rows, _ = read(page(row(name="Kea"), row(name=None), row(name="Bora"), row("x", name=None)))
    assert [one["author"] for one in rows] == ["Kea", "Kea", "Bora", "Bora"]


def test_a_joined_row_without_a_row_above_has_no_sender_and_says_so() -> None:
    (one,), _ = read(page(row(name=None)))
    assert (one["author"], one["rules"]) == (None, ["telegram_html.sender_not_named"])


def test_service_rows_have_the_day_above_them_and_no_more() -> None:
    raw = page(
        day("5 March 2024"), row(), service("Kea pinned &laquo;x&raquo;"), row("y", number=9)
    )
    rows, _ = read(raw)
    pinned = rows[1]
    assert (pinned["kind"], pinned["author"], pinned["precision"]) == ("system", None, "day")
    assert pinned["sent_at"] == datetime(2024, 3, 4, 17, tzinfo=UTC)
    assert pinned["sent_at_text"] == "5 March 2024"
    assert pinned["rules"] == ["telegram_html.day_only"]
    assert len(rows) == 3


def test_replies_and_forwards_are_told() -> None:
    reply = """<div class="reply_to details">
In reply to <a href="messages.html#go_to_message4" onclick="return GoToMessage(4)">this</a>
       </div>
"""
    forward = """<div class="forwarded body">
        <div class="from_name">
Sokun <span class="date details" title="04.03.2024 10:00:00 UTC+07:00"> 04.03.2024 10:00:00</span>
        </div>
        <div class="text">
passed on
        </div>
       </div>
"""
    again = '<div class="forwarded body">\n<div class="text">\nmore\n</div></div>'
    rows, _ = read(page(row(inside=reply), row(None, inside=forward), row(None, inside=again)))
    assert [one["reply_to"] for one in rows] == ["4", None, None]
    assert [one["forwarded_from"] for one in rows] == [None, "Sokun", "Sokun"]
    assert [one["text"] for one in rows] == ["hello", "passed on", "more"]
    assert [one["author"] for one in rows] == ["Kea"] * 3


def test_files_are_listed_held_or_not() -> None:
    photo = """<div class="media_wrap clearfix">
<a class="photo_wrap clearfix pull_left" href="photos/p1.jpg">
<img class="photo" src="photos/p1_thumb.jpg" style="width: 260px"/>
</a></div>"""
    missing = """<div class="media_wrap clearfix">
<div class="media clearfix pull_left media_voice_message"><div class="fill pull_left"></div>
<div class="body"><div class="title bold">
Voice message
</div><div class="description">
Not included, change data exporting settings to download.
</div><div class="status details">
00:05, 12.3 KB
</div></div></div></div>"""
    outside = photo.replace("photos/p1.jpg", "../../etc/passwd")
    rows, _ = read(
        page(row(None, inside=photo), row(None, inside=missing), row(None, inside=outside)),
        frozenset({"p1.jpg"}),
    )
    held, absent, refused = (one["attachments"][0] for one in rows)
    assert held == {"name": "photos/p1.jpg", "media": "image", "held": True, "note": ""}
    assert (absent["media"], absent["name"], absent["held"]) == ("voice", "", False)
    assert "Not included" in absent["note"]
    assert (refused["name"], refused["held"]) == ("", False)


def test_calls_are_calls() -> None:
    box = """<div class="media_wrap clearfix"><div class="media clearfix pull_left media_call">
<div class="body"><div class="title bold">Bora</div><div class="status details">Missed</div></div>
</div></div>"""
    (one,), _ = read(page(row(None, inside=box)))
    assert (one["kind"], one["text"]) == ("call", "Missed")


def test_times_without_an_offset_are_local_and_said_so() -> None:
    (one,), last = read(page(row(stamp="05.03.2024 14:07:09")))
    assert one["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert one["rules"] == ["telegram_html.local_time"]
    assert (last.zone, last.zone_basis) == ("Asia/Phnom_Penh", "assumed")
    spoken(last.notes[1])


def test_a_stamp_of_no_day_is_unknown() -> None:
    (one,), _ = read(page(row(stamp="31.02.2024 14:07:09 UTC+07:00")))
    assert (one["sent_at"], one["precision"]) == (None, "unknown")


def test_ids_agree_between_overlapping_pages_and_with_json_that_names_no_account() -> None:
    older, _ = read(page(row("a"), row("b", number=8)))
    newer, _ = read(page(day(), row("b", number=8), row("c", number=9)))
    assert older[1]["message"] == newer[0]["message"]
    record = {
        "id": 7, "type": "message", "date": "2024-03-05T14:07:09", "date_unixtime": "1709622429",
        "from": "Kea", "text": "a", "text_entities": [{"type": "plain", "text": "a"}],
    }  # fmt: skip
    told = {"name": "Market & River", "type": "private_group", "messages": [record]}
    raw = json.dumps(told, indent=1).encode()
    found = Source("result.json", lambda: io.BytesIO(raw), len(raw))
    batch, _ = telegram.read(found, ReadingOptions())
    assert batch["message"][0].as_py() == older[0]["message"]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda raw: raw[:-20], "cut_short"),
        (lambda raw: raw[: len(raw) // 2 + 500], "cut_short"),
        (lambda raw: raw.replace(b"     </div>\n\n     <div", b"</div>words<div"), "broken"),
        (lambda raw: raw.replace(b"14:07\n       </div>", b"14:07\n       </span>", 1), "broken"),
    ],
)
def test_a_damaged_page_is_refused_in_words(damage: Callable[[bytes], bytes], why: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read(damage(page(day(), row("a"), row("b"))))
    assert refused.value.reason.id == f"note.telegram_html.{why}"
    spoken(refused.value.reason)


def test_small_windows_give_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = page(day(), *(row(f"w {n}", number=n) for n in range(30)))
    whole = read(raw)
    monkeypatch.setattr(cutting, "WINDOW", 501)
    assert read(raw) == whole


def test_it_is_recognised_and_another_page_is_not() -> None:
    found = recognise(page(row()), "messages2.html", ReadingOptions())
    assert found is not None
    assert found.NAME == "telegram_html"
    assert not telegram_html.recognises(b"<!DOCTYPE html><html><body>x</body></html>", "a.html")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mutated_bytes_are_refused_or_read_in_their_places(data: st.DataObject) -> None:
    raw = bytearray(page(day(), row("one"), row("two", name=None), service("x")))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        rows, last = read(bytes(raw))
    except CannotRead as refused:
        spoken(refused.reason)
        return
    assert last.messages == len(rows) <= 4
    assert all(bytes(raw)[one["start"] :].startswith(b'<div class="message') for one in rows)
