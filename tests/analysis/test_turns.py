"""Lines of real layouts in which she leaves, is removed, closes an account; and lines that only
look so.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from romduol.analysis import turns, voice
from romduol.analysis.messages import posts
from romduol.analysis.turns import Counted, Sign
from romduol.casebook.evidence import MESSAGE

ATTACK = datetime(2024, 6, 3, tzinfo=UTC)
SYSTEM = {"kind": "system", "own": None, "author": None}


def row(n: int = 0, **more: Any) -> dict[str, Any]:
    plain = {
        "message": n.to_bytes(16, "big"), "member": "", "start": n, "end": n, "record": n,
        "platform": "telegram", "thread": "channel7", "kind": "message", "author": "Kea",
        "own": True, "sent_at": ATTACK + timedelta(days=1), "sent_at_other": None,
        "sent_at_text": "", "precision": "second", "text": "hello", "reply_to": None,
        "forwarded_from": None, "edited": False, "edited_at": None, "deleted": False,
        "attachments": [], "rules": [],
    }  # fmt: skip
    return plain | more


def table(*rows: dict[str, Any]) -> pa.Table:
    made = pa.Table.from_pylist(list(rows), MESSAGE)
    ids = pa.array([one.hex() for one in made["message"].to_pylist()])
    return (
        made.append_column("post", ids)
        .append_column("item", pa.array([1] * len(rows)))
        .append_column("tabled", pa.array([False] * len(rows)))
    )


def told(line: dict[str, Any], author: str = "Kea") -> list[Sign]:
    """What ``line`` tells beside one message that is hers."""
    hers = row(1, platform=line["platform"], author=author)
    return [sign for sign, _ in turns.turns(table(hers, row(2, **line))).signs]


TELEGRAM = SYSTEM | {"platform": "telegram"}
WHATSAPP = SYSTEM | {"platform": "whatsapp"}
MESSENGER = {"platform": "messenger"}
X = SYSTEM | {"platform": "x", "thread": "555", "rules": ["x.event.participantsLeave"]}


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        (TELEGRAM | {"author": "Kea", "text": 'remove_members members=["Kea"]'}, Sign.LEFT),
        (TELEGRAM | {"author": "Dove", "text": 'remove_members members=["Kea",null]'},
         Sign.REMOVED),
        (TELEGRAM | {"text": "Kea removed Kea"}, Sign.LEFT),
        (TELEGRAM | {"text": "Dove removed Kea"}, Sign.REMOVED),
        (WHATSAPP | {"text": "You left"}, Sign.LEFT),
        (WHATSAPP | {"text": "\u200eYou left the group"}, Sign.LEFT),
        (WHATSAPP | {"text": "Kea left"}, Sign.LEFT),
        (WHATSAPP | {"text": "\u200eDove removed you"}, Sign.REMOVED),
        (WHATSAPP | {"text": "You were removed"}, Sign.REMOVED),
        (MESSENGER | {"author": "Kea", "text": "You left the group."}, Sign.LEFT),
        (MESSENGER | {"author": "Kea", "text": "Kea left the group."}, Sign.LEFT),
        (MESSENGER | {"author": "Dove", "own": False,
                      "text": "Dove removed Kea from the group."}, Sign.REMOVED),
        (SYSTEM | {"platform": "facebook", "own": True,
                   "text": "Kea Bright stopped being a member of Market."}, Sign.LEFT),
        (X | {"text": 'participantsLeave userIds=["44","99"]'}, Sign.LEFT),
        (SYSTEM | {"platform": "x", "thread": "account", "own": True, "text": "Protect"},
         Sign.CLOSED),
        (SYSTEM | {"platform": "x", "thread": "account", "own": True, "text": "Unprotect"},
         Sign.OPENED),
        (SYSTEM | {"platform": "instagram", "thread": "account", "own": True,
                   "text": "Switched to Private"}, Sign.CLOSED),
        (SYSTEM | {"platform": "instagram", "thread": "account", "own": True,
                   "text": "Switched to Public"}, Sign.OPENED),
    ],
)  # fmt: skip
def test_a_line_tells_what_it_tells(line: dict[str, Any], sign: Sign) -> None:
    assert told(line, "44" if line["platform"] == "x" else "Kea") == [sign]


@pytest.mark.parametrize(
    "line",
    [
        TELEGRAM | {"author": "Kea", "text": 'remove_members members=["Dove"]'},
        TELEGRAM | {"kind": "message", "text": 'remove_members members=["Kea"'},
        TELEGRAM | {"text": "Dove removed Dove"},
        WHATSAPP | {"text": "Dove left"},
        WHATSAPP | {"kind": "message", "author": "Dove", "own": False, "text": "You left"},
        WHATSAPP | {"text": "You removed Dove"},
        MESSENGER | {"author": "Dove", "own": False, "text": "Dove left the group."},
        MESSENGER | {"author": "Dove", "own": False, "text": "Kea left the group."},
        MESSENGER | {"author": "Kea", "text": "I left the market early"},
        SYSTEM | {"platform": "facebook", "own": True,
                  "text": "Kea Bright became a member of Market."},
        X | {"text": 'participantsLeave userIds=["99"]'},
        X | {"rules": [], "text": 'participantsLeave userIds=["44"]'},
        SYSTEM | {"platform": "whatsapp", "thread": "account", "own": True, "text": "Protect"},
        SYSTEM | {"platform": "signal", "text": "You left the group"},
    ],
)  # fmt: skip
def test_a_line_about_another_or_a_message_about_leaving_tells_nothing(
    line: dict[str, Any],
) -> None:
    assert told(line, "44" if line["platform"] == "x" else "Kea") == []


def test_ninety_days_on_either_side_are_counted_and_the_day_of_the_attack_is_after() -> None:
    days = (-91, -90, -1, 0, 89, 90)
    lines = [
        row(n, **WHATSAPP, text="You left", sent_at=ATTACK + timedelta(days=day))
        for n, day in enumerate(days)
    ]
    found = turns.turns(table(*lines))
    assert turns.counted(found, ATTACK) == [Counted("left", before=2, after=2)]
    assert found.ends == ATTACK + timedelta(days=90)


def test_a_line_received_twice_is_one() -> None:
    line = row(5, **WHATSAPP, text="You left")
    assert len(turns.turns(table(line, line)).signs) == 1


def test_posts_not_open_to_everyone_are_counted_of_those_whose_audience_is_told() -> None:
    seen_by = ["everyone", "friends", "only_me", "other", None]
    lines = [
        row(n, platform="tiktok", thread="posts", rules=[f"tiktok.audience.{who}"] if who else [])
        for n, who in enumerate(seen_by)
    ]
    (kept,) = turns.counted(turns.turns(table(*lines)), ATTACK)
    assert kept == Counted("kept", before=0, after=3, of_before=0, of_after=4)


def test_nothing_told_is_nothing_counted() -> None:
    found = turns.turns(table())
    assert (found.signs, found.ends, turns.counted(found, ATTACK)) == ((), None, [])


@pytest.mark.parametrize(
    ("sentence", "live"),
    [("Kea Bright was live.", True), ("Kea Bright is live now.", True), ("Kea Bright", False),
     ("Kea Bright updated her status.", False), ("ថ្ម បានផ្សាយបន្តផ្ទាល់", True)],
)  # fmt: skip
def test_live_videos_are_known_by_the_sentence_above_them(sentence: str, live: bool) -> None:
    context = {"name": "", "media": "context", "held": False, "note": sentence}
    line = row(platform="facebook", thread="posts", attachments=[context])
    other = row(1, platform="facebook", thread="posts", text="we were live yesterday")
    seen = {one.measure: one for one in voice.measures(posts(table(line, other)), ATTACK)}
    assert ("public.live" in seen) is live
    assert len(seen["public"].at) == 2
