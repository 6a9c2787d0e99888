"""How the units of every rule ended, of one run and of a whole campaign."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.tables import Evaluation, Inspection, Organization, RuleTally
from inspection.workflow.states import EvaluationState


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyLine:
    """How the units of one rule ended; the five counts make up the population."""

    rule_code: str
    rule_class: str
    table_name: str
    unit: str
    population: int
    met: int
    violated: int
    undetermined: int
    not_applicable: int
    error: int
    error_code: str | None
    error_facts: Mapping[str, object]
    amount: int | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationTallies:
    """The latest finished run of one organization under a campaign."""

    inspection_id: UUID
    organization: str
    evaluation_id: UUID | None
    tallies: tuple[TallyLine, ...]


def list_campaign_tallies(
    session: Session, *, campaign_id: UUID
) -> tuple[OrganizationTallies, ...]:
    """The latest results of every organization; for who has reached the campaign already."""
    organizations = session.exec(
        select(Inspection.id, Organization.name)
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .where(col(Inspection.campaign_id) == campaign_id)
        .order_by(col(Organization.name))
    ).all()
    runs = session.exec(
        select(Evaluation.inspection_id, Evaluation.id)
        .join(Inspection, col(Inspection.id) == col(Evaluation.inspection_id))
        .where(
            col(Inspection.campaign_id) == campaign_id,
            col(Evaluation.state) == EvaluationState.DONE,
        )
        .order_by(col(Evaluation.number))
    ).all()
    latest = dict(runs)  # ascending numbers: the last one stays
    tallies = defaultdict(list)
    for row in session.exec(
        select(RuleTally)
        .where(col(RuleTally.evaluation_id).in_(list(latest.values())))
        .order_by(col(RuleTally.position))
    ):
        tallies[row.evaluation_id].append(row)
    return tuple(
        OrganizationTallies(
            inspection_id=inspection_id,
            organization=name,
            evaluation_id=latest.get(inspection_id),
            tallies=tally_lines(tallies[latest[inspection_id]]) if inspection_id in latest else (),
        )
        for inspection_id, name in organizations
    )


def tally_lines(rows: Iterable[RuleTally]) -> tuple[TallyLine, ...]:
    """How the rules of a run ended, in the order of the rows."""
    return tuple(
        TallyLine(
            rule_code=row.rule_code,
            rule_class=row.rule_class,
            table_name=row.table_name,
            unit=row.unit,
            population=row.population,
            met=row.met,
            violated=row.violated,
            undetermined=row.undetermined,
            not_applicable=row.not_applicable,
            error=row.error,
            error_code=row.error_code,
            error_facts=json.loads(row.error_facts),
            amount=row.amount,
            currency=row.currency,
        )
        for row in rows
    )
