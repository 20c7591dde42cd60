"""Her posts, comments and searches on Facebook; pages in HTML; a whole download as one archive."""

from __future__ import annotations

import io
import json
import random
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Note, Precision, Read, ReadingOptions, Unread
from romduol.casebook.wording import say
from romduol.intake import meta
from romduol.intake.meta import searches
from romduol.intake.meta.page_stamps import read_stamp
from romduol.intake.reading import read_item
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source

Json = dict[str, Any]


def apart(text: str) -> str:
    return text.encode().decode("latin-1")


def source_of(raw: bytes, name: str, member: str = "") -> Source:
    return Source(name, lambda: io.BytesIO(raw), len(raw), member)


def read(raw: bytes, name: str, reader: Any = meta, **said: Any) -> tuple[list[Json], Read]:
    *batches, last = reader.read(source_of(raw, name), ReadingOptions(**said))
    assert isinstance(last, Read)
    assert all(batch.schema == MESSAGE for batch in batches)
    for batch in batches:
        batch.validate(full=True)
    return [row for batch in batches for row in batch.to_pylist()], last


def written(root: Any) -> bytes:
    return json.dumps(root, indent=2).encode()


POSTS = [
    {
        "timestamp": 1_709_622_429,
        "attachments": [
            {
                "data": [
                    {"media": {"uri": "posts/media/1.jpg", "description": apart("ដី")}},
                    {"external_context": {"url": "https://x.example/"}},
                ]
            }
        ],
        "data": [{"post": apart("ដីរបស់យើង")}, {"update_timestamp": 1_709_622_500}],
        "title": "Kea Bright shared a link.",
    },
    {
        "timestamp": 1_709_622_000,
        "attachments": [
            {"data": [{"media": {"uri": "posts/media/2.mp4", "description": "a caption"}}]}
        ],
        "data": [],
    },
]
COMMENTS = {
    "comments_v2": [
        {
            "timestamp": 1_709_622_429,
            "data": [
                {
                    "comment": {
                        "timestamp": 1_709_622_429,
                        "comment": apart("កុំខ្លាច"),
                        "author": apart("ថ្ម"),
                    }
                }
            ],
            "title": "Kea Bright commented on Dove Stone's post.",
        }
    ]
}
SEARCHES = {
    "searches_v2": [
        {"timestamp": 1_709_622_429, "data": [{"text": "lawyer"}], "title": "You searched"}
    ]
}


def test_her_posts_are_hers_with_what_hangs_on_them() -> None:
    raw = written(POSTS)
    rows, last = read(raw, "your_posts__check_ins__photos_and_videos_1.json")
    first, second = rows
    assert (first["platform"], first["thread"], first["own"]) == ("facebook", "posts", True)
    assert first["text"] == "ដីរបស់យើង"
    assert first["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert first["edited_at"] == datetime(2024, 3, 5, 7, 8, 20, tzinfo=UTC)
    assert [(a["media"], a["name"]) for a in first["attachments"]] == [
        ("context", ""),
        ("image", "1.jpg"),
        ("link", ""),
    ]
    assert first["rules"] == ["meta.mojibake"]
    assert (second["text"], second["rules"]) == ("a caption", ["meta.caption"])
    assert json.loads(raw[first["start"] : first["end"]]) == POSTS[0]
    assert (last.messages, last.zone_basis) == (2, "in-file")


def test_comments_keep_the_sentence_above_them_beside_her_words() -> None:
    rows, _ = read(written(COMMENTS), "comments.json")
    assert (rows[0]["text"], rows[0]["author"], rows[0]["own"]) == ("កុំខ្លាច", "ថ្ម", True)
    assert rows[0]["attachments"][0]["note"].endswith("Dove Stone's post.")


def test_comments_in_a_group_stand_under_the_group() -> None:
    comment = {"timestamp": 1, "comment": "yes", "author": "Kea", "group": apart("ផ្សារ")}
    root = {"group_comments_v2": [{"timestamp": 5, "data": [{"comment": comment}]}]}
    rows, _ = read(written(root), "your_comments_in_groups.json")
    assert rows[0]["thread"] == "group/ផ្សារ"


def test_groups_joined_and_left_are_told_by_metas_own_sentence_and_are_no_posts() -> None:
    said = ["Kea Bright became a member of Market.", "Kea Bright stopped being a member of Market."]
    root = {
        "groups_joined_v2": [
            {"timestamp": 1_709_622_429 + n, "data": [{"name": "Market"}], "title": title}
            for n, title in enumerate(said)
        ]
    }
    raw = written(root)
    rows, last = read(raw, "your_group_membership_activity.json")
    assert [(row["kind"], row["own"], row["text"]) for row in rows] == [
        ("system", True, title) for title in said
    ]
    assert all(row["attachments"] == [] for row in rows)
    assert json.loads(raw[rows[1]["start"] : rows[1]["end"]])["title"] == said[1]
    assert last.messages == 2


def test_group_posts_are_read_in_both_layouts() -> None:
    post = {"timestamp": 1_709_622_429, "data": [{"post": "hello"}], "title": "x"}
    for root in ({"group_posts_v2": [post]}, {"group_posts": {"activity_log_data": [post]}}):
        rows, _ = read(written(root), "group_posts_and_comments.json")
        assert [row["text"] for row in rows] == ["hello"]


@pytest.mark.parametrize("stamp", [None, "x", -1, 10**20, 1.5, True, {"a": 1}])
def test_a_record_without_a_readable_stamp_stays(stamp: Any) -> None:
    root = {"comments_v2": [{"timestamp": stamp, "data": [{"comment": {"comment": "yes"}}]}]}
    rows, last = read(written(root), "comments.json")
    assert (rows[0]["text"], rows[0]["precision"]) == ("yes", "unknown")
    assert last.notes == (Note("note.meta.odd_stamp", (("count", 1),)),)


def test_records_of_unknown_shape_stay_with_their_place() -> None:
    root = {"comments_v2": [{"data": "x", "attachments": [1, {"data": [2]}]}, {}]}
    rows, last = read(written(root), "comments.json")
    assert [row["text"] for row in rows] == ["", ""]
    assert last.messages == 2


def test_deeply_nested_records_do_not_break_the_reader() -> None:
    deep = b'{"a":' * 400 + b"1" + b"}" * 400
    raw = b'{"comments_v2": [{"timestamp": 5, "x": ' + deep + b"}]}"
    assert read(raw, "comments.json")[1].messages == 1
    hopeless = b'{"comments_v2": [{"x": ' + b"[" * 9000 + b"]" * 9000 + b"}]}"
    with pytest.raises(CannotRead):
        read(hopeless, "comments.json")


def test_searches_are_read_only_when_named() -> None:
    raw = written(SEARCHES)
    with pytest.raises(CannotRead):
        read(raw, "your_search_history.json")
    rows, last = read(raw, "your_search_history.json", searches)
    assert (rows[0]["text"], rows[0]["kind"]) == ("lawyer", "system")
    assert last.reader == "meta.searches/1"
    with pytest.raises(CannotRead):
        read(written(COMMENTS), "comments.json", searches)


@pytest.mark.parametrize("root", [POSTS, COMMENTS])
def test_a_list_that_was_cut_short_gives_nothing(root: Any) -> None:
    raw = written(root)
    for end in range(len(raw) // 2, len(raw) - 1, 7):
        with pytest.raises(CannotRead):
            read(raw[:end], "your_posts_1.json")


# --- pages in HTML -------------------------------------------------------------------------------

_OPEN = '<html><head><meta charset="utf-8"/><title>{title}</title></head><body><div role="main">'
_2022 = (
    '<div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder">'
    '<div class="_3-95 _2pim _a6-h _a6-i">{who}</div><div class="_3-95 _a6-p"><div><div></div>'
    "<div>{text}</div><div></div><div></div>{more}</div></div>"
    '<div class="_3-94 _a6-o"><div class="_a72d">{when}</div></div></div>'
)
_2018 = (
    '<div class="pam _3-95 _2pi0 _2lej uiBoxWhite noborder">'
    '<div class="_3-96 _2pio _2lek _2lel">{who}</div><div class="_3-96 _2let"><div><div></div>'
    "<div>{text}</div><div></div><div></div>{more}</div></div>"
    '<div class="_3-94 _2lem">{when}</div></div>'
)
_2024 = (
    '<section class="_a6-g"><h2 class="_a6-h _a6-i" id="u1">{who}</h2><div class="_a6-p"><div>'
    "<div></div><div>{text}</div><div></div><div></div>{more}</div></div>"
    '<footer class="_a6-o"><div class="_a72d">{when}</div></footer></section>'
)
LAYOUTS = (_2018, _2022, _2024)
PEOPLE = '<div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder"><div>Participants: x</div></div>'


def page(layout: str, *messages: tuple[str, str, str, str], title: str = "Dove Stone") -> bytes:
    blocks = "".join(
        layout.format(who=who, text=text, when=when, more=more)
        for who, text, when, more in messages
    )
    return (_OPEN.format(title=title) + PEOPLE + blocks + "</div></body></html>").encode()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_is_read_and_marked_as_the_poorer_form(layout: str) -> None:
    image = '<div><img src="inbox/x/photos/1.jpg"/></div><ul class="_a6-q"><li>❤Kea</li></ul>'
    raw = page(
        layout,
        ("ថ្ម", "មក &lt;ទីនេះ&gt;<br/>ឥឡូវ", "Mar 5, 2024, 2:07 PM", ""),
        ("Dove", "", "Mar 5, 2024 2:06:30 pm", image),
    )
    rows, last = read(raw, "message_1.html", own=("ថ្ម",))
    assert [row["author"] for row in rows] == ["ថ្ម", "Dove"]
    assert [row["own"] for row in rows] == [True, None]
    assert [row["text"] for row in rows] == ["មក <ទីនេះ>\nឥឡូវ", ""]
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 7, 7, tzinfo=UTC)
    assert [row["precision"] for row in rows] == ["minute", "second"]
    assert rows[1]["attachments"][0]["name"] == "1.jpg"
    assert rows[1]["rules"] == ["meta.html", "meta.reactions"]
    assert "ទីនេះ".encode() in raw[rows[0]["start"] : rows[0]["end"]]
    assert rows[0]["end"] == rows[1]["start"]
    assert raw[rows[1]["end"] :] == b"</div></body></html>"
    assert (last.zone, last.zone_basis) == ("Asia/Phnom_Penh", "assumed")
    assert "note.meta.html_lossy" in [note.id for note in last.notes]


def test_words_that_look_like_a_message_are_no_message() -> None:
    forged = _2022.format(who="x", text="y", when="Mar 5, 2024, 2:07 PM", more="")
    escaped = forged.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    rows, _ = read(page(_2022, ("Kea", escaped, "Mar 5, 2024, 2:07 PM", "")), "message_1.html")
    assert [row["text"] for row in rows] == [forged]


def test_parts_of_a_page_that_are_not_understood_are_counted() -> None:
    lost = (
        _2022.replace("_a6-h", "x")
        .replace("_a6-o", "x")
        .format(who="a", text="b", when="c", more="")
    )
    whole = page(_2022, ("Kea", "yes", "Mar 5, 2024, 2:07 PM", ""))
    rows, last = read(
        whole.replace(b"</div></body>", lost.encode() + b"</div></body>"), "message_1.html"
    )
    assert len(rows) == 1
    assert Note("note.meta.parts_passed_over", (("count", 1),)) in last.notes


def test_a_page_that_was_cut_short_gives_no_message() -> None:
    raw = page(_2022, ("Kea", "yes", "Mar 5, 2024, 2:07 PM", ""))
    for end in range(len(raw) - 60, len(raw)):
        with pytest.raises(CannotRead):
            read(raw[:end], "message_1.html")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sep 13, 2020, 12:26 PM", (2020, 9, 13, 12, 26, 0)),
        ("Oct 19, 2019 at 2:37 PM", (2019, 10, 19, 14, 37, 0)),
        ("Jan 08, 2026 4:41 am", (2026, 1, 8, 4, 41, 0)),
        ("Oct 19, 2025 1:47:55\u202fpm", (2025, 10, 19, 13, 47, 55)),
        ("13 September 2020 12:26", (2020, 9, 13, 12, 26, 0)),
        ("13 កញ្ញា 2020 នៅ ម៉ោង 12:26", (2020, 9, 13, 12, 26, 0)),
        ("១៣ កញ្ញា ២០២០ ២:០៥ ល្ងាច", (2020, 9, 13, 14, 5, 0)),
    ],
)
def test_a_date_with_a_month_we_know_is_read(text: str, expected: tuple[int, ...]) -> None:
    found = read_stamp(text)
    assert found is not None
    assert found[0] == datetime(*expected)  # type: ignore[arg-type]  # noqa: DTZ001
    assert found[1] is (Precision.SECOND if text.count(":") == 2 else Precision.MINUTE)


@pytest.mark.parametrize(
    "text",
    ["", "05/03/2024 14:07", "Sep 13, 2020", "Sep 31, 2020 1:00 PM", "Foo 13, 2020 1:00 PM",
     "Sep 13, 2020 13:00 PM", "Sep 13, 2020 1:00 PM UTC+01", "Sep 13, 2020 25:00"],
)  # fmt: skip
def test_a_date_that_is_not_understood_whole_is_not_guessed(text: str) -> None:
    assert read_stamp(text) is None
    rows, last = read(page(_2022, ("Kea", "yes", text, "")), "message_1.html")
    assert (rows[0]["sent_at"], rows[0]["precision"]) == (None, "unknown")
    assert rows[0]["sent_at_text"] == text
    assert "note.meta.odd_stamp" in [note.id for note in last.notes]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_mutated_pages_and_lists_are_refused_or_read(seed: int) -> None:
    dice = random.Random(seed)
    made = page(dice.choice(LAYOUTS), ("Kea", "yes", "Mar 5, 2024, 2:07 PM", ""))
    posts, comments = written(POSTS), written(COMMENTS)
    name, whole = dice.choice(
        [("message_1.html", made), ("your_posts_1.json", posts), ("comments.json", comments)]
    )
    raw = bytearray(whole)
    for _ in range(dice.randrange(1, 5)):
        at = dice.randrange(len(raw))
        raw[at : at + dice.randrange(3)] = bytes(dice.choices(b'<>!["{}]&;\x00\xff-', k=2))
    try:
        rows, last = read(bytes(raw), name)
    except CannotRead as refused:
        say(refused.reason.id, "en", **dict(refused.reason.facts))
        return
    assert last.messages == len(rows) <= 3


# --- a whole download ----------------------------------------------------------------------------


def thread(folder: str, *numbers: int) -> bytes:
    messages = [
        {
            "sender_name": "Dove Stone",
            "timestamp_ms": 1_709_622_429_000 - n,
            "content": f"words {n}",
            "photos": [{"uri": f"your_facebook_activity/messages/{folder}/photos/{n}.jpg"}],
        }
        for n in numbers
    ]
    people = [{"name": "Dove Stone"}, {"name": "Kea Bright"}]
    return written(
        {
            "participants": people,
            "messages": messages,
            "title": "Dove Stone",
            "thread_path": folder,
        }
    )


def test_a_whole_download_is_read_member_by_member() -> None:
    root = "your_facebook_activity"
    files = {
        f"{root}/messages/inbox/dove_1/message_1.json": thread("inbox/dove_1", 1, 2),
        f"{root}/messages/inbox/dove_1/message_10.json": thread("inbox/dove_1", 3),
        f"{root}/messages/inbox/dove_1/photos/1.jpg": b"\xff\xd8\xff\xe0 no chat",
        f"{root}/messages/message_requests/x_2/message_1.json": thread("message_requests/x_2", 9),
        f"{root}/comments_and_reactions/comments.json": written(COMMENTS),
        f"{root}/posts/your_posts__check_ins__photos_and_videos_1.json": written(POSTS),
        "connections/friends/your_friends.json": written({"friends_v2": [{"name": "x"}]}),
        "logged_information/search/your_search_history.json": written(SEARCHES),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    raw = packed.getvalue()
    said = list(read_item(source_of(raw, "facebook-kea-2024.zip"), ReadingOptions()))
    rows = [row for one in said if hasattr(one, "to_pylist") for row in one.to_pylist()]
    refused = {one.member: one.reason.id for one in said if isinstance(one, Unread)}
    assert {row["platform"] for row in rows} == {"messenger", "facebook"}
    assert sum(row["thread"] == "inbox/dove_1" for row in rows) == 3
    requests = [row for row in rows if "meta.message_request" in row["rules"]]
    assert [row["text"] for row in requests] == ["words 9"]
    assert [a["held"] for row in rows for a in row["attachments"] if a["name"] == "1.jpg"]
    assert refused["connections/friends/your_friends.json"] == "note.meta.people_left_out"
    assert "note.meta.searches_left_out" in refused.values()
    assert not any(name.endswith("1.jpg") for name in refused)
    for one in said:
        if isinstance(one, Read):
            assert "note.meta.platform_assumed" not in [note.id for note in one.notes]
            data = files[one.member]
            for row in rows:
                if row["member"] == one.member and row["text"].isascii():
                    assert row["text"].encode() in data[row["start"] : row["end"]]


def newer(*labels: Json, **more: Any) -> bytes:
    """A list as Meta writes it since its records have labels."""
    record = {"timestamp": 1_709_622_429, "media": [], "label_values": [*labels], "fbid": "17"}
    return written([record | more])


WHOSE = {"title": "Owner", "dict": [{"title": "", "dict": [{"label": "Name", "value": "Dove"}]}]}


@pytest.mark.parametrize("name", ["comments.json", "post_comments_1.json", "your_posts_1.json"])
def test_records_with_labels_are_read_on_both_platforms(name: str) -> None:
    from romduol.intake import instagram

    link = {"label": "URL", "value": "https://x.example/1", "href": "https://x.example/1"}
    raw = newer(link, {"label": "Comment", "value": apart("កុំខ្លាច")}, WHOSE)
    found = recognise(raw, name, ReadingOptions())
    assert found is (instagram if name.startswith("post_") else meta)
    (row,), last = read(raw, name, found)
    assert row["text"] == "កុំខ្លាច"
    assert row["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert [one["note"] for one in row["attachments"]] == ["https://x.example/1", "Dove"]
    assert "meta.mojibake" in row["rules"]
    assert last.messages == 1


def test_in_an_unknown_language_the_only_words_are_taken_and_said_to_be() -> None:
    raw = newer({"label": "Skaita", "value": "labas"}, {"label": "URL", "value": "https://x/1"})
    (row,), _ = read(raw, "comments.json")
    assert (row["text"], "meta.localized_labels" in row["rules"]) == ("labas", True)


def test_of_several_values_in_an_unknown_language_none_is_taken_for_her_words() -> None:
    raw = newer({"label": "Skaita", "value": "labas"}, {"label": "Kita", "value": "vakaras"})
    (row,), last = read(raw, "comments.json")
    assert row["text"] == ""
    assert "meta.unknown_labels" in row["rules"]
    assert "note.meta.labels_unknown" in {note.id for note in last.notes}


def test_a_list_of_what_she_saved_or_saw_is_not_taken_for_her_words() -> None:
    raw = newer({"label": "Text", "value": "another's post"})
    assert recognise(raw, "saved_posts.json", ReadingOptions()) is None


@pytest.mark.parametrize("indent", [None, 1, 2])
def test_places_are_numbers_that_a_card_can_hold(indent: int | None) -> None:
    record = {"timestamp": 1_709_622_429, "data": [{"name": "Market"}], "title": "x"}
    raw = json.dumps({"groups_joined_v2": [record] * 3}, indent=indent).encode()
    _, last = read(raw, "your_group_membership_activity.json")
    assert {type(one) for one in (last.header, last.tail, last.size, last.messages)} == {int}
