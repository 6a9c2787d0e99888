"""Every object the database refers to: what must be in the store, and what may be locked there."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from evidence.custody.tables import CustodyCheckpoint
from evidence.digest import Digest
from evidence.errors import EvidenceNotFoundError
from evidence.storage import Storage
from inspection.opening import MANIFEST_LINE_FIELDS
from inspection.screening.gates import GOING, SHUT
from inspection.tables import (
    Answer,
    Campaign,
    Conclusion,
    Deposit,
    Evaluation,
    EvidenceItem,
    Finding,
    Reading,
    Screening,
)
from inspection.workflow.states import DepositState


def list_known(session: Session) -> set[str]:
    """Every digest the database refers to; files of a pack are named by its manifest alone."""
    columns = (
        Reading.rows_sha256,
        Reading.problems_sha256,
        Evaluation.violations_sha256,
        Evaluation.facts_sha256,
        Conclusion.pdf_sha256,
        Campaign.pack_digest,
        CustodyCheckpoint.stored_sha256,
    )
    derived = {
        digest
        for one in columns
        for digest in session.exec(select(col(one)).where(col(one).is_not(None)).distinct())
        if digest
    }
    return derived | _list_files(session)


def list_quarantined(session: Session) -> set[str]:
    """Files held back for the security officer alone, and what reading them gave.

    No copy of them leaves the store; what the reading of another file gave as well is its own.
    """
    files = session.exec(select(EvidenceItem.sha256).where(col(EvidenceItem.id).in_(_shut())))
    return {*files} | (
        _list_read(session, col(Reading.item_id).in_(_shut()))
        - _list_read(session, col(Reading.item_id).not_in(_shut()))
    )


def _list_read(session: Session, which: ColumnElement[bool]) -> set[str]:
    rows = session.exec(select(Reading.rows_sha256, Reading.problems_sha256).where(which))
    return {digest for row in rows for digest in row if digest}


def _list_files(session: Session) -> set[str]:
    """What was received, without what is or was removed as a secret."""
    removed = select(Screening.item_id).where(col(Screening.state).in_(GOING))
    rows = session.exec(
        select(EvidenceItem.sha256).where(col(EvidenceItem.id).not_in(removed)).distinct()
    )
    return set(rows)


def list_everything(session: Session, storage: Storage) -> set[str]:
    """Every digest the database refers to, the files of its packs included."""
    known = list_known(session)
    for digest in list_packs(session):
        known |= list_pack_files(storage, digest)
    return known


def list_pack_files(storage: Storage, digest: str) -> set[str]:
    """The files a pack consists of; none where its manifest is lost, which is reported itself."""
    try:
        manifest = storage.read(Digest(digest)).decode()
    except EvidenceNotFoundError:
        return set()
    return {line.split("  ", MANIFEST_LINE_FIELDS - 1)[0] for line in manifest.splitlines()}


def list_packs(session: Session) -> list[str]:
    """The digests of packs in use."""
    rows = session.exec(
        select(Campaign.pack_digest).where(col(Campaign.pack_digest).is_not(None)).distinct()
    )
    return [digest for digest in rows if digest]


def list_lockable(session: Session) -> Iterator[tuple[str, datetime]]:
    """What goes under retention, and from when: accepted evidence, answers, conclusions, heads."""
    yield from _dated(
        session.exec(
            select(EvidenceItem.sha256, Deposit.decided_at)
            .join(Deposit, col(Deposit.id) == col(EvidenceItem.deposit_id))
            .where(
                col(Deposit.state) == DepositState.ACCEPTED, col(EvidenceItem.id).not_in(_shut())
            )
        )
    )
    yield from _dated(
        session.exec(
            select(EvidenceItem.sha256, Answer.submitted_at)
            .join(Answer, col(Answer.id) == col(EvidenceItem.answer_id))
            .where(col(EvidenceItem.id).not_in(_shut()))
        )
    )
    yield from _dated(session.exec(select(Conclusion.pdf_sha256, Conclusion.issued_at)))
    yield from _dated(
        session.exec(select(CustodyCheckpoint.stored_sha256, CustodyCheckpoint.signed_at))
    )


def list_evidence_of(session: Session, inspection_ids: Iterable[UUID]) -> set[str]:
    """The digests of everything an inspection has received and may rest on, held back or not."""
    ids = list(inspection_ids)
    going = select(Screening.item_id).where(col(Screening.state).in_(GOING))
    deposited = session.exec(
        select(EvidenceItem.sha256)
        .join(Deposit, col(Deposit.id) == col(EvidenceItem.deposit_id))
        .where(
            col(Deposit.inspection_id).in_(ids),
            col(Deposit.state) != DepositState.OPEN,
            col(EvidenceItem.id).not_in(going),
        )
    )
    answered = session.exec(
        select(EvidenceItem.sha256)
        .join(Answer, col(Answer.id) == col(EvidenceItem.answer_id))
        .join(Finding, col(Finding.id) == col(Answer.finding_id))
        .where(
            col(Finding.inspection_id).in_(ids),
            col(Answer.submitted_at).is_not(None),
            col(EvidenceItem.id).not_in(going),
        )
    )
    return {*deposited, *answered}


def _shut() -> SelectOfScalar[UUID]:
    # A secret must be removed from the store: no lock may stand in the way.
    return select(Screening.item_id).where(col(Screening.state).in_(SHUT))


def _dated(
    rows: Iterable[tuple[str | None, datetime | None]],
) -> Iterator[tuple[str, datetime]]:
    for sha256, at in rows:
        if sha256 is not None and at is not None:
            yield sha256, at
