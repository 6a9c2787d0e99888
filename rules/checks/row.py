"""What checks of single rows have in common: one condition, one verdict for each row."""

from dataclasses import dataclass

import polars as pl

from rules.checks.reason import bad, calendar_ends, why_null, without_parameter
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.formula import Reads, Scope
from rules.rule import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCheck:
    """A check each row passes or fails by itself.

    Attributes:
        holds: Boolean, null where it cannot be told.
        found, expected, difference: String or null, for the record of a line.
    """

    holds: pl.Expr
    scope: Scope
    found: pl.Expr
    expected: pl.Expr
    difference: pl.Expr

    @property
    def reads(self) -> Reads:
        """What the check reads."""
        return self.scope.reads


NOTHING = pl.lit(None, dtype=pl.String)


def verdict_of(check: RowCheck, standing: Standing, setting: Setting) -> pl.Expr:
    """The verdict of each row, as String of `Verdict`.

    Only a null of the check itself takes `on_missing`: an unreadable cell, a parameter without a
    value and a year the calendar does not know are nobody's missing data.
    """
    undetermined = pl.lit(Verdict.UNDETERMINED.value)
    cannot = bad(check.reads) | without_parameter(check.reads, check.scope)
    return (
        pl.when(standing.expr == OUT)
        .then(pl.lit(Verdict.NOT_APPLICABLE.value))
        .when(standing.expr.is_not_null() | cannot)
        .then(undetermined)
        .when(check.holds)
        .then(pl.lit(Verdict.MET.value))
        .when(~check.holds)
        .then(pl.lit(Verdict.VIOLATED.value))
        .when(calendar_ends(check.reads))
        .then(undetermined)
        .otherwise(pl.lit(setting.rule.on_missing.value))
    )


def decided(check: RowCheck, standing: Standing, flagged: frozenset[str]) -> pl.Expr:
    """What of the verdicts one cheap condition can tell of each row.

    Args:
        flagged: The columns with an unreadable cell anywhere in the table.

    Returns:
        Boolean: true is met, false is violated; of a null row `verdict_of` has to be asked.
    """
    asked = [] if standing.always else [standing.speaks]
    if unreadable := sorted(check.reads.columns & flagged):
        asked.append(~bad(Reads(columns=set(unreadable))))
    if check.reads.parameters:
        asked.append(~without_parameter(check.reads, check.scope))
    return pl.when(pl.all_horizontal(asked)).then(check.holds) if asked else check.holds


def reason_of(check: RowCheck, standing: Standing) -> pl.Expr:
    """Why a row is undetermined; meaningful only where it is."""
    return pl.coalesce(standing.expr, why_null(check.reads, check.scope))
