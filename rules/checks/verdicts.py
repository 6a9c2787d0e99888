"""How a unit ends, in the order of the law of the house."""

import polars as pl

from rules.checks.grouping import REASON, VERDICT
from rules.rule import Verdict


def settled(*, out: pl.Expr, why: pl.Expr, violated: pl.Expr) -> list[pl.Expr]:
    """VERDICT and REASON of a unit frame.

    Args:
        out: Boolean, never null: the rule does not speak of the unit.
        why: String: the reason why the unit cannot be judged, else null.
        violated: Boolean: asked where neither holds; null is undetermined, never met.
    """
    verdict = (
        pl.when(out)
        .then(pl.lit(Verdict.NOT_APPLICABLE.value))
        .when(why.is_not_null())
        .then(pl.lit(Verdict.UNDETERMINED.value))
        .when(violated)
        .then(pl.lit(Verdict.VIOLATED.value))
        .when(~violated)
        .then(pl.lit(Verdict.MET.value))
        .otherwise(pl.lit(Verdict.UNDETERMINED.value))
    )
    return [verdict.alias(VERDICT), why.alias(REASON)]
