"""Which reader a file's beginning belongs to."""

import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.intake.recognise import READERS, UnknownSource, reader, recognise


def named(head: bytes, name: str = "file.txt", source: str = "") -> str | None:
    found = recognise(head, name, ReadingOptions(source=source))
    return found.NAME if found else None


def test_every_reader_can_be_had_and_says_its_name_and_version() -> None:
    for name in READERS:
        assert reader(name).NAME
        assert reader(name).VERSION


@pytest.mark.parametrize(
    "head",
    [
        b"15/3/24, 14:07 - A: hi\n",
        b"\xef\xbb\xbf[15/03/24, 14:07:09] A: hi\r\n",
        b"\r\n\r\n15/3/24, 14:07 - You were added\n",
        b"cut off words\n" + b"15/3/24, 14:07 - A: hi\n" * 3,
    ],
)
def test_a_chat_is_known_by_its_first_lines_whatever_its_name(head: bytes) -> None:
    assert named(head, "anything.bin") == "whatsapp"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\0\0\0",
        b"words\n15/3/24, 14:07 - A: one line\n",
        b"15/3/24, 14:07 - A: hi\n\0",
        b"words",
    ],
)
def test_other_files_are_no_chat(head: bytes) -> None:
    assert named(head) != "whatsapp"


def test_a_source_given_by_hand_is_taken_at_its_word() -> None:
    assert named(b"words\n", source="whatsapp") == "whatsapp"
    with pytest.raises(UnknownSource):
        named(b"words\n", source="fax")
