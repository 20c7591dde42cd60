"""How items of hers stand to one another, and what of them was handed over."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField, HashField
from romduol.records.models.evidence import Item
from romduol.records.models.people import Consent, Member


class Relation(models.Model):
    """``item`` is ``kind`` of ``other``: a part, a copy, a screenshot of record ``record`` of it.

    ``kind`` is a code of ``casework.evidence.relations``. ``code`` is the subject of its log entry,
    so that a withdrawal of either woman can empty that entry and no other.
    """

    code = CodeField(unique=True)
    item = models.ForeignKey(Item, models.CASCADE, related_name="relations")
    kind = CodeField()
    other = models.ForeignKey(Item, models.CASCADE, related_name="related")
    record = models.BigIntegerField(null=True)
    by = models.ForeignKey(Member, models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        """Said once, and never of an item and itself."""

        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind", "other", "record"],
                nulls_distinct=False,
                name="one_row_a_relation",
            ),
            models.CheckConstraint(
                condition=~models.Q(item=models.F("other")), name="no_relation_to_itself"
            ),
        ]


class Handover(models.Model):
    """That ``item`` left in the bag ``bag`` under ``consent``: what "already sent" means for it."""

    bag = CodeField(db_index=True)
    item = models.ForeignKey(Item, models.CASCADE, related_name="handovers")
    consent = models.ForeignKey(Consent, models.RESTRICT, related_name="+")
    manifest_sha256 = HashField()
    at = models.DateTimeField()

    class Meta:
        """An item is once in a bag."""

        constraints = [
            models.UniqueConstraint(fields=["bag", "item"], name="one_row_an_item_in_a_bag"),
        ]
