"""Every sentence intake may say stands in its catalogue, and none stands there unsaid."""

import re
from pathlib import Path

import romduol.intake
from romduol.casebook.wording import sentences

HERE = Path(romduol.intake.__file__).parent
CODE = "".join(
    path.read_text(encoding="utf-8")
    for folder in (HERE, HERE / "whatsapp")
    for path in sorted(folder.glob("*.py"))
)
SAID = set(re.findall(r'"(note\.[a-z_0-9]+)"', CODE))
NAMED_BY = {"note.member_named_by_utf-8-unmarked", "note.member_named_by_cp437"}
TROUBLES = set(re.findall(r"class (\w+)\(WrongUsage\)", CODE))


def test_every_note_and_trouble_has_its_sentence() -> None:
    assert sentences().keys() >= SAID | NAMED_BY | TROUBLES


def test_no_sentence_is_left_over() -> None:
    ours = {one.id for one in sentences().values() if one.catalogue == "intake"}
    assert ours <= SAID | NAMED_BY | TROUBLES


def test_both_languages_ask_for_the_same_facts() -> None:
    for one in sentences().values():
        if one.catalogue == "intake":
            assert set(re.findall(r"{(\w+)}", one.en)) == set(re.findall(r"{(\w+)}", one.km))
            assert one.en.endswith(".")
