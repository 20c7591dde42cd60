"""Sealed objects, the items they hold, and the message segments read out of items."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField, HashField
from romduol.records.models.people import Member, Woman


class SealedObject(models.Model):
    """One file in ``objects/``: its name is the BLAKE3 of its sealed bytes."""

    name = HashField(unique=True)
    kind = CodeField()  # original, segment, text, card
    woman = models.ForeignKey(Woman, models.CASCADE, related_name="objects_held")
    size = models.BigIntegerField()  # sealed bytes


class Item(models.Model):
    """One original as received: its file name sealed in ``card``, its canonical text in ``text``.

    ``original`` is null where only the fingerprint may be kept (intimate material).
    ``unread`` is the id of the reason when no reader understood it, else "".
    """

    code = CodeField(unique=True)
    woman = models.ForeignKey(Woman, models.CASCADE, related_name="items")
    original = models.OneToOneField(SealedObject, models.RESTRICT, null=True, related_name="+")
    card = models.OneToOneField(SealedObject, models.RESTRICT, related_name="+")
    text = models.OneToOneField(SealedObject, models.RESTRICT, null=True, related_name="+")
    text_sha256 = HashField(default="")
    sha256 = HashField()
    blake3 = HashField()
    size = models.BigIntegerField()  # bytes of the original
    reader = CodeField(default="")
    order = CodeField(default="")
    order_certain = models.BooleanField(default=True)
    unread = CodeField(default="")
    received = models.DateTimeField()
    by = models.ForeignKey(Member, models.PROTECT)
    consent = models.ForeignKey("Consent", models.RESTRICT)

    class Meta:
        """The same bytes are one item of hers, however often they come."""

        constraints = [
            models.UniqueConstraint(fields=["woman", "sha256"], name="one_item_a_file"),
        ]


class Segment(models.Model):
    """A run of messages of one item, sealed as Parquet (``casebook.evidence.MESSAGE``).

    ``new`` counts those not already held from an overlapping export; null while the receiving
    member could not read what was held.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="segments")
    number = models.IntegerField()
    sealed = models.OneToOneField(SealedObject, models.RESTRICT, related_name="+")
    messages = models.BigIntegerField()
    new = models.BigIntegerField(null=True)
    first = models.DateTimeField(null=True)
    last = models.DateTimeField(null=True)

    class Meta:
        """Segments of an item are numbered from 0 without gaps."""

        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="segments_numbered"),
        ]
