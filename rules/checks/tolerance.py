"""How far two exact amounts may lie apart."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from rules.checks.setting import Setting
from rules.formula import Exact
from rules.formula.values import fitting

_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """An absolute bound, and a share of the expected amount: to keep one of them is enough.

    Attributes:
        units: The absolute bound in the units of the amounts.
        share: Percent of the expected amount as a fraction of whole numbers.
    """

    units: int
    share: tuple[int, int]

    def exceeded(self, found: pl.Expr, expected: pl.Expr) -> pl.Expr:
        """Boolean: the amounts (Int128, one scale) lie further apart than both bounds allow."""
        apart = (found - expected).abs()
        beyond = apart > pl.lit(self.units, dtype=pl.Int128)
        top, below = self.share
        if not top:
            return beyond
        return beyond & (apart * below > expected.abs() * top)


def tolerance_of(setting: Setting, kind: Exact) -> Tolerance:
    """Read `tolerance`, and `percent` where it is given.

    Raises:
        FormulaError: `formula.too_wide`: a share of these amounts may need more than 38 digits.
        RulesError: `check.bad_value`.
    """
    bound = bound_of(setting)
    top, below = 0, 1
    if "percent" in setting.rule.check:
        top, below = (setting.amount("percent") / _HUNDRED).as_integer_ratio()
        wide = Exact(kind.digits + len(str(max(top, below))), kind.scale)
        setting.compiled("check.percent", str(top), setting.scope(), lambda _, __: fitting(wide))
    # The scale of `kind` holds the bound: it was among the values the kind was made for.
    return Tolerance(units=int(bound.scaleb(kind.scale)), share=(top, below))


def bound_of(setting: Setting) -> Decimal:
    """The absolute bound; 0 where the rule gives none.

    Raises:
        RulesError: `check.bad_value`.
    """
    return setting.amount("tolerance") if "tolerance" in setting.rule.check else Decimal(0)
