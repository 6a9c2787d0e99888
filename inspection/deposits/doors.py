"""Who may put a file where, and when."""

from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import (
    Case,
    open_case,
    open_finding,
    require_party,
    require_under_way,
)
from inspection.errors import ConflictError, NotFoundError
from inspection.people import Actor, Party
from inspection.tables import Deposit, EvidenceRequest, Finding
from inspection.workflow.states import (
    Act,
    DepositState,
    FindingState,
    Subject,
)
from inspection.workflow.transitions import find_transition


def deposit_door(
    session: Session, *, actor: Actor, inspection_id: UUID, request_id: UUID
) -> tuple[Case, EvidenceRequest, Deposit | None]:
    """Reach a request to answer it now, and the deposit that is open for it."""
    case = open_case(session, actor=actor, inspection_id=inspection_id)
    request = session.get(EvidenceRequest, request_id)
    if request is None or request.campaign_id != case.campaign.id:
        raise NotFoundError
    require_party(case, Party.CONTRIBUTOR, Party.CERTIFIER)
    require_under_way(session, case)
    latest = find_latest(session, inspection_id=inspection_id, request_id=request_id)
    if latest is None or latest.state is DepositState.RETURNED:
        return case, request, None
    if latest.state is DepositState.CERTIFIED:
        raise ConflictError("deposit.certified_once", state=latest.state)
    if latest.state is not DepositState.OPEN:
        raise ConflictError("deposit.handed_in", state=latest.state)
    return case, request, latest


def find_latest(session: Session, *, inspection_id: UUID, request_id: UUID) -> Deposit | None:
    """The newest version of an answer, whatever its state."""
    return session.exec(
        select(Deposit)
        .where(
            col(Deposit.inspection_id) == inspection_id,
            col(Deposit.request_id) == request_id,
        )
        .order_by(col(Deposit.number).desc())
    ).first()


def answer_door(session: Session, *, actor: Actor, finding_id: UUID) -> tuple[Case, Finding]:
    """Reach a finding to answer it now."""
    case, finding = open_finding(session, actor=actor, finding_id=finding_id)
    require_party(case, Party.CONTRIBUTOR, Party.CERTIFIER)
    require_under_way(session, case)
    if find_transition(Subject.FINDING, FindingState(finding.state), Act.ANSWER) is None:
        raise ConflictError("act.not_now", subject="finding", state=finding.state, act=Act.ANSWER)
    return case, finding
