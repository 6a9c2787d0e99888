"""Results of runs, laid out for pages: rules down, organizations across."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from api.language import Translator
from inspection.queries.campaigns import InspectionLine
from inspection.queries.evaluations import OrganizationTallies, TallyLine
from inspection.workflow.states import InspectionState
from rules.pack import Pack
from rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many units ended how, over several rules.

    Attributes:
        broken: How many rules could not run at all; none of their units is counted.
    """

    met: int = 0
    violated: int = 0
    undetermined: int = 0
    not_applicable: int = 0
    error: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationResult:
    """One organization with the sum over all rules of its latest run."""

    inspection_id: UUID
    organization: str
    state: InspectionState
    evaluation_id: UUID | None
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One rule in one organization; no tally where it was not run."""

    evaluation_id: UUID | None
    tally: TallyLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule with its name, its norm and its results."""

    code: str
    title: str
    basis: str
    is_confirmed: bool
    rule_class: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Rules by organizations."""

    organizations: tuple[str, ...]
    rows: tuple[RuleRow, ...]


def total(tallies: Iterable[TallyLine]) -> Counts:
    """Add up the tallies of several rules."""
    lines = list(tallies)
    return Counts(
        met=sum(line.met for line in lines),
        violated=sum(line.violated for line in lines),
        undetermined=sum(line.undetermined for line in lines),
        not_applicable=sum(line.not_applicable for line in lines),
        error=sum(line.error for line in lines),
        broken=sum(line.error_code is not None for line in lines),
    )


def by_organization(
    inspections: Sequence[InspectionLine], results: Iterable[OrganizationTallies]
) -> tuple[OrganizationResult, ...]:
    """Put the results beside the organizations of a campaign."""
    found = {result.inspection_id: result for result in results}
    return tuple(
        OrganizationResult(
            inspection_id=line.id,
            organization=line.organization,
            state=line.state,
            evaluation_id=found[line.id].evaluation_id if line.id in found else None,
            counts=total(found[line.id].tallies if line.id in found else ()),
        )
        for line in inspections
    )


def matrix(pack: Pack, results: Iterable[OrganizationTallies], t: Translator) -> Matrix:
    """Lay out the latest runs; organizations without one are left out."""
    run = [result for result in results if result.evaluation_id is not None]
    tallies = [{line.rule_code: line for line in result.tallies} for result in run]
    return Matrix(
        organizations=tuple(result.organization for result in run),
        rows=tuple(
            rule_row(
                rule,
                t,
                tuple(
                    Cell(evaluation_id=result.evaluation_id, tally=lines.get(rule.code))
                    for result, lines in zip(run, tallies, strict=True)
                ),
            )
            for rule in pack.rules
        ),
    )


def rule_row(rule: Rule, t: Translator, cells: tuple[Cell, ...]) -> RuleRow:
    """Name a rule in the language of the page."""
    return RuleRow(
        code=rule.code,
        title=t.pick(rule.title),
        basis=f"{rule.basis.provision}, {rule.basis.document}",
        is_confirmed=rule.basis.confirmed,
        rule_class=rule.rule_class,
        cells=cells,
    )


def rules_of(pack: Pack, t: Translator) -> Mapping[str, RuleRow]:
    """Give the names of all rules of a pack, by code, in the order of the pack."""
    return {rule.code: rule_row(rule, t, ()) for rule in pack.rules}
