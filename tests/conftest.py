"""For every test: no network, in this process or any child; and books made once, then copied."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

OFFLINE = Path(__file__).parent / "offline"
SHARED = Path(__file__).resolve().parents[1].parent / "shared"


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("romduol_offline", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _offline() -> ModuleType:
    """The one that Python ran first, in a worker of a parallel run; else our own copy of it."""
    first = sys.modules.get("sitecustomize")
    ours = OFFLINE / "sitecustomize.py"
    if first is not None and Path(first.__file__ or "") == ours:
        return first
    return _load(ours)


offline = _offline()
# for every child process, whoever starts it
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, (str(OFFLINE), os.environ.get("PYTHONPATH", "")))
)


def pytest_runtest_setup(item: pytest.Item) -> None:
    offline.loopback_allowed = item.get_closest_marker("browser") is not None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The fixtures beside the checkout; tests that need them are skipped without them."""
    if not SHARED.is_dir():
        pytest.skip("the shared fixtures are not beside this checkout")
    return SHARED


# a book, made once

MEMBER, WORKER = "desk one", "field worker"


@dataclass(frozen=True)
class Kept:
    """A book's folder, and what its people know."""

    folder: Path
    words: str
    sheet: str
    worker_words: str = ""

    @contextmanager
    def opened(self, words: str = "", **how: Any) -> Iterator[Any]:
        from romduol.desk import opening

        with opening.open_book(self.folder, words or self.words, **how) as book:
            yield book

    def copied(self, to: Path) -> Kept:
        shutil.copytree(self.folder, to)
        return Kept(to, self.words, self.sheet, self.worker_words)


@pytest.fixture(scope="session")
def _light() -> Iterator[None]:
    """Generated passphrases lock cheaply while a book is made (see ``offline``)."""
    import pyrage

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyrage.passphrase, "encrypt", pyrage.passphrase.encrypt)
        offline.make_locks_light()
        yield


@pytest.fixture
def light_locks_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, for locks that a test makes itself, in this process and in its children."""
    import pyrage

    monkeypatch.setattr(pyrage.passphrase, "encrypt", pyrage.passphrase.encrypt)
    monkeypatch.setenv("ROMDUOL_LIGHT_LOCKS", "1")
    offline.make_locks_light()


def make_book(folder: Path) -> Kept:
    from romduol.desk import opening
    from romduol.vault.passphrases import new_passphrase

    words = new_passphrase()
    book, recovery = opening.new_book(folder, MEMBER, words, chosen=False)
    book.close()
    return Kept(folder, words, recovery.sheet("en"))


@pytest.fixture(scope="session")
def _empty_once(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    with pytest.MonkeyPatch.context() as patch:
        import pyrage

        patch.setattr(pyrage.passphrase, "encrypt", pyrage.passphrase.encrypt)
        offline.make_locks_light()
        return make_book(tmp_path_factory.mktemp("empty") / "b.romduol")


@pytest.fixture
def empty(_empty_once: Kept, tmp_path: Path) -> Kept:
    """A book with one member, a lead, and nothing in it."""
    return _empty_once.copied(tmp_path / "b.romduol")


# a filled book: three women, every kind of material, canary words in all of it

SCOPES = ("cs.write", "cs.evidence", "cs.stats")


@dataclass(frozen=True)
class Hers:
    """What one woman of the filled book brought. Every word with "zq" stands nowhere else."""

    alias: str
    mark: str  # one letter, in each of her canary words

    def word(self, kind: str) -> str:
        return f"zq{kind}{self.mark}zq"

    @property
    def words(self) -> tuple[str, ...]:
        kinds = ("chat", "author", "said", "file", "label", "coder", "receiver", "asker", "card",
                 "phone", "tele", "sender", "thread")  # fmt: skip
        return tuple(map(self.word, kinds))

    @property
    def files(self) -> dict[str, str]:
        word = self.word
        telegram = {
            "name": word("thread"), "type": "personal_chat", "id": 4200000001 + ord(self.mark),
            "messages": [
                {"id": n, "type": "message", "date": f"2022-05-0{n}T10:00:00",
                 "date_unixtime": str(1651399200 + 86400 * (n - 1)), "from": word("sender"),
                 "from_id": "user77", "text": f"{word('tele')} {n} ភូមិ",
                 "text_entities": [{"type": "plain", "text": f"{word('tele')} {n} ភូមិ"}]}
                for n in range(1, 6)
            ],
        }  # fmt: skip
        chat = "".join(
            f"{day:02}/05/2022, 10:15 - {word('author')}: {word('chat')} {day} សួស្តី\n"
            for day in range(1, 29)
        )
        return {
            f"WhatsApp Chat with {word('file')}.txt": chat,
            f"{word('file')}-result.json": json.dumps(telegram, ensure_ascii=False, indent=1),
            f"{word('file')}.txt": (
                f"I: What happened?\n\nR: They called me to the office. {word('said')} I was "
                f"afraid after that.\n\nI: And then?\n\nR: I stopped posting. ខ្ញុំខ្លាច។\n"
            ),
        }

    @property
    def sheet(self) -> list[list[str]]:
        head = [self.alias, f"{self.word('file')}.txt", self.word("label"), "2022-05", "month"]
        return [
            [*head, f"{self.word('said')} I was afraid", "impact", "imp.fear", self.word("coder")],
            [*head, "called me to the office", "form_offline", "off.summons", self.word("coder")],
            [*head, "I stopped posting", "retreat", "ret.1", self.word("coder")],
        ]


WOMEN = tuple(Hers(f"Ming {flower}", mark) for flower, mark in
              (("Lotus", "a"), ("Jasmine", "b"), ("Frangipani", "c")))  # fmt: skip
HEADER = [
    "woman",
    "transcript",
    "incident",
    "when",
    "precision",
    "quote",
    "scheme",
    "term",
    "coder",
]


def as_csv(rows: list[list[str]]) -> bytes:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _fill(kept: Kept, brought: Path) -> Kept:
    from datetime import date

    from romduol.casebook.evidence import ReadingOptions
    from romduol.desk import coding, identifying, membership, receiving, women

    given = women.Answer((*SCOPES, "cs.team"), "cm.verbal_phone", date(2022, 5, 10))
    with kept.opened() as book:
        women.add(book, [women.WomanToAdd(hers.alias, (given,)) for hers in WOMEN])
        for hers in WOMEN:
            folder = brought / hers.mark
            folder.mkdir(parents=True)
            for name, text in hers.files.items():
                (folder / name).write_text(text, encoding="utf-8")
            options = ReadingOptions(own=(hers.word("author"),))
            list(receiving.receive(book, [folder], hers.alias, options))
            named = women.Answer(("cs.refer",), "cm.written", date(2022, 5, 11),
                                 by=hers.word("asker"), receiver=hers.word("receiver"))  # fmt: skip
            women.consent(book, hers.alias, named)
            card = {"name": hers.word("card"), "phone": hers.word("phone")}
            identifying.write(book, hers.alias, identifying.read_card(json.dumps(card).encode()))
        coding.code(book, as_csv([HEADER, *(row for hers in WOMEN for row in hers.sheet)]))
        _, words = membership.add(book, WORKER)
        membership.grant(book, WORKER, WOMEN[1].alias)
    return Kept(kept.folder, kept.words, kept.sheet, words)


@pytest.fixture(scope="session")
def _filled_once(_empty_once: Kept, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    with pytest.MonkeyPatch.context() as patch:
        import pyrage

        patch.setattr(pyrage.passphrase, "encrypt", pyrage.passphrase.encrypt)
        offline.make_locks_light()
        place = tmp_path_factory.mktemp("filled")
        return _fill(_empty_once.copied(place / "b.romduol"), place / "brought")


@pytest.fixture
def filled(_filled_once: Kept, tmp_path: Path) -> Kept:
    """Three women with chats, interviews, codings, cards; a worker who holds the second's key."""
    return _filled_once.copied(tmp_path / "full.romduol")


@pytest.fixture(scope="session")
def brought(_filled_once: Kept) -> Path:
    """What the three women brought: a folder each, named by their mark."""
    return _filled_once.folder.parent / "brought"


@pytest.fixture(scope="session")
def women() -> tuple[Hers, ...]:
    return WOMEN


@pytest.fixture(scope="session")
def sheet_of() -> Callable[[list[list[str]]], bytes]:
    """A coding sheet as CSV, header first."""
    return lambda rows: as_csv([HEADER, *rows])


# the command line

PROGRAM = "import sys; from romduol.cli import main; main()"


@dataclass(frozen=True)
class Said:
    """What a call of the command line answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Romduol = Callable[..., Said]


@pytest.fixture
def romduol(tmp_path: Path, light_locks_here: None) -> Romduol:
    """``romduol(*args, words=…, stdin=…)`` runs the program in a process of its own."""

    def run(*args: object, words: str = "", stdin: str = "", **env: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *map(str, args)],
            input=stdin, env=_environment(tmp_path, words) | env, cwd=tmp_path,
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    return run


def _environment(folder: Path, words: str) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("ROMDUOL_PASSPHRASE")}
    if words:
        file = folder / "words.txt"
        file.write_text(f"{words}\n", encoding="utf-8")
        env["ROMDUOL_PASSPHRASE_FILE"] = str(file)
    return env


@pytest.fixture
def here(
    tmp_path: Path, light_locks_here: None, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> Romduol:
    """As ``romduol``, in this process: for answers, where the process itself proves nothing."""

    def run(*args: object, words: str = "", **env: str) -> Said:
        from romduol import cli

        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["romduol", *map(str, args)])
            patch.delenv("ROMDUOL_PASSPHRASE_FILE", raising=False)
            for name, value in (_environment(tmp_path, words) | env).items():
                patch.setenv(name, value)
            capfdbinary.readouterr()
            with pytest.raises(SystemExit) as stop:
                cli.main()
            out, err = capfdbinary.readouterr()
        return Said(int(stop.value.code or 0), out.decode(), err.decode())

    return run
