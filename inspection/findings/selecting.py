"""Which units may be selected, and that no fact is selected twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.storage import Storage
from inspection.access import Case, open_evaluation, require_party, require_under_way
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.opening import load_kept_pack
from inspection.people import Actor, Party
from inspection.tables import Evaluation, Finding, Matter, RuleTally
from inspection.violations import (
    Selection,
    SelectionSource,
    ViolationFilter,
    count_shared,
    select_lines,
)
from inspection.workflow.states import EvaluationState, FindingState
from rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionDoor:
    """A finished run of which one rule's units may be selected."""

    case: Case
    tally: RuleTally
    violations_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFinding:
    """A finding that has not been dismissed, with what it selected."""

    id: UUID
    number: int
    rule_code: str
    source: SelectionSource


def open_selection(
    session: Session, actor: Actor, *, evaluation_id: UUID, rule_code: str, matter_id: UUID
) -> SelectionDoor:
    """Reach the units of one rule of a finished run, as a member of the team."""
    case, evaluation = open_evaluation(session, actor=actor, evaluation_id=evaluation_id)
    require_party(case, Party.LEAD, Party.MEMBER)
    require_under_way(session, case)
    if evaluation.state is not EvaluationState.DONE or evaluation.violations_sha256 is None:
        raise ConflictError("evaluation.not_done", state=evaluation.state)
    check_matter(session, case, matter_id)
    tally = session.exec(
        select(RuleTally).where(
            col(RuleTally.evaluation_id) == evaluation_id, col(RuleTally.rule_code) == rule_code
        )
    ).first()
    if tally is None:
        raise InvalidError("finding.unknown_rule", field="rule_code", value=rule_code)
    return SelectionDoor(case=case, tally=tally, violations_sha256=evaluation.violations_sha256)


def check_matter(session: Session, case: Case, matter_id: UUID) -> None:
    """Refuse a matter that is not of this decision."""
    matter = session.get(Matter, matter_id)
    if matter is None or matter.campaign_id != case.campaign.id:
        raise InvalidError("finding.unknown_matter", field="matter_id")


def freeze_selection(storage: Storage, cache: Path, source: SelectionSource) -> Selection:
    """Count and digest what is selected; nothing is no selection."""
    selection = select_lines(
        storage,
        cache,
        violations_sha256=source.violations_sha256,
        filter=source.filter,
        excluded_keys=source.excluded_keys,
    )
    if selection.count == 0:
        raise InvalidError("finding.nothing_selected", field="filter")
    return selection


def list_live(session: Session, *, inspection_id: UUID) -> list[LiveFinding]:
    """The findings of an inspection that count, by number."""
    rows = session.exec(
        select(Finding, Evaluation.violations_sha256)
        .join(Evaluation, col(Evaluation.id) == col(Finding.evaluation_id))
        .where(
            col(Finding.inspection_id) == inspection_id,
            col(Finding.state) != FindingState.DISMISSED,
        )
        .order_by(col(Finding.number))
    ).all()
    return [
        LiveFinding(
            id=finding.id,
            number=finding.number,
            rule_code=finding.rule_code,
            source=SelectionSource(
                violations_sha256=sha256,
                filter=ViolationFilter.from_dict(finding.filter),
                excluded_keys=tuple(finding.excluded_keys),
            ),
        )
        for finding, sha256 in rows
        if sha256 is not None
    ]


def refuse_shared_facts(
    storage: Storage,
    cache: Path,
    door: SelectionDoor,
    source: SelectionSource,
    others: Sequence[LiveFinding],
) -> None:
    """Refuse units whose fact another finding holds already, by this rule or one linked to it.

    Rules that see the same fact are linked by `duplicate_of` (domain §9.0): a row in two of their
    findings would count its money twice in the conclusion.

    Raises:
        ConflictError: `facts` name the other finding and how many facts are shared.
    """
    if door.case.campaign.pack_digest is None:
        raise NotFoundError
    pack = load_kept_pack(storage, digest=door.case.campaign.pack_digest)
    family = list_family(pack.rules, source.filter.rule_code)
    for other in others:
        if other.rule_code not in family:
            continue
        shared = count_shared(storage, cache, source, other.source)
        if shared:
            raise ConflictError("finding.selected_already", number=other.number, shared=shared)


def list_family(rules: Sequence[Rule], code: str) -> frozenset[str]:
    """The rules linked with one by `duplicate_of`, in any number of steps, itself among them."""
    family = {code}
    while True:
        linked = {
            name
            for rule in rules
            if rule.duplicate_of is not None and {rule.code, rule.duplicate_of} & family
            for name in (rule.code, rule.duplicate_of)
        }
        if linked <= family:
            return frozenset(family)
        family |= linked
