"""Amounts that lie just below a threshold.

Unit: row.  A number below `limit` by no more than `within`, or by no more than `within_percent` of
the limit, is violated; one on the limit or above it is met, and so is one farther below.  Limit and
distance may be parameters, chosen by the record's own date.
"""

from decimal import Decimal
from typing import Final

import polars as pl

from rules.checks.indicator import exact_of, number_in, refuse_below, refuse_violation
from rules.checks.row import RowCheck
from rules.checks.setting import Setting
from rules.formula import Scope, Value
from rules.formula.functions import FUNCTIONS
from rules.formula.values import literal
from rules.formula.writing import text_of

_WHOLE: Final = literal(Decimal(100))  # per cent


def compile_check(setting: Setting) -> RowCheck:
    """Compile the number, the threshold, and the distance.

    Raises:
        FormulaError: One of them is no number, or they may need more than 38 digits.
        RulesError: `check.class`, `check.unit`, `check.missing_key`, `check.unknown_key`,
            `check.bad_value`.
    """
    refuse_violation(setting)
    setting.units("row")
    setting.keys(required=("of", "limit"), optional=("within", "within_percent"))
    given = [key for key in ("within", "within_percent") if key in setting.rule.check]
    if len(given) != 1:
        raise setting.refusal("check.one_of", keys="check.within, check.within_percent")
    scope = setting.scope().listening()
    number, limit = number_in(setting, "of", scope), number_in(setting, "limit", scope)
    within = number_in(setting, given[0], scope)
    refuse_below(setting, given[0], within, 0)

    def gap(_text: str, _scope: Scope) -> tuple[Value, Value]:
        apart = FUNCTIONS["-"].build(limit, number)
        if given[0] == "within":
            return apart, FUNCTIONS["<="].build(apart, within)
        # Multiplied out instead of divided: nothing is rounded.
        whole = FUNCTIONS["*"].build(apart, _WHOLE)
        return apart, FUNCTIONS["<="].build(whole, FUNCTIONS["*"].build(limit, within))

    apart, is_near = setting.compiled("check.limit", setting.text("limit"), scope, gap)
    is_below = apart.expr > pl.lit(0, dtype=exact_of(apart).dtype)
    return RowCheck(
        holds=~(is_below & is_near.expr),
        scope=scope,
        found=text_of(number),
        expected=text_of(limit),
        difference=text_of(apart),
    )
