"""Deposits and their files, as the team and the organization see them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence.preview.making import PREVIEWABLE
from inspection.access import (
    ORGANIZATION_PARTIES,
    UNCERTIFIED,
    ActOffer,
    Case,
    block_own,
    offer_acts,
    open_case,
    open_deposit,
    open_item,
)
from inspection.deposits import LIVE
from inspection.people import Actor
from inspection.queries.screening import (
    ScreeningLine,
    SignatureLine,
    list_signatures,
    screening_line,
)
from inspection.screening import PASSED
from inspection.screening.gates import shown_name, state_of
from inspection.tables import (
    Answer,
    Deposit,
    DestroyedItem,
    Destruction,
    EvidenceItem,
    EvidenceRequest,
    Organization,
    Person,
    Reading,
    Screening,
    Upload,
)
from inspection.workflow.states import Act, DepositState, InspectionState, ScreeningState, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """What reading a file gave; rows read and refused make up the rows of the file.

    Attributes:
        error_code: The file could not be read as a table at all; None where it could.
        problems: Cells and rows that could not be taken; each is listed.
    """

    table_name: str
    error_code: str | None
    error_facts: Mapping[str, object]
    rows_in_file: int
    rows_read: int
    rows_refused: int
    problems: int
    rows_sha256: str | None
    problems_sha256: str | None
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """A file as it was received; `reading` is None while it is awaited or not called for."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    received_at: datetime
    screening: ScreeningLine
    reading: ReadingLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositPage:
    """One version of an answer to a request.

    Attributes:
        certifiers: How many people certify it; `certified_by` is the first of two.
        number: Counts the versions of one answer, from 1.
        is_current: Of all versions, the one that counts: the accepted one or, where none is, the
            one handed in.
        can_replace: The actor may begin a version that replaces this one.
        unfinished: Files for this request whose sending has not ended.
    """

    id: UUID
    inspection_id: UUID
    campaign_id: UUID
    campaign: str
    organization: str
    request_id: UUID
    request_number: int
    request_title: str
    due_at: datetime
    table_name: str | None
    certifiers: int
    number: int
    supersedes_id: UUID | None
    why: str
    is_current: bool
    state: DepositState
    note: str
    effective_from: date | None
    effective_to: date | None
    reason: str
    unfinished: int
    created_at: datetime
    certified_at: datetime | None
    certified_by: str
    submitted_at: datetime | None
    submitted_by: str
    decided_at: datetime | None
    is_team: bool
    version: int
    can_replace: bool
    files: tuple[ItemLine, ...]
    acts: tuple[ActOffer, ...]

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)

    @property
    def is_being_read(self) -> bool:
        """A file still waits to be looked at or, in a table, to be read."""
        return any(
            file.screening.is_waiting
            or (self.table_name is not None and file.screening.has_passed and file.reading is None)
            for file in self.files
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyedLine:
    """When a file was destroyed and who confirmed it; for the organization the name is empty."""

    destruction_id: UUID
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One file with where it belongs."""

    item: ItemLine
    inspection_id: UUID
    deposit_id: UUID | None
    finding_id: UUID | None
    table_name: str | None
    pack_digest: str | None
    organization: str
    received_by: str
    is_team: bool
    signatures: tuple[SignatureLine, ...]
    destroyed: DestroyedLine | None

    @property
    def is_readable(self) -> bool:
        """Its bytes are for whoever sees this page; its sender may see more than others."""
        state = self.item.screening.state
        own_only = {ScreeningState.WAITING, ScreeningState.INFECTED}
        return (
            self.destroyed is None
            and not self.item.screening.is_shut
            and not (self.is_team and state in own_only)
        )

    @property
    def has_preview(self) -> bool:
        """There is a way to show it without handing it out."""
        return self.is_readable and self.item.media_type in PREVIEWABLE


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


def get_item(session: Session, *, actor: Actor, item_id: UUID) -> ItemPage:
    """One file."""
    case, item = open_item(session, actor=actor, item_id=item_id)
    deposit = session.get(Deposit, item.deposit_id) if item.deposit_id else None
    request = session.get_one(EvidenceRequest, deposit.request_id) if deposit else None
    answer = session.get(Answer, item.answer_id) if item.answer_id else None
    return ItemPage(
        item=item_line(item, session.get(Screening, item.id), session.get(Reading, item.id)),
        inspection_id=case.inspection.id,
        deposit_id=item.deposit_id,
        finding_id=answer.finding_id if answer else None,
        table_name=request.table_name if request else None,
        pack_digest=case.campaign.pack_digest,
        organization=session.get_one(Organization, case.inspection.organization_id).name,
        received_by=session.get_one(Person, item.received_by).full_name,
        is_team=case.is_team,
        signatures=list_signatures(session, item_id=item.id),
        destroyed=_find_destroyed(session, item_id, is_team=case.is_team),
    )


def _find_destroyed(session: Session, item_id: UUID, *, is_team: bool) -> DestroyedLine | None:
    row = session.exec(
        select(Destruction.id, Destruction.decided_at, Person.full_name)
        .join(DestroyedItem, col(DestroyedItem.destruction_id) == col(Destruction.id))
        .join(Person, col(Person.id) == col(Destruction.decided_by))
        .where(col(DestroyedItem.item_id) == item_id)
    ).first()
    if row is None:
        return None
    destruction_id, at, name = row
    if at is None:  # the row itself says that somebody has decided
        return None
    return DestroyedLine(destruction_id=destruction_id, at=at, by=name if is_team else "")


def item_line(item: EvidenceItem, screening: Screening | None, reading: Reading | None) -> ItemLine:
    """A file as lists show it."""
    return ItemLine(
        id=item.id,
        name=shown_name(item, screening),
        media_type=item.media_type,
        size_bytes=item.size_bytes,
        sha256=item.sha256,
        received_at=item.received_at,
        screening=screening_line(screening),
        reading=None
        if reading is None or state_of(screening) not in PASSED
        else ReadingLine(
            table_name=reading.table_name,
            error_code=reading.error_code,
            error_facts=json.loads(reading.error_facts),
            rows_in_file=reading.rows_in_file,
            rows_read=reading.rows_read,
            rows_refused=reading.rows_refused,
            problems=reading.problems,
            rows_sha256=reading.rows_sha256,
            problems_sha256=reading.problems_sha256,
            read_at=reading.read_at,
        ),
    )


def _pages(
    session: Session,
    case: Case,
    rows: Iterable[tuple[Deposit, EvidenceRequest]],
    actor: Actor,
) -> tuple[DepositPage, ...]:
    rows = list(rows)
    ids = [deposit.id for deposit, _ in rows]
    files = defaultdict(list)
    for item, screening, reading in session.exec(
        select(EvidenceItem, Screening, Reading)
        .outerjoin(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .outerjoin(Reading, col(Reading.item_id) == col(EvidenceItem.id))
        .where(col(EvidenceItem.deposit_id).in_(ids))
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ):
        files[item.deposit_id].append(item_line(item, screening, reading))
    people = {
        person.id: person.full_name
        for person in session.exec(
            select(Person).where(
                col(Person.id).in_(
                    [who for d, _ in rows for who in (d.certified_by, d.submitted_by) if who]
                )
            )
        )
    }
    newest, current = _standing(session, case)
    unfinished = dict(
        session.exec(
            select(Upload.request_id, func.count())
            .where(
                col(Upload.inspection_id) == case.inspection.id,
                col(Upload.state).in_(LIVE),
            )
            .group_by(col(Upload.request_id))
        ).all()
    )
    organization = session.get_one(Organization, case.inspection.organization_id).name
    return tuple(
        DepositPage(
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
            certified_by=people.get(deposit.certified_by, "") if deposit.certified_by else "",
            submitted_at=deposit.submitted_at,
            submitted_by=people.get(deposit.submitted_by, "") if deposit.submitted_by else "",
            decided_at=deposit.decided_at,
            is_team=case.is_team,
            version=deposit.version,
            files=tuple(files[deposit.id]),
            can_replace=bool(case.parties & ORGANIZATION_PARTIES)
            and case.inspection.state is InspectionState.UNDER_WAY
            and deposit.id in newest
            and deposit.state not in UNCERTIFIED,
            acts=_offers(case, deposit, request, actor),
        )
        for deposit, request in rows
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
    case: Case, deposit: Deposit, request: EvidenceRequest, actor: Actor
) -> tuple[ActOffer, ...]:
    offers = offer_acts(Subject.DEPOSIT, deposit.state, parties=case.parties)
    if deposit.state is DepositState.OPEN:
        other = Act.SUBMIT if request.certifiers > 1 else Act.CERTIFY
        return tuple(offer for offer in offers if offer.act != other)
    if deposit.state is DepositState.CERTIFIED and deposit.certified_by == actor.person_id:
        return block_own(offers, Act.SUBMIT, reason_code="deposit.second_certifier")
    return offers
