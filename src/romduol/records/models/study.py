"""Codes, codings, memos and rounds of double coding: pointers into sealed text, never the text."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField, HashField
from romduol.records.models.events import Incident
from romduol.records.models.evidence import Item
from romduol.records.models.people import Member


class BookObject(models.Model):
    """One file in ``objects/`` that belongs to no woman: words of the team, open to any member.

    Its name is the BLAKE3 of its sealed bytes, as with a ``SealedObject``.
    """

    name = HashField(unique=True)
    kind = CodeField()  # codebook, memo
    size = models.BigIntegerField()  # sealed bytes


class CodebookVersion(models.Model):
    """The team's codebook as it stood after one change; its words are sealed in ``words``.

    ``change`` is a code of ``casework.codebooks.changes``; ``undoes`` the number of the version
    that an undo took back.
    """

    number = models.IntegerField(unique=True)
    words = models.OneToOneField(BookObject, models.RESTRICT, related_name="+")
    change = CodeField()
    undoes = models.IntegerField(null=True)
    by = models.ForeignKey(Member, models.PROTECT)
    at = models.DateTimeField()


class Code(models.Model):
    """A term in use in this book, with the vocabulary version it was first used under."""

    scheme = CodeField()
    term = CodeField()
    version = CodeField()

    class Meta:
        """A term stands once."""

        constraints = [models.UniqueConstraint(fields=["scheme", "term"], name="one_row_a_term")]


class Round(models.Model):
    """One double coding: these members code these items, and none sees the other's until all say
    done. ``unit`` is the rule by which its units were cut (``casework.passages.units``)."""

    code = CodeField(unique=True)
    unit = CodeField()
    by = models.ForeignKey(Member, models.PROTECT)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class RoundItem(models.Model):
    """An item of a round, with the hash of the text whose units were fixed."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, models.CASCADE, related_name="rounds")
    text_sha256 = HashField()

    class Meta:
        """An item is once in a round."""

        constraints = [
            models.UniqueConstraint(fields=["round", "item"], name="one_row_an_item_in_a_round"),
        ]


class RoundUnit(models.Model):
    """One unit of an item, fixed before anyone coded: code points ``[start, end)``."""

    held_in = models.ForeignKey(RoundItem, models.CASCADE, related_name="units")
    start = models.BigIntegerField()
    end = models.BigIntegerField()

    class Meta:
        """A unit holds something."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(start__gte=0, end__gt=models.F("start")), name="unit_not_empty"
            ),
        ]


class RoundCoder(models.Model):
    """A member who codes in a round, and when they said that they are done."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="coders")
    member = models.ForeignKey(Member, models.PROTECT, related_name="rounds")
    coder_mac = HashField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        """A member codes once in a round."""

        constraints = [
            models.UniqueConstraint(fields=["round", "member"], name="one_row_a_coder_in_a_round"),
        ]


class RoundGap(models.Model):
    """An item of a round that a coder did not code: missing, which is not the same as "no"."""

    coder = models.ForeignKey(RoundCoder, models.CASCADE, related_name="gaps")
    held_in = models.ForeignKey(RoundItem, models.CASCADE, related_name="gaps")

    class Meta:
        """Said once."""

        constraints = [
            models.UniqueConstraint(fields=["coder", "held_in"], name="one_gap_a_coder_and_item"),
        ]


class Coding(models.Model):
    """One term given to code points ``[start, end)`` of an item's canonical text, or (``start``
    null) to the incident as a whole. ``coder_mac`` tells coders apart without naming them.

    ``text_sha256`` and ``quote_mac`` say which text and which words were meant, so that a changed
    text is found. A coding of a ``round`` counts only once it was ``merged`` from its coders';
    those it stands for say so in ``taken_up``.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, null=True, related_name="codings")
    code = models.ForeignKey(Code, models.PROTECT, related_name="codings")
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="codings")
    start = models.BigIntegerField(null=True)
    end = models.BigIntegerField(null=True)
    coder_mac = HashField(default="")
    publish_quote = models.BooleanField(default=False)
    text_sha256 = HashField(default="")
    quote_mac = HashField(default="")
    round = models.ForeignKey(Round, models.RESTRICT, null=True, related_name="codings")
    merged = models.BooleanField(default=False)
    taken_up = models.ForeignKey("self", models.SET_NULL, null=True, related_name="taken_from")
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
                condition=models.Q(start__isnull=True, end__isnull=True, incident__isnull=False)
                | models.Q(start__gte=0, end__gt=models.F("start"), item__isnull=False),
                name="span_whole_or_none",
            ),
        ]


class MediaCoding(models.Model):
    """One term given to a place in a picture, a PDF or a recording: see ``casebook.codes.Place``.

    It came from another program and is counted nowhere. ``kind`` is Picture, PDF, Audio or Video.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, null=True, related_name="media_codings")
    code = models.ForeignKey(Code, models.PROTECT, related_name="media_codings")
    item = models.ForeignKey(Item, models.CASCADE, related_name="media_codings")
    kind = CodeField()
    page = models.BigIntegerField(null=True)
    first_x = models.BigIntegerField(null=True)
    first_y = models.BigIntegerField(null=True)
    second_x = models.BigIntegerField(null=True)
    second_y = models.BigIntegerField(null=True)
    begin = models.BigIntegerField(null=True)
    end = models.BigIntegerField(null=True)
    coder_mac = HashField(default="")
    at = models.DateTimeField()

    class Meta:
        """A coder gives a term to a place once."""

        constraints = [
            models.UniqueConstraint(
                fields=["incident", "code", "item", "page", "first_x", "first_y", "second_x",
                        "second_y", "begin", "end", "coder_mac"],
                nulls_distinct=False,
                name="one_coding_a_place",
            ),
        ]  # fmt: skip


class Recoding(models.Model):
    """That a change of the codebook gave a coding another code: the record that undo reads."""

    version = models.ForeignKey(CodebookVersion, models.CASCADE, related_name="recodings")
    coding = models.ForeignKey(Coding, models.CASCADE, related_name="recodings")
    before = CodeField()
    after = CodeField()


class Memo(models.Model):
    """A memo on the book, a code, a coding or an item; its words are sealed.

    What is about a coding or an item is sealed to her key (``card``) and goes with her; what is
    about a code or the book belongs to the team (``words``).
    """

    about = CodeField()
    scheme = CodeField(default="")
    term = CodeField(default="")
    coding = models.ForeignKey(Coding, models.CASCADE, null=True, related_name="memos")
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="memos")
    card = models.OneToOneField("SealedObject", models.RESTRICT, null=True, related_name="+")
    words = models.OneToOneField(BookObject, models.RESTRICT, null=True, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        """Words stand in one place: hers or the team's."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(item__isnull=False, card__isnull=False, words__isnull=True)
                | models.Q(item__isnull=True, card__isnull=True, words__isnull=False),
                name="memo_hers_or_the_teams",
            ),
        ]
