"""The ledger of who was asked to act and what they did, and the steps of a safety plan.

The fields follow the EU statement of reasons under the Digital Services Act and the Santa Clara
principles (numbers, notice, appeal). Reference numbers and words are sealed in ``card``. Days are
days: nobody knows the hour at which an answer came.
"""

from __future__ import annotations

from django.db import models

from romduol.records.fields import CodeField, HashField
from romduol.records.models.events import Incident
from romduol.records.models.people import Consent, Woman


class Complaint(models.Model):
    """A request to a platform or body, and what came of it."""

    code = CodeField(unique=True)
    woman = models.ForeignKey(Woman, models.CASCADE, related_name="complaints")
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, related_name="complaints")
    consent = models.ForeignKey(Consent, models.RESTRICT, related_name="+")
    card = models.OneToOneField("SealedObject", models.RESTRICT, null=True, related_name="+")
    state = CodeField(default="draft")
    # submission
    target = CodeField()  # "": she chose to ask nobody
    channel = CodeField()
    captured_at = models.DateField(null=True)  # when it was first seen
    reference_mac = HashField(default="")  # finds a reference number again without telling it
    submitted_at = models.DateField(null=True)
    submitted_by = CodeField(default="")  # self, organisation
    language = CodeField(default="")
    category = CodeField(default="")
    law_cited = CodeField(default="")
    content_type = CodeField(default="")
    dossier_sha256 = HashField(default="")
    # receipt
    acknowledged_at = models.DateField(null=True)
    acknowledged_automatic = models.BooleanField(null=True)
    replied_at = models.DateField(null=True)  # by a person, after a machine
    answer_promised = models.DateField(null=True)
    # decision
    decided_at = models.DateField(null=True)
    decision = CodeField(default="")
    ground = CodeField(default="")
    rule_named = CodeField(default="")
    facts_given = models.BooleanField(null=True)
    automated_detection = CodeField(default="")
    automated_decision = CodeField(default="")
    territorial_scope = CodeField(default="")
    restriction_ends = models.DateField(null=True)
    told_how_to_appeal = models.BooleanField(null=True)
    # appeal
    appealed_at = models.DateField(null=True)
    new_material = models.BooleanField(null=True)
    other_reviewer = models.BooleanField(null=True)
    appeal_decision = CodeField(default="")
    appeal_decided_at = models.DateField(null=True)
    # after
    reappeared_at = models.DateField(null=True)
    effect_on_her = CodeField(default="")
    retaliation = models.BooleanField(null=True)
    her_satisfaction = CodeField(default="")
    closed_at = models.DateField(null=True)
    closed_reason = CodeField(default="")


class ComplaintCheck(models.Model):
    """One look at whether the content was still up."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="checks")
    at = models.DateField()
    still_up = models.BooleanField()


class ComplaintNote(models.Model):
    """Words that came with a later step of a complaint: an answer, an appeal; sealed."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="notes")
    card = models.OneToOneField("SealedObject", models.RESTRICT, related_name="+")
    step = CodeField()
    at = models.DateTimeField()


class PlanStep(models.Model):
    """One step of a safety plan; its words are sealed in ``card``."""

    woman = models.ForeignKey(Woman, models.CASCADE, related_name="steps")
    card = models.OneToOneField("SealedObject", models.RESTRICT, related_name="+")
    phase = CodeField()  # now, today, week
    due = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
