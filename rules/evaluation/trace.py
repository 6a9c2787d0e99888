"""One verdict retraced: everything it was made of, bounded in size."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from rules.parameter import Parameter, ParameterValue
from rules.rule import Rule, Verdict
from rules.text import Text

MOST_ROWS: Final = 20  # of each table
MOST_FACTS: Final = 50
MOST_FORMULAS: Final = 50
LONGEST: Final = 2_000  # characters of one value; a longer one ends with how many were left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a row stands; what is None is not asked.

    Attributes:
        file: SHA-256 of the source.
    """

    row: int
    file: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One cell the rule reads.

    Attributes:
        label: What the contract calls the column.
        value: Language-neutral text; None where the cell is blank or was not readable.
        is_unreadable: Something stood there that the contract could not read.
        found: The original text of such a cell, where the problems of reading are at hand.
    """

    column: str
    label: Text | None
    value: str | None
    is_unreadable: bool
    found: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedStep:
    """One part of a formula and what it came to; see `rules.formula.explaining.Step`."""

    text: str
    at: int
    end: int
    type: str
    value: str | None
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedFormula:
    """A formula of the rule, over the row, or the first row of the group.

    Attributes:
        where: Its name in the rule: `applies`, `check.must`, `amount` …
        steps: Its parts as they are worked out, the whole last; empty where no row of the rule's
            own table stands behind the unit.
    """

    where: str
    text: str
    steps: tuple[TracedStep, ...] = ()

    @property
    def value(self) -> str | None:
        """What the whole came to; None is not known."""
        return self.steps[-1].value if self.steps else None


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """Whether the norm was in force for the record.

    Attributes:
        dated_by: The column with the record's own date; None: the day of the evaluation counts.
        on: That date; None where the record has none, or no record stands behind the unit.
        holds: Whether it lies within `starts_on` and `ends_on`; None where `on` is.
    """

    starts_on: date | None
    ends_on: date | None
    dated_by: str | None
    on: date | None
    holds: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedParameter:
    """The value of a parameter the record was judged by: `on` lies within its dates.

    Attributes:
        text: The value as language-neutral text.
        value: The row of the parameter; None where none is in force on that date.
    """

    parameter: Parameter
    on: date | None
    text: str | None
    value: ParameterValue | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedRow:
    """One of the rows judged together.

    Attributes:
        is_own: It is the inspected organization's.
        is_of_unit: It belongs to the unit itself, not only to what the unit was held against.
        standing: Of a row of the rule's own table: None, the rule speaks of it; `out`, it does not;
            else the `Reason` why that is not known.
        values: What the rule reads of it: columns, and formulas by their text.
    """

    file: str | None
    sheet: str | None
    row: int | None
    is_own: bool
    is_of_unit: bool
    standing: str | None
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedRows:
    """The rows of one table that were judged together with the unit.

    Attributes:
        key: By what they came together, as texts; empty where every row was looked at.
        count: How many there are.
        rows: The first of them: those of the unit before the others, then by place.
    """

    table: str
    key: tuple[str | None, ...]
    count: int
    rows: tuple[TracedRow, ...]

    @property
    def left_out(self) -> int:
        """How many more there are than are shown."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedFact:
    """A measure behind the verdict; the columns of `rules.checks.sets.FACTS`."""

    group: str | None
    item: str
    measure: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How one unit got its verdict.

    Attributes:
        as_of: The day of the evaluation.
        verdict: None: the rule could not run, for `error_code` and `error_facts`.
        reason: Of an undetermined unit, a `rules.checks.Reason`.
        unit_key, group, rows, found, expected, difference, amount: As the line of a violation
            tells them; here for met units too, where the kind keeps them.
        message: Of a violated unit.
        applies: None where the rule has no such condition.
        parameters: One for each parameter the rule reads.
        inputs: The cells of the row, or of the first row of the group.
        formulas: What the check works out over that row.
        compared: The rows a verdict over several rows was reached by, table by table.
        facts: Measures of the unit's group, or of the whole table where there are no groups.
        facts_left_out, formulas_left_out: How many more there are than are shown.
    """

    pack: str
    pack_digest: str
    rule: Rule
    as_of: date
    verdict: Verdict | None
    in_force: InForce
    reason: str | None = None
    error_code: str | None = None
    error_facts: Mapping[str, object] = field(default_factory=dict)
    place: Place | None = None
    unit_key: str | None = None
    group: str | None = None
    rows: int | None = None
    found: str | None = None
    expected: str | None = None
    difference: str | None = None
    amount: str | None = None
    message: Text | None = None
    applies: TracedFormula | None = None
    parameters: tuple[TracedParameter, ...] = ()
    inputs: tuple[Input, ...] = ()
    formulas: tuple[TracedFormula, ...] = ()
    formulas_left_out: int = 0
    compared: tuple[TracedRows, ...] = ()
    facts: tuple[TracedFact, ...] = ()
    facts_left_out: int = 0


def shortened(text: str | None) -> str | None:
    """A value within bounds; one that is too long says how much of it is left out."""
    if text is None or len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]} … (+{len(text) - LONGEST})"
