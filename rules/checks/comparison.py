"""A comparison taken apart: what was found, what was expected, how far they lie apart."""

from typing import Final

import polars as pl

from rules.checks.row import NOTHING
from rules.errors import FormulaError
from rules.formula import Call, Exact, Node, Scope, build
from rules.formula.functions import FUNCTIONS
from rules.formula.values import BLANK, DATE
from rules.formula.writing import text_of

_COMPARISONS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})


def sides(node: Node, scope: Scope) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
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
