"""Figures over the rows of a group: counted, added, compared, in three-valued logic.

A row that says nothing makes a figure unknown, unless the figure is settled without it: one false
settles `all`, one true settles `any`.  A row of unknown standing says nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from rules.checks.grouping import STANDING
from rules.checks.reason import bad, why_null, without_parameter
from rules.checks.setting import Setting
from rules.checks.standing import OUT
from rules.formula import Exact, Scope, Type, Value, compile_formula
from rules.formula.values import TEXT, TRUTH, fitting, number

_ROWS_DIGITS = 10  # of a count of rows
_BETWEEN = '","'  # of the texts of a JSON list


class How(StrEnum):
    """How the rows of a group become one figure."""

    COUNT = "count"  # rows for which a condition is true
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    ALL = "all"  # whether a condition is true for every row
    ANY = "any"  # whether it is true for one
    LIST = "list"  # the different texts, sorted, as a JSON list; null where there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """One figure.

    Attributes:
        of: What each row says, as the type it is aggregated in.
        type: The type of the figure.
        scope: What `of` was compiled over.
    """

    name: str
    how: How
    of: pl.Expr
    type: Type
    scope: Scope

    @property
    def column(self) -> str:
        """The column of the figure."""
        return f"__figure:{self.name}"

    @property
    def value(self) -> Value:
        """The figure as formulas read it."""
        return Value(pl.col(self.column), self.type)

    def beside(self) -> list[pl.Expr]:
        """For each row: what it says, null where it says nothing, and why it does not."""
        reads = self.scope.reads
        # An unreadable cell says nothing, whatever the formula makes of its null.
        silent = self.of.is_null() | bad(reads) | without_parameter(reads, self.scope)
        why = pl.when(silent).then(why_null(reads, self.scope))
        said = pl.when(~silent).then(self.of)
        return [said.alias(f"{self.column}:of"), why.alias(f"{self.column}:why")]

    def of_group(self) -> list[pl.Expr]:
        """For each group: the figure, null where it is unknown, and why it is."""
        inside = (pl.col(STANDING) != OUT).fill_null(True)
        unsure = pl.col(STANDING).is_not_null()
        said = pl.when(~unsure).then(f"{self.column}:of").filter(inside)
        why = pl.coalesce(STANDING, f"{self.column}:why").filter(inside).min()
        figure = self._figure(said)
        return [figure.alias(self.column), why.alias(f"{self.column}:unknown")]

    def _figure(self, said: pl.Expr) -> pl.Expr:
        complete = said.is_not_null().all()
        if self.how is How.ALL:
            return pl.when((~said).any()).then(False).when(complete).then(True)
        if self.how is How.ANY:
            return pl.when(said.any()).then(True).when(complete).then(False)
        return pl.when(complete).then(self._of_all(said))

    def _of_all(self, said: pl.Expr) -> pl.Expr:
        """The figure of rows of which each says something."""
        match self.how:
            case How.COUNT:
                return said.sum().cast(pl.Int64)
            case How.SUM:
                return said.sum()
            case How.MIN:
                return said.min()
            case How.MAX:
                return said.max()
        told = said.unique().sort().str.join(_BETWEEN)
        listed = pl.concat_str(pl.lit('["'), told, pl.lit('"]'))
        return pl.when(said.len() > 0).then(listed)


def aggregates_of(setting: Setting) -> tuple[Aggregate, ...]:
    """Compile `figures`: for each name one of `How` and its formula.

    Raises:
        FormulaError: A formula does not compile, has the wrong type, or its sum may need more than
            38 digits.
        RulesError: `check.bad_value`, `check.not_a_choice`, `check.name_taken`.
    """
    figures = setting.rule.check.get("figures")
    if not isinstance(figures, Mapping) or not figures:
        raise setting.refusal("check.bad_value", key="check.figures", expected="mapping")
    return tuple(_aggregate(setting, str(name), given) for name, given in figures.items())


def aggregate_of(setting: Setting, name: str, given: object, *, where: str) -> Aggregate:
    """Compile one figure over the rule's own table.

    Args:
        setting: The rule.
        name: What the figure is called.
        given: A mapping of one of `How` to its formula.
        where: The place in the rule, for refusals.

    Raises:
        FormulaError: The formula does not compile, has the wrong type, or is too wide.
        RulesError: `check.bad_value`, `check.not_a_choice`.
    """
    if not isinstance(given, Mapping) or len(given) != 1:
        raise setting.refusal("check.bad_value", key=where, expected="mapping")
    (how,) = given
    known = [one.value for one in How]
    if how not in known:
        expected = ", ".join(known)
        raise setting.refusal("check.not_a_choice", key=where, found=str(how), expected=expected)
    scope = setting.scope().listening()
    text = setting.text(str(how), of=given)
    of, kind = setting.compiled(
        where, text, scope, lambda formula, inner: _typed(How(how), compile_formula(formula, inner))
    )
    return Aggregate(name=name, how=How(how), of=of, type=kind, scope=scope)


def _aggregate(setting: Setting, name: str, given: object) -> Aggregate:
    where = f"check.figures.{name}"
    if setting.contract.column(name) is not None or name in setting.parameters:
        # A figure would hide the column, and nobody would see it.
        raise setting.refusal("check.name_taken", key=where, name=name)
    return aggregate_of(setting, name, given, where=where)


def _typed(how: How, value: Value) -> tuple[pl.Expr, Type]:
    match how:
        case How.COUNT:
            return value.to(TRUTH), Exact(_ROWS_DIGITS)
        case How.ALL | How.ANY:
            return value.to(TRUTH), TRUTH
        case How.SUM:
            value, exact = number(value)
            wide = fitting(Exact(exact.digits + _ROWS_DIGITS, exact.scale))
            return value.expr.cast(wide.dtype), wide
        case How.LIST:
            text = value.to(TEXT).str.replace_all("\\", r"\\", literal=True)
            return text.str.replace_all('"', r"\"", literal=True), TEXT
    return value.expr, value.type
