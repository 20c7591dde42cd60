"""The practice study on disk, read again with small readers of its own."""

import json
import re
import zipfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from romduol.casebook.troubles import Exit
from romduol.casework.practice import PracticeFolderNotEmpty, Truth, generate
from romduol.casework.practice.stock import stock

ANDROID = re.compile(r"^(?P<at>\d+/\d+/\d+, [^-\n]{4,9}) - (?:(?P<by>[^:\n]+): )?", re.MULTILINE)
IOS = re.compile(r"^\u200e?\[(?P<at>[^\]]+)\] (?P<by>[^:]+): (?P<lrm>\u200e?)", re.MULTILINE)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("practice") / "study"
    return folder, generate(folder)


def whole(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def text_of(folder: Path, path: str, member: str) -> str:
    if member:
        return zipfile.ZipFile(folder / path).read(member).decode("utf-8")
    return (folder / path).read_bytes().decode("utf-8")


def whatsapp_records(text: str) -> list[tuple[str, str, str]]:
    """(stamp, author or "" for a system line, the rest) of every record."""
    found = list((IOS if text.startswith("[") else ANDROID).finditer(text))
    ends = [m.start() for m in found[1:]] + [len(text)]
    records = []
    for m, end in zip(found, ends, strict=True):
        body = text[m.end() : end].rstrip("\r\n")
        system = m["by"] is None or ("created group" in body or "end-to-end" in body)
        records.append((m["at"], "" if system else m["by"], body))
    return records


def telegram_rows(text: str) -> list[dict[str, object]]:
    root = json.loads(text.replace("\\x0B", "\\u000b"))
    chats = root["chats"]["list"] if "chats" in root else [root]
    return [row for chat in chats for row in chat["messages"]]


def plain(row: dict[str, object]) -> str:
    entities = row["text_entities"]
    assert isinstance(entities, list)
    return "".join(str(part["text"]) for part in entities)


def test_the_same_seed_writes_the_same_bytes(study: tuple[Path, Truth], tmp_path: Path) -> None:
    folder, truth = study
    assert generate(tmp_path / "again") == truth
    assert whole(tmp_path / "again") == whole(folder)


def test_another_seed_writes_other_chats_but_the_same_sheet(
    study: tuple[Path, Truth], tmp_path: Path
) -> None:
    folder, truth = study
    other = generate(tmp_path / "other", seed=7)
    assert other.messages != truth.messages
    assert other.findings == truth.findings
    assert (tmp_path / "other" / "coding.csv").read_bytes() == (folder / "coding.csv").read_bytes()


def test_a_folder_that_holds_something_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(PracticeFolderNotEmpty) as refusal:
        generate(tmp_path)
    assert whole(tmp_path) == {"mine.txt": b"mine"}
    assert refusal.value.exit_code is Exit.WRONG_USAGE
    assert refusal.value.facts == {"files": 1}
    assert all("1" in refusal.value.words(lang) for lang in ("en", "km"))


def test_an_empty_folder_is_filled_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    generate(tmp_path / "empty")
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]
    assert (tmp_path / "empty" / "README.txt").is_file()


def test_the_written_truth_is_the_returned_truth(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    assert (folder / "truth.json").read_bytes() == truth.written()
    assert (
        json.loads(truth.written())["messages"]
        == truth.messages
        == sum(woman.messages for woman in truth.women)
    )


def test_every_file_a_woman_brought_is_in_the_truth_and_the_other_way_round(
    study: tuple[Path, Truth],
) -> None:
    folder, truth = study
    brought = {path for path in whole(folder) if path.startswith("ming-")}
    assert brought == {file.path for file in truth.files}
    assert truth.items == len(brought) == 23


def test_every_whatsapp_record_is_counted(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    for file in (f for f in truth.files if f.platform == "whatsapp"):
        records = whatsapp_records(text_of(folder, file.path, file.member))
        system = sum(not by or "joined using" in body for _, by, body in records)
        assert (len(records) - system, system) == (file.messages, file.system), file.path
        assert sum(by == file.woman for _, by, _ in records) == file.own
        bodies = [body for _, _, body in records]
        assert sum("deleted" in b and "message" in b for b in bodies) == file.deleted
        assert sum("message was edited>" in body for body in bodies) == file.edited
        assert sum("omitted" in b or "<attached" in b for b in bodies) == file.media


def test_every_telegram_row_is_counted(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    for file in (f for f in truth.files if f.platform == "telegram"):
        rows = telegram_rows(text_of(folder, file.path, file.member))
        kinds = Counter(row["type"] for row in rows)
        calls = sum(row.get("action") == "phone_call" for row in rows)
        assert kinds["message"] == file.messages
        assert (calls, kinds["service"] - calls) == (file.calls, file.system)
        assert sum(row.get("from") == file.woman for row in rows) == file.own
        assert sum("edited" in row for row in rows) == file.edited
        assert min(str(row["date"]) for row in rows) == file.first
        assert max(str(row["date"]) for row in rows) == file.last


def test_first_and_last_stamps_are_as_written(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    for file in (f for f in truth.files if f.platform == "whatsapp"):
        records = whatsapp_records(text_of(folder, file.path, file.member))
        stamps = [read_stamp(at, file.order) for at, _, _ in records]
        assert (min(stamps), max(stamps)) == (
            datetime.fromisoformat(file.first),
            datetime.fromisoformat(file.last),
        )


def read_stamp(written: str, order: str) -> datetime:
    one, two, year, hour, minute, *rest = (int(n) for n in re.findall(r"\d+", written))
    day, month = (one, two) if order == "dmy" else (two, one)
    if "M" in written:
        hour = hour % 12 + 12 * ("PM" in written)
    return datetime(year % 100 + 2000, month, day, hour, minute, *rest)  # noqa: DTZ001


def test_the_layouts_differ_as_phones_do(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    by_layout = {file.layout: text_of(folder, file.path, file.member) for file in truth.files
                 if file.platform == "whatsapp"}  # fmt: skip
    assert set(by_layout) == {
        "android-24h", "android-12h", "android-12h-mdy", "ios", "ios-12h", "ios-zip"
    }  # fmt: skip
    assert "\u202fPM - " in by_layout["android-12h"]
    assert "\u202f" not in by_layout["android-12h-mdy"]
    for ios in ("ios", "ios-12h", "ios-zip"):
        assert "\r\n" in by_layout[ios]
        assert re.search(r"^\u200e\[", by_layout[ios], re.MULTILINE)
        assert re.search(r"[^\r]\n(?!\u200e?\[)", by_layout[ios]), "no line feed inside a message"


def test_the_zip_holds_the_pictures_that_its_chat_names(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    (file,) = (f for f in truth.files if f.layout == "ios-zip")
    with zipfile.ZipFile(folder / file.path) as archive:
        assert archive.testzip() is None
        pictures = [name for name in archive.namelist() if name.endswith(".jpg")]
        bytes_of = {archive.read(name) for name in pictures}
    named = re.findall(r"<attached: (.+?)>", text_of(folder, file.path, file.member))
    assert named == pictures
    assert len(bytes_of) == len(pictures) == file.held > 0
    assert all(b.startswith(b"\xff\xd8\xff\xfe") and b"SYNTHETIC" in b for b in bytes_of)


def test_telegram_files_carry_the_damage_that_makes_them_invalid_json(
    study: tuple[Path, Truth],
) -> None:
    folder, truth = study
    for file in (f for f in truth.files if f.platform == "telegram"):
        text = text_of(folder, file.path, "")
        assert "\\x0B" in text
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)


def test_telegram_files_hold_what_real_ones_hold(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    rows = [
        row
        for file in truth.files
        if file.platform == "telegram"
        for row in telegram_rows(text_of(folder, file.path, ""))
    ]
    assert any(row.get("from", "") is None for row in rows), "no deleted account"
    assert any(row.get("forwarded_from", "") is None for row in rows)
    assert any(row.get("forwarded_from") for row in rows)
    assert any("reply_to_message_id" in row for row in rows)
    assert any(isinstance(row["text"], list) for row in rows)
    assert any("not included" in str(row.get("photo")) for row in rows)
    assert {row["action"] for row in rows if row["type"] == "service"} == {
        "create_group", "join_group_by_link", "phone_call"
    }  # fmt: skip


def test_every_planted_line_stands_where_the_truth_says(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    assert len(truth.planted) > 140
    for place in truth.planted:
        text = text_of(folder, place.path, place.member)
        said = stock().phrases[place.phrase].text
        if place.message_id is None:
            at, by, body = whatsapp_records(text)[place.record]
            assert (by, body) == (place.author, said)
            assert f"{datetime.fromisoformat(place.at):%M}" in at
        else:
            row = telegram_rows(text)[place.record]
            assert (row["from"], row["id"]) == (place.author, place.message_id)
            assert plain(row).endswith(said)
            assert row["date"] == place.at


def test_threats_come_in_every_manner_and_some_talk_only_looks_like_harm(
    study: tuple[Path, Truth],
) -> None:
    _, truth = study
    threats = Counter(p.manner for p in truth.planted if p.form.startswith("on.threat"))
    assert set(threats) == {"direct", "veiled", "conditional", "advice"}
    harmless = Counter(p.manner for p in truth.planted if not p.form)
    assert set(harmless) == {"reported", "counter", "idiom", "her-post"}
    languages = {stock().phrases[p.phrase].lang for p in truth.planted}
    assert languages == {"km", "en", "rom", "mix"}


def test_the_campaign_is_the_same_text_by_six_accounts_within_a_minute_in_two_chats(
    study: tuple[Path, Truth],
) -> None:
    _, truth = study
    (campaign,) = (plot for plot in truth.plots if plot.kind == "campaign")
    assert (len(campaign.accounts), len(campaign.paths), campaign.messages) == (6, 2, 24)
    lines = [place for place in truth.planted if place.plot == campaign.plot]
    for path in campaign.paths:
        for phrase in campaign.phrases:
            wave = [p for p in lines if (p.path, p.phrase) == (path, phrase)]
            assert {p.author for p in wave} == set(campaign.accounts)
            times = [datetime.fromisoformat(p.at) for p in wave]
            assert max(times) - min(times) < timedelta(minutes=1)


def test_a_pile_on_is_many_new_accounts_in_an_hour(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    pileons = [plot for plot in truth.plots if plot.kind == "pileon"]
    assert len(pileons) == 2
    for plot in pileons:
        length = datetime.fromisoformat(plot.last) - datetime.fromisoformat(plot.first)
        assert length < timedelta(hours=1)
        assert len(plot.accounts) > 15
        text = (folder / plot.paths[0]).read_text("utf-8")
        assert text.count("joined") + text.count("join_group_by_link") >= len(plot.accounts)


def test_a_crowd_is_angry_in_its_own_words_and_a_campaign_in_one(
    study: tuple[Path, Truth],
) -> None:
    _, truth = study
    for plot in truth.plots:
        share = len(plot.phrases) / plot.messages
        assert share < 0.1 if plot.kind == "campaign" else share > 0.6, plot.plot


def test_each_pile_on_follows_a_post_of_hers(study: tuple[Path, Truth]) -> None:
    _, truth = study
    for plot in (plot for plot in truth.plots if plot.kind == "pileon"):
        posts = [p for p in truth.planted if p.manner == "her-post" and p.path in plot.paths]
        (post,) = posts
        wait = datetime.fromisoformat(plot.first) - datetime.fromisoformat(post.at)
        assert timedelta(0) < wait < timedelta(minutes=30)


def test_after_the_attack_her_public_voice_falls_and_her_private_voice_does_not(
    study: tuple[Path, Truth],
) -> None:
    _, truth = study
    public = [own for own in truth.own_posts if own.setting == "public"]
    assert len(public) == 8
    for own in public:
        year, week, _ = datetime.fromisoformat(own.silent_from).isocalendar()
        turn = f"{year}-W{week:02}"
        before = [n for w, n in own.weeks.items() if w < turn]
        after = [n for w, n in own.weeks.items() if w > turn]
        assert sum(after) / len(after) < 0.45 * sum(before) / len(before), own.woman
    for own in (own for own in truth.own_posts if own.setting == "closed"):
        posts = list(own.weeks.values())
        assert sum(posts[16:]) > 0.6 * sum(posts[:16]), own.woman


def test_her_own_posts_by_week_add_up_to_her_messages(study: tuple[Path, Truth]) -> None:
    _, truth = study
    for file in (f for f in truth.files if f.platform != "interview"):
        weeks = [own.weeks for own in truth.own_posts if own.path == file.path]
        assert sum(sum(w.values()) for w in weeks) == file.own


def test_every_chat_and_every_interview_says_that_it_is_synthetic(
    study: tuple[Path, Truth],
) -> None:
    folder, truth = study
    for file in truth.files:
        content = (folder / file.path).read_bytes()
        assert b"SYNTHETIC PRACTICE" in content[:2500], file.path
    readme = (folder / "README.txt").read_text("utf-8")
    assert "fully synthetic" in readme
    assert "រឿងប្រឌិត" in readme


def test_a_telegram_chat_of_two_bears_the_number_of_the_other(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    for own in (o for o in truth.own_posts if o.setting == "closed" and "Export_" in o.path):
        root = json.loads(text_of(folder, own.path, "").replace("\\x0B", "\\u000b"))
        chats = root["chats"]["list"] if "chats" in root else [root]
        (chat,) = (c for c in chats if c.get("name") == own.thread)
        others = {row["from_id"] for row in chat["messages"] if row.get("from") == own.thread}
        assert others == {f"user{chat['id']}"}
        assert {row.get("from", own.thread) for row in chat["messages"]} == {own.woman, own.thread}
