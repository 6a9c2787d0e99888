"""Amounts divided into strata by declared bounds, with a control total.

Unit: table, or group (`by`).  The strata are among the facts.  With `control`, a sum of all strata
that differs from it by more than `tolerance` is violated; without it a table that could be divided
is met.  Undetermined: a blank or unreadable amount of an applying row, or a row of which it is not
known whether it applies; a control that is not in force or not the same for all rows; a row with a
blank or unreadable `by` (a unit of its own).  Not applicable: no row applies.
Words: `count` rows, `found` the sum, `expected` the control total, `difference` found − expected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.figures import facts_of
from rules.checks.grouping import APPLYING, COUNT, INCOMPLETE, PARTS, REASON, UNSURE, VERDICT
from rules.checks.indicator import (
    bounds_of,
    constant_of,
    exact_of,
    key_of,
    number_of,
    refuse_violation,
)
from rules.checks.measured import (
    KNOWN,
    LEAST_LIMIT,
    LIMIT,
    NUMBER,
    UNKNOWN,
    Measured,
    by_key,
    group_of,
    limits,
    loose,
    summary,
    why_no_limit,
)
from rules.checks.sets import Judged, SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import Standing
from rules.checks.strata import COUNTED, STRATUM, SUM, strata_facts, stratum_of
from rules.formula import Exact, Value
from rules.formula.values import common, fitting, literal, units
from rules.rule import Verdict
from rules.table import OWN

_WHY: Final = "__why"
_ROWS_DIGITS: Final = 10  # of a count of rows: what a sum may need more than one amount


@dataclass(frozen=True, slots=True, kw_only=True)
class StratifyCheck(SetCheck):
    """The compiled check; `kind` is the type of sums, control and tolerance."""

    measured: Measured
    stratum: pl.Expr
    bounds: tuple[Decimal, ...]
    kind: Exact
    control: pl.Expr | None
    tolerance: int

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        return self.judge(frames, standing=standing).units

    def judge(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Judged:
        """Units, and the strata of every group."""
        control = pl.lit(0) if self.control is None else self.control
        more = (self.stratum, control.alias(LIMIT))
        rows = self.measured.rows(frames[self.table], standing, *more)
        names = grouping.key_names(self.measured.by)
        unknown = pl.col(UNKNOWN).filter(pl.col(grouping.STANDING).is_null())
        groups = summary(
            rows,
            self.measured.by,
            *limits(),
            KNOWN.sum().cast(pl.Int64).alias(COUNT),
            pl.col(NUMBER).filter(KNOWN).sum().alias(SUM),
            unknown.min().alias(_WHY),
        )
        strata = (
            rows.filter(KNOWN & pl.col(INCOMPLETE).is_null())
            .group_by(*names, STRATUM)
            .agg(pl.len().cast(pl.Int64).alias(COUNTED), pl.col(NUMBER).sum().alias(SUM))
            .collect(engine="streaming")
        )
        found = by_key(strata, names)
        facts = [
            fact
            for group in groups.filter(OWN).iter_rows(named=True)
            for fact in strata_facts(
                group_of(group[PARTS]),
                self.bounds,
                found.get(tuple(group[name] for name in names), []),
                kind=self.kind,
            )
        ]
        units = pl.concat([self._judged(groups), loose(rows)], how="diagonal")
        return Judged(units=units, facts=facts_of(facts))

    def _judged(self, groups: pl.DataFrame) -> pl.DataFrame:
        out = (pl.col(APPLYING) == 0) & pl.col(UNSURE).is_null()
        control = pl.col(LEAST_LIMIT).cast(pl.Int128)
        found, why = pl.col(SUM), pl.coalesce(UNSURE, _WHY)
        if self.control is None:
            control = pl.lit(None, dtype=pl.Int128)
        else:
            why = pl.coalesce(why, why_no_limit())
        judged = why.is_null() & ~out
        apart = ((found - control).abs() > pl.lit(self.tolerance, dtype=pl.Int128)).fill_null(False)
        return groups.with_columns(
            pl.when(out)
            .then(pl.lit(Verdict.NOT_APPLICABLE.value))
            .otherwise(grouping.undetermined_if(why.is_not_null(), grouping.violated_if(apart)))
            .alias(VERDICT),
            why.alias(REASON),
            pl.when(judged).then(found).alias(grouping.FOUND),
            pl.when(judged).then(control).alias(grouping.EXPECTED),
            pl.when(judged).then(found - control).alias(grouping.DIFFERENCE),
        )


def compile_check(setting: Setting) -> StratifyCheck:
    """Compile the amounts, the bounds, and the control total.

    Raises:
        FormulaError: A formula does not compile, or has the wrong type; sums may need more than 38
            digits.
        RulesError: `check.class`, `check.unit`, `check.missing_key`, `check.unknown_key`,
            `check.bad_value`, `check.on_missing_unused`.
    """
    refuse_violation(setting)
    refuse_on_missing(setting)
    setting.keys(required=("of", "bounds"), optional=("by", "control", "tolerance"))
    names, by, by_reads = key_of(setting)
    number, reads = number_of(setting, "of")
    bounds = bounds_of(setting, "bounds")
    control, control_reads = None, None
    if "control" in setting.rule.check:
        control, control_reads = constant_of(setting, "control")
    tolerance = setting.amount("tolerance") if "tolerance" in setting.rule.check else Decimal(0)
    values = [number, literal(tolerance), *([control] if control else [])]
    kind = setting.compiled(
        "check.of", setting.text("of"), setting.scope(), lambda *_: _kind_of_sums(*values)
    )
    stratum = setting.compiled(
        "check.of", setting.text("of"), setting.scope(), lambda *_: stratum_of(number, bounds)
    )
    wide = Value(number.to(kind).cast(pl.Int128), Exact(kind.digits, kind.scale))
    measured = Measured(number=wide, reads=reads, by=by, by_reads=by_reads)
    own = measured.all_reads
    return StratifyCheck(
        table=setting.rule.table,
        key_names=names,
        own=own.with_(control_reads) if control_reads else own,
        meet={setting.rule.table: by} if by else {},
        told=frozenset(),
        measured=measured,
        stratum=stratum,
        bounds=bounds,
        kind=kind,
        control=control.to(kind).cast(pl.Int128) if control else None,
        tolerance=units(tolerance, kind.scale),
        words={
            **grouping.key_words(names, by),
            "count": grouping.count_word(),
            "found": Value(pl.col(grouping.FOUND), kind),
            "expected": Value(pl.col(grouping.EXPECTED), kind),
            "difference": Value(pl.col(grouping.DIFFERENCE), kind),
        },
    )


def _kind_of_sums(*values: Value) -> Exact:
    kind = exact_of(Value(pl.lit(0), common(*values)))
    return fitting(Exact(kind.digits + _ROWS_DIGITS, kind.scale))
