"""Findings: the team's board, and what the organization was sent."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import Case, find_standstill, open_case, open_finding
from inspection.offers import ActOffer, block_act, block_all, offer_acts
from inspection.people import Actor
from inspection.queries.deposits import ItemLine, item_line
from inspection.tables import (
    Answer,
    Evaluation,
    EvidenceItem,
    Finding,
    Matter,
    Organization,
    Person,
    Screening,
)
from inspection.violations import ViolationFilter
from inspection.workflow.states import Act, FindingState, InspectionState, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """One answer, verbatim; `submitted_at` is None while the organization writes it."""

    id: UUID
    text: str
    by: str
    submitted_at: datetime | None
    is_late: bool
    files: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPage:
    """One finding.  For the organization: only sent ones, without authors and inner notes.

    Attributes:
        violations_sha256: The lines the finding was selected from, by `filter`.
        reason: Why it was verified or dismissed.
    """

    id: UUID
    inspection_id: UUID
    campaign_id: UUID
    campaign: str
    organization: str
    number: int
    rule_code: str
    rule_class: str
    title: str
    question: str
    matter_id: UUID
    matter_number: int
    matter_title: str
    evaluation_id: UUID
    violations_sha256: str | None
    pack_digest: str | None
    filter: ViolationFilter
    excluded_keys: tuple[str, ...]
    unit_count: int
    amount: int | None
    currency: str
    keys_sha256: str
    state: FindingState
    author: str
    is_author: bool
    created_at: datetime
    sent_at: datetime | None
    answer_due_at: datetime | None
    answered_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    reason: str
    is_team: bool
    version: int
    answers: tuple[AnswerLine, ...]
    acts: tuple[ActOffer, ...]


def get_finding(session: Session, *, actor: Actor, finding_id: UUID) -> FindingPage:
    """One finding."""
    case, finding = open_finding(session, actor=actor, finding_id=finding_id)
    matter = session.get_one(Matter, finding.matter_id)
    return _pages(session, case, [(finding, matter)], actor)[0]


def list_findings(
    session: Session, *, actor: Actor, inspection_id: UUID
) -> tuple[FindingPage, ...]:
    """The findings of one inspection by number; for the organization those that were sent."""
    case = open_case(session, actor=actor, inspection_id=inspection_id)
    query = (
        select(Finding, Matter)
        .join(Matter, col(Matter.id) == col(Finding.matter_id))
        .where(col(Finding.inspection_id) == inspection_id)
        .order_by(col(Finding.number))
    )
    if not case.is_team:
        query = query.where(col(Finding.sent_at).is_not(None))
    return _pages(session, case, session.exec(query).all(), actor)


def _pages(
    session: Session, case: Case, rows: Iterable[tuple[Finding, Matter]], actor: Actor
) -> tuple[FindingPage, ...]:
    rows = list(rows)
    answers = _list_answers(session, case, [finding for finding, _ in rows])
    people = _names(session, [finding for finding, _ in rows])
    organization = session.get_one(Organization, case.inspection.organization_id).name
    lines = _lines_of(session, [finding for finding, _ in rows])
    stop = find_standstill(session, case)
    return tuple(
        FindingPage(
            id=row.id,
            inspection_id=row.inspection_id,
            campaign_id=case.campaign.id,
            campaign=case.campaign.title,
            organization=organization,
            number=row.number,
            rule_code=row.rule_code,
            rule_class=row.rule_class,
            title=row.title,
            question=row.question,
            matter_id=matter.id,
            matter_number=matter.number,
            matter_title=matter.title,
            evaluation_id=row.evaluation_id,
            violations_sha256=lines[row.evaluation_id],
            pack_digest=case.campaign.pack_digest,
            filter=ViolationFilter.from_dict(row.filter),
            excluded_keys=tuple(row.excluded_keys),
            unit_count=row.unit_count,
            amount=row.amount,
            currency=row.currency,
            keys_sha256=row.keys_sha256,
            state=shown_state(case, row),
            author=people.get(row.author_id, "") if case.is_team else "",
            is_author=row.author_id == actor.person_id,
            created_at=row.created_at,
            sent_at=row.sent_at,
            answer_due_at=row.answer_due_at,
            answered_at=row.answered_at,
            decided_at=row.decided_at if _is_decision_shown(case) else None,
            decided_by=people.get(row.decided_by, "") if case.is_team and row.decided_by else "",
            reason=row.reason if _is_decision_shown(case) else "",
            is_team=case.is_team,
            version=row.version,
            answers=tuple(answers[row.id]),
            acts=block_all(_offers(case, row, actor), reason_code=stop),
        )
        for row, matter in rows
    )


def _offers(case: Case, row: Finding, actor: Actor) -> tuple[ActOffer, ...]:
    return block_act(
        offer_acts(Subject.FINDING, shown_state(case, row), parties=case.parties),
        Act.VERIFY if row.author_id == actor.person_id else None,
        reason_code="finding.own",
    )


def _is_decision_shown(case: Case) -> bool:
    """What is decided reaches the organization with the conclusion, not before."""
    return case.is_team or case.inspection.state is InspectionState.PUBLISHED


def shown_state(case: Case, finding: Finding) -> FindingState:
    """The state as this actor may know it."""
    decided = finding.state in {FindingState.VERIFIED, FindingState.DISMISSED}
    if not decided or _is_decision_shown(case):
        return finding.state
    return FindingState.ANSWERED if finding.answered_at else FindingState.SILENT


def _list_answers(
    session: Session, case: Case, findings: list[Finding]
) -> dict[UUID, list[AnswerLine]]:
    due = {finding.id: finding.answer_due_at for finding in findings}
    query = (
        select(Answer, Person)
        .outerjoin(Person, col(Person.id) == col(Answer.submitted_by))
        .where(col(Answer.finding_id).in_(list(due)))
        .order_by(col(Answer.created_at))
    )
    if case.is_team:
        query = query.where(col(Answer.submitted_at).is_not(None))
    rows = session.exec(query).all()
    files = defaultdict(list)
    for item, screening in session.exec(
        select(EvidenceItem, Screening)
        .outerjoin(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .where(col(EvidenceItem.answer_id).in_([answer.id for answer, _ in rows]))
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ):
        files[item.answer_id].append(item_line(item, screening, None))
    lines: dict[UUID, list[AnswerLine]] = defaultdict(list)
    for answer, person in rows:
        limit = due[answer.finding_id]
        lines[answer.finding_id].append(
            AnswerLine(
                id=answer.id,
                text=answer.text,
                by=person.full_name if person else "",
                submitted_at=answer.submitted_at,
                is_late=bool(limit and answer.submitted_at and answer.submitted_at > limit),
                files=tuple(files[answer.id]),
            )
        )
    return lines


def _lines_of(session: Session, findings: list[Finding]) -> dict[UUID, str | None]:
    runs = session.exec(
        select(Evaluation.id, Evaluation.violations_sha256).where(
            col(Evaluation.id).in_({one.evaluation_id for one in findings})
        )
    )
    return dict(runs.all())


def _names(session: Session, findings: list[Finding]) -> dict[UUID, str]:
    ids = {one.author_id for one in findings} | {
        one.decided_by for one in findings if one.decided_by
    }
    return {
        person.id: person.full_name
        for person in session.exec(select(Person).where(col(Person.id).in_(ids)))
    }
