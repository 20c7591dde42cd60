"""How the command line speaks: results on standard output, everything else on standard error."""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from romduol.casebook.evidence import Note
from romduol.casebook.troubles import Locked, WrongUsage
from romduol.casebook.wording import LANGUAGES, say

P = ParamSpec("P")
R = TypeVar("R")

PASSPHRASE_FILE = "ROMDUOL_PASSPHRASE_FILE"  # noqa: S105 - a variable's name
LANG = "ROMDUOL_LANG"
_QUIET_FOR = 1.0  # seconds of work before a progress bar is shown


class PassphraseFileUnreadable(WrongUsage):
    """The file named in ROMDUOL_PASSPHRASE_FILE cannot be read or is empty."""


class PassphraseMissing(Locked):
    """Nobody can type the passphrase here, and none was given."""


@dataclass
class Voice:
    """The language and the form (words or JSON) in which this call answers."""

    lang: str = "en"
    as_json: bool = False

    def tell(self, sentence: str, **facts: object) -> None:
        """A sentence for the person, on standard error."""
        click.echo(say(sentence, self.lang, **facts), err=True)

    def say(self, sentence: str, **facts: object) -> str:
        """A sentence in this language."""
        return say(sentence, self.lang, **facts)

    def note(self, note: Note) -> str:
        """A reader's note as a sentence."""
        return say(note.id, self.lang, **dict(note.facts))

    def answer(self, value: dict[str, Any], text: str = "") -> None:
        """One result: a JSON object, or ``text``."""
        if self.as_json:
            click.echo(json.dumps(value, default=_plain, ensure_ascii=False))
        elif text:
            click.echo(text)

    def answers(self, values: Iterable[dict[str, Any]], line: Callable[[Any], str]) -> None:
        """A list of results: JSON lines, or one line of text each."""
        for value in values:
            self.answer(value, line(value))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | Path):
        return str(value)
    raise TypeError(type(value).__name__)


def voice() -> Voice:
    """The voice of the call under way."""
    return click.get_current_context().find_object(Voice) or Voice()


def _choose_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Voice).as_json = True


def _choose_lang(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value:
        ctx.ensure_object(Voice).lang = value


def speaks(command: Callable[P, R]) -> Callable[P, R]:
    """Give a command ``--json`` and ``--lang``, before or after the verb."""
    as_json = click.option(
        "--json", is_flag=True, expose_value=False, callback=_choose_json, is_eager=True,
        help="Print JSON on standard output and nothing else there.",
    )  # fmt: skip
    lang = click.option(
        "--lang", "spoken", type=click.Choice(LANGUAGES), expose_value=False,
        callback=_choose_lang, is_eager=True, help="Language of messages.",
    )  # fmt: skip
    return as_json(lang(command))


def book_argument(command: Callable[P, R]) -> Callable[P, R]:
    """Give a command its BOOK."""
    return click.argument("book", type=click.Path(path_type=Path))(command)


def lang_from_environment() -> str:
    """The language named in ROMDUOL_LANG, English otherwise."""
    return wanted if (wanted := os.environ.get(LANG, "")) in LANGUAGES else "en"


def passphrase_in_file() -> str:
    """The passphrase in the file named by the environment, or "" when none is named."""
    named = os.environ.get(PASSPHRASE_FILE)
    if not named:
        return ""
    try:
        lines = Path(named).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as cause:
        raise PassphraseFileUnreadable from cause
    if not lines or not lines[0].strip():
        raise PassphraseFileUnreadable
    return lines[0].strip()


def passphrase() -> str:
    """The passphrase: from the file, typed without being shown, or a line of standard input.

    Raises ``PassphraseMissing`` when there is none of the three.
    """
    given = passphrase_in_file()
    if given:
        return given
    if sys.stdin.isatty():
        return str(click.prompt(voice().say("cli.passphrase"), hide_input=True, err=True))
    line = sys.stdin.readline().strip()
    if not line:
        raise PassphraseMissing
    return line


class NobodyToAsk(WrongUsage):
    """Something that cannot be undone was asked for by a script, without ``--yes``."""


def require_person() -> None:
    """Raises ``NobodyToAsk`` when no person can answer a question here."""
    if not sys.stdin.isatty():
        raise NobodyToAsk


class _AfterASecond(Progress):
    """Bars that are not seen in the first second of work."""

    def __init__(self, *columns: ProgressColumn) -> None:
        self._began = time.monotonic()
        console = Console(stderr=True)
        super().__init__(*columns, console=console, transient=True, redirect_stdout=False)

    def get_renderables(self) -> Iterable[RenderableType]:
        """Nothing yet, or the bars."""
        if time.monotonic() - self._began >= _QUIET_FOR:
            yield from super().get_renderables()


class Meter:
    """A progress bar on standard error for work over a second; nothing when nobody watches.

    It moves to and fro until it is told how much there is to do; ``stage`` says what is being done.
    """

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Meter:
        if sys.stderr.isatty():
            self._bar = _AfterASecond(
                TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
            )
            self._task = self._bar.add_task("", total=None)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total``."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total)

    def stage(self, name: str, done: int = 0, total: int | None = None) -> None:
        """Work called ``name`` is under way: ``done`` of ``total``, as far as that is known."""
        if self._bar is not None:
            self._bar.update(self._task, description=name, completed=done)
            self._bar.tasks[0].total = total


def verb(group: click.Group, name: str = "") -> Callable[[Callable[..., Any]], click.Command]:
    """Add a function to ``group`` as a verb that speaks; its docstring is the help."""

    def add(function: Callable[..., Any]) -> click.Command:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        made = click.command(name or function.__name__.strip("_"))(speaks(run))
        group.add_command(made)
        return made

    return add
