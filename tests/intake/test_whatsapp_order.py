"""Day first or month first: decided, or asked, never guessed."""

import io

from romduol.casebook.evidence import Read, ReadingOptions
from romduol.intake import whatsapp
from romduol.intake.source import Source


def read(text: str, order: str = "") -> tuple[list[dict[str, object]], Read]:
    data = text.encode()
    source = Source("chat.txt", lambda: io.BytesIO(data), len(data))
    *batches, last = whatsapp.read(source, ReadingOptions(order=order))
    assert isinstance(last, Read)
    return [row for batch in batches for row in batch.to_pylist()], last  # type: ignore[union-attr]


def chat(*days: str) -> str:
    return "".join(f"{day}, 14:07 - A: words\n" for day in days)


def test_a_first_number_over_twelve_is_the_day() -> None:
    rows, last = read(chat("5/3/24", "13/3/24"))
    assert (last.order, last.order_certain, last.how_decided) == ("dmy", True, "part-over-12")
    assert rows[0]["sent_at"].month == 3  # type: ignore[attr-defined]
    assert rows[0]["sent_at_other"] is None


def test_a_second_number_over_twelve_is_the_day() -> None:
    rows, last = read(chat("3/5/24", "3/13/24"))
    assert (last.order, last.how_decided) == ("mdy", "part-over-12")
    assert rows[0]["sent_at"].month == 3  # type: ignore[attr-defined]


def test_fewer_steps_back_in_time_decide_when_no_number_does() -> None:
    _, last = read(chat("5/3/24", "4/4/24", "3/5/24"))
    assert (last.order, last.order_certain, last.how_decided) == ("dmy", True, "fewer-steps-back")
    _, last = read(chat("3/5/24", "4/4/24", "5/3/24"))
    assert (last.order, last.order_certain, last.how_decided) == ("mdy", True, "fewer-steps-back")


def test_what_cannot_be_decided_keeps_both_readings_and_asks() -> None:
    rows, last = read(chat("5/3/24", "6/3/24"))
    assert (last.order, last.order_certain, last.how_decided) == ("dmy", False, "undecided")
    assert [note.id for note in last.notes] == ["note.order_undecided"]
    assert (rows[0]["sent_at"].month, rows[0]["sent_at_other"].month) == (3, 5)  # type: ignore[attr-defined]


def test_a_day_that_reads_the_same_both_ways_has_no_other_reading() -> None:
    rows, _ = read(chat("5/5/24"))
    assert rows[0]["sent_at_other"] is None


def test_a_year_in_front_settles_it() -> None:
    _, last = read(chat("2024-03-05"))
    assert (last.order, last.order_certain, last.how_decided) == ("ymd", True, "year-first")


def test_the_order_a_person_gives_wins() -> None:
    rows, last = read(chat("5/3/24"), order="mdy")
    assert (last.order, last.order_certain, last.how_decided) == ("mdy", True, "given")
    assert rows[0]["sent_at"].month == 5  # type: ignore[attr-defined]


def test_an_order_given_that_cannot_be_is_not_used_and_said() -> None:
    _, last = read(chat("13/3/24"), order="mdy")
    assert (last.order, last.how_decided) == ("dmy", "part-over-12")
    assert [note.id for note in last.notes] == ["note.order_given_impossible"]


def test_a_file_that_contradicts_itself_keeps_both_readings() -> None:
    rows, last = read(chat("13/3/24", "5/6/24", "3/25/24"))
    assert (last.order_certain, last.how_decided) == (False, "contradicted")
    assert "note.order_contradicted" in {note.id for note in last.notes}
    assert rows[0]["sent_at"].month == rows[2]["sent_at"].month == 3  # type: ignore[attr-defined]
    assert rows[1]["sent_at_other"] is not None
    assert rows[0]["sent_at_other"] is None


def test_a_pasted_line_does_not_decide_the_order_of_the_file() -> None:
    text = "5/3/24, 14:07 - A: x\n[12/25/2019, 10:00:00] B: pasted\n6/3/24, 14:08 - A: y\n"
    _, last = read(text)
    assert not last.order_certain


def test_a_number_over_twelve_far_behind_still_decides_the_first_message() -> None:
    rows, last = read(chat(*["5/3/24"] * 20_000, "3/25/24"))
    assert last.order == "mdy"
    assert rows[0]["sent_at"].month == 5  # type: ignore[attr-defined]
