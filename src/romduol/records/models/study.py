"""Codes and codings: pointers into sealed text, never the text."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField, HashField
from romduol.records.models.events import Incident
from romduol.records.models.evidence import Item


class Code(models.Model):
    """A term in use in this book, with the vocabulary version it was first used under."""

    scheme = CodeField()
    term = CodeField()
    version = CodeField()

    class Meta:
        """A term stands once."""

        constraints = [models.UniqueConstraint(fields=["scheme", "term"], name="one_row_a_term")]


class Coding(models.Model):
    """One term given to code points ``[start, end)`` of an item's canonical text, or (``start``
    null) to the incident as a whole. ``coder_mac`` tells coders apart without naming them."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="codings")
    code = models.ForeignKey(Code, models.PROTECT, related_name="codings")
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="codings")
    start = models.BigIntegerField(null=True)
    end = models.BigIntegerField(null=True)
    coder_mac = HashField(default="")
    publish_quote = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        """A coder gives a term to a span once; a span has both ends or neither."""

        constraints = [
            models.UniqueConstraint(
                fields=["incident", "code", "item", "start", "end", "coder_mac"],
                nulls_distinct=False,
                name="one_coding_a_span",
            ),
            models.CheckConstraint(
                condition=models.Q(start__isnull=True, end__isnull=True)
                | models.Q(start__gte=0, end__gt=models.F("start"), item__isnull=False),
                name="span_whole_or_none",
            ),
        ]
