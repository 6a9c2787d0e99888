"""A condition every row must meet.

Unit: row.  True is met, false violated, null what `on_missing` says; a row with an unreadable cell
among those the condition reads, or with no value of a parameter in force, is undetermined.
"""

from typing import Final

import polars as pl

from rules.checks.row import NOTHING, RowCheck
from rules.checks.setting import Setting
from rules.errors import FormulaError
from rules.formula import Call, Exact, Node, Scope, build, condition, parse
from rules.formula.functions import FUNCTIONS
from rules.formula.values import BLANK, DATE
from rules.formula.writing import text_of

_COMPARISONS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})


def compile_check(setting: Setting) -> RowCheck:
    """Compile `must`.

    Raises:
        FormulaError: `must` is no condition over the row.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`.
    """
    setting.units("row")
    setting.keys(required=("must",))
    must = setting.text("must")
    scope = setting.scope().listening()
    holds = setting.compiled("check.must", must, scope, condition)
    found, expected, difference = _sides(parse(must), scope)
    return RowCheck(holds=holds, scope=scope, found=found, expected=expected, difference=difference)


def _sides(node: Node, scope: Scope) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Of a comparison: its left side, its right side with the sign, and how far they lie apart."""
    if not isinstance(node, Call) or node.name not in _COMPARISONS:
        return NOTHING, NOTHING, NOTHING
    quiet = scope.listening()
    left, right = (build(side, quiet) for side in node.args)
    if BLANK in (left.type, right.type):
        return NOTHING, NOTHING, NOTHING
    gap = NOTHING
    if (isinstance(left.type, Exact) and isinstance(right.type, Exact)) or (
        left.type == right.type == DATE
    ):
        try:
            gap = text_of(FUNCTIONS["-"].build(left, right))
        except FormulaError:  # 38 digits compare, but do not subtract
            gap = NOTHING
    return text_of(left), pl.lit(f"{node.name} ") + text_of(right), gap
