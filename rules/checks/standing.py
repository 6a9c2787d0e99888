"""Whether a rule speaks of a row at all: its dates in force, and `applies`."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks.reason import Reason, why_null
from rules.checks.setting import Setting
from rules.formula import Reads, condition
from rules.formula.scope import between

OUT: Final = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How rows stand to a rule before its check is asked.

    Attributes:
        expr: String: null for a row the rule speaks of, `out` for one it does not (not
            applicable), else the `Reason` why that cannot be told.
        speaks: Boolean, never null: whether the rule speaks of the row, as far as can be told.
        always: Whether it speaks of every row, whatever stands there.
        reads: What `dated_by` and `applies` read.
    """

    expr: pl.Expr
    speaks: pl.Expr
    always: bool
    reads: Reads


def standing_of(setting: Setting) -> Standing:
    """Compile the dates in force and `applies` of a rule.

    The order is the law of the house: without a date nothing can be told; outside the dates or
    where `applies` is false nothing else matters, not even unreadable cells.

    Raises:
        FormulaError: `applies` is no condition over the row.
        RulesError: `check.unknown_column`, `check.date_column`.
    """
    rule = setting.rule
    scope = setting.scope().listening()
    known, speaks = pl.lit(None, dtype=pl.String), pl.lit(True)
    if rule.applies is not None:
        applies = setting.compiled("applies", rule.applies, scope, condition)
        known = (
            pl.when(~applies)
            .then(pl.lit(OUT))
            .when(applies.is_null())
            .then(why_null(scope.reads, scope))
        )
        speaks = applies
    on = _date(setting)
    inside = between(on, *rule.in_force)
    known = pl.when(~inside).then(pl.lit(OUT)).otherwise(known)
    if rule.dated_by is not None:
        scope.reads.columns.add(rule.dated_by)
        known = pl.when(on.is_null()).then(pl.lit(Reason.NO_DATE.value)).otherwise(known)
    return Standing(
        expr=known,
        speaks=(speaks & inside).fill_null(False),
        always=rule.applies is None and rule.dated_by is None and _covers(setting),
        reads=scope.reads,
    )


def _covers(setting: Setting) -> bool:
    """Whether the day of the evaluation lies within the dates in force."""
    first, last = setting.rule.in_force
    on = setting.as_of
    return (first is None or first <= on) and (last is None or on <= last)


def _date(setting: Setting) -> pl.Expr:
    name = setting.rule.dated_by
    if name is None:
        return pl.lit(setting.as_of, dtype=pl.Date)
    if setting.column(name, "dated_by").type not in ("date", "datetime"):
        raise setting.refusal("check.date_column", name=name)
    return pl.col(name).cast(pl.Date)
