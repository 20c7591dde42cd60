"""What happened: incidents, acts, who is alleged, what it did to her, what came of it."""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField, HashField
from romduol.records.models.people import Woman


class Incident(models.Model):
    """What happened, told as a story. The coder's own label for it is sealed in ``card``."""

    code = CodeField(unique=True)
    woman = models.ForeignKey(Woman, models.CASCADE, related_name="incidents")
    label_mac = HashField()
    card = models.OneToOneField("SealedObject", models.RESTRICT, related_name="+")
    when = CodeField(default="")  # ISO, only as long as what is known
    precision = CodeField(default="unknown")

    class Meta:
        """One label, one incident of hers."""

        constraints = [
            models.UniqueConstraint(fields=["woman", "label_mac"], name="one_incident_a_label"),
        ]


class IncidentPlace(models.Model):
    """Where: an official gazetteer code, no finer than the commune, with its own precision."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="places")
    code = CodeField(max_length=6)
    precision = CodeField()  # province, district, commune

    class Meta:
        """A place stands once in an incident."""

        constraints = [
            models.UniqueConstraint(fields=["incident", "code"], name="one_place_an_incident"),
        ]


class Actor(models.Model):
    """Who is alleged, by role only; ``certainty`` says how she knew."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="actors")
    kind = CodeField()
    certainty = CodeField(default="")

    class Meta:
        """A kind of actor stands once in an incident."""

        constraints = [
            models.UniqueConstraint(fields=["incident", "kind"], name="one_actor_a_kind"),
        ]


class Act(models.Model):
    """One form of harm by one alleged actor at one time, inside an incident (Ball 1996; HRDAG).

    ``actor`` is set only where the source leaves no doubt: the incident has one alleged actor.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="acts")
    scheme = CodeField()
    form = CodeField()
    actor = models.ForeignKey(Actor, models.SET_NULL, null=True, related_name="acts")

    class Meta:
        """A form stands once in an incident until times or actors tell two acts apart."""

        constraints = [
            models.UniqueConstraint(fields=["incident", "scheme", "form"], name="one_act_a_form"),
        ]


class Impact(models.Model):
    """What it did to her or to others."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="impacts")
    kind = CodeField()

    class Meta:
        """An impact stands once in an incident."""

        constraints = [
            models.UniqueConstraint(fields=["incident", "kind"], name="one_impact_a_kind"),
        ]


class RetreatAnswer(models.Model):
    """Her own answer about her voice afterwards, with its mode and dates. Never a score.

    ``driver`` is the kind of actor she says it came from (scheme ``actor``), if she says one.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="retreats")
    level = CodeField()
    mode = CodeField(default="")
    driver = CodeField(default="")
    since = CodeField(default="")  # ISO date as far as known
    until = CodeField(default="")

    class Meta:
        """A level stands once in an incident."""

        constraints = [
            models.UniqueConstraint(fields=["incident", "level"], name="one_answer_a_level"),
        ]


class Outcome(models.Model):
    """What came of it, gains included (a donation, a promise)."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="outcomes")
    kind = CodeField()

    class Meta:
        """An outcome stands once in an incident."""

        constraints = [
            models.UniqueConstraint(fields=["incident", "kind"], name="one_outcome_a_kind"),
        ]
