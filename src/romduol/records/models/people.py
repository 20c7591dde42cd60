"""Members, women by alias, what each allowed, and who holds whose key."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField, HashField, LabelField


class Member(models.Model):
    """Someone who can open the book. ``code`` names their slot in ``keys/members``."""

    code = CodeField(unique=True)
    name = LabelField(unique=True)
    lead = models.BooleanField(default=False)
    added = models.DateTimeField()


class Woman(models.Model):
    """The person a record belongs to, by alias only. Deleting her row deletes all that is hers."""

    code = CodeField(unique=True)
    alias = LabelField(unique=True)
    added = models.DateTimeField()


class Tombstone(models.Model):
    """That a record was taken out on her word, and when; nothing else remains."""

    code = CodeField(unique=True)
    at = models.DateTimeField()


class Grant(models.Model):
    """Which member holds her key (the key folder is the authority; ``check`` compares)."""

    woman = models.ForeignKey(Woman, models.CASCADE, related_name="grants")
    member = models.ForeignKey(Member, models.CASCADE, related_name="grants")
    since = models.DateTimeField()

    class Meta:
        """One row a pair."""

        constraints = [
            models.UniqueConstraint(fields=["woman", "member"], name="one_grant_a_pair"),
        ]


class Consent(models.Model):
    """One answer to one question (``casebook.people.Consent``); rows are added, never edited.

    Who asked and who receives are names: sealed in ``card``; ``receiver_mac`` finds the receiver
    again without naming it.
    """

    woman = models.ForeignKey(Woman, models.CASCADE, related_name="consents")
    scope = CodeField()
    state = CodeField()
    mode = CodeField()
    on = models.DateField()
    until = models.DateField(null=True)
    receiver_mac = HashField(default="")
    card = models.ForeignKey("SealedObject", models.RESTRICT, null=True)
    at = models.DateTimeField()
