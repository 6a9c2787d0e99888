"""Deposits and their files, as the team and the organization see them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from inspection.access import (
    ORGANIZATION_PARTIES,
    UNCERTIFIED,
    Case,
    find_standstill,
    open_case,
    open_deposit,
)
from inspection.deposits import LIVE, Obstacle, obstacle_of
from inspection.offers import ActOffer, block_act, block_all, offer_acts
from inspection.people import Actor
from inspection.queries.deposits.items import item_line
from inspection.queries.deposits.values import DepositPage, RemovedLine
from inspection.screening.gates import state_of
from inspection.tables import (
    Deposit,
    EvidenceItem,
    EvidenceRequest,
    Organization,
    Person,
    Reading,
    Screening,
    Upload,
)
from inspection.workflow.states import (
    Act,
    DepositState,
    InspectionState,
    ScreeningState,
    Subject,
)

_File = tuple[EvidenceItem, Screening | None, Reading | None]


def get_deposit(session: Session, *, actor: Actor, deposit_id: UUID) -> DepositPage:
    """One deposit."""
    case, deposit = open_deposit(session, actor=actor, deposit_id=deposit_id)
    request = session.get_one(EvidenceRequest, deposit.request_id)
    return _pages(session, case, [(deposit, request)], actor)[0]


def list_deposits(
    session: Session, *, actor: Actor, inspection_id: UUID
) -> tuple[DepositPage, ...]:
    """The deposits of one inspection, by request and time."""
    case = open_case(session, actor=actor, inspection_id=inspection_id)
    rows = session.exec(
        select(Deposit, EvidenceRequest)
        .join(EvidenceRequest, col(EvidenceRequest.id) == col(Deposit.request_id))
        .where(col(Deposit.inspection_id) == inspection_id)
        .where(col(Deposit.state).in_(_visible_states(case)))
        .order_by(col(EvidenceRequest.number), col(Deposit.number))
    ).all()
    return _pages(session, case, rows, actor)


def _visible_states(case: Case) -> list[DepositState]:
    """What is not certified yet is the organization's own."""
    return [one for one in DepositState if not (case.is_team and one in UNCERTIFIED)]


def _pages(
    session: Session,
    case: Case,
    rows: Iterable[tuple[Deposit, EvidenceRequest]],
    actor: Actor,
) -> tuple[DepositPage, ...]:
    rows = list(rows)
    files = _list_files(session, [deposit.id for deposit, _ in rows])
    taken_out = _list_taken_out(session, case, [deposit.id for deposit, _ in rows])
    people = _list_names(
        session, [who for d, _ in rows for who in (d.certified_by, d.submitted_by)]
    )
    newest, current = _standing(session, case)
    stop = find_standstill(session, case)
    unfinished = _count_unfinished(session, case)
    organization = session.get_one(Organization, case.inspection.organization_id).name
    pages = []
    for deposit, request in rows:
        obstacles = _obstacles(case, deposit, request, files[deposit.id])
        stopped = _find_stopped(deposit, files[deposit.id], obstacles)
        may_replace = _may_replace(case, deposit, newest)
        page = DepositPage(
            id=deposit.id,
            inspection_id=case.inspection.id,
            campaign_id=case.campaign.id,
            campaign=case.campaign.title,
            organization=organization,
            request_id=request.id,
            request_number=request.number,
            request_title=request.title,
            due_at=request.due_at,
            table_name=request.table_name,
            certifiers=request.certifiers,
            number=deposit.number,
            supersedes_id=deposit.supersedes_id,
            why=deposit.why,
            is_current=deposit.id in current,
            state=deposit.state,
            note=deposit.note,
            effective_from=deposit.effective_from,
            effective_to=deposit.effective_to,
            reason=deposit.reason,
            unfinished=unfinished.get(request.id, 0) if deposit.state == DepositState.OPEN else 0,
            created_at=deposit.created_at,
            certified_at=deposit.certified_at,
            certified_by=people.get(deposit.certified_by, ""),
            submitted_at=deposit.submitted_at,
            submitted_by=people.get(deposit.submitted_by, ""),
            decided_at=deposit.decided_at,
            is_team=case.is_team,
            version=deposit.version,
            can_replace=may_replace and stop is None,
            replacing_waits_for=stop if may_replace else None,
            files=tuple(item_line(*received) for received in files[deposit.id]),
            taken_out=tuple(taken_out[deposit.id]),
            obstacles=obstacles,
            acts=block_all(
                _offers(case, deposit, request, actor, stopped=stopped),
                reason_code=stop,
            ),
        )
        pages.append(page)
    return tuple(pages)


def _list_files(session: Session, deposit_ids: list[UUID]) -> defaultdict[UUID | None, list[_File]]:
    rows = session.exec(
        select(EvidenceItem, Screening, Reading)
        .outerjoin(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .outerjoin(Reading, col(Reading.item_id) == col(EvidenceItem.id))
        .where(col(EvidenceItem.deposit_id).in_(deposit_ids))
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    )
    files: defaultdict[UUID | None, list[_File]] = defaultdict(list)
    for item, screening, reading in rows:
        files[item.deposit_id].append((item, screening, reading))
    return files


def _list_taken_out(
    session: Session, case: Case, deposit_ids: list[UUID]
) -> defaultdict[UUID | None, list[RemovedLine]]:
    """What became of files that were removed as secrets is told to who has sent them."""
    found: defaultdict[UUID | None, list[RemovedLine]] = defaultdict(list)
    if case.is_team:
        return found
    rows = session.exec(
        select(EvidenceItem, Screening)
        .join(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .where(
            col(EvidenceItem.removed_from).in_(deposit_ids),
            col(Screening.state) == ScreeningState.REMOVED,
            # What a person took out before that was out of the answer by then.
            col(EvidenceItem.removed_by).is_(None),
        )
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    )
    for item, screening in rows:
        if item.removed_at is not None:
            found[item.removed_from].append(_removed_line(item, screening, item.removed_at))
    return found


def _removed_line(item: EvidenceItem, screening: Screening, at: datetime) -> RemovedLine:
    return RemovedLine(
        id=item.id,
        size_bytes=item.size_bytes,
        sha256=item.sha256,
        received_at=item.received_at,
        removed_at=at,
        state=screening.state,
        reason=screening.reason,
    )


def _list_names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    people = session.exec(select(Person).where(col(Person.id).in_([one for one in ids if one])))
    return {person.id: person.full_name for person in people}


def _count_unfinished(session: Session, case: Case) -> dict[UUID, int]:
    rows = session.exec(
        select(Upload.request_id, func.count())
        .where(col(Upload.inspection_id) == case.inspection.id, col(Upload.state).in_(LIVE))
        .group_by(col(Upload.request_id))
    )
    return {request_id: count for request_id, count in rows if request_id}


def _obstacles(
    case: Case, deposit: Deposit, request: EvidenceRequest, files: Iterable[_File]
) -> tuple[Obstacle, ...]:
    """What the team must know before it decides; nobody else accepts anything."""
    if not case.is_team or deposit.state is not DepositState.SUBMITTED:
        return ()
    for_table = request.table_name is not None
    found = (obstacle_of(*received, for_table=for_table) for received in files)
    return tuple(one for one in found if one is not None)


def _may_replace(case: Case, deposit: Deposit, newest: set[UUID]) -> bool:
    return (
        bool(case.parties & ORGANIZATION_PARTIES)
        and case.inspection.state is InspectionState.UNDER_WAY
        and deposit.id in newest
        and deposit.state not in UNCERTIFIED
    )


def _standing(session: Session, case: Case) -> tuple[set[UUID], set[UUID]]:
    """The newest version of every answer, and the one that counts."""
    rows = session.exec(
        select(Deposit.id, Deposit.request_id, Deposit.state)
        .where(col(Deposit.inspection_id) == case.inspection.id)
        .order_by(col(Deposit.number))
    ).all()
    newest = {request_id: deposit_id for deposit_id, request_id, _ in rows}
    current: dict[UUID, UUID] = {}
    for counting in (DepositState.SUBMITTED, DepositState.ACCEPTED):
        current |= {request_id: key for key, request_id, state in rows if state is counting}
    return set(newest.values()), set(current.values())


def _offers(
    case: Case,
    deposit: Deposit,
    request: EvidenceRequest,
    actor: Actor,
    *,
    stopped: tuple[Act, str] | None,
) -> tuple[ActOffer, ...]:
    offers = offer_acts(Subject.DEPOSIT, deposit.state, parties=case.parties)
    if deposit.state is DepositState.OPEN:
        other = Act.SUBMIT if request.certifiers > 1 else Act.CERTIFY
        return tuple(offer for offer in offers if offer.act != other)
    if deposit.state is DepositState.CERTIFIED and deposit.certified_by == actor.person_id:
        return block_act(offers, Act.SUBMIT, reason_code="deposit.second_certifier")
    return block_act(offers, stopped[0], reason_code=stopped[1]) if stopped else offers


def _find_stopped(
    deposit: Deposit, files: Iterable[_File], obstacles: tuple[Obstacle, ...]
) -> tuple[Act, str] | None:
    """The act that files of a deposit do not let happen, and why."""
    removed = [one for _, one, _ in files if state_of(one) is ScreeningState.REMOVED]
    if deposit.state is DepositState.CERTIFIED and removed:
        return Act.SUBMIT, "deposit.removed_since"
    return (Act.ACCEPT, "deposit.held_back") if obstacles else None
