"""States and acts: closed sets, stored as they are written here."""

from enum import StrEnum
from typing import Final


class CampaignKind(StrEnum):
    """The three activities that must not be mixed (domain §1.2)."""

    INSPECTION = "inspection"  # thanh tra
    EXAMINATION = "examination"  # kiểm tra
    SUPERVISION = "supervision"  # giám sát


class Subject(StrEnum):
    """What has a life of its own."""

    CAMPAIGN = "campaign"
    INSPECTION = "inspection"
    DEPOSIT = "deposit"
    EVALUATION = "evaluation"
    FINDING = "finding"
    CONCLUSION = "conclusion"
    HOLD = "hold"
    DESTRUCTION = "destruction"


class CampaignState(StrEnum):
    """The campaign as a whole."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class InspectionState(StrEnum):
    """One organization under the campaign."""

    PREPARED = "prepared"
    UNDER_WAY = "under way"
    CONCLUDED = "concluded"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class DepositState(StrEnum):
    """One answer to one request."""

    OPEN = "open"  # files come in
    CERTIFIED = "certified"  # by the first of two; closed, and not handed in yet
    SUBMITTED = "submitted"  # certified by the organization
    ACCEPTED = "accepted"
    RETURNED = "returned"
    SUPERSEDED = "superseded"  # by a newer version, which says why


class ScreeningState(StrEnum):
    """What is known of one file; only the platform and the security officer move it."""

    WAITING = "waiting"  # to be looked at, or looked at again
    CLEAR = "clear"
    UNSCANNED = "unscanned"  # nothing found, and the deployment has no scanner
    INFECTED = "infected"
    TOO_LARGE = "too large"  # for the scanner
    ERROR = "error"  # the scanner did not answer
    REFUSED = "refused"  # it cannot be opened within its limits
    QUARANTINED = "quarantined"  # it bears a mark of a state secret, or was declared one
    REMOVING = "removing"  # decided on; what is left of it may be in the store still
    REMOVED = "removed"


class UploadState(StrEnum):
    """One file on its way; only the platform moves it, in `inspection/uploads`."""

    WAITING = "waiting"  # announced, not a byte here
    RECEIVING = "receiving"
    CHECKING = "checking"  # every part is here
    CHECKED = "checked"  # and the whole is what was declared
    RECEIVED = "received"  # recorded as evidence
    REFUSED = "refused"


class EvaluationState(StrEnum):
    """One run of the pack."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class FindingState(StrEnum):
    """From candidate to judgement, with the organization heard in between."""

    CANDIDATE = "candidate"
    SENT = "sent"
    ANSWERED = "answered"
    SILENT = "silent"
    VERIFIED = "verified"
    DISMISSED = "dismissed"


class ConclusionState(StrEnum):
    """From draft to publication."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"  # numbered and dated; being rendered
    ISSUED = "issued"  # rendered and frozen
    PUBLISHED = "published"


class HoldState(StrEnum):
    """A legal hold on the evidence of an inspection: two persons place it, two lift it."""

    ASKED = "asked"
    DECLINED = "declined"
    PLACED = "placed"
    LIFT_ASKED = "lift asked"
    LIFTED = "lifted"


# One person alone never ends a hold: until another agrees it goes on.
ACTIVE_HOLDS: Final = frozenset({HoldState.PLACED, HoldState.LIFT_ASKED})


class DestructionState(StrEnum):
    """The destruction of the evidence of one inspection: one proposes, another confirms."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    CONFIRMED = "confirmed"  # nobody gets the evidence any more; its bytes are being erased
    DONE = "done"


class ErasureState(StrEnum):
    """What became of the bytes of one destroyed file; only the platform moves it."""

    WAITING = "waiting"
    HELD = "held"  # a legal hold came in between
    LOCKED = "locked"  # the store refuses: its own retention or hold goes on
    SHARED = "shared"  # living evidence or a conclusion is the same bytes: they stay for it
    ERASED = "erased"


State = (
    CampaignState
    | InspectionState
    | DepositState
    | EvaluationState
    | FindingState
    | ConclusionState
    | HoldState
    | DestructionState
)


class Act(StrEnum):
    """Every verb of the workflow."""

    OPEN = "open"
    CLOSE = "close"
    CANCEL = "cancel"
    CERTIFY = "certify"
    REOPEN = "reopen"
    SUBMIT = "submit"
    SUPERSEDE = "supersede"
    ACCEPT = "accept"
    RETURN = "return"
    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    SEND = "send"
    ANSWER = "answer"
    FALL_SILENT = "fall silent"
    VERIFY = "verify"
    DISMISS = "dismiss"
    APPROVE = "approve"
    ISSUE = "issue"
    PUBLISH = "publish"
    CONCLUDE = "conclude"
    PLACE = "place"
    DECLINE = "decline"
    ASK_LIFT = "ask lift"
    LIFT = "lift"
    KEEP = "keep"
    CONFIRM = "confirm"
