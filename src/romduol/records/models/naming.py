"""What was ruled about words that could name someone: where they stand and what kind, no words."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField, HashField
from romduol.records.models.evidence import Item, SealedObject
from romduol.records.models.people import Member


class NameRuling(models.Model):
    """One ruling about code points ``[start, end)`` of an item's canonical text, or of the text of
    its message ``message`` (hex id).

    ``text`` is a keyed digest of that whole text: a ruling about another text is not followed.
    ``subject`` is one of what is named, keyed for this woman alone: the same name in two women's
    records has two digests. What a person wrote to stand there, and what a person marked that the
    program had not found (``marked``), are sealed in ``card``.
    """

    code = CodeField()
    item = models.ForeignKey(Item, models.CASCADE, related_name="name_rulings")
    message = CodeField(default="")
    start = models.BigIntegerField()
    end = models.BigIntegerField()
    text = HashField()
    kind = CodeField()
    subject = HashField()
    ruling = CodeField()
    marked = models.BooleanField(default=False)
    card = models.ForeignKey(SealedObject, models.RESTRICT, null=True, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        """A stretch of a text is ruled once; it has a beginning and an end."""

        constraints = [
            models.UniqueConstraint(
                fields=["item", "message", "start", "end"], name="one_name_ruling_a_stretch"
            ),
            models.CheckConstraint(
                condition=models.Q(start__gte=0, end__gt=models.F("start")),
                name="name_ruling_has_letters",
            ),
        ]
