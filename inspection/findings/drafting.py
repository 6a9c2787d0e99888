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
from inspection.access import Case, open_finding, require_party, require_under_way
from inspection.database import Database
from inspection.errors import ConflictError, NotFoundError
from inspection.findings.selecting import (
    SelectionDoor,
    check_matter,
    freeze_selection,
    list_live,
    open_selection,
    refuse_shared_facts,
)
from inspection.money import to_minor
from inspection.moves import FieldChecks, checked_text, optional_text
from inspection.people import Actor, Party
from inspection.tables import Finding
from inspection.violations import Selection, SelectionSource, ViolationFilter
from inspection.words import FINDING, digest_of_finding
from inspection.workflow.states import FindingState

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
        ConflictError: The run has not ended well, or some of the units are in another finding.
    """
    title, question = check_words(title=title, question=question)
    with database.read() as session:
        door = open_selection(
            session, actor, evaluation_id=evaluation_id, rule_code=rule_code, matter_id=matter_id
        )
        others = list_live(session, inspection_id=door.case.inspection.id)
    kind = "violated" if door.tally.violated else "undetermined"
    source = SelectionSource(
        violations_sha256=door.violations_sha256,
        # Lines that could not be judged are another question: never both in one finding.
        filter=replace(filter, rule_code=rule_code, verdict=filter.verdict or kind),
        excluded_keys=tuple(sorted(set(excluded_keys))),
    )
    selection = freeze_selection(storage, cache, source)
    refuse_shared_facts(storage, cache, door, source, others)
    with database.write() as session:
        door = open_selection(
            session, actor, evaluation_id=evaluation_id, rule_code=rule_code, matter_id=matter_id
        )
        now = list_live(session, inspection_id=door.case.inspection.id)
        if [one.id for one in now] != [one.id for one in others]:
            # Somebody drew up another finding while these lines were compared.
            raise ConflictError("changed_meanwhile")
        finding = _finding(door, selection, source, matter_id=matter_id, actor=actor, at=at)
        finding.number = _next_number(session, door.case.inspection.id)
        finding.title = title
        finding.question = question
        session.add(finding)
        _record(session, door.case, finding, actor=actor, at=at)
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
    require_under_way(session, case)
    if finding.state is not FindingState.CANDIDATE:
        raise ConflictError("finding.not_a_candidate", state=finding.state)
    checks = FieldChecks()
    checks.take(lambda: check_matter(session, case, matter_id), otherwise=None)
    title, question = _words(checks, title, question)
    checks.end()
    values = {"title": title, "question": question, "matter_id": matter_id}
    moves.edit(session, finding, version=version, values=values)
    journal.record(
        session,
        event="finding.edit",
        subject_id=finding.id,
        actor=actor,
        at=at,
        campaign_id=case.campaign_id,
        inspection_id=case.inspection_id,
        facts={FINDING: digest_of_finding(finding.model_dump(mode="json"))},
    )
    session.flush()


def check_words(*, title: str, question: str) -> tuple[str, str]:
    """Title and question without outer white space.

    Raises:
        InvalidError: With everything that cannot be taken.
    """
    checks = FieldChecks()
    words = _words(checks, title, question)
    checks.end()
    return words


def _words(checks: FieldChecks, title: str, question: str) -> tuple[str, str]:
    return (
        checks.take(
            lambda: checked_text(title, field="title", longest=LONGEST_TITLE), otherwise=""
        ),
        checks.take(
            lambda: optional_text(question, field="question", longest=LONGEST_QUESTION),
            otherwise="",
        ),
    )


def _finding(
    door: SelectionDoor,
    selection: Selection,
    source: SelectionSource,
    *,
    matter_id: UUID,
    actor: Actor,
    at: datetime,
) -> Finding:
    if actor.person_id is None:
        raise NotFoundError
    tally, amount = door.tally, selection.amount
    return Finding(
        inspection_id=door.case.inspection.id,
        evaluation_id=tally.evaluation_id,
        matter_id=matter_id,
        number=0,
        rule_code=tally.rule_code,
        rule_class=tally.rule_class,
        title="",
        filter=source.filter.as_dict(),
        excluded_keys=list(source.excluded_keys),
        unit_count=selection.count,
        amount=None if amount is None else to_minor(amount, currency=tally.currency),
        currency=tally.currency,
        keys_sha256=selection.keys_sha256,
        author_id=actor.person_id,
        created_at=at,
    )


def _record(session: Session, case: Case, finding: Finding, *, actor: Actor, at: datetime) -> None:
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
            "rule": finding.rule_code,
            "units": finding.unit_count,
            "keys_sha256": finding.keys_sha256,
            FINDING: digest_of_finding(finding.model_dump(mode="json")),
        },
    )
    session.flush()


def _next_number(session: Session, inspection_id: UUID) -> int:
    largest = session.exec(
        select(func.max(col(Finding.number))).where(col(Finding.inspection_id) == inspection_id)
    ).one()
    return (largest or 0) + 1
