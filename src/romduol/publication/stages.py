"""How far the making of a release has come, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """What is being done, in this order."""

    COUNT = "count"
    PROTECT = "protect"
    TYPESET = "typeset"
    REREAD = "reread"
    LOG = "log"


Watch = Callable[[Stage, int, int | None], None]  # the stage, done, and of how many if known


def unwatched(_stage: Stage, _done: int, _of: int | None) -> None:
    """Nobody waits."""
