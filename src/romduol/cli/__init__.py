"""The command line: every verb of the desk, for people and for scripts (docs/manual/cli.md)."""

from __future__ import annotations

import sys
import traceback
from typing import NoReturn

import click

from romduol import __version__
from romduol.casebook.troubles import Exit, Trouble
from romduol.cli.speaking import Voice, lang_from_environment, speaks


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
    from romduol.cli import books, evidence, keys, material, practice, release, study, women

    for module in (books, keys, women, material, evidence, study, release, practice):
        module.add_to(cli)


def main() -> NoReturn:
    """Run one verb and exit with the code that scripts may rely on; never show a traceback."""
    _load_verbs()
    voice = Voice(lang=lang_from_environment())
    sys.exit(_run(voice))


def _run(voice: Voice) -> int:
    try:
        done = cli.main(standalone_mode=False, obj=voice, prog_name="romduol")
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return int(Exit.WRONG_USAGE)
    except (click.Abort, KeyboardInterrupt):
        voice.tell("cli.interrupted")
        return int(Exit.INTERRUPTED)
    except Trouble as trouble:
        return _trouble(voice, trouble)
    except Exception as fault:
        return _fault(voice, fault)
    return int(done) if isinstance(done, int) else int(Exit.DONE)


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
