"""How long the evidence of an inspection is kept, and what stands in the way of destroying it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.locking import years_after
from inspection.access import Case, open_team_case, require_role
from inspection.keeping.belonging import list_items
from inspection.keeping.classes import RetentionClass, RetentionClasses
from inspection.keeping.holds import ENDED
from inspection.people import Actor, Role
from inspection.tables import (
    Campaign,
    Conclusion,
    Deposit,
    Destruction,
    Evaluation,
    EvaluationInput,
    EvidenceItem,
    Inspection,
    LegalHold,
    Organization,
    StoredObject,
    TeamMember,
)
from inspection.workflow.states import DepositState, DestructionState, InspectionState

LARGEST_PAGE: Final = 1_000
CLOSED: Final = frozenset({InspectionState.PUBLISHED, InspectionState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionTerm:
    """The time of the evidence of one inspection.

    Attributes:
        retention_class: None where its code is in no list any more: then the time is never over.
        since: The day the conclusion was published or, where there is none, the last evidence was
            accepted or came.
        until: Later than the class says where the store keeps something longer; None: never over.
        obstacle: The code of what stands in the way of destroying it; None where nothing does.
        is_proposed: Somebody has proposed to destroy it, and nobody has declined.
    """

    inspection_id: UUID
    campaign: str
    organization: str
    state: InspectionState
    retention_class: RetentionClass | None
    files: int
    size_bytes: int
    since: datetime | None
    until: datetime | None
    obstacle: str | None
    is_proposed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTerms:
    """Some of the inspections whose evidence may be destroyed, with the count of all."""

    total: int
    lines: tuple[RetentionTerm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the database says of several inspections, each asked for once."""

    items: Mapping[UUID, Sequence[EvidenceItem]]
    since: Mapping[UUID, datetime]
    locked: Mapping[str, datetime]
    held: frozenset[UUID]
    proposed: frozenset[UUID]
    users: Mapping[UUID, frozenset[UUID]]


def list_due(
    session: Session,
    *,
    actor: Actor,
    classes: RetentionClasses,
    at: datetime,
    limit: int = LARGEST_PAGE,
    offset: int = 0,
) -> DueTerms:
    """Inspections of one's own whose evidence may be destroyed: closed, not held, time over."""
    require_role(actor, Role.INSPECTOR)
    seats = select(TeamMember.campaign_id).where(col(TeamMember.person_id) == actor.person_id)
    ids = session.exec(
        select(Inspection.id).where(
            col(Inspection.campaign_id).in_(seats), col(Inspection.state).in_(CLOSED)
        )
    ).all()
    terms = _list_terms(session, ids, classes, at)
    due = tuple(one for one in terms if one.obstacle is None and not one.is_proposed)
    first = max(offset, 0)
    return DueTerms(total=len(due), lines=due[first : first + min(max(limit, 1), LARGEST_PAGE)])


def get_term(
    session: Session, *, actor: Actor, inspection_id: UUID, classes: RetentionClasses, at: datetime
) -> RetentionTerm:
    """The time of the evidence of one inspection; for its team."""
    case = open_team_case(session, actor=actor, inspection_id=inspection_id)
    return term_of(session, case, classes=classes, at=at)


def term_of(
    session: Session, case: Case, *, classes: RetentionClasses, at: datetime
) -> RetentionTerm:
    """The same for who has reached the inspection already."""
    return _list_terms(session, [case.inspection_id], classes, at)[0]


def _list_terms(
    session: Session, ids: Sequence[UUID], classes: RetentionClasses, at: datetime
) -> tuple[RetentionTerm, ...]:
    # A rule of campaign scope lets one inspection rest on the evidence of another.
    siblings = select(Inspection.campaign_id).where(col(Inspection.id).in_(ids))
    rows = session.exec(
        select(Inspection, Campaign, Organization.name)
        .join(Campaign, col(Campaign.id) == col(Inspection.campaign_id))
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .where(col(Inspection.campaign_id).in_(siblings))
        .order_by(col(Campaign.title), col(Organization.name), col(Inspection.id))
    ).all()
    known = _know(session, [inspection.id for inspection, _, _ in rows])
    found = {one.id: classes.find(campaign.retention_class) for one, campaign, _ in rows}
    until = {
        one.id: None if one.state not in CLOSED else _until(one.id, found[one.id], known)
        for one, _, _ in rows
    }
    wanted = frozenset(ids)
    return tuple(
        RetentionTerm(
            inspection_id=one.id,
            campaign=campaign.title,
            organization=name,
            state=one.state,
            retention_class=found[one.id],
            files=len(known.items.get(one.id, ())),
            size_bytes=sum(item.size_bytes for item in known.items.get(one.id, ())),
            since=known.since.get(one.id),
            until=until[one.id],
            obstacle=_find_obstacle(one, found[one.id], until, known, at),
            is_proposed=one.id in known.proposed,
        )
        for one, campaign, name in rows
        if one.id in wanted
    )


def _until(
    inspection_id: UUID, retention_class: RetentionClass | None, known: _Known
) -> datetime | None:
    since = known.since.get(inspection_id)
    if since is None or retention_class is None or retention_class.years is None:
        return None
    locked = [known.locked.get(item.sha256) for item in known.items.get(inspection_id, ())]
    return max([years_after(since, retention_class.years), *(one for one in locked if one)])


def _find_obstacle(
    inspection: Inspection,
    retention_class: RetentionClass | None,
    until: Mapping[UUID, datetime | None],
    known: _Known,
    at: datetime,
) -> str | None:
    """The first that stands in the way, the plainest first."""
    mine = until[inspection.id]
    standing = {
        "retention.not_closed": inspection.state not in CLOSED,
        "retention.nothing": not known.items.get(inspection.id),
        "retention.held": inspection.id in known.held,
        "retention.class_unknown": retention_class is None,
        "retention.permanent": mine is None,
        "retention.not_over": mine is not None and mine > at,
        "retention.used_elsewhere": any(
            (other := until.get(user)) is None or other > at for user in _users(inspection, known)
        ),
    }
    return next((code for code, stands in standing.items() if stands), None)


def _users(inspection: Inspection, known: _Known) -> frozenset[UUID]:
    return known.users.get(inspection.id, frozenset()) - {inspection.id}


def _know(session: Session, ids: Sequence[UUID]) -> _Known:
    items = list_items(session, inspection_ids=ids)
    retained = session.exec(
        select(StoredObject.sha256, StoredObject.retain_until).where(
            col(StoredObject.retain_until).is_not(None)
        )
    )
    held = select(LegalHold.inspection_id).where(
        col(LegalHold.inspection_id).in_(ids), col(LegalHold.state).not_in(ENDED)
    )
    proposed = select(Destruction.inspection_id).where(
        col(Destruction.inspection_id).in_(ids),
        col(Destruction.state) != DestructionState.DECLINED,
    )
    return _Known(
        items=items,
        since=_list_since(session, ids, items),
        locked={sha256: until for sha256, until in retained if until is not None},
        held=frozenset(session.exec(held)),
        proposed=frozenset(session.exec(proposed)),
        users=_list_users(session, ids, items),
    )


def _list_since(
    session: Session, ids: Sequence[UUID], items: Mapping[UUID, Sequence[EvidenceItem]]
) -> dict[UUID, datetime]:
    came = {key: max(item.received_at for item in all_of) for key, all_of in items.items()}
    accepted = session.exec(
        select(Deposit.inspection_id, Deposit.decided_at).where(
            col(Deposit.inspection_id).in_(ids), col(Deposit.state) == DepositState.ACCEPTED
        )
    )
    published = session.exec(
        select(Conclusion.inspection_id, Conclusion.published_at).where(
            col(Conclusion.inspection_id).in_(ids)
        )
    )
    return came | _latest(accepted) | _latest(published)


def _latest(rows: Iterable[tuple[UUID, datetime | None]]) -> dict[UUID, datetime]:
    latest: dict[UUID, datetime] = {}
    for inspection_id, at in rows:
        if at is not None:
            latest[inspection_id] = max(at, latest.get(inspection_id, at))
    return latest


def _list_users(
    session: Session, ids: Sequence[UUID], items: Mapping[UUID, Sequence[EvidenceItem]]
) -> dict[UUID, frozenset[UUID]]:
    """The inspections whose evaluations have read the evidence of each."""
    owners = {item.id: key for key, all_of in items.items() for item in all_of}
    users: dict[UUID, set[UUID]] = {}
    for item_id, user in session.exec(
        select(EvaluationInput.item_id, Evaluation.inspection_id)
        .join(Evaluation, col(Evaluation.id) == col(EvaluationInput.evaluation_id))
        .where(col(Evaluation.inspection_id).in_(ids))
        .distinct()
    ):
        if item_id in owners:
            users.setdefault(owners[item_id], set()).add(user)
    return {key: frozenset(them) for key, them in users.items()}
