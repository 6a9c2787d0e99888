"""Numbers a rule holds amounts against: written down, or chosen by the record's own date.

A threshold is a number, a parameter or a formula over the rule's own rows.  The rows of one group
must agree on it: which of two limits were meant could not be told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from rules.checks.setting import Setting
from rules.checks.sums import Amount, amount_of, in_units
from rules.formula import Exact, Reads
from rules.formula.values import literal, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One of them.

    Attributes:
        name: The column that carries it beside a row or a group; not needed where it is fixed.
    """

    name: str
    amount: Amount

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same number for all rows."""
        return self.amount.value.constant is not None

    @property
    def type(self) -> Exact:
        """Its own type."""
        return number(self.amount.value)[1]

    def of_row(self, kind: Exact) -> pl.Expr:
        """Int128 in the units of `kind`, from the columns of a row."""
        return in_units(self.amount.value, kind)

    def beside(self, kind: Exact) -> pl.Expr:
        """Int128 in the units of `kind`, from the column `name` where it is not fixed."""
        return self.of_row(kind) if self.is_fixed else pl.col(self.name)


def threshold_of(
    setting: Setting, key: str, name: str, *, default: Decimal | None = None
) -> Threshold:
    """Read a threshold; a number must not be below 0.

    Raises:
        FormulaError: It is neither a number nor a formula that gives one; it is a parameter and the
            rule has no `dated_by`.
        RulesError: `check.bad_value`.
    """
    scope = setting.scope()
    given = setting.rule.check.get(key, default)
    if isinstance(given, str) and not _is_number(given):
        return Threshold(name=name, amount=amount_of(setting, f"check.{key}", given, scope))
    fixed = default if key not in setting.rule.check else setting.amount(key)
    assert fixed is not None  # noqa: S101 - who gives no default has seen the key
    value = setting.compiled(f"check.{key}", str(fixed), scope, lambda _, __: literal(fixed))
    return Threshold(name=name, amount=Amount(value=value, scope=scope.listening()))


def carried(thresholds: Iterable[tuple[Threshold, Exact]]) -> Mapping[str, pl.Expr]:
    """The columns by which groups know thresholds that are not fixed."""
    return {one.name: one.of_row(kind) for one, kind in thresholds if not one.is_fixed}


def unknown_of(thresholds: Iterable[Threshold]) -> Mapping[str, pl.Expr]:
    """Why they are not known, by the same names."""
    return {one.name: one.amount.unknown() for one in thresholds if not one.is_fixed}


def reads_of(thresholds: Iterable[Threshold]) -> Reads:
    """What they read."""
    reads = Reads()
    for one in thresholds:
        reads = reads.with_(one.amount.reads)
    return reads


def _is_number(text: str) -> bool:
    try:
        Decimal(text)
    except ArithmeticError:
        return False
    return True
