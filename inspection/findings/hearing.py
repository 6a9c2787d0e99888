"""Asking the organization, and its answer or silence."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from inspection import moves
from inspection.access import Case, open_finding, require_under_way
from inspection.deposits import open_answer
from inspection.errors import ConflictError, InvalidError
from inspection.moves import checked_moment, checked_text, refuse_controls
from inspection.people import Actor
from inspection.tables import EvidenceItem, Finding
from inspection.words import ANSWER, FINDING, digest_of_answer, digest_of_finding
from inspection.workflow.states import Act

LONGEST_ANSWER: Final = 200_000


def send_finding(
    session: Session,
    *,
    actor: Actor,
    finding_id: UUID,
    version: int,
    answer_due_at: datetime,
    at: datetime,
) -> None:
    """Ask the organization to explain, by a moment the inspector sets.

    The law names no time for explanations (domain §1.7), so none is assumed.
    """
    case, finding = open_finding(session, actor=actor, finding_id=finding_id)
    require_under_way(session, case)
    answer_due_at = checked_moment(answer_due_at, field="answer_due_at")
    if answer_due_at <= at:
        raise InvalidError("finding.due_in_the_past", field="answer_due_at")
    move(
        session,
        case,
        finding,
        act=Act.SEND,
        actor=actor,
        version=version,
        at=at,
        values={"sent_at": at, "answer_due_at": answer_due_at},
    )


def answer_finding(
    session: Session, *, actor: Actor, finding_id: UUID, version: int, text: str, at: datetime
) -> None:
    """Hand in the organization's answer; it stands as it was written, for good.

    Raises:
        InvalidError: Neither text nor file, or more text than `LONGEST_ANSWER` characters.
    """
    case, finding = open_finding(session, actor=actor, finding_id=finding_id)
    require_under_way(session, case)
    # The door of the workflow first: a refused answer must not leave a draft behind.
    moves.target_of(moves.SUBJECTS[Finding], finding.state, Act.ANSWER, parties=case.parties)
    answer = open_answer(session, finding=finding, actor=actor, at=at)
    files = session.exec(
        select(EvidenceItem.sha256).where(col(EvidenceItem.answer_id) == answer.id)
    ).all()
    if not files:
        checked_text(text, field="text", longest=LONGEST_ANSWER)
    refuse_controls(text, field="text", longest=LONGEST_ANSWER)
    answer.text = text
    answer.submitted_by = actor.person_id
    answer.submitted_at = at
    session.add(answer)
    session.flush()
    said = digest_of_answer(answer.model_dump(mode="json"), files=files)
    move(
        session,
        case,
        finding,
        act=Act.ANSWER,
        actor=actor,
        version=version,
        at=at,
        values={"answered_at": at},
        facts={"answer_id": answer.id, ANSWER: said},
    )


def mark_silent(
    session: Session, *, actor: Actor, finding_id: UUID, version: int, at: datetime
) -> None:
    """State that the organization did not answer by the moment set.

    Raises:
        ConflictError: The moment has not passed.
    """
    case, finding = open_finding(session, actor=actor, finding_id=finding_id)
    require_under_way(session, case)
    if finding.answer_due_at is not None and at <= finding.answer_due_at:
        raise ConflictError("finding.not_due_yet", due_at=finding.answer_due_at)
    move(session, case, finding, act=Act.FALL_SILENT, actor=actor, version=version, at=at)


def move(
    session: Session,
    case: Case,
    finding: Finding,
    *,
    act: Act,
    actor: Actor,
    version: int,
    at: datetime,
    reason: str = "",
    values: dict[str, object] | None = None,
    facts: dict[str, object] | None = None,
) -> None:
    """Advance a finding within its case, its words bound; see `moves.advance`."""
    moves.advance(
        session,
        finding,
        act=act,
        actor=actor,
        parties=case.parties,
        at=at,
        where=case,
        version=version,
        reason=reason,
        values=values,
        facts={FINDING: digest_of_finding(finding.model_dump(mode="json")), **(facts or {})},
    )
