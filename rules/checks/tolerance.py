"""How far two exact amounts may lie apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from rules.checks.setting import Setting
from rules.checks.threshold import Threshold, carried, reads_of, threshold_of, unknown_of
from rules.formula import Exact, Reads, Value
from rules.formula.values import fitting

_BOUND: Final = "__bound"
_PERCENT: Final = "__percent"
_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a rule says of a tolerance, before the type of the amounts is known."""

    bound: Threshold
    percent: Threshold | None

    @property
    def value(self) -> Value:
        """The absolute bound: the type of the amounts must hold its places."""
        return self.bound.amount.value

    def over(self, setting: Setting, kind: Exact) -> "Tolerance":
        """The tolerance of amounts of a type.

        Raises:
            FormulaError: `formula.too_wide`: a share of them may need more than 38 digits.
        """
        if self.percent is not None:
            lifted = Exact(kind.digits + self._digits(self.percent), kind.scale)
            setting.compiled("check.percent", "", setting.scope(), lambda _, __: fitting(lifted))
        return Tolerance(bound=self.bound, percent=self.percent, kind=kind)

    @staticmethod
    def _digits(percent: Threshold) -> int:
        return max(percent.type.digits, len(str(_HUNDRED)) + percent.type.scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """An absolute bound, and a share of the expected amount: to keep one of them is enough.

    Attributes:
        kind: The type of the amounts.
    """

    bound: Threshold
    percent: Threshold | None
    kind: Exact

    def exceeded(self, found: pl.Expr, expected: pl.Expr) -> pl.Expr:
        """Boolean: the amounts (Int128, of `kind`) lie further apart than both bounds allow.

        Null where a bound is not known.
        """
        apart = (found - expected).abs()
        beyond: pl.Expr = apart > self.bound.beside(self.kind)
        if self.percent is None:
            return beyond
        exact = self.percent.type
        share = expected.abs() * self.percent.beside(exact)
        further: pl.Expr = apart * (_HUNDRED * 10**exact.scale) > share
        return beyond & further

    @property
    def is_fixed(self) -> bool:
        """Whether all bounds are the same for all rows."""
        return all(one.is_fixed for one in self._all)

    @property
    def shared(self) -> Mapping[str, pl.Expr]:
        """The columns that carry bounds which are not fixed."""
        kinds = (self.kind, self.percent.type if self.percent else self.kind)
        return carried(zip(self._all, kinds, strict=False))

    @property
    def unknown(self) -> Mapping[str, pl.Expr]:
        """Why bounds are not known."""
        return unknown_of(self._all)

    @property
    def reads(self) -> Reads:
        """What the bounds read."""
        return reads_of(self._all)

    @property
    def _all(self) -> tuple[Threshold, ...]:
        return (self.bound, self.percent) if self.percent else (self.bound,)


def bounds_of(setting: Setting, *, of: str = "") -> Bounds:
    """Read `tolerance` (0 where it is not given) and `percent`.

    Args:
        setting: The rule.
        of: Tells the columns of several tolerances of one rule apart.

    Raises:
        FormulaError, RulesError: See `threshold_of`.
    """
    given = "percent" in setting.rule.check
    return Bounds(
        bound=threshold_of(setting, "tolerance", _BOUND + of, default=Decimal(0)),
        percent=threshold_of(setting, "percent", _PERCENT + of) if given else None,
    )
