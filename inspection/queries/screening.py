"""What is known of files before they are opened; and what waits for the security officer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select

from evidence.screening.values import Antivirus, Level, Place, Secrecy
from evidence.signatures.values import Coverage, Doubt, Integrity
from inspection.access import require_role
from inspection.errors import NotFoundError
from inspection.people import Actor, Role
from inspection.screening import PASSED, RESEND
from inspection.screening.gates import SHUT, state_of
from inspection.tables import (
    Answer,
    Deposit,
    EvidenceItem,
    Finding,
    Inspection,
    JournalEntry,
    Organization,
    Person,
    Screening,
    SignatureCheck,
)
from inspection.workflow.states import ScreeningState

# What the security officer still has to do something about.
UNDECIDED: Final = frozenset({ScreeningState.QUARANTINED, ScreeningState.REMOVING})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """Something to know before opening a file."""

    code: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningLine:
    """What screening said of one file.

    Attributes:
        secrecy: None where nothing can be said yet, or is for the security officer alone.
        antivirus: None while the file waits.
        refusal_code: Why it cannot be opened within its limits; None where it can.
    """

    state: ScreeningState
    kind: str
    secrecy: Secrecy | None
    antivirus: Antivirus | None
    antivirus_detail: str
    antivirus_engine: str
    refusal_code: str | None
    refusal_facts: Mapping[str, object]
    notices: tuple[NoticeLine, ...]
    screened_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        """It is still to be looked at."""
        return self.state is ScreeningState.WAITING

    @property
    def has_passed(self) -> bool:
        """Rules may read it."""
        return self.state in PASSED

    @property
    def is_program(self) -> bool:
        """It, or something in it, is there to be run."""
        return any(notice.code == "program" for notice in self.notices)

    @property
    def is_shut(self) -> bool:
        """Nobody gets its bytes."""
        return self.state in SHUT


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One signature in a file."""

    position: int
    signer: str
    signed_at: datetime | None
    is_timestamped: bool
    coverage: Coverage
    verdict: Integrity
    doubt: Doubt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineLine:
    """What the security officer may know: whose it is, not what it says, nor what it is called.

    Attributes:
        resent: Who has sent the same bytes again after they were removed, and when, newest first.
    """

    item_id: UUID
    sha256: str
    size_bytes: int
    organization: str
    uploader: str
    received_at: datetime
    state: ScreeningState
    level: Level | None
    place: Place | None
    decided_at: datetime | None
    reason: str
    version: int
    resent: tuple[tuple[str, datetime], ...]


def screening_line(row: Screening | None) -> ScreeningLine:
    """A file's screening as lists show it; one without a row waits."""
    state = state_of(row)
    if row is None or state is ScreeningState.WAITING or state in SHUT:
        return ScreeningLine(
            state=state,
            kind="",
            secrecy=None,
            antivirus=None,
            antivirus_detail="",
            antivirus_engine="",
            refusal_code=None,
            refusal_facts={},
            notices=(),
            screened_at=row.screened_at if row else None,
        )
    return ScreeningLine(
        state=state,
        kind=row.kind,
        secrecy=Secrecy.NOT_MARKED if row.is_released else row.secrecy,
        antivirus=row.antivirus,
        antivirus_detail=row.antivirus_detail,
        antivirus_engine=row.antivirus_engine,
        refusal_code=row.refusal_code,
        refusal_facts=json.loads(row.refusal_facts),
        notices=tuple(NoticeLine(code=one["code"], facts=one["facts"]) for one in row.notices),
        screened_at=row.screened_at,
    )


def list_signatures(session: Session, *, item_id: UUID) -> tuple[SignatureLine, ...]:
    """The signatures of one file, in its own order; the caller has opened the file."""
    rows = session.exec(
        select(SignatureCheck)
        .where(col(SignatureCheck.item_id) == item_id)
        .order_by(col(SignatureCheck.position))
    )
    return tuple(
        SignatureLine(
            position=row.position,
            signer=row.signer,
            signed_at=row.signed_at,
            is_timestamped=row.is_timestamped,
            coverage=row.coverage,
            verdict=row.verdict,
            doubt=row.doubt,
        )
        for row in rows
    )


def list_quarantined(
    session: Session, *, actor: Actor, limit: int, offset: int
) -> tuple[QuarantineLine, ...]:
    """All that was ever held back as a secret, what waits for a decision first.

    Raises:
        NotAllowedError: Not the security officer.
    """
    require_role(actor, Role.SECURITY)
    rows = session.exec(
        _held()
        .order_by(
            col(Screening.state).not_in(UNDECIDED),
            col(EvidenceItem.received_at).desc(),
            col(EvidenceItem.id),
        )
        .limit(limit)
        .offset(offset)
    ).all()
    return _quarantine_lines(session, rows)


def get_quarantined(session: Session, *, actor: Actor, item_id: UUID) -> QuarantineLine:
    """One file that was held back as a secret.

    Raises:
        NotAllowedError: Not the security officer.
        NotFoundError: It never was.
    """
    require_role(actor, Role.SECURITY)
    rows = session.exec(_held().where(col(Screening.item_id) == item_id)).all()
    for line in _quarantine_lines(session, rows):
        return line
    raise NotFoundError


def _held() -> Select[Screening, EvidenceItem, str, str]:
    inspection_id = func.coalesce(col(Deposit.inspection_id), col(Finding.inspection_id))
    # A secret that was withdrawn from an answer is a secret still.
    deposit_id = func.coalesce(col(EvidenceItem.deposit_id), col(EvidenceItem.removed_from))
    return (
        select(Screening, EvidenceItem, Organization.name, Person.full_name)
        .join(EvidenceItem, col(EvidenceItem.id) == col(Screening.item_id))
        .outerjoin(Deposit, col(Deposit.id) == deposit_id)
        .outerjoin(Answer, col(Answer.id) == col(EvidenceItem.answer_id))
        .outerjoin(Finding, col(Finding.id) == col(Answer.finding_id))
        .join(Inspection, col(Inspection.id) == inspection_id)
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .join(Person, col(Person.id) == col(EvidenceItem.received_by))
        .where(col(Screening.place).is_not(None))
    )


def _quarantine_lines(
    session: Session, rows: Sequence[tuple[Screening, EvidenceItem, str, str]]
) -> tuple[QuarantineLine, ...]:
    resent = _list_resent(session, [item.id for _, item, _, _ in rows])
    return tuple(
        QuarantineLine(
            item_id=item.id,
            sha256=item.sha256,
            size_bytes=item.size_bytes,
            organization=organization,
            uploader=uploader,
            received_at=item.received_at,
            state=row.state,
            level=row.level,
            place=row.place,
            decided_at=row.decided_at,
            reason=row.reason,
            version=row.version,
            resent=tuple(resent.get(item.id, ())),
        )
        for row, item, organization, uploader in rows
    )


def _list_resent(
    session: Session, item_ids: Sequence[UUID]
) -> dict[UUID, list[tuple[str, datetime]]]:
    found: dict[UUID, list[tuple[str, datetime]]] = {}
    for item_id, name, at in session.exec(
        select(JournalEntry.subject_id, Person.full_name, JournalEntry.at)
        .join(Person, col(Person.id) == col(JournalEntry.by))
        .where(col(JournalEntry.event) == RESEND, col(JournalEntry.subject_id).in_(item_ids))
        .order_by(col(JournalEntry.id).desc())
    ):
        found.setdefault(item_id, []).append((name, at))
    return found
