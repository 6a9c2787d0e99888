"""Screening one received file: the inside of a background job, which may run more than once."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, delete

from evidence.apart import ProcessLimits
from evidence.digest import Digest
from evidence.errors import EvidenceNotFoundError
from evidence.screening.antivirus import Scanner
from evidence.screening.screen import Screened, screen
from evidence.screening.values import Antivirus, Mark, Secrecy
from evidence.signatures.checking import check_signatures
from evidence.signatures.values import SignatureFact
from evidence.storage import Storage
from inspection import journal
from inspection.database import Database
from inspection.errors import NotFoundError
from inspection.people import SYSTEM
from inspection.tables import (
    Answer,
    Campaign,
    Deposit,
    EvidenceItem,
    EvidenceRequest,
    Finding,
    Inspection,
    Screening,
    SignatureCheck,
)
from inspection.workflow.states import ScreeningState

SCREEN_JOB: Final = "item.screen"
# Reading follows screening: what must not be seen must not be laid out as rows, either.
READ_JOB: Final = "item.read"
_BY_ANTIVIRUS: Final[Mapping[Antivirus, ScreeningState]] = {
    Antivirus.UNSCANNED: ScreeningState.UNSCANNED,
    Antivirus.CLEAR: ScreeningState.CLEAR,
    Antivirus.INFECTED: ScreeningState.INFECTED,
    Antivirus.TOO_LARGE: ScreeningState.TOO_LARGE,
    Antivirus.ERROR: ScreeningState.ERROR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the deployment gives for screening.

    Attributes:
        scanner: None where it has none.
        anchors: A PEM file of authorities whose signatures are trusted; None where it names none.
        limits: Of the process that opens a file.
    """

    scanner: Scanner | None = None
    anchors: Path | None = None
    limits: ProcessLimits = field(default_factory=ProcessLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    sha256: str
    name: str
    is_released: bool


def screen_item(
    database: Database,
    storage: Storage,
    *,
    item_id: UUID,
    clock: Callable[[], datetime],
    workspace: Path,
    tools: Tools,
) -> None:
    """Screen one file and record what came of it; then ask for its reading where it passed."""
    with database.read() as session:
        task = _find_task(session, item_id)
    if task is None:
        return
    source = workspace / "source"
    try:
        storage.fetch(Digest(task.sha256), source)
    except EvidenceNotFoundError:
        with database.read() as session:
            if _find_task(session, item_id) is None:
                return  # removed meanwhile
        raise
    found = screen(
        source,
        name=task.name,
        folder=workspace,
        scanner=tools.scanner,
        limits=tools.limits,
        is_released=task.is_released,
    )
    signatures: Sequence[SignatureFact] = ()
    is_held_back = found.examination.secrecy is Secrecy.MARKED and not task.is_released
    if found.examination.refusal is None and not is_held_back:
        signatures = check_signatures(
            source,
            kind=found.examination.kind,
            anchors=tools.anchors,
            at=clock(),
            limits=tools.limits,
        )
    with database.write() as session:
        _record(session, item_id, found, signatures, at=clock())


def _find_task(session: Session, item_id: UUID) -> _Task | None:
    item = session.get(EvidenceItem, item_id)
    if item is None:
        raise NotFoundError
    row = session.get(Screening, item_id)
    if row is not None and row.state is not ScreeningState.WAITING:
        return None
    return _Task(
        sha256=item.sha256, name=item.name, is_released=row is not None and row.is_released
    )


def _record(
    session: Session,
    item_id: UUID,
    found: Screened,
    signatures: Sequence[SignatureFact],
    *,
    at: datetime,
) -> None:
    row = session.get(Screening, item_id)
    if row is None:
        row = Screening(item_id=item_id, state=ScreeningState.WAITING, screened_at=at)
    elif row.state is not ScreeningState.WAITING:
        return  # declared a secret while it was looked at, or done by another attempt
    examination, scan = found.examination, found.scan
    row.kind = examination.kind
    row.refusal_code, row.refusal_facts = None, "{}"
    if examination.refusal is not None:
        row.refusal_code = examination.refusal.code
        row.refusal_facts = json.dumps(dict(examination.refusal.facts), default=str)
    row.notices = [asdict(notice) for notice in examination.notices]
    row.secrecy = examination.secrecy
    mark = _gravest(examination.marks)
    row.level, row.place = (mark.level, mark.place) if mark else (None, None)
    row.antivirus = scan.answer
    row.antivirus_detail, row.antivirus_engine = scan.detail, scan.engine
    row.screened_at = at
    row.state = _state_of(row)
    row.version += 1
    session.add(row)
    session.flush()
    session.exec(delete(SignatureCheck).where(col(SignatureCheck.item_id) == item_id))
    session.add_all(_signature_row(item_id, fact, at) for fact in signatures)
    _tell(session, row, at)
    session.flush()


def _state_of(row: Screening) -> ScreeningState:
    """The gravest wins: a secret is not even called infected."""
    if row.level is not None and not row.is_released:
        return ScreeningState.QUARANTINED
    if row.antivirus is Antivirus.INFECTED:
        return ScreeningState.INFECTED
    if row.refusal_code is not None:
        return ScreeningState.REFUSED
    return _BY_ANTIVIRUS[row.antivirus]


def _tell(session: Session, row: Screening, at: datetime) -> None:
    """Into the journal, with the state and never the name or the words found; and on to reading."""
    item = session.get_one(EvidenceItem, row.item_id)
    campaign_id, inspection_id, table_name = where_of(session, item)
    is_quarantined = row.state is ScreeningState.QUARANTINED
    journal.record(
        session,
        event="evidence.quarantine" if is_quarantined else "evidence.screen",
        subject_id=item.id,
        actor=SYSTEM,
        at=at,
        campaign_id=campaign_id,
        inspection_id=inspection_id,
        facts={"sha256": item.sha256, "state": row.state, "engine": row.antivirus_engine},
    )
    if table_name is not None and row.state in {ScreeningState.CLEAR, ScreeningState.UNSCANNED}:
        journal.ask_for(session, job=READ_JOB, subject_id=item.id, at=at)


def where_of(session: Session, item: EvidenceItem) -> tuple[UUID, UUID, str | None]:
    """Campaign and inspection of a file, and the table it answers for, if any.

    A file withdrawn from a deposit answers for nothing any more, and is still of its inspection.
    """
    table_name = None
    deposit_id = item.deposit_id or item.removed_from
    if deposit_id is not None:
        deposit = session.get_one(Deposit, deposit_id)
        inspection_id = deposit.inspection_id
        if item.deposit_id is not None:
            table_name = session.get_one(EvidenceRequest, deposit.request_id).table_name
    else:
        answer = session.get_one(Answer, item.answer_id)
        inspection_id = session.get_one(Finding, answer.finding_id).inspection_id
    campaign_id = session.get_one(Inspection, inspection_id).campaign_id
    return session.get_one(Campaign, campaign_id).id, inspection_id, table_name


def _gravest(marks: Sequence[Mark]) -> Mark | None:
    order = list(type(marks[0].level)) if marks else []
    return max(marks, key=lambda mark: order.index(mark.level)) if marks else None


def _signature_row(item_id: UUID, fact: SignatureFact, at: datetime) -> SignatureCheck:
    return SignatureCheck(
        item_id=item_id,
        position=fact.position,
        signer=fact.signer,
        signed_at=datetime.fromisoformat(fact.signed_at) if fact.signed_at else None,
        is_timestamped=fact.is_timestamped,
        coverage=fact.coverage,
        verdict=fact.verdict,
        doubt=fact.doubt,
        checked_at=at,
    )
