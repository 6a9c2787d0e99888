"""Numbers must not go down as the date goes up.

Unit: row (a row is violated where a smaller number of its series bears a later date) or series (one
line, violated where any of its rows is).  Only rows the rule speaks of are compared; equal numbers,
and numbers of one day, are in order.  With `pattern` the number is a part of a code, as in `gaps`;
a series that begins anew each year names the year in `series`.
Undetermined: a row whose number or date is null or unreadable, or whose series is; a series with
such a row, or with one of which it is not known whether it applies, where none is out of order.
Words: `found` is the date of the row, `expected` the latest date of a smaller number, `other` that
number, `difference` the days between; of a series `count` is how many rows are out of order, and
the others speak of the first of them by number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.grouping import (
    APPLYING,
    COUNT,
    DIFFERENCE,
    EXPECTED,
    FOUND,
    INCOMPLETE,
    STANDING,
    UNSURE,
)
from rules.checks.numbering import Numbering, numbering_of
from rules.checks.reason import Reason, bad
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.checks.verdicts import settled
from rules.formula import Exact, Reads, Value
from rules.formula.values import DATE, DATETIME
from rules.rule import Unit

_NUMBER: Final = "__number"
_ON: Final = "__on"
_UNKNOWN: Final = "__unknown"
_LATEST: Final = "__latest"  # the latest date of a smaller number
_OTHER: Final = "__other"  # the number that bears it
_LATE: Final = "__late"  # Boolean: out of order
_DAYS_DIGITS: Final = 8
_NO_GROUP: Final = pl.lit(None, dtype=pl.String).alias(grouping.GROUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceCheck(SetCheck):
    """The compiled check."""

    series: tuple[Value, ...]
    series_reads: Reads
    numbering: Numbering
    on: Value
    on_reads: Reads
    unit: Unit

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        undated = (
            pl.when(bad(self.on_reads))
            .then(pl.lit(Reason.UNREADABLE.value))
            .when(self.on.expr.is_null())
            .then(pl.lit(Reason.MISSING.value))
        )
        frame = frames[self.table].with_columns(
            standing.expr.alias(STANDING),
            self.numbering.number.alias(_NUMBER),
            self.on.expr.alias(_ON),
            pl.coalesce(self.numbering.unknown, undated).alias(_UNKNOWN),
        )
        keyed = grouping.keyed(frame, self.series, self.series_reads)
        if self.numbering.prefix is not None:
            # Of a code without a number not even the series is known.
            keyed = keyed.with_columns(
                pl.coalesce(self.numbering.unknown, INCOMPLETE).alias(INCOMPLETE)
            )
        rows = self._ordered(keyed.collect(engine="streaming"))
        return self._series(rows) if self.unit is Unit.SERIES else self._rows(rows)

    def _ordered(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with _LATEST and _OTHER, null where a row is not compared, and _LATE."""
        names = grouping.key_names(self.series)
        known = pl.col(STANDING).is_null() & pl.col(INCOMPLETE).is_null()
        compared = known & pl.col(_UNKNOWN).is_null()
        numbers = (
            rows.filter(compared)
            .group_by(*names, _NUMBER)
            .agg(pl.col(_ON).max().alias("__last"))
            .sort(*names, _NUMBER)
        )
        numbers = numbers.with_columns(pl.col("__last").cum_max().over(names).alias("__so_far"))
        before = pl.col("__so_far").shift(1).over(names)
        # The smallest number that bears the latest date so far.
        fresh = before.is_null() | (pl.col("__last") > before)
        bearer = pl.when(fresh).then(_NUMBER).forward_fill().over(names)
        numbers = numbers.with_columns(before.alias(_LATEST), bearer.alias("__bearer"))
        numbers = numbers.select(
            *names, _NUMBER, _LATEST, pl.col("__bearer").shift(1).over(names).alias(_OTHER)
        )
        beside = rows.join(numbers, on=[*names, _NUMBER], how="left", maintain_order="left")
        late = compared & (pl.col(_ON) < pl.col(_LATEST)).fill_null(False)
        return beside.with_columns(late.alias(_LATE))

    def _rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        standing = pl.col(STANDING)
        out = (standing == OUT).fill_null(False)
        late = pl.col(_LATE)
        return rows.with_columns(
            *settled(out=out, why=pl.coalesce(standing, INCOMPLETE, _UNKNOWN), violated=late),
            pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
            grouping.label(self.series).alias(grouping.GROUP) if self.series else _NO_GROUP,
            late.cast(pl.Int64).alias(COUNT),
            *_measured((_ON, _LATEST, _OTHER), late),
        )

    def _series(self, rows: pl.DataFrame) -> pl.DataFrame:
        late, applying = pl.col(_LATE), pl.col(STANDING).is_null()
        series = grouping.grouped(
            rows,
            self.series,
            late.sum().cast(pl.Int64).alias(COUNT),
            pl.col(_UNKNOWN).filter(applying).drop_nulls().first().alias("__first_unknown"),
            *(
                pl.col(name)
                .filter(late)
                .sort_by(pl.col(_NUMBER).filter(late), pl.col(_ON).filter(late))
                .first()
                .alias(f"{name}:first")
                for name in (_ON, _LATEST, _OTHER)
            ),
        )
        some = pl.col(COUNT) > 0
        out = (pl.col(APPLYING) == 0) & pl.col(UNSURE).is_null()
        # What is out of order stays so, whatever the unknown rows turn out to be.
        why = pl.when(~some).then(pl.coalesce(UNSURE, "__first_unknown"))
        first = (f"{_ON}:first", f"{_LATEST}:first", f"{_OTHER}:first")
        judged = series.with_columns(
            *settled(out=out, why=why, violated=some),
            *_measured(first, some),
            grouping.parts(self.series),
        )
        return pl.concat([judged, grouping.loose(rows)], how="diagonal")


def _measured(names: tuple[str, str, str], shown: pl.Expr) -> list[pl.Expr]:
    on, latest, other = names
    days = pl.col(latest).cast(pl.Date).to_physical() - pl.col(on).cast(pl.Date).to_physical()
    return [
        pl.when(shown).then(pl.col(on)).alias(FOUND),
        pl.when(shown).then(pl.col(latest)).alias(EXPECTED),
        pl.when(shown).then(days.cast(pl.Int64)).alias(DIFFERENCE),
        pl.when(shown).then(pl.col(other)).alias("__smaller"),
    ]


def compile_check(setting: Setting) -> SequenceCheck:
    """Compile the number, the date and the series columns.

    Raises:
        FormulaError: See `numbering_of`; a part of the series is neither a column nor a formula.
        RulesError: See `numbering_of`; `check.unit`, `check.missing_key`, `check.unknown_key`,
            `check.bad_value`, `check.date_column`, `check.on_missing_unused`.
    """
    setting.units("row", "series")
    refuse_on_missing(setting)
    setting.keys(required=("number", "series", "order_by"), optional=("pattern",))
    numbering, named = numbering_of(setting), setting.scope().listening()
    names, dated = setting.texts("series"), setting.scope().listening()
    series = tuple(setting.term("check.series", text, named) for text in names)
    on = setting.term("check.order_by", setting.text("order_by"), dated)
    if on.type not in (DATE, DATETIME):
        raise setting.refusal("check.date_column", name=setting.text("order_by"))
    if numbering.prefix is not None:
        series, names = (*series, numbering.prefix), (*names, setting.text("number"))
    of_series = setting.rule.unit is Unit.SERIES
    own = numbering.scope.reads.with_(named.reads).with_(dated.reads)
    return SequenceCheck(
        table=setting.rule.table,
        key_names=names,
        own=own,
        series=series,
        series_reads=named.reads,
        meet={setting.rule.table: series} if series else {},
        numbering=numbering,
        on=on,
        on_reads=dated.reads,
        unit=setting.rule.unit,
        told=frozenset().union(*(term.columns for term in series)) if of_series else None,
        words={
            "count": grouping.count_word(),
            "found": Value(pl.col(FOUND), on.type),
            "expected": Value(pl.col(EXPECTED), on.type),
            "difference": Value(pl.col(DIFFERENCE), Exact(_DAYS_DIGITS)),
            "other": Value(pl.col("__smaller"), numbering.how_many),
        },
    )
