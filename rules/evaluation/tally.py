"""What became of a rule's population, counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from rules.parameter import ParameterValue
from rules.rule import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterUse:
    """A value of a parameter that was in force for a record the rule spoke of."""

    parameter: str
    unit: str
    value: ParameterValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One rule, done.

    Attributes:
        rule: Its code.
        population: Units; met + violated + undetermined + not_applicable + error, always.
        error: The whole population of a rule that could not run: rows where the unit is the row,
            else 1 because groups could not be formed; 0 without a table or rows.
        error_code: `table_missing`, `table_empty` or `column_missing`; None where the rule ran.
        error_facts: `table`, and `column` where one is missing.
        amount: Sum of the amounts of violated units, in the currency of the table; None where the
            rule has no amount formula, or did not run.
        parameters: The values it used, by name and first day.
    """

    rule: str
    table: str
    unit: Unit
    population: int
    met: int = 0
    violated: int = 0
    undetermined: int = 0
    not_applicable: int = 0
    error: int = 0
    error_code: str | None = None
    error_facts: Mapping[str, object] = field(default_factory=dict)
    amount: Decimal | None = None
    parameters: tuple[ParameterUse, ...] = ()

    def __post_init__(self) -> None:
        """Hold the counts to their sum."""
        counted = self.met + self.violated + self.undetermined + self.not_applicable + self.error
        if counted != self.population:
            # A sum that does not reconcile is a defect of the engine: nothing may be concluded.
            raise ArithmeticError(self)
