"""What can be wrong with a project file, and what of it was left out: reasons, never its words."""

from __future__ import annotations

from dataclasses import dataclass

from romduol.casebook.troubles import Trouble, WrongUsage


class ProjectUnreadable(WrongUsage):
    """The file is no .qdpx or .qdc that can be opened: damaged, encrypted, or something else."""


class ProjectIsATrap(Trouble):
    """The file was made to fill the memory or to read other files; nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class Left:
    """Something of the file that was not taken as it stands.

    ``why`` is the id of a sentence (``qdpx.left.…``); ``guid`` says what it is about ("" when it
    has none), ``count`` how many.
    """

    why: str
    guid: str = ""
    count: int = 1
