"""Items that have been open for too long.

Unit: row.  The age is the days from `since` to `until` (the day of the evaluation if not said); one
above `limit` is violated.  Counts of the ages between `bounds`, and sums of `of`, are among the
facts.  Undetermined: a blank or unreadable date, or a limit that is not in force.
Words: `found` the age, `expected` the limit, `difference` how many days it is above.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.figures import facts_of
from rules.checks.grouping import REASON, STANDING, VERDICT
from rules.checks.indicator import bounds_of, exact_of, number_of, refuse_violation
from rules.checks.measured import NUMBER, UNKNOWN, unknown
from rules.checks.reason import why_null
from rules.checks.sets import Judged, SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.checks.strata import COUNTED, STRATUM, SUM, strata_facts, stratum_of
from rules.formula import Exact, Reads, Value, compile_formula
from rules.formula.functions import FUNCTIONS
from rules.formula.values import fitting
from rules.rule import Verdict
from rules.table import OWN

_AGE: Final = "__age"
_WITHOUT: Final = "__without"
_MET: Final = "__met"
_ROWS_DIGITS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingCheck(SetCheck):
    """The compiled check.

    Attributes:
        age: Int64, days.
        why: Why age or limit is null, where one is.
        amount, kind: What is summed, if anything.
    """

    age: Value
    limit: Value
    gap: Value
    why: pl.Expr
    stratum: pl.Expr
    bounds: tuple[Decimal, ...]
    amount: Value | None
    amount_reads: Reads
    kind: Exact | None

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        return self.judge(frames, standing=standing).units

    def judge(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Judged:
        """The rows that are not met, and how old all of them are."""
        rows = self._rows(frames, standing)
        is_met = pl.col(VERDICT) == Verdict.MET.value
        judged = rows.filter(OWN, is_met | (pl.col(VERDICT) == Verdict.VIOLATED.value))
        strata = judged.group_by(STRATUM).agg(
            pl.len().cast(pl.Int64).alias(COUNTED),
            pl.col(NUMBER).sum().alias(SUM),
            pl.col(UNKNOWN).is_not_null().sum().alias(_WITHOUT),
            is_met.sum().alias(_MET),
        )
        units, found = pl.collect_all([rows.filter(~is_met), strata], engine="streaming")
        facts = list(
            strata_facts(None, self.bounds, list(found.iter_rows(named=True)), kind=self.kind)
        )
        if self.kind:
            without = found.get_column(_WITHOUT).sum()
            facts.append((None, "all", "without_amount", str(without)))
        met = int(found.get_column(_MET).sum())
        return Judged(units=units, facts=facts_of(facts), met=met)

    def _rows(self, frames: Mapping[str, pl.LazyFrame], standing: Standing) -> pl.LazyFrame:
        age, limit = self.age.expr, self.limit.expr
        cannot = pl.when(age.is_null() | limit.is_null()).then(self.why)
        why = pl.coalesce(standing.expr, cannot)
        number: pl.Expr = pl.lit(None, dtype=pl.Int128)
        nothing: pl.Expr = pl.lit(None, dtype=pl.String)
        if self.amount is not None:
            number = self.amount.expr.cast(pl.Int128)
            nothing = unknown(self.amount, self.amount_reads)
        judged = pl.col(REASON).is_null()
        return (
            frames[self.table]
            .with_columns(
                standing.expr.alias(STANDING),
                why.alias(REASON),
                age.alias(_AGE),
                limit.alias(grouping.EXPECTED),
                self.gap.expr.alias(grouping.DIFFERENCE),
                number.alias(NUMBER),
                nothing.alias(UNKNOWN),
                self.stratum,
                pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
            )
            .with_columns(
                pl.when((pl.col(STANDING) == OUT).fill_null(False))
                .then(pl.lit(Verdict.NOT_APPLICABLE.value))
                .otherwise(
                    grouping.undetermined_if(
                        ~judged, grouping.violated_if(pl.col(grouping.DIFFERENCE) > 0)
                    )
                )
                .alias(VERDICT),
                pl.when(judged).then(_AGE).alias(grouping.FOUND),
                pl.when(judged).then(grouping.EXPECTED).alias(grouping.EXPECTED),
                pl.when(judged).then(grouping.DIFFERENCE).alias(grouping.DIFFERENCE),
            )
        )


def compile_check(setting: Setting) -> AgeingCheck:
    """Compile the age, the bounds, and the limit.

    Raises:
        FormulaError: A formula does not compile, or has the wrong type; sums may need more than 38
            digits.
        RulesError: `check.class`, `check.unit`, `check.missing_key`, `check.unknown_key`,
            `check.bad_value`, `check.on_missing_unused`.
    """
    refuse_violation(setting)
    setting.units("row")
    refuse_on_missing(setting)
    setting.keys(required=("since", "bounds", "limit"), optional=("until", "of"))
    since = setting.text("since")
    until = setting.text("until") if "until" in setting.rule.check else "AS_OF()"
    scope = setting.scope().listening()
    # Each alone first: a refusal then names the setting it is about.
    for key, text in {"check.since": since, "check.until": until}.items():
        setting.compiled(key, f"DAYS({text}; {text})", scope.listening(), compile_formula)
    age = setting.compiled("check.since", f"DAYS({since}; {until})", scope, compile_formula)
    limit, limit_reads = number_of(setting, "limit")
    gap = setting.compiled(
        "check.limit", setting.text("limit"), scope, lambda *_: FUNCTIONS["-"].build(age, limit)
    )
    reads = scope.reads.with_(limit_reads)
    bounds = bounds_of(setting, "bounds")
    amount, amount_reads, kind = None, Reads(), None
    if "of" in setting.rule.check:
        amount, amount_reads = number_of(setting, "of")
        exact = exact_of(amount)
        kind = setting.compiled("check.of", setting.text("of"), scope, lambda *_: _room(exact))
    return AgeingCheck(
        table=setting.rule.table,
        own=reads.with_(amount_reads),
        age=age,
        limit=limit,
        gap=gap,
        why=why_null(reads, scope),
        stratum=stratum_of(age, bounds),
        bounds=bounds,
        amount=amount,
        amount_reads=amount_reads,
        kind=kind,
        words={
            "found": Value(pl.col(grouping.FOUND), exact_of(age)),
            "expected": Value(pl.col(grouping.EXPECTED), exact_of(limit)),
            "difference": Value(pl.col(grouping.DIFFERENCE), exact_of(gap)),
        },
    )


def _room(exact: Exact) -> Exact:
    return fitting(Exact(exact.digits + _ROWS_DIGITS, exact.scale))
