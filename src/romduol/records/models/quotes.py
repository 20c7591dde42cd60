"""Quotes under review: where they stand, who was there, what was done; the words stay sealed."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField, HashField
from romduol.records.models.evidence import Item, SealedObject
from romduol.records.models.people import Member
from romduol.records.models.releases import Release


class QuoteReview(models.Model):
    """What was asked about code points ``[start, end)`` of an item's canonical text.

    ``witnesses`` are people beside her and those who acted; null: nobody asked. ``knowing``: she
    was told that whoever was there will know who spoke, and allowed these very words.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="quote_reviews")
    start = models.BigIntegerField()
    end = models.BigIntegerField()
    text_sha256 = HashField()
    witnesses = models.IntegerField(null=True)
    knowing = models.BooleanField(default=False)
    on = models.DateField(null=True)  # the day she was asked
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """A stretch has one review; it has a beginning and an end."""

        constraints = [
            models.UniqueConstraint(fields=["item", "start", "end"], name="one_review_a_quote"),
            models.CheckConstraint(
                condition=models.Q(start__gte=0, end__gt=models.F("start")),
                name="reviewed_quote_has_letters",
            ),
        ]


class QuoteEdit(models.Model):
    """One change of a quote's wording: the words and the reason are sealed to her in ``card``.

    ``manner`` is shortened, paraphrased, translated or restored. Rows are added, never edited,
    except that another member than ``by`` may say they held it against the original (``checked``).
    """

    review = models.ForeignKey(QuoteReview, models.CASCADE, related_name="edits")
    manner = CodeField()
    card = models.OneToOneField(SealedObject, models.RESTRICT, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    checked_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody checks their own wording."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(checked_by=None) | ~models.Q(checked_by=models.F("by")),
                name="wording_checked_by_another",
            ),
        ]


class KnownPeople(models.Model):
    """How many are publicly known to hold a role in a place, as a member entered it."""

    place = CodeField(max_length=6)
    role = CodeField()
    people = models.IntegerField()

    class Meta:
        """A role in a place stands once."""

        constraints = [
            models.UniqueConstraint(fields=["place", "role"], name="one_row_a_role_and_place"),
        ]


class ReviewException(models.Model):
    """That one rule of review is set aside for one quote, once: asked by one, agreed by another.

    The reason is sealed to her in ``card``. Spent with the release that used it.
    """

    code = CodeField(unique=True)
    rule = CodeField()
    review = models.ForeignKey(QuoteReview, models.CASCADE, related_name="exceptions")
    card = models.OneToOneField(SealedObject, models.RESTRICT, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    release = models.ForeignKey(Release, models.CASCADE, null=True, related_name="exceptions")

    class Meta:
        """Two members, never one."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("by")),
                name="exception_of_two_members",
            ),
        ]


class CorrectedClaim(models.Model):
    """That ``release`` puts right what the release ``of`` said of a term, and what that was."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="corrections")
    of = models.ForeignKey(Release, models.CASCADE, related_name="corrected_by")
    scheme = CodeField()
    term = CodeField()
    number = models.IntegerField(null=True)
    rule = CodeField()

    class Meta:
        """A term is put right once in a release."""

        constraints = [
            models.UniqueConstraint(
                fields=["release", "of", "scheme", "term"], name="one_correction_a_term"
            ),
        ]
