"""What a machine suggested and what a person decided; nothing counts until decided (law 4)."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField
from romduol.records.models.events import Incident
from romduol.records.models.evidence import Item
from romduol.records.models.people import Member
from romduol.records.models.study import Coding


class Examination(models.Model):
    """That ``method`` has looked at all of an item: it is not looked at again by that version."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="examinations")
    method = CodeField()
    messages = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        """Once an item and version."""

        constraints = [
            models.UniqueConstraint(fields=["item", "method"], name="one_look_a_method"),
        ]


class Suggestion(models.Model):
    """A term suggested for one record of an item, by a named method and version.

    ``kind`` is the analysis it comes from: a message, a campaign, a pile-on.
    """

    code = CodeField(unique=True)
    kind = CodeField(default="message")
    item = models.ForeignKey(Item, models.CASCADE, related_name="suggestions")
    member = CodeField(default="")  # keyed: which file inside the item; "" when it is one file
    record = models.BigIntegerField()
    scheme = CodeField()
    term = CodeField()
    score = models.FloatField()
    reason = CodeField()  # id of the rule or head that spoke
    model = CodeField()  # method and version
    at = models.DateTimeField()

    class Meta:
        """A method suggests a term for a record once."""

        constraints = [
            models.UniqueConstraint(
                fields=["item", "member", "record", "scheme", "term", "model"],
                name="one_suggestion_a_term",
            ),
        ]


class SuggestedRecord(models.Model):
    """Another message that a suggestion rests on: the posts behind a campaign, a pile-on."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="others")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    member = CodeField(default="")
    record = models.BigIntegerField()

    class Meta:
        """Once a suggestion."""

        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "item", "member", "record"], name="one_row_a_suggested_record"
            ),
        ]


class Gathering(models.Model):
    """What a campaign or a pile-on that is suggested looks like: times, counts, how rare by chance.

    ``rare`` is the share of quiet periods that would show a pile-on as extreme, or the false
    discovery rate of the least surprising pair of a campaign. ``together`` counts its accounts that
    co-act with another of them, ``usual`` how many arrive in such a span of her ordinary weeks.
    """

    suggestion = models.OneToOneField(Suggestion, models.CASCADE, related_name="gathering")
    first = models.DateTimeField()
    peak = models.DateTimeField(null=True)
    last = models.DateTimeField()
    accounts = models.IntegerField()
    new_accounts = models.IntegerField(null=True)
    together = models.IntegerField(default=0)
    posts = models.IntegerField()
    objects_shared = models.IntegerField(null=True)
    usual = models.FloatField(null=True)
    rare = models.FloatField()


class Decision(models.Model):
    """A member's word on a suggestion: confirmed as ``term``, refused, or taken back.

    Rows are added, never edited: the last one stands, the earlier ones are kept. ``coding`` is what
    a confirmation brought into the count; it is gone when the word is taken back.
    """

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="decisions")
    state = CodeField()  # confirmed, refused, undone
    scheme = CodeField(default="")
    term = CodeField(default="")
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, related_name="+")
    coding = models.ForeignKey(Coding, models.SET_NULL, null=True, related_name="decisions")
    by = models.ForeignKey(Member, models.PROTECT)
    at = models.DateTimeField()
