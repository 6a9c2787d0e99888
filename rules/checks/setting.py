"""What a rule is compiled against, and how its settings are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from rules.calendar import Calendar
from rules.contract import Column, Contract
from rules.errors import FormulaError, RulesError
from rules.formula import Scope, Value, compile_formula
from rules.formula.scope import column_value
from rules.named_list import NamedList
from rules.parameter import Parameter
from rules.rule import Rule

T = TypeVar("T")
C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One formula of a rule, as it was compiled.

    Attributes:
        where: Its name in the rule, such as `check.must`.
        scope: What it could name.
    """

    where: str
    text: str
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One rule among the contracts, parameters and calendar of its pack.

    Attributes:
        heard: A list that is told every formula compiled, for those who retrace a verdict.
    """

    rule: Rule
    contracts: Mapping[str, Contract]
    parameters: Mapping[str, Parameter]
    calendar: Calendar | None
    as_of: date
    lists: Mapping[str, NamedList] = field(default_factory=dict)
    heard: list[Heard] | None = field(default=None, repr=False, compare=False)

    @property
    def contract(self) -> Contract:
        """The contract of the rule's own table."""
        return self.contract_of(self.rule.table)

    def contract_of(self, table: str) -> Contract:
        """The contract of a table the rule names.

        Raises:
            RulesError: `check.unknown_table`.
        """
        if table not in self.contracts:
            raise self.refusal("check.unknown_table", name=table)
        return self.contracts[table]

    def scope(self, table: str | None = None) -> Scope:
        """What formulas over a table of the rule may name; the rule's own if not said."""
        own = table is None
        return Scope(
            contract=self.contract if table is None else self.contract_of(table),
            # A parameter is chosen by the record's date, which only the rule's own table has.
            parameters=self.parameters if own else {},
            calendar=self.calendar,
            as_of=self.as_of,
            dated_by=self.rule.dated_by if own else None,
            lists=self.lists,
        )

    def refusal(self, code: str, **facts: object) -> RulesError:
        """An error about this rule's settings."""
        return RulesError(code, rule=self.rule.code, **facts)

    def compiled(self, where: str, text: str, scope: Scope, make: Callable[[str, Scope], T]) -> T:
        """Compile one formula of the rule; a refusal names the rule, the formula and its text."""
        spoken: list[str] = []
        try:
            made = make(text, replace(scope, heard=spoken))
        except FormulaError as error:
            facts = {"rule": self.rule.code, "formula": where, "text": text, "at": 0}
            raise FormulaError(error.code, **{**facts, **error.facts}) from None
        if self.heard is not None:
            self.heard.extend(Heard(where=where, text=one, scope=scope) for one in spoken)
        return made

    def term(self, where: str, text: str, scope: Scope) -> Value:
        """A column if the text is the name of one, else a formula."""
        column = scope.contract.column(text)
        if column is not None and (scope.columns is None or text in scope.columns):
            scope.reads.columns.add(text)
            return column_value(column)
        return self.compiled(where, text, scope, compile_formula)

    def column(self, name: str, where: str) -> Column:
        """A declared column of the rule's table.

        Raises:
            RulesError: `check.unknown_column`.
        """
        column = self.contract.column(name)
        if column is None:
            raise self.refusal("check.unknown_column", name=name, table=self.rule.table, key=where)
        return column

    def keys(self, *, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
        """Hold the check to the keys of its kind.

        Raises:
            RulesError: `check.missing_key`, `check.unknown_key`.
        """
        _check_keys(self, "check", self.rule.check, ("kind", *required), optional)

    def texts(self, key: str, *, of: Mapping[str, object] | None = None) -> tuple[str, ...]:
        """A list of texts.

        Raises:
            RulesError: `check.bad_value`.
        """
        value = (self.rule.check if of is None else of).get(key)
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise self.refusal("check.bad_value", key=f"check.{key}", expected="texts")
        return tuple(value)

    def text(self, key: str, *, of: Mapping[str, object] | None = None) -> str:
        """One text; a bare YAML number or truth counts as the formula it reads as.

        Raises:
            RulesError: `check.bad_value`.
        """
        value = (self.rule.check if of is None else of).get(key)
        if isinstance(value, bool | int | float | Decimal):
            return str(value)
        if not isinstance(value, str):
            raise self.refusal("check.bad_value", key=f"check.{key}", expected="text")
        return value

    def choice(self, key: str, choices: type[C], *, of: Mapping[str, object] | None = None) -> C:
        """One member of a closed set.

        Raises:
            RulesError: `check.bad_value`, `check.not_a_choice`.
        """
        return choices(self.word(key, [one.value for one in choices], of=of))

    def word(
        self,
        key: str,
        known: Sequence[str],
        *,
        otherwise: str | None = None,
        of: Mapping[str, object] | None = None,
    ) -> str:
        """One of some words, `otherwise` where nothing is said.

        Raises:
            RulesError: `check.bad_value`, `check.not_a_choice`.
        """
        if otherwise is not None and key not in (self.rule.check if of is None else of):
            return otherwise
        found = self.text(key, of=of)
        if found not in known:
            raise self.refusal(
                "check.not_a_choice", key=f"check.{key}", found=found, expected=", ".join(known)
            )
        return found

    def truth(self, key: str, *, otherwise: bool) -> bool:
        """True or false, `otherwise` where it is not said.

        Raises:
            RulesError: `check.bad_value`.
        """
        value = self.rule.check.get(key, otherwise)
        if not isinstance(value, bool):
            raise self.refusal("check.bad_value", key=f"check.{key}", expected="boolean")
        return value

    def whole(self, key: str, *, least: int, most: int, otherwise: int | None = None) -> int:
        """A whole number between two others, `otherwise` where it is not said.

        Raises:
            RulesError: `check.range`.
        """
        value = self.rule.check.get(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            facts = {"key": f"check.{key}", "found": str(value), "least": least, "most": most}
            raise self.refusal("check.range", **facts)
        return value

    def amount(self, key: str) -> Decimal:
        """One number, not below zero.

        Raises:
            RulesError: `check.bad_value`.
        """
        value = self.rule.check.get(key)
        try:
            number = None if isinstance(value, bool) else Decimal(str(value))
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or number < 0:
            raise self.refusal("check.bad_value", key=f"check.{key}", expected="number")
        return number

    def part(
        self, key: str, *, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> Mapping[str, object]:
        """A group of settings inside the check, `a.b` one inside another.

        Raises:
            RulesError: `check.bad_value`, `check.missing_key`, `check.unknown_key`.
        """
        value: object = self.rule.check
        for step in key.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping):
            raise self.refusal("check.bad_value", key=f"check.{key}", expected="mapping")
        _check_keys(self, f"check.{key}", value, required, optional)
        return value

    def units(self, *allowed: str) -> None:
        """Hold the rule to the units its kind can judge.

        Raises:
            RulesError: `check.unit`.
        """
        if self.rule.unit not in allowed:
            raise self.refusal(
                "check.unit",
                kind=self.rule.check.get("kind"),
                found=str(self.rule.unit),
                expected=", ".join(allowed),
            )


def _check_keys(
    setting: Setting,
    where: str,
    given: Mapping[str, object],
    required: tuple[str, ...],
    optional: tuple[str, ...],
) -> None:
    for key in required:
        if key not in given:
            raise setting.refusal("check.missing_key", key=f"{where}.{key}")
    for key in given:
        if key not in (*required, *optional):
            expected = ", ".join((*required, *optional))
            raise setting.refusal("check.unknown_key", key=f"{where}.{key}", expected=expected)
