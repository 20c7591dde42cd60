"""The command line: every verb of the desk, for people and for scripts (docs/manual/cli.md)."""

from __future__ import annotations

import importlib
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import click

from romduol import __version__
from romduol.casebook.troubles import Exit, Trouble
from romduol.cli.speaking import Voice, lang_from_environment, speaks

# the modules of verbs, in the order in which a newcomer meets them
VERBS = (
    "books",
    "keys",
    "women",
    "pseudonyms",
    "sheets",
    "material",
    "accounts",
    "importing",
    "evidence",
    "copies",
    "study",
    "codebook",
    "codings",
    "coders",
    "exchange",
    "examining",
    "teaching",
    "campaigns",
    "retreating",
    "complaints",
    "quoting",
    "release",
    "practice",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="romduol")
@speaks
@click.pass_context
def cli(ctx: click.Context) -> None:
    """An encrypted casebook that works without a network.

    Example: romduol new mybook.romduol --member "desk one"
    """
    ctx.ensure_object(Voice)


def _load_verbs() -> None:
    for module in VERBS:
        importlib.import_module(f"romduol.cli.{module}").add_to(cli)


def main() -> NoReturn:
    """Run one verb and exit with the code that scripts may rely on; never show a traceback."""
    _load_verbs()
    # asked for even by a call so wrong that its options cannot be told apart
    voice = Voice(lang=lang_from_environment(), as_json="--json" in sys.argv[1:])
    with _heard_interrupts() as heard:
        sys.exit(_run(voice, heard))


@contextmanager
def _heard_interrupts() -> Iterator[list[int]]:
    """Each Ctrl-C is also written down: a library in another language may make it its own error."""
    heard: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append(number)
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield heard
    finally:
        signal.signal(signal.SIGINT, before)


def _run(voice: Voice, heard: list[int]) -> int:
    try:
        done = cli.main(standalone_mode=False, obj=voice, prog_name="romduol")
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as wrong:
        voice.answer({"error": type(wrong).__name__, "say": wrong.format_message()})
        wrong.show()
        return int(Exit.WRONG_USAGE)
    except (click.Abort, KeyboardInterrupt):
        return _interrupted(voice)
    except Trouble as trouble:
        return _trouble(voice, trouble)
    except Exception as fault:
        return _interrupted(voice) if heard else _fault(voice, fault)
    return int(done) if isinstance(done, int) else int(Exit.DONE)


def _interrupted(voice: Voice) -> int:
    voice.answer({"error": "Interrupted", "say": voice.say("cli.interrupted")})
    voice.tell("cli.interrupted")
    return int(Exit.INTERRUPTED)


def _trouble(voice: Voice, trouble: Trouble) -> int:
    voice.answer({"error": trouble.rule, "say": trouble.words(voice.lang)})
    click.echo(trouble.words(voice.lang), err=True)
    return int(trouble.exit_code)


def _fault(voice: Voice, fault: Exception) -> int:
    """A bug. Only where it happened is told: a message of Python's could hold words of hers."""
    here = traceback.extract_tb(fault.__traceback__)[-1]
    place = f"{type(fault).__name__} {here.filename.rsplit('romduol/', 1)[-1]}:{here.lineno}"
    voice.answer({"error": "Fault", "say": voice.say("cli.fault", place=place)})
    voice.tell("cli.fault", place=place)
    return int(Exit.NEEDS_A_PERSON)
