"""Rows as they lie in the database: columns and constraints, no behaviour."""

from evidence.custody.tables import (
    CustodyCheckpoint,
    CustodyLeaf,
    CustodyNode,
    CustodySeries,
    CustodySubject,
)
from inspection.tables.campaigns import (
    Campaign,
    EvidenceRequest,
    Inspection,
    Matter,
    TeamMember,
)
from inspection.tables.columns import METADATA
from inspection.tables.conclusions import Conclusion, ConclusionItem
from inspection.tables.deposits import Deposit, EvidenceItem, Reading
from inspection.tables.evaluations import Evaluation, EvaluationInput, RuleTally
from inspection.tables.findings import Answer, Finding
from inspection.tables.journal import JournalEntry, OutboxEntry, Progress
from inspection.tables.keeping import DestroyedItem, Destruction, LegalHold, StoredObject
from inspection.tables.people import (
    CalendarFeed,
    Invitation,
    Organization,
    OrganizationMember,
    Person,
    WebSession,
)
from inspection.tables.receipts import DepositReceipt
from inspection.tables.screening import Screening, SignatureCheck
from inspection.tables.uploads import Upload, UploadPart

__all__ = [
    "METADATA",
    "Answer",
    "CalendarFeed",
    "Campaign",
    "Conclusion",
    "ConclusionItem",
    "CustodyCheckpoint",
    "CustodyLeaf",
    "CustodyNode",
    "CustodySeries",
    "CustodySubject",
    "Deposit",
    "DepositReceipt",
    "DestroyedItem",
    "Destruction",
    "Evaluation",
    "EvaluationInput",
    "EvidenceItem",
    "EvidenceRequest",
    "Finding",
    "Inspection",
    "Invitation",
    "JournalEntry",
    "LegalHold",
    "Matter",
    "Organization",
    "OrganizationMember",
    "OutboxEntry",
    "Person",
    "Progress",
    "Reading",
    "RuleTally",
    "Screening",
    "SignatureCheck",
    "StoredObject",
    "TeamMember",
    "Upload",
    "UploadPart",
    "WebSession",
]
