"""One thing to do, as pages, JSON and calendars show it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ObligationKind(StrEnum):
    """What is to be done; the page says it in words and links to the subject."""

    CAMPAIGN_PREPARE = "campaign_prepare"
    DEPOSIT_DECIDE = "deposit_decide"
    EVALUATION_FAILED = "evaluation_failed"
    FINDING_SEND = "finding_send"
    FINDING_DECIDE = "finding_decide"
    FINDING_SILENT = "finding_silent"
    CONCLUSION_WRITE = "conclusion_write"
    CONCLUSION_APPROVE = "conclusion_approve"
    CONCLUSION_PUBLISH = "conclusion_publish"
    HOLD_DECIDE = "hold_decide"
    HOLD_LIFT_DECIDE = "hold_lift_decide"
    DESTRUCTION_DECIDE = "destruction_decide"
    REQUEST_ANSWER = "request_answer"
    REQUEST_AGAIN = "request_again"
    DEPOSIT_CERTIFY = "deposit_certify"
    FINDING_ANSWER = "finding_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One thing to do; `due_at` is None where no time was set.

    Attributes:
        subject_id: What the page links to: campaign, deposit, evaluation, finding, conclusion,
            hold, destruction or request, as `kind` says.
        campaign: The title of the campaign it belongs to.
        reason: Why it is to be done, or to be done again, where somebody has said so.
    """

    kind: ObligationKind
    subject_id: UUID
    inspection_id: UUID | None
    title: str
    organization: str
    campaign: str
    due_at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an obligation belongs: the words every line of it repeats."""

    campaign_id: UUID
    organization: str
    campaign: str
