"""What was published: releases, every claim with its number, and whose record went into them."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField, HashField
from romduol.records.models.people import Woman


class Release(models.Model):
    """One published folder, by the hash of its manifest."""

    code = CodeField(unique=True)
    manifest_sha256 = HashField()
    as_of = models.DateField()
    threshold = models.IntegerField()
    languages = CodeField()
    asked = models.IntegerField(default=0)  # women asked and counted
    at = models.DateTimeField()


class PublishedClaim(models.Model):
    """A number or a worded band that the public has seen; the next release must agree with it."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="claims")
    claim = CodeField()
    scheme = CodeField()
    term = CodeField()
    unit = CodeField()
    asked = models.IntegerField()
    number = models.IntegerField(null=True)
    rule = CodeField()


class ReleaseShare(models.Model):
    """That her record was counted, or quoted, in a release: what "already sent" means for her."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="shares")
    woman = models.ForeignKey(Woman, models.CASCADE, related_name="shares")
    quotes = models.IntegerField(default=0)

    class Meta:
        """One row a woman and release."""

        constraints = [
            models.UniqueConstraint(fields=["release", "woman"], name="one_share_a_release"),
        ]


class PublishedCell(models.Model):
    """One number of a release's tables; of a withheld one the true number, known to nobody else.

    Where it stands is in its ``PublishedPlace`` rows; none means the whole.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="cells")
    unit = CodeField()
    value = models.IntegerField()
    shown = models.BooleanField()
    low = models.IntegerField(default=0)  # what a word or a rounded number may stand for
    high = models.IntegerField(null=True)
    rounded = models.IntegerField(null=True)


class PublishedPlace(models.Model):
    """One coordinate of a published cell: an axis and the category on it."""

    cell = models.ForeignKey(PublishedCell, models.CASCADE, related_name="places")
    axis = CodeField()
    term = CodeField()

    class Meta:
        """An axis stands once in a cell."""

        constraints = [
            models.UniqueConstraint(fields=["cell", "axis"], name="one_term_an_axis"),
        ]


class CountedIncident(models.Model):
    """That an incident stood behind a release, by its opaque code; it outlives a withdrawal, for
    without it the next release could give away by how much the last one shrank."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="counted")
    incident = CodeField()
