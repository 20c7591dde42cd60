"""What a caller can get wrong about posts, in words, before anything is computed."""

from __future__ import annotations

from romduol.casebook.troubles import Trouble, WrongUsage


class ColumnsMissing(WrongUsage):
    """The posts lack a column that the question needs."""


class UnknownKindOfFile(WrongUsage):
    """Posts, or the edges asked for, are in a form we do not read or write."""


class PostsUnreadable(Trouble):
    """The engine could not read the file of posts: damaged, or not what its name says."""


class NoUsablePost(Trouble):
    """Every row lacks an account, an object or a time we can read."""


class WindowTooShort(WrongUsage):
    """Somebody asked for a window of no seconds, or for pairs that share nothing."""


class EngineMissing(WrongUsage):
    """The engine asked for is an extra that is not installed here."""


class SeriesTooShort(WrongUsage):
    """Fewer weeks than any statement could rest on."""
