"""What a machine suggested and what a person decided; nothing counts until decided (law 4)."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField
from romduol.records.models.evidence import Item
from romduol.records.models.people import Member


class Suggestion(models.Model):
    """A term suggested for one record of an item, by a named method and version."""

    code = CodeField(unique=True)
    item = models.ForeignKey(Item, models.CASCADE, related_name="suggestions")
    record = models.BigIntegerField()
    scheme = CodeField()
    term = CodeField()
    score = models.FloatField()
    reason = CodeField()  # id of the rule or head that spoke
    model = CodeField()  # method and version
    at = models.DateTimeField()


class Decision(models.Model):
    """A member's word on a suggestion: confirmed as ``term``, or refused."""

    suggestion = models.OneToOneField(Suggestion, models.CASCADE, related_name="decision")
    refused = models.BooleanField()
    scheme = CodeField(default="")
    term = CodeField(default="")
    by = models.ForeignKey(Member, models.PROTECT)
    at = models.DateTimeField()
