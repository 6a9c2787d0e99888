"""Who may do what from where: the one table, from which pages, JSON, docs and tests are made."""

from dataclasses import dataclass
from typing import Final

from inspection.people import Party
from inspection.workflow.states import (
    Act,
    CampaignState,
    ConclusionState,
    DepositState,
    DestructionState,
    EvaluationState,
    FindingState,
    HoldState,
    InspectionState,
    State,
    Subject,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One arrow.

    Attributes:
        by: Any one of these parties may do it.
        reason: The act must say why; the text is kept in the journal and on the row.
    """

    subject: Subject
    source: State
    act: Act
    target: State
    by: frozenset[Party]
    reason: bool = False


def _arrow(
    subject: Subject, source: State, act: Act, target: State, *by: Party, reason: bool = False
) -> Transition:
    return Transition(
        subject=subject, source=source, act=act, target=target, by=frozenset(by), reason=reason
    )


_C, _I, _D = CampaignState, InspectionState, DepositState
_E, _F, _K = EvaluationState, FindingState, ConclusionState
_H, _X = HoldState, DestructionState
_TEAM = (Party.LEAD, Party.MEMBER)

TRANSITIONS: Final = (
    _arrow(Subject.CAMPAIGN, _C.DRAFT, Act.OPEN, _C.OPEN, Party.LEAD),
    _arrow(Subject.CAMPAIGN, _C.DRAFT, Act.CANCEL, _C.CANCELLED, Party.LEAD, reason=True),
    # Stopping an inspection under way belongs to who ordered it (article 31 L84).
    _arrow(Subject.CAMPAIGN, _C.OPEN, Act.CANCEL, _C.CANCELLED, Party.ISSUER, reason=True),
    _arrow(Subject.CAMPAIGN, _C.OPEN, Act.CLOSE, _C.CLOSED, Party.LEAD),
    _arrow(Subject.INSPECTION, _I.PREPARED, Act.OPEN, _I.UNDER_WAY, Party.LEAD),
    _arrow(Subject.INSPECTION, _I.PREPARED, Act.CANCEL, _I.CANCELLED, Party.LEAD, reason=True),
    _arrow(Subject.INSPECTION, _I.UNDER_WAY, Act.CANCEL, _I.CANCELLED, Party.ISSUER, reason=True),
    _arrow(Subject.INSPECTION, _I.UNDER_WAY, Act.CONCLUDE, _I.CONCLUDED, Party.ISSUER),
    _arrow(Subject.INSPECTION, _I.CONCLUDED, Act.PUBLISH, _I.PUBLISHED, Party.ISSUER),
    _arrow(Subject.DEPOSIT, _D.OPEN, Act.SUBMIT, _D.SUBMITTED, Party.CERTIFIER),
    # Where the request asks for two, the first certifies and another one hands in.
    _arrow(Subject.DEPOSIT, _D.OPEN, Act.CERTIFY, _D.CERTIFIED, Party.CERTIFIER),
    _arrow(Subject.DEPOSIT, _D.CERTIFIED, Act.SUBMIT, _D.SUBMITTED, Party.CERTIFIER),
    _arrow(Subject.DEPOSIT, _D.CERTIFIED, Act.REOPEN, _D.OPEN, Party.CERTIFIER, reason=True),
    # What a newer version does to the one before: handed in to one that was, accepted likewise.
    _arrow(Subject.DEPOSIT, _D.SUBMITTED, Act.SUPERSEDE, _D.SUPERSEDED, Party.SYSTEM),
    _arrow(Subject.DEPOSIT, _D.ACCEPTED, Act.SUPERSEDE, _D.SUPERSEDED, Party.SYSTEM),
    _arrow(Subject.DEPOSIT, _D.SUBMITTED, Act.ACCEPT, _D.ACCEPTED, *_TEAM),
    _arrow(Subject.DEPOSIT, _D.SUBMITTED, Act.RETURN, _D.RETURNED, *_TEAM, reason=True),
    _arrow(Subject.EVALUATION, _E.QUEUED, Act.START, _E.RUNNING, Party.SYSTEM),
    # A run whose process died starts again under a new attempt; the old attempt can no longer end.
    _arrow(Subject.EVALUATION, _E.RUNNING, Act.START, _E.RUNNING, Party.SYSTEM),
    _arrow(Subject.EVALUATION, _E.RUNNING, Act.FINISH, _E.DONE, Party.SYSTEM),
    _arrow(Subject.EVALUATION, _E.QUEUED, Act.FAIL, _E.FAILED, Party.SYSTEM),
    _arrow(Subject.EVALUATION, _E.RUNNING, Act.FAIL, _E.FAILED, Party.SYSTEM),
    _arrow(Subject.FINDING, _F.CANDIDATE, Act.SEND, _F.SENT, *_TEAM),
    _arrow(Subject.FINDING, _F.CANDIDATE, Act.DISMISS, _F.DISMISSED, *_TEAM, reason=True),
    _arrow(Subject.FINDING, _F.SENT, Act.ANSWER, _F.ANSWERED, Party.CONTRIBUTOR, Party.CERTIFIER),
    _arrow(Subject.FINDING, _F.SENT, Act.FALL_SILENT, _F.SILENT, *_TEAM),
    # A late answer is still heard, until somebody has decided.
    _arrow(Subject.FINDING, _F.SILENT, Act.ANSWER, _F.ANSWERED, Party.CONTRIBUTOR, Party.CERTIFIER),
    _arrow(Subject.FINDING, _F.ANSWERED, Act.VERIFY, _F.VERIFIED, *_TEAM, reason=True),
    _arrow(Subject.FINDING, _F.SILENT, Act.VERIFY, _F.VERIFIED, *_TEAM, reason=True),
    _arrow(Subject.FINDING, _F.ANSWERED, Act.DISMISS, _F.DISMISSED, *_TEAM, reason=True),
    _arrow(Subject.FINDING, _F.SILENT, Act.DISMISS, _F.DISMISSED, *_TEAM, reason=True),
    _arrow(Subject.CONCLUSION, _K.DRAFT, Act.SUBMIT, _K.SUBMITTED, *_TEAM),
    _arrow(Subject.CONCLUSION, _K.SUBMITTED, Act.RETURN, _K.DRAFT, Party.ISSUER, reason=True),
    _arrow(Subject.CONCLUSION, _K.SUBMITTED, Act.APPROVE, _K.APPROVED, Party.ISSUER),
    _arrow(Subject.CONCLUSION, _K.APPROVED, Act.ISSUE, _K.ISSUED, Party.SYSTEM),
    _arrow(Subject.CONCLUSION, _K.ISSUED, Act.PUBLISH, _K.PUBLISHED, Party.ISSUER),
    # Who asks and who decides are two persons, whatever their seats.
    _arrow(Subject.HOLD, _H.ASKED, Act.PLACE, _H.PLACED, Party.LEAD, Party.ISSUER),
    _arrow(Subject.HOLD, _H.ASKED, Act.DECLINE, _H.DECLINED, Party.LEAD, Party.ISSUER, reason=True),
    _arrow(Subject.HOLD, _H.PLACED, Act.ASK_LIFT, _H.LIFT_ASKED, *_TEAM, Party.ISSUER, reason=True),
    _arrow(Subject.HOLD, _H.LIFT_ASKED, Act.LIFT, _H.LIFTED, Party.LEAD, Party.ISSUER),
    _arrow(Subject.HOLD, _H.LIFT_ASKED, Act.KEEP, _H.PLACED, Party.LEAD, Party.ISSUER, reason=True),
    # Who proposes and who decides are two persons, as for holds.
    _arrow(Subject.DESTRUCTION, _X.PROPOSED, Act.CONFIRM, _X.CONFIRMED, Party.LEAD, Party.ISSUER),
    _arrow(
        *(Subject.DESTRUCTION, _X.PROPOSED, Act.DECLINE, _X.DECLINED),
        *(Party.LEAD, Party.ISSUER),
        reason=True,
    ),
    _arrow(Subject.DESTRUCTION, _X.CONFIRMED, Act.FINISH, _X.DONE, Party.SYSTEM),
)

_BY_PLACE: Final = {(t.subject, t.source, t.act): t for t in TRANSITIONS}


def find_transition(subject: Subject, state: State, act: Act) -> Transition | None:
    """The arrow of that act out of that state, if there is one."""
    return _BY_PLACE.get((subject, state, act))


def transitions_from(subject: Subject, state: State) -> tuple[Transition, ...]:
    """All arrows out of a state, in the order of the table."""
    return tuple(t for t in TRANSITIONS if t.subject is subject and t.source is state)
