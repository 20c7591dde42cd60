from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import comparing, receiving
from romduol.desk.comparing import NothingToCompare
from romduol.records.models import LogEntry

LOTUS, JASMINE = "Ming Lotus", "Ming Jasmine"
LINES = [
    (day, hour, who, f"zqsayzq {day} of the month at {hour} ភូមិ")
    for day in range(1, 10)
    for hour, who in ((9, "Neighbour"), (21, "Me"))
]


def receive(book: Any, folder: Path, alias: str, text: str, order: str = "") -> str:
    folder.mkdir(exist_ok=True)
    file = folder / "WhatsApp Chat with somebody.txt"
    file.write_text(text, encoding="utf-8")
    options = ReadingOptions(order=order)
    return next(receiving.receive(book, [file], alias, options)).item


def two_phones(book: Any, tmp_path: Path, order: str = "dmy") -> tuple[str, str]:
    """One talk as a phone with days first and one with months first wrote it; one line lost."""
    days = "".join(f"{d:02}/05/2022, {h:02}:15 - {w}: {t}\n" for d, h, w, t in LINES)
    months = "".join(
        f"5/{d}/22, {h % 12 or 12}:15 {'AM' if h < 12 else 'PM'} - {w[::-1].title()}: {t}\n"
        for n, (d, h, w, t) in enumerate(LINES)
        if n != 6
    )
    ours = receive(book, tmp_path / "a", LOTUS, days, order)
    return ours, receive(book, tmp_path / "b", JASMINE, months, "mdy")


def test_two_phones_of_two_women_are_laid_side_by_side(
    tmp_path: Path, here: Any, filled: Any
) -> None:
    with filled.opened() as book:
        ours, theirs = two_phones(book, tmp_path)
    done = here("compare", filled.folder, ours, theirs, "--json", words=filled.words)
    assert done.code == 0
    assert done.json["counts"] == {"agreed": 17, "only_here": 1}
    assert done.json["findings"] == [
        {"found": "only_here", "here": {"item": ours, "member": "", "record": 6}, "there": None}
    ]
    assert done.json["offset_seconds"] == 0
    senders = done.json["senders"]
    assert [(s["here"]["record"], s["there"]["record"]) for s in senders] == [(0, 0), (1, 1)]
    assert sum(s["messages"] for s in senders) == 17


def test_no_words_are_shown_and_what_was_read_is_logged(
    filled: Any, tmp_path: Path, here: Any
) -> None:
    with filled.opened() as book:
        ours, theirs = two_phones(book, tmp_path)
    done = here("compare", filled.folder, ours, theirs, "--all", words=filled.words)
    assert f"{ours}:0" in done.out
    assert not [w for w in ("zqsayzq", "Neighbour", "somebody") if w in done.out + done.err]
    with filled.opened():
        for item in (ours, theirs):
            leaf = bytes(LogEntry.objects.filter(subject=item).latest("index").leaf)
            assert b'"verb":"compare"' in leaf


def test_an_undecided_export_is_settled_by_the_other_phone(filled: Any, tmp_path: Path) -> None:
    same_day = [line for line in LINES if line[0] < 2]
    days = "".join(f"{d:02}/05/2022, {h:02}:15 - {w}: {t}\n" for d, h, w, t in same_day)
    with filled.opened() as book:
        asks = receive(book, tmp_path / "asks", LOTUS, days)
        _, sure = two_phones(book, tmp_path)
        found = comparing.compare_items(book, asks, sure)
    assert [(p.item, p.order, p.fits) for p in found.proposals] == [(asks, "dmy", 2)]


def test_an_item_is_not_compared_with_itself_or_with_one_without_messages(filled: Any) -> None:
    from romduol.desk import reading

    with filled.opened() as book:
        one = reading.items(book, LOTUS)[0].item.code
        with pytest.raises(NothingToCompare):
            comparing.compare_items(book, one, one)
