"""Columns that cannot hold words: codes, hashes, opaque bytes; and the two short labels that may.

The database itself refuses anything else (CHECK), so that no program that writes to the index, this
one included, can put a sentence there by mistake.
"""

from __future__ import annotations

import re
from typing import Any

from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models

_CODE = re.compile(r"[A-Za-z0-9._:+/-]*\Z")


class CodeField(models.CharField):  # type: ignore[type-arg]
    """An ASCII code of at most 64 characters: vocabulary ids, opaque ids, ISO dates. No spaces."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        super().__init__(*args, **kwargs)
        self.validators = [MaxLengthValidator(self.max_length or 64), RegexValidator(_CODE)]

    def db_check(self, connection: Any) -> str | None:
        """The database's own refusal of anything that is not a code."""
        column = connection.ops.quote_name(self.column)
        if connection.vendor == "postgresql":
            return f"{column} ~ '^[A-Za-z0-9._:+/-]*$'"
        return (
            f"({column} NOT GLOB '*[^A-Za-z0-9._:+/-]*' AND length({column}) <= {self.max_length})"
        )


class HashField(CodeField):
    """A lower-case hex digest of 64 characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 64
        super().__init__(*args, **kwargs)


class LabelField(models.CharField):  # type: ignore[type-arg]
    """A short label a member chose: a woman's alias, a member's own name. At most 40 characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)

    def db_check(self, connection: Any) -> str | None:
        """The database's own limit on length."""
        return f"length({connection.ops.quote_name(self.column)}) <= {self.max_length}"
