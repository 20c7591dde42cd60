"""Which online accounts a person has said to be somebody: hers, or an alleged actor's."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField
from romduol.records.models.evidence import SealedObject
from romduol.records.models.people import Member, Woman


class Account(models.Model):
    """A decision about one account of those in her material; of every other there is no row.

    ``code`` is keyed: whoever holds the same chat cannot find an account by it. What the account is
    called, and who it is said to be, are sealed in ``card``. ``role`` is ``own`` or ``actor``;
    ``kind`` and ``certainty`` are terms of the schemes ``actor`` and ``actor_certainty``.
    """

    code = CodeField(unique=True)
    woman = models.ForeignKey(Woman, models.CASCADE, related_name="accounts")
    role = CodeField()
    kind = CodeField(default="")
    certainty = CodeField(default="")
    card = models.OneToOneField(SealedObject, models.RESTRICT, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT)
    at = models.DateTimeField()
