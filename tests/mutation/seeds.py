"""A small real-format file of every source: what the mutations start from.

Most are the files that the readers' own tests build; some stand beside the checkout, exported by
real phones and programs, and are left out where they are absent.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from romduol.casebook.evidence import ReadingOptions
from romduol.intake import tables

TESTS = Path(__file__).resolve().parents[1]
SHARED = TESTS.parents[1] / "shared" / "fixtures"
sys.path.insert(0, str(TESTS / "intake"))

_LARGEST = 200_000  # bytes of a fixture that is taken as a seed


@dataclass(frozen=True)
class Seed:
    """A whole file that its reader reads, with what a person says when she brings it."""

    source: str
    name: str
    raw: bytes
    options: ReadingOptions = field(default_factory=ReadingOptions)


def seeds() -> list[Seed]:
    """Every seed, the same ones in the same order on one machine."""
    made = [seed for group in _GROUPS for seed in group()]
    return made + list(_archives(made)) + list(_fixtures())


def zipped(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files, the same bytes each time."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", how) as archive:
        for path, raw in files.items():
            archive.writestr(zipfile.ZipInfo(path), raw, how)
    return into.getvalue()


def _archives(made: list[Seed]) -> Iterator[Seed]:
    """The exports that come as one archive, and an archive of everything."""
    raws = {f"{seed.source}/{seed.name}": seed.raw for seed in made}
    chat = next(seed for seed in made if seed.name == "_chat.txt")
    picture = next(raw for path, raw in raws.items() if path.endswith("picture.jpg"))
    with_media = {"_chat.txt": chat.raw, "picture.jpg": picture}
    yield Seed("archive", "WhatsApp Chat.zip", zipped(with_media))
    yield Seed("archive", "stored.zip", zipped(with_media, zipfile.ZIP_STORED))
    yield Seed("archive", "everything.zip", zipped(raws))
    yield Seed("archive", "nested.zip", zipped({"a/inner.zip": zipped(with_media), "b.txt": b"?"}))


def _whatsapp() -> Iterator[Seed]:
    android = "".join(
        f"{day:02}/05/2022, 10:{day:02} - {who}: message {day} សួស្តី{more}\n"
        for day, who, more in [
            (n, "Dara Stone" if n % 2 else "Kea: Clinic", "\nand a second line" * (n % 3 == 0))
            for n in range(1, 29)
        ]
    )
    iphone = "\r\n".join(
        f"\u200e[05/03/2024, 14:07:{n:02}] Dara: {words}"
        for n, words in enumerate(
            ("hi", "a\nb", "\u200eimage omitted", "\u200e<attached: picture.jpg>", "ស្រី ភូមិ")
        )
    )
    yield Seed("whatsapp", "WhatsApp Chat with Group.txt", android.encode())
    yield Seed("whatsapp", "_chat.txt", iphone.encode())


def _telegram() -> Iterator[Seed]:
    import test_telegram
    import test_telegram_html

    entities: list[Any] = ["see ", {"type": "bold", "text": "this \u200bភូមិ"}, " now"]
    rows = [test_telegram.message(n, text=f"words {n} ✓") for n in range(1, 7)]
    styled = test_telegram.message(8, text=entities, text_entities=[])
    chat = test_telegram.chat(*rows, styled)
    yield Seed("telegram", "result.json", test_telegram.written(chat))
    account = {"about": "x", "chats": {"about": "y", "list": [chat, chat | {"id": 9}]}}
    yield Seed("telegram", "account.json", test_telegram.written(account, 1))
    yield Seed("telegram_html", "messages.html", _page(test_telegram_html))


def _page(built: Any) -> bytes:
    rows = [
        built.day(),
        built.row("សួស្តី &lt;b&gt;<br>a <strong>b</strong> &#39;c&apos;"),
        built.row("joined", name=None, number=8),
        built.service("Kea pinned this", 9),
    ]
    page: bytes = built.page(*rows)
    return page


def _meta() -> Iterator[Seed]:
    import test_instagram
    import test_meta
    import test_meta_activity

    thread = test_meta.thread(
        *(test_meta.message(n) for n in range(1, 6)),
        test_meta.message(7, content=test_meta.apart("ភូមិ évening")),
    )
    sealed = test_meta.sealed(*[test_meta.sealed_message(timestamp=n) for n in range(5)])
    yield Seed("meta", "message_1.json", test_meta.written(thread))
    yield Seed("meta", "Dove Stone_3.json", test_meta.written(sealed))
    yield Seed("meta", "comments.json", test_meta_activity.written(test_meta_activity.COMMENTS))
    posts = test_meta_activity.written(test_meta_activity.POSTS)
    yield Seed("meta", "your_posts__check_ins__photos_and_videos_1.json", posts)
    searches = test_meta_activity.written(test_meta_activity.SEARCHES)
    by_name = ReadingOptions(source="meta.searches")
    yield Seed("meta.searches", "your_search_history.json", searches, by_name)
    told = test_instagram.thread({"content": "hello"}, {"content": test_instagram.apart("ដី")})
    yield Seed("instagram", "message_1.json", told)
    comment = test_instagram.comment("Comment", "Media Owner", "Time")
    newer = test_meta_activity.newer({"label": "Comment", "value": "words of hers"})
    yield Seed("meta", "your_comments_1.json", newer)
    yield Seed("instagram", "post_comments_1.json", json.dumps([comment], indent=2).encode())


def _others() -> Iterator[Seed]:
    import test_mail
    import test_signal
    import test_sms
    import test_tella
    import test_tiktok
    import test_x

    texts = [test_sms.text(f"body {n} ភូមិ &#55357;&#56832;", n) for n in range(5)]
    yield Seed("sms", "sms-20240305.xml", test_sms.backup(*texts, test_sms.GROUP))
    yield Seed("signal", "chat.md", test_signal.CHAT.encode())
    yield Seed("x", "tweets.js", test_x.js("tweets", *[test_x.tweet(f"post {n}") for n in "abc"]))
    wrote = [test_x.written(test_x.NUMBER, "7", f"dm {n}") for n in range(4)]
    talk = test_x.conversation("7-8", *wrote)
    yield Seed("x", "direct-messages.js", test_x.js("direct_messages", talk))
    for name, root in (("old", test_tiktok.OLD), ("new", test_tiktok.NEW)):
        yield Seed("tiktok", f"user_data_{name}.json", test_tiktok.js(root))
    yield Seed("tiktok", "Direct Messages.txt", test_tiktok.MESSAGES.encode())
    yield Seed("tiktok", "Comments.txt", test_tiktok.COMMENTS.encode())
    letter = test_mail.letter("hello ភូមិ\r\n", Subject="=?utf-8?b?4Z6X4Z684Z6Y4Z634Z+S?=")
    many = test_mail.parts(
        "Content-Type: text/plain; charset=utf-8\r\n\r\nplain words",
        'Content-Type: image/png\r\nContent-Disposition: attachment; filename="p.png"\r\n\r\nxx',
    )
    yield Seed("mail", "a.eml", letter)
    yield Seed("mail", "box.mbox", test_mail.boxed(letter, test_mail.letter("second\r\n"), many))
    yield Seed("tella", "metadata.csv", test_tella.WHOLE)


def _tables() -> Iterator[Seed]:
    import test_casedatabase
    import test_forms
    import test_tables

    mapping = tables.read_mapping(test_tables.MAPPING)
    options = tables.with_columns(ReadingOptions(), mapping)
    rows = [line.split(",") for line in test_tables.CSV.splitlines()[:1]]
    rows += [["2024-03-05", "14:07:09", "Account A", f"hi {n}", f"{n}", "", "3"] for n in "123"]
    yield Seed("tables", "posts.csv", test_tables.CSV.encode(), options)
    yield Seed("tables", "posts.xlsx", test_forms.simple({"Posts": rows}), options)
    yield Seed("forms", "form.csv", test_forms.kobo_csv())
    yield Seed("forms", "form.xlsx", test_forms.kobo_xlsx())
    yield Seed("forms", "odk.csv", test_forms.ODK.encode())
    yield Seed("casedatabase", "cases.xlsx", test_casedatabase.simple(test_casedatabase.BOOK))


def _papers() -> Iterator[Seed]:
    import test_documents
    import test_transcripts
    import test_webarchive

    yield Seed("transcripts", "talk.txt", test_transcripts.INTERVIEW)
    yield Seed("transcripts", "talk.vtt", test_transcripts.VTT.encode())
    yield Seed("transcripts", "talk.srt", test_transcripts.SRT)
    word = test_transcripts.word_xml(
        test_transcripts.paragraph(test_transcripts.run("I: When?"))
        + test_transcripts.paragraph(test_transcripts.run("W: In the evening &amp; later ភូមិ"))
    )
    yield Seed("transcripts", "talk.docx", word)
    yield Seed("webarchive", "page.wacz", test_webarchive.wacz())
    yield Seed("documents", "letter.pdf", test_documents.pdf())


def _media() -> Iterator[Seed]:
    import test_sound
    import test_video

    for kind, ending in (("PNG", "png"), ("JPEG", "jpg"), ("GIF", "gif"), ("WEBP", "webp")):
        into = io.BytesIO()
        picture = Image.new("RGB", (24, 16), "white")
        picture.paste("teal", (0, 0, 12, 9))
        picture.save(into, kind)
        yield Seed("pictures", f"picture.{ending}", into.getvalue())
    made: dict[str, Callable[[], bytes]] = {
        "PTT-20240305-WA0003.opus": test_sound.opus, "a.wav": test_sound.wav,
        "a.mp3": test_sound.mp3, "a.aac": test_sound.aac, "a.amr": test_sound.amr,
        "a.m4a": test_sound.m4a, "v.mp4": test_video.mp4, "v.webm": test_video.webm,
    }  # fmt: skip
    for name, make in made.items():
        yield Seed("video" if name.startswith("v") else "sound", name, make())


def _fixtures() -> Iterator[Seed]:
    """Exports of public projects, where the shared fixtures are beside the checkout."""
    for path in sorted(SHARED.glob("*/*")):
        if path.stem.startswith("target") or path.stat().st_size > _LARGEST:
            continue
        yield Seed(f"shared-{path.parent.name}", path.name, path.read_bytes())


_GROUPS: tuple[Callable[[], Iterator[Seed]], ...] = (
    _whatsapp, _telegram, _meta, _others, _tables, _papers, _media,
)  # fmt: skip
