"""Which messages were put before a person and why, and what her book taught its own head."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField
from romduol.records.models.evidence import SealedObject
from romduol.records.models.findings import Suggestion
from romduol.records.models.people import Member, Woman


class Drawn(models.Model):
    """A suggestion came up in a queue: as one of the highest, the least certain, or at random.

    ``seed`` is what the random ones were drawn with.
    """

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="draws")
    why = CodeField()
    seed = models.BigIntegerField()
    at = models.DateTimeField()


class OwnHead(models.Model):
    """A head learned from decisions on her messages, sealed under her key: it goes when she goes.

    ``before`` and ``after`` are the average precision on the ``drawn`` decisions of random draws.
    The standing head with the highest number is used; ``state`` is standing, passed or undone.
    """

    woman = models.ForeignKey(Woman, models.CASCADE, related_name="own_heads")
    number = models.IntegerField()
    sealed = models.OneToOneField(SealedObject, models.RESTRICT, related_name="+")
    decisions = models.IntegerField()
    drawn = models.IntegerField()
    before = models.FloatField()
    after = models.FloatField()
    state = CodeField()
    by = models.ForeignKey(Member, models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        """Numbered from 1 for each woman."""

        constraints = [
            models.UniqueConstraint(fields=["woman", "number"], name="own_heads_numbered"),
        ]
