"""Whose door is open: every row is reached through here, and a foreign one does not exist."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.errors import ConflictError, NotAllowedError, NotFoundError
from inspection.people import Actor, Party, Role
from inspection.tables import (
    Answer,
    Campaign,
    Conclusion,
    Deposit,
    Evaluation,
    EvidenceItem,
    Finding,
    Inspection,
    OrganizationMember,
    Screening,
    TeamMember,
)
from inspection.workflow.states import (
    ConclusionState,
    DepositState,
    InspectionState,
    ScreeningState,
)

TEAM: Final = frozenset({Party.LEAD, Party.MEMBER})
CASE_PARTIES: Final = TEAM | {Party.ISSUER}
# What is not handed in yet is the organization's own.
UNCERTIFIED: Final = frozenset({DepositState.OPEN, DepositState.CERTIFIED})
ORGANIZATION_PARTIES: Final = frozenset({Party.CONTRIBUTOR, Party.CERTIFIER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An inspection as one actor reaches it.

    Attributes:
        parties: In which capacities the actor stands before it; never empty.
    """

    campaign: Campaign
    inspection: Inspection
    parties: frozenset[Party]

    @property
    def campaign_id(self) -> UUID:
        """For the journal."""
        return self.campaign.id

    @property
    def inspection_id(self) -> UUID:
        """For the journal."""
        return self.inspection.id

    @property
    def is_team(self) -> bool:
        """The actor sits on the inspecting side."""
        return bool(self.parties & CASE_PARTIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A campaign as one actor reaches it."""

    campaign: Campaign
    parties: frozenset[Party]

    @property
    def campaign_id(self) -> UUID:
        """For the journal."""
        return self.campaign.id

    @property
    def inspection_id(self) -> None:
        """The act concerns the campaign as a whole."""
        return


def require_role(actor: Actor, *roles: Role) -> None:
    """Raise NotAllowedError unless the account has one of the roles."""
    if actor.role not in roles:
        raise NotAllowedError("role.not_yours", roles=sorted(roles))


def campaign_parties(session: Session, *, actor: Actor, campaign_id: UUID) -> frozenset[Party]:
    """The seats of the actor in a campaign; an inspector's only."""
    if actor.role is not Role.INSPECTOR:
        return frozenset()
    seats = session.exec(
        select(TeamMember.seat).where(
            col(TeamMember.campaign_id) == campaign_id,
            col(TeamMember.person_id) == actor.person_id,
        )
    )
    return frozenset(Party(seat) for seat in seats)


def organization_parties(session: Session, *, actor: Actor) -> frozenset[Party]:
    """The seats of the actor in the organization the account belongs to."""
    if actor.role is not Role.ORGANIZATION:
        return frozenset()
    seats = session.exec(
        select(OrganizationMember.seat).where(
            col(OrganizationMember.person_id) == actor.person_id,
            col(OrganizationMember.organization_id) == actor.organization_id,
        )
    )
    return frozenset(Party(seat) for seat in seats)


def open_desk(session: Session, *, actor: Actor, campaign_id: UUID) -> Desk:
    """Reach a campaign.

    Raises:
        NotFoundError: No such campaign, or the actor has no seat in it.
    """
    campaign = session.get(Campaign, campaign_id)
    parties = campaign_parties(session, actor=actor, campaign_id=campaign_id)
    if campaign is None or not parties:
        raise NotFoundError
    return Desk(campaign=campaign, parties=parties)


def open_case(session: Session, *, actor: Actor, inspection_id: UUID) -> Case:
    """Reach an inspection, as the team or as the inspected organization.

    Raises:
        NotFoundError: No such inspection, or none this actor may know of.
    """
    inspection = session.get(Inspection, inspection_id)
    if inspection is None:
        raise NotFoundError
    campaign = session.get_one(Campaign, inspection.campaign_id)
    parties = campaign_parties(session, actor=actor, campaign_id=campaign.id)
    announced = inspection.state is not InspectionState.PREPARED and campaign.pack_digest
    if announced and actor.organization_id == inspection.organization_id:
        parties |= organization_parties(session, actor=actor)
    if not parties:
        raise NotFoundError
    return Case(campaign=campaign, inspection=inspection, parties=parties)


def open_team_case(session: Session, *, actor: Actor, inspection_id: UUID) -> Case:
    """Reach an inspection as the inspecting side; for anybody else it does not exist."""
    case = open_case(session, actor=actor, inspection_id=inspection_id)
    if not case.is_team:
        raise NotFoundError
    return case


def require_party(case: Case | Desk, *parties: Party) -> None:
    """Raise NotAllowedError unless the actor stands there in one of these capacities."""
    if not case.parties & frozenset(parties):
        raise NotAllowedError("act.not_yours", by=sorted(parties))


def require_under_way(session: Session, case: Case) -> None:
    """Refuse acts on an inspection that has not begun, has ended, or waits for the issuer.

    What the issuer reads must be what is approved: while a draft is handed in, nothing it rests on
    may change.

    Raises:
        ConflictError: With the reason.
    """
    code = find_standstill(session, case)
    if code is not None:
        raise ConflictError(code, state=case.inspection.state)


def find_standstill(session: Session, case: Case) -> str | None:
    """The code `require_under_way` refuses with; None where work goes on."""
    if case.inspection.state is not InspectionState.UNDER_WAY:
        return "inspection.not_under_way"
    return "inspection.held" if is_held(session, case) else None


def is_held(session: Session, case: Case) -> bool:
    """Whether its conclusion is handed in, so that nothing it rests on may change."""
    handed_in = session.exec(
        select(Conclusion.id).where(
            col(Conclusion.inspection_id) == case.inspection.id,
            col(Conclusion.state) != ConclusionState.DRAFT,
        )
    ).first()
    return handed_in is not None


def open_deposit(session: Session, *, actor: Actor, deposit_id: UUID) -> tuple[Case, Deposit]:
    """Reach a deposit."""
    deposit = session.get(Deposit, deposit_id)
    if deposit is None:
        raise NotFoundError
    case = open_case(session, actor=actor, inspection_id=deposit.inspection_id)
    if case.is_team and deposit.state in UNCERTIFIED:
        raise NotFoundError
    return case, deposit


def open_evaluation(
    session: Session, *, actor: Actor, evaluation_id: UUID
) -> tuple[Case, Evaluation]:
    """Reach an evaluation; the organization never sees one: candidates accuse nobody."""
    evaluation = session.get(Evaluation, evaluation_id)
    if evaluation is None:
        raise NotFoundError
    return open_team_case(session, actor=actor, inspection_id=evaluation.inspection_id), evaluation


def open_finding(session: Session, *, actor: Actor, finding_id: UUID) -> tuple[Case, Finding]:
    """Reach a finding; the organization only once it was sent."""
    finding = session.get(Finding, finding_id)
    if finding is None:
        raise NotFoundError
    case = open_case(session, actor=actor, inspection_id=finding.inspection_id)
    if not case.is_team and finding.sent_at is None:
        raise NotFoundError
    return case, finding


def open_item(session: Session, *, actor: Actor, item_id: UUID) -> tuple[Case, EvidenceItem]:
    """Reach a piece of evidence through the deposit or the answer it belongs to."""
    item = session.get(EvidenceItem, item_id)
    if item is None:
        raise NotFoundError
    if item.removed_at is not None:
        return _open_removed(session, item, actor=actor), item
    if item.deposit_id is not None:
        case, _ = open_deposit(session, actor=actor, deposit_id=item.deposit_id)
        return case, item
    answer = session.get_one(Answer, item.answer_id)
    case, _ = open_finding(session, actor=actor, finding_id=answer.finding_id)
    if case.is_team and answer.submitted_at is None:
        # What the organization is still writing is its own.
        raise NotFoundError
    return case, item


def _open_removed(session: Session, item: EvidenceItem, *, actor: Actor) -> Case:
    """What the platform took out, removed as a secret, its sender still sees; the rest is gone."""
    row = session.get(Screening, item.id)
    is_secret = row is not None and row.state is ScreeningState.REMOVED
    if item.removed_from is None or item.removed_by is not None or not is_secret:
        raise NotFoundError
    case, _ = open_deposit(session, actor=actor, deposit_id=item.removed_from)
    if case.is_team:
        raise NotFoundError
    return case


def open_whole(session: Session, *, actor: Actor, inspection_id: UUID) -> Inspection:
    """Reach an inspection as who may take all of it.

    Lead and issuer may; oversight bodies once the conclusion is public.

    Raises:
        NotFoundError: No such inspection for this actor.
        NotAllowedError: The actor sits in the team, but does not lead it.
    """
    inspection = session.get(Inspection, inspection_id)
    if inspection is None:
        raise NotFoundError
    if actor.role is Role.OVERSIGHT and _is_published(session, inspection_id):
        return inspection
    campaign = session.get_one(Campaign, inspection.campaign_id)
    parties = campaign_parties(session, actor=actor, campaign_id=campaign.id)
    if not parties:
        raise NotFoundError
    case = Case(campaign=campaign, inspection=inspection, parties=parties)
    require_party(case, Party.LEAD, Party.ISSUER)
    return inspection


def _is_published(session: Session, inspection_id: UUID) -> bool:
    state = session.exec(
        select(Conclusion.state).where(col(Conclusion.inspection_id) == inspection_id)
    ).first()
    return state is ConclusionState.PUBLISHED


def open_conclusion(
    session: Session, *, actor: Actor, conclusion_id: UUID
) -> tuple[Case, Conclusion]:
    """Reach a conclusion on the inspecting side; what is published is read elsewhere."""
    conclusion = session.get(Conclusion, conclusion_id)
    if conclusion is None:
        raise NotFoundError
    return open_team_case(session, actor=actor, inspection_id=conclusion.inspection_id), conclusion
