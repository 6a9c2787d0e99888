"""Results of runs, laid out for pages: rules down, organizations across."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from api.language import Translator
from inspection.queries.campaigns import InspectionLine
from inspection.queries.evaluations import OrganizationTallies, TallyLine
from inspection.violations import ReasonCount
from inspection.workflow.states import InspectionState
from rules.pack import Pack
from rules.rule import Rule, RuleClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many units ended how, over several rules; a unit counts once for each rule.

    Attributes:
        violated: Units that do not meet a requirement of law.
        risk, quality: Hits of the other two classes: they are no violations, whoever adds up.
        broken: How many rules could not run at all.
    """

    population: int = 0
    met: int = 0
    violated: int = 0
    risk: int = 0
    quality: int = 0
    undetermined: int = 0
    not_applicable: int = 0
    error: int = 0
    broken: int = 0

    @property
    def reconciles(self) -> bool:
        """Whether every unit that was counted ended in exactly one way."""
        hits = self.violated + self.risk + self.quality
        rest = self.met + self.undetermined + self.not_applicable + self.error
        return self.population == hits + rest


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassResult:
    """The rules of one class, with what they come to together."""

    rule_class: RuleClass
    counts: Counts
    tallies: tuple[TallyLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonResult:
    """One reason why units could not be judged: how often, and under which rules."""

    reason: str
    count: int
    rules: tuple[ReasonCount, ...]


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
    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Rules by organizations."""

    organizations: tuple[str, ...]
    rows: tuple[RuleRow, ...]


def total(tallies: Iterable[TallyLine]) -> Counts:
    """Add up the tallies of several rules; hits stay apart by the class of their rule."""
    lines = list(tallies)

    def hits(rule_class: RuleClass) -> int:
        return sum(line.violated for line in lines if line.rule_class == rule_class)

    return Counts(
        population=sum(line.population for line in lines),
        met=sum(line.met for line in lines),
        violated=hits(RuleClass.VIOLATION),
        risk=hits(RuleClass.RISK),
        quality=hits(RuleClass.QUALITY),
        undetermined=sum(line.undetermined for line in lines),
        not_applicable=sum(line.not_applicable for line in lines),
        error=sum(line.error for line in lines),
        broken=sum(line.error_code is not None for line in lines),
    )


def by_class(tallies: Iterable[TallyLine]) -> tuple[ClassResult, ...]:
    """Part the rules of a run by their class; a class without rules is left out."""
    lines = list(tallies)
    parts = {one: tuple(x for x in lines if x.rule_class == one) for one in RuleClass}
    return tuple(
        ClassResult(rule_class=one, counts=total(part), tallies=part)
        for one, part in parts.items()
        if part
    )


def by_reason(counted: Iterable[ReasonCount]) -> tuple[ReasonResult, ...]:
    """Put the reasons of all rules together, the commonest first."""
    found: dict[str, list[ReasonCount]] = {}
    for one in counted:
        found.setdefault(one.reason, []).append(one)
    results = [
        ReasonResult(reason=reason, count=sum(one.count for one in some), rules=tuple(some))
        for reason, some in found.items()
    ]
    return tuple(sorted(results, key=lambda one: (-one.count, one.reason)))


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
        kind=str(rule.check["kind"]),
        cells=cells,
    )


def rules_of(pack: Pack, t: Translator) -> Mapping[str, RuleRow]:
    """Give the names of all rules of a pack, by code, in the order of the pack."""
    return {rule.code: rule_row(rule, t, ()) for rule in pack.rules}
