"""What a file is for, and whose upload it is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.intake import clean_name
from inspection.access import Case
from inspection.deposits import LIVE, answer_door, deposit_door
from inspection.errors import ConflictError, NotFoundError
from inspection.people import Actor
from inspection.tables import Answer, Deposit, EvidenceItem, Upload
from inspection.workflow.states import DepositState


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a file answers: a request of an inspection, or a finding."""

    inspection_id: UUID | None = None
    request_id: UUID | None = None
    finding_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What the sender says of a file before it comes.

    Attributes:
        sha256: Of the whole, in lowercase hex; what arrives is compared with it.
        modified_ms: When the file was last changed where it lies, in milliseconds since 1970.
    """

    name: str
    size_bytes: int
    sha256: str
    modified_ms: int | None = None


def open_target(session: Session, *, actor: Actor, target: Target) -> Case:
    """Reach what a file is for, where it may be put now.

    Raises:
        NotFoundError: No such thing, or none of this actor's.
        ConflictError: It takes no files now.
    """
    if target.finding_id is not None:
        case, _ = answer_door(session, actor=actor, finding_id=target.finding_id)
        return case
    if target.inspection_id is None or target.request_id is None:
        raise NotFoundError
    case, _, _ = deposit_door(
        session, actor=actor, inspection_id=target.inspection_id, request_id=target.request_id
    )
    return case


def target_of(upload: Upload) -> Target:
    """What an upload is for."""
    return Target(
        inspection_id=None if upload.finding_id else upload.inspection_id,
        request_id=upload.request_id,
        finding_id=upload.finding_id,
    )


def open_upload(session: Session, *, actor: Actor, upload_id: UUID, at: datetime) -> Upload:
    """Reach one's own upload; of another's, nobody learns that there is one.

    Raises:
        NotFoundError: There is none, or it is another's, or its time is over.
    """
    upload = session.get(Upload, upload_id)
    if upload is None or actor.person_id is None or upload.created_by != actor.person_id:
        raise NotFoundError
    if upload.state in LIVE and upload.expires_at <= at:
        raise NotFoundError("upload.expired")
    return upload


def refuse_known(session: Session, *, target: Target, announced: Announced) -> None:
    """Refuse a file whose very contents are part of the open answer under the same name.

    Raises:
        ConflictError: It is there already, whoever sent it.
    """
    same = select(EvidenceItem.id).where(
        col(EvidenceItem.name) == clean_name(announced.name),
        col(EvidenceItem.size_bytes) == announced.size_bytes,
        col(EvidenceItem.sha256) == announced.sha256,
    )
    if target.finding_id is not None:
        same = same.join(Answer, col(Answer.id) == col(EvidenceItem.answer_id)).where(
            col(Answer.finding_id) == target.finding_id, col(Answer.submitted_at).is_(None)
        )
    else:
        same = same.join(Deposit, col(Deposit.id) == col(EvidenceItem.deposit_id)).where(
            col(Deposit.inspection_id) == target.inspection_id,
            col(Deposit.request_id) == target.request_id,
            col(Deposit.state) == DepositState.OPEN,
        )
    if session.exec(same).first() is not None:
        raise ConflictError("upload.received_already", file=clean_name(announced.name))
