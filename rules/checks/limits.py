"""Limits of checks over groups: a number, or a formula that each row of the group answers.

A parameter is chosen by the record's own date.  The rows of one group must agree on it: where they
fall under different limits, no single one is theirs, and the group cannot be told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from rules.checks.grouping import STANDING
from rules.checks.reason import Reason, why_null
from rules.checks.setting import Setting
from rules.formula import Exact, Reads, Scope, Value, compile_formula
from rules.formula.functions import FUNCTIONS
from rules.formula.values import literal, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit.

    Attributes:
        name: What its columns are called beside the rows.
        value: The limit of a row.
        most: The largest it may be, None is any; it is never below zero.
        scope: What it was compiled over, and so what it reads.
    """

    name: str
    value: Value
    most: Decimal | None
    scope: Scope

    @property
    def is_fixed(self) -> bool:
        """Whether the rule wrote the number itself."""
        return isinstance(self.value.constant, Decimal)

    @property
    def reads(self) -> Reads:
        """What it reads."""
        return self.scope.reads

    def beside(self) -> list[pl.Expr]:
        """Columns for each row: the limit, and why there is none."""
        if self.is_fixed:
            return []
        why = pl.when(self.value.expr.is_null()).then(why_null(self.reads, self.scope))
        return [self.value.expr.alias(self.name), why.alias(f"{self.name}:why")]

    def of_group(self) -> list[pl.Expr]:
        """Aggregates for each group: the least and the largest, and why there is none."""
        if self.is_fixed:
            return []
        applying = pl.col(STANDING).is_null()
        limit, why = pl.col(self.name).filter(applying), pl.col(f"{self.name}:why")
        return [
            limit.min().alias(f"{self.name}:least"),
            limit.max().alias(f"{self.name}:most"),
            why.filter(applying).min().alias(f"{self.name}:unknown"),
        ]

    @property
    def settled(self) -> Value:
        """The limit of a group."""
        if self.is_fixed:
            return self.value
        return Value(pl.col(f"{self.name}:least"), self.value.type)

    def why(self) -> pl.Expr:
        """Why a group has no limit, else null; String."""
        if self.is_fixed:
            return pl.lit(None, dtype=pl.String)
        least, most = pl.col(f"{self.name}:least"), pl.col(f"{self.name}:most")
        outside = least < 0
        if self.most is not None:
            outside = outside | FUNCTIONS[">"].build(self.settled, literal(self.most)).expr
        return (
            pl.when(pl.col(f"{self.name}:unknown").is_not_null())
            .then(pl.col(f"{self.name}:unknown"))
            # Only rows of the rule's own table have the date that would choose a parameter.
            .when(least.is_null())
            .then(pl.lit(Reason.NO_DATE.value))
            .when(least != most)
            .then(pl.lit(Reason.LIMITS.value))
            .when(outside)
            .then(pl.lit(Reason.UNDEFINED.value))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far a figure may lie from the one expected: the larger of an amount and a share of it."""

    absolute: Limit
    relative: Limit

    @property
    def limits(self) -> Sequence[Limit]:
        """Both of them."""
        return (self.absolute, self.relative)

    def exceeded(self, found: Value, expected: Value) -> pl.Expr:
        """Whether `found` is above `expected` by more than may be.

        Raises:
            FormulaError: `formula.too_wide`: it could need more than 38 digits.
        """
        return self._farther(FUNCTIONS["-"].build(found, expected), expected)

    def missed(self, found: Value, expected: Value) -> pl.Expr:
        """Whether `found` is below `expected` by more than may be; raises as `exceeded`."""
        return self._farther(FUNCTIONS["-"].build(expected, found), expected)

    def _farther(self, gap: Value, expected: Value) -> pl.Expr:
        size = FUNCTIONS["ABS"].build(expected)
        share = FUNCTIONS["*"].build(self.relative.settled, size)
        beyond = FUNCTIONS[">"].build
        return beyond(gap, self.absolute.settled).expr & beyond(gap, share).expr


def tolerance_of(setting: Setting, name: str) -> Tolerance:
    """Compile `tolerance.<name>`: `absolute` and `relative` (0.02 is two per cent), 0 if not said.

    Raises:
        FormulaError: One is no number.
        RulesError: `check.bad_value`, `check.unknown_key`.
    """
    within: Mapping[str, object] = {}
    if name in _tolerances(setting):
        wanted = ("absolute", "relative")
        within = setting.part(f"tolerance.{name}", required=(), optional=wanted)
    return Tolerance(
        absolute=_limit(setting, within, name=name, key="absolute", most=None),
        relative=_limit(setting, within, name=name, key="relative", most=Decimal(1)),
    )


def _tolerances(setting: Setting) -> Mapping[str, object]:
    if "tolerance" not in setting.rule.check:
        return {}
    return setting.part("tolerance", required=(), optional=("quantity", "price", "amount"))


def _limit(
    setting: Setting, within: Mapping[str, object], *, name: str, key: str, most: Decimal | None
) -> Limit:
    def make(formula: str, inner: Scope) -> Value:
        value, exact = number(compile_formula(formula, inner))
        return Value(value.expr, exact, constant=value.constant)

    where = f"check.tolerance.{name}.{key}"
    scope = setting.scope().listening()
    text = setting.text(key, of={key: within.get(key, 0)})
    value = setting.compiled(where, text, scope, make)
    constant = value.constant
    if isinstance(constant, Decimal) and (constant < 0 or (most is not None and constant > most)):
        raise setting.refusal("check.bad_value", key=where, expected="number")
    assert isinstance(value.type, Exact)  # noqa: S101 - `number` saw to it
    return Limit(name=f"__tolerance:{name}:{key}", value=value, most=most, scope=scope)
