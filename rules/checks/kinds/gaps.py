"""Numbers that are missing from a series.

Unit: series (the rows that agree in the series columns; one series where none are named).  The
numbers between the smallest and the largest must all be there, from 1 on with `from_one`; a number
that comes twice is no gap.  Undetermined: a series with an applying row whose number is null or
unreadable (it may be the missing one), or with a row of which it is not known whether it applies; a
row with a blank series column.  Not applicable: a series without applying rows.
Words: `count` and `difference` are how many are missing, `expected` the missing ranges (`4-7, 12`),
`found` the smallest and the largest (`1-20`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.grouping import APPLYING, COUNT, EXPECTED, REASON, STANDING, UNSURE, VERDICT
from rules.checks.reason import Reason, bad
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import Standing
from rules.errors import FormulaError
from rules.formula import Exact, Reads, Scope, Value, compile_formula
from rules.formula.values import TEXT, fitting
from rules.rule import Verdict

_NUMBER: Final = "__number"
_UNKNOWN: Final = "__unknown"  # why an applying row has no number
_FROM: Final = "__from"
_UP_TO: Final = "__up_to"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsCheck(SetCheck):
    """The compiled check."""

    series: tuple[Value, ...]
    series_reads: Reads
    number: pl.Expr
    number_reads: Reads
    from_one: bool

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        unknown = (
            pl.when(bad(self.number_reads))
            .then(pl.lit(Reason.UNREADABLE.value))
            .when(self.number.is_null())
            .then(pl.lit(Reason.MISSING.value))
        )
        frame = frames[self.table].with_columns(
            standing.expr.alias(STANDING),
            self.number.cast(pl.Int128).alias(_NUMBER),
            unknown.alias(_UNKNOWN),
        )
        rows = grouping.keyed(frame, self.series, self.series_reads).collect(engine="streaming")
        return pl.concat([self._series(rows), grouping.loose(rows)], how="diagonal")

    def _series(self, rows: pl.DataFrame) -> pl.DataFrame:
        names = grouping.key_names(self.series)
        applying = pl.col(STANDING).is_null()
        series = grouping.grouped(
            rows,
            self.series,
            pl.col(_UNKNOWN).filter(applying).drop_nulls().first().alias("__first_unknown"),
            pl.col(_NUMBER).filter(applying).min().alias("__smallest"),
            pl.col(_NUMBER).filter(applying).max().alias("__largest"),
        )
        why = pl.coalesce(UNSURE, "__first_unknown")
        out = (pl.col(APPLYING) == 0) & pl.col(UNSURE).is_null()
        judged = why.is_null() & ~out
        found = pl.concat_str("__smallest", pl.lit("-"), "__largest")
        return (
            series.join(self._missing(rows), on=names, how="left", maintain_order="left")
            .with_columns(pl.when(judged).then(pl.col(COUNT).fill_null(0)).alias(COUNT))
            .with_columns(
                pl.when(out)
                .then(pl.lit(Verdict.NOT_APPLICABLE.value))
                .otherwise(
                    grouping.undetermined_if(
                        why.is_not_null(), grouping.violated_if(pl.col(COUNT) > 0)
                    )
                )
                .alias(VERDICT),
                why.alias(REASON),
                pl.when(judged).then(found).alias(grouping.FOUND),
                pl.when(judged).then(pl.col(EXPECTED)).alias(EXPECTED),
                pl.col(COUNT).alias(grouping.DIFFERENCE),
                grouping.parts(self.series),
            )
        )

    def _missing(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Of each series with gaps: EXPECTED, the missing ranges, and COUNT, Int128."""
        names = grouping.key_names(self.series)
        number = pl.col(_NUMBER)
        numbers = (
            rows.filter(pl.col(STANDING).is_null(), pl.col(grouping.INCOMPLETE).is_null())
            .select(*names, _NUMBER)
            .drop_nulls()
            .unique()
            .sort(*names, _NUMBER)
        )
        same = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in names)
        before = number.shift(1)
        start: pl.Expr = pl.when(same.fill_null(False)).then(before)
        if self.from_one:
            start = pl.coalesce(start, pl.when(number > 1).then(pl.lit(0, dtype=pl.Int128)))
        ranges = numbers.with_columns((start + 1).alias(_FROM), (number - 1).alias(_UP_TO)).filter(
            pl.col(_FROM) <= pl.col(_UP_TO)
        )
        single = pl.col(_FROM).cast(pl.String)
        text = (
            pl.when(pl.col(_FROM) == pl.col(_UP_TO))
            .then(single)
            .otherwise(pl.concat_str(single, pl.lit("-"), pl.col(_UP_TO).cast(pl.String)))
        )
        return ranges.group_by(names, maintain_order=True).agg(
            text.str.join(", ").alias(EXPECTED),
            (pl.col(_UP_TO) - pl.col(_FROM) + 1).sum().alias(COUNT),
        )


def compile_check(setting: Setting) -> GapsCheck:
    """Compile the number and the series columns.

    Raises:
        FormulaError: `formula.whole_needed`: the number is no whole number; a part of the series is
            neither a column nor a formula.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.on_missing_unused`.
    """
    setting.units("series")
    refuse_on_missing(setting)
    setting.keys(required=("number", "series"), optional=("from_one",))
    counted, named = setting.scope().listening(), setting.scope().listening()
    number, how_many = setting.compiled("check.number", setting.text("number"), counted, _whole)
    series = tuple(setting.term("check.series", text, named) for text in setting.texts("series"))
    from_one = setting.rule.check.get("from_one", False)
    if not isinstance(from_one, bool):
        raise setting.refusal("check.bad_value", key="check.from_one", expected="boolean")
    return GapsCheck(
        table=setting.rule.table,
        key_names=setting.texts("series"),
        own=counted.reads.with_(named.reads),
        series=series,
        meet={setting.rule.table: series} if series else {},
        series_reads=named.reads,
        number=number,
        number_reads=counted.reads,
        from_one=from_one,
        told=frozenset().union(*(term.columns for term in series)),
        words={
            "count": Value(pl.col(COUNT), how_many),
            "difference": Value(pl.col(grouping.DIFFERENCE), how_many),
            "expected": Value(pl.col(EXPECTED), TEXT),
            "found": Value(pl.col(grouping.FOUND), TEXT),
        },
    )


def _whole(text: str, scope: Scope) -> tuple[pl.Expr, Exact]:
    value = compile_formula(text, scope)
    if not isinstance(value.type, Exact) or value.type.scale:
        raise FormulaError("formula.whole_needed", at=0)
    # Ranges reach one beyond the numbers, and from the most negative to the most positive.
    return value.expr, fitting(Exact(value.type.digits + 2))
