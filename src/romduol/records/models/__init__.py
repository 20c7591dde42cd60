"""The tables of the index, by subject."""

from romduol.records.models.care import Complaint, ComplaintCheck, PlanStep
from romduol.records.models.custody import LogEntry
from romduol.records.models.events import (
    Act,
    Actor,
    Impact,
    Incident,
    IncidentPlace,
    Outcome,
    RetreatAnswer,
)
from romduol.records.models.evidence import Item, SealedObject, Segment
from romduol.records.models.findings import Decision, Suggestion
from romduol.records.models.people import Consent, Grant, Member, Tombstone, Woman
from romduol.records.models.relations import Handover, Relation
from romduol.records.models.releases import (
    CountedIncident,
    PublishedCell,
    PublishedClaim,
    PublishedPlace,
    Release,
    ReleaseShare,
)
from romduol.records.models.study import Code, Coding

__all__ = [
    "Act",
    "Actor",
    "Code",
    "Coding",
    "Complaint",
    "ComplaintCheck",
    "Consent",
    "CountedIncident",
    "Decision",
    "Grant",
    "Handover",
    "Impact",
    "Incident",
    "IncidentPlace",
    "Item",
    "LogEntry",
    "Member",
    "Outcome",
    "PlanStep",
    "PublishedCell",
    "PublishedClaim",
    "PublishedPlace",
    "Relation",
    "Release",
    "ReleaseShare",
    "RetreatAnswer",
    "SealedObject",
    "Segment",
    "Suggestion",
    "Tombstone",
    "Woman",
]
