"""The tables of the index, by subject."""

from romduol.records.models.accounts import Account
from romduol.records.models.care import Complaint, ComplaintCheck, ComplaintNote, PlanStep
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
from romduol.records.models.findings import (
    Decision,
    Examination,
    Gathering,
    SuggestedRecord,
    Suggestion,
)
from romduol.records.models.heads import Drawn, OwnHead
from romduol.records.models.naming import NameRuling
from romduol.records.models.people import Consent, Grant, Member, Tombstone, Woman
from romduol.records.models.quotes import (
    CorrectedClaim,
    KnownPeople,
    QuoteEdit,
    QuoteReview,
    ReviewException,
)
from romduol.records.models.relations import Handover, Relation
from romduol.records.models.releases import (
    CountedIncident,
    PublishedCell,
    PublishedClaim,
    PublishedPlace,
    Release,
    ReleaseShare,
)
from romduol.records.models.study import (
    BookObject,
    Code,
    CodebookVersion,
    Coding,
    MediaCoding,
    Memo,
    Recoding,
    Round,
    RoundCoder,
    RoundGap,
    RoundItem,
    RoundUnit,
)

__all__ = [
    "Account",
    "Act",
    "Actor",
    "BookObject",
    "Code",
    "CodebookVersion",
    "Coding",
    "Complaint",
    "ComplaintCheck",
    "ComplaintNote",
    "Consent",
    "CorrectedClaim",
    "CountedIncident",
    "Decision",
    "Drawn",
    "Examination",
    "Gathering",
    "Grant",
    "Handover",
    "Impact",
    "Incident",
    "IncidentPlace",
    "Item",
    "KnownPeople",
    "LogEntry",
    "MediaCoding",
    "Member",
    "Memo",
    "NameRuling",
    "Outcome",
    "OwnHead",
    "PlanStep",
    "PublishedCell",
    "PublishedClaim",
    "PublishedPlace",
    "QuoteEdit",
    "QuoteReview",
    "Recoding",
    "Relation",
    "Release",
    "ReleaseShare",
    "RetreatAnswer",
    "ReviewException",
    "Round",
    "RoundCoder",
    "RoundGap",
    "RoundItem",
    "RoundUnit",
    "SealedObject",
    "Segment",
    "SuggestedRecord",
    "Suggestion",
    "Tombstone",
    "Woman",
]
