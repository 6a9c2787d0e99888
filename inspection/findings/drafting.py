"""Selecting units for a finding, and freezing the selection."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence.storage import Storage
from inspection import journal, moves
from inspection.access import Case, open_evaluation, open_finding, require_party
from inspection.database import Database
from inspection.deposits import require_under_way
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.money import to_minor
from inspection.moves import checked_text
from inspection.people import Actor, Party
from inspection.tables import Evaluation, Finding, Matter, RuleTally
from inspection.violations import Selection, ViolationFilter, select_lines
from inspection.workflow.states import EvaluationState, FindingState

LONGEST_TITLE: Final = 300


LONGEST_QUESTION: Final = 20_000


def draft_finding(
    database: Database,
    storage: Storage,
    cache: Path,
    *,
    actor: Actor,
    evaluation_id: UUID,
    rule_code: str,
    matter_id: UUID,
    title: str,
    question: str,
    filter: ViolationFilter,  # noqa: A002 - the word of the domain and of the table
    excluded_keys: Sequence[str],
    at: datetime,
) -> UUID:
    """Select candidate units of one rule for a finding, and freeze the selection.

    Raises:
        InvalidError: The selection is empty, or a field cannot be taken.
        ConflictError: The run has not ended well, or the same units are in another finding.
    """
    with database.read() as session:
        _, evaluation, _ = _selection_door(session, actor, evaluation_id, rule_code, matter_id)
    if evaluation.violations_sha256 is None:
        raise ConflictError("evaluation.not_done", state=evaluation.state)
    chosen = replace(filter, rule_code=rule_code)
    selection = select_lines(
        storage,
        cache,
        violations_sha256=evaluation.violations_sha256,
        filter=chosen,
        excluded_keys=excluded_keys,
    )
    if selection.count == 0:
        raise InvalidError("finding.nothing_selected", field="filter")
    with database.write() as session:
        case, evaluation, tally = _selection_door(
            session, actor, evaluation_id, rule_code, matter_id
        )
        _refuse_twin(session, evaluation, rule_code, selection)
        finding = _finding(case, tally, selection, matter_id=matter_id, actor=actor, at=at)
        finding.number = _next_number(session, case.inspection.id)
        finding.title = checked_text(title, field="title", longest=LONGEST_TITLE)
        finding.question = question.strip()[:LONGEST_QUESTION]
        finding.filter = chosen.as_dict()
        finding.excluded_keys = sorted(set(excluded_keys))
        session.add(finding)
        session.flush()
        journal.record(
            session,
            event="finding.draft",
            subject_id=finding.id,
            actor=actor,
            at=at,
            campaign_id=case.campaign_id,
            inspection_id=case.inspection_id,
            facts={
                "rule": rule_code,
                "units": selection.count,
                "keys_sha256": selection.keys_sha256,
            },
        )
        session.flush()
        return finding.id


def edit_finding(
    session: Session,
    *,
    actor: Actor,
    finding_id: UUID,
    version: int,
    title: str,
    question: str,
    matter_id: UUID,
    at: datetime,
) -> None:
    """Change the words of a candidate; the selection stays as it was frozen."""
    case, finding = open_finding(session, actor=actor, finding_id=finding_id)
    require_party(case, Party.LEAD, Party.MEMBER)
    if finding.state is not FindingState.CANDIDATE:
        raise ConflictError("finding.not_a_candidate", state=finding.state)
    _check_matter(session, case, matter_id)
    values = {
        "title": checked_text(title, field="title", longest=LONGEST_TITLE),
        "question": question.strip()[:LONGEST_QUESTION],
        "matter_id": matter_id,
    }
    moves.edit(session, finding, version=version, values=values)
    journal.record(
        session,
        event="finding.edit",
        subject_id=finding.id,
        actor=actor,
        at=at,
        campaign_id=case.campaign_id,
        inspection_id=case.inspection_id,
    )
    session.flush()


def _selection_door(
    session: Session, actor: Actor, evaluation_id: UUID, rule_code: str, matter_id: UUID
) -> tuple[Case, Evaluation, RuleTally]:
    case, evaluation = open_evaluation(session, actor=actor, evaluation_id=evaluation_id)
    require_party(case, Party.LEAD, Party.MEMBER)
    require_under_way(case)
    if evaluation.state is not EvaluationState.DONE:
        raise ConflictError("evaluation.not_done", state=evaluation.state)
    _check_matter(session, case, matter_id)
    tally = session.exec(
        select(RuleTally).where(
            col(RuleTally.evaluation_id) == evaluation_id, col(RuleTally.rule_code) == rule_code
        )
    ).first()
    if tally is None:
        raise InvalidError("finding.unknown_rule", field="rule_code", value=rule_code)
    return case, evaluation, tally


def _check_matter(session: Session, case: Case, matter_id: UUID) -> None:
    matter = session.get(Matter, matter_id)
    if matter is None or matter.campaign_id != case.campaign.id:
        raise InvalidError("finding.unknown_matter", field="matter_id")


def _refuse_twin(
    session: Session, evaluation: Evaluation, rule_code: str, selection: Selection
) -> None:
    twin = session.exec(
        select(Finding.number).where(
            col(Finding.evaluation_id) == evaluation.id,
            col(Finding.rule_code) == rule_code,
            col(Finding.keys_sha256) == selection.keys_sha256,
            col(Finding.state) != FindingState.DISMISSED,
        )
    ).first()
    if twin is not None:
        # The same units in two findings would count their money twice in the conclusion.
        raise ConflictError("finding.selected_already", number=twin)


def _finding(
    case: Case,
    tally: RuleTally,
    selection: Selection,
    *,
    matter_id: UUID,
    actor: Actor,
    at: datetime,
) -> Finding:
    if actor.person_id is None:
        raise NotFoundError
    amount = selection.amount
    return Finding(
        inspection_id=case.inspection.id,
        evaluation_id=tally.evaluation_id,
        matter_id=matter_id,
        number=0,
        rule_code=tally.rule_code,
        rule_class=tally.rule_class,
        title="",
        filter={},
        excluded_keys=[],
        unit_count=selection.count,
        amount=None if amount is None else to_minor(amount, currency=tally.currency),
        currency=tally.currency,
        keys_sha256=selection.keys_sha256,
        author_id=actor.person_id,
        created_at=at,
    )


def _next_number(session: Session, inspection_id: UUID) -> int:
    largest = session.exec(
        select(func.max(col(Finding.number))).where(col(Finding.inspection_id) == inspection_id)
    ).one()
    return (largest or 0) + 1
