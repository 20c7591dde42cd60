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
