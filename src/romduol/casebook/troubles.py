"""What can go wrong, in words: every error a person may meet comes from here.

The sentence for each class stands in ``data/wording/*.csv`` under the class's name, in Khmer and
English, and ends by saying what to do next. Facts put into it are ids, counts and reasons, never
anything a woman or a stranger wrote.
"""

from __future__ import annotations

from enum import IntEnum

from romduol.casebook.wording import say


class Exit(IntEnum):
    """Exit codes of the command line (docs/manual/cli.md)."""

    DONE = 0
    NEEDS_A_PERSON = 1
    WRONG_USAGE = 2
    LOCKED = 3
    DAMAGED = 4
    INTERRUPTED = 130


class Trouble(Exception):
    """Something a person must hear about. ``facts`` fill the sentence and go into ``--json``."""

    exit_code = Exit.NEEDS_A_PERSON

    def __init__(self, **facts: object) -> None:
        super().__init__(type(self).__name__)
        self.facts = facts

    @property
    def rule(self) -> str:
        """The name of what happened, the same in every language."""
        return type(self).__name__

    def words(self, lang: str = "en") -> str:
        """The sentence in ``lang`` (``en`` or ``km``)."""
        return say(self.rule, lang, **self.facts)

    def __str__(self) -> str:
        return self.words("en")


class WrongUsage(Trouble):
    """The call itself was off; nothing was done."""

    exit_code = Exit.WRONG_USAGE


class Locked(Trouble):
    """A key is missing: wrong passphrase, no grant, not a lead."""

    exit_code = Exit.LOCKED


class Damaged(Trouble):
    """The book is not what its log says it is."""

    exit_code = Exit.DAMAGED
