"""Numbers, or days, months, quarters and years, that are missing from a series.

Unit: series (the rows that agree in the series columns; one series where none are named).  The
places between the smallest and the largest must all be there, and those between `from` and `to`
where they are given (`from_one` is `from: 1`); a place that comes twice is no gap.  With `pattern`
the number is the part of a code its one group takes; what stands around it belongs to the series.
Undetermined: a series with an applying row whose number is null or unreadable (it may be the
missing one), or with a row of which it is not known whether it applies; a row with a blank series
column, or whose code does not have the shape of the pattern.  Not applicable: a series without
applying rows.
Words: `count` and `difference` are how many are missing, `expected` the missing ranges (`4-7, 12`),
`found` the smallest and the largest (`1-20`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.grouping import APPLYING, COUNT, EXPECTED, INCOMPLETE, STANDING, UNSURE
from rules.checks.numbering import Numbering, numbering_of
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import Standing
from rules.checks.verdicts import settled
from rules.formula import Reads, Value
from rules.formula.values import TEXT

_NUMBER: Final = "__number"
_UNKNOWN: Final = "__unknown"  # why an applying row has no number
_FROM: Final = "__from"
_UP_TO: Final = "__up_to"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsCheck(SetCheck):
    """The compiled check.

    Attributes:
        first, last: The places that must be there at least; None is what the rows have.
    """

    series: tuple[Value, ...]
    series_reads: Reads
    numbering: Numbering
    first: int | None
    last: int | None

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        frame = frames[self.table].with_columns(
            standing.expr.alias(STANDING),
            self.numbering.number.alias(_NUMBER),
            self.numbering.unknown.alias(_UNKNOWN),
        )
        keyed = grouping.keyed(frame, self.series, self.series_reads)
        if self.numbering.prefix is not None:
            # Of a code without a number not even the series is known.
            keyed = keyed.with_columns(pl.coalesce(_UNKNOWN, INCOMPLETE).alias(INCOMPLETE))
        rows = keyed.collect(engine="streaming")
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
        show, join = self.numbering.show, pl.lit(self.numbering.join)
        found = pl.concat_str(show(pl.col("__smallest")), join, show(pl.col("__largest")))
        return (
            series.join(self._missing(rows), on=names, how="left", maintain_order="left")
            .with_columns(pl.when(judged).then(pl.col(COUNT).fill_null(0)).alias(COUNT))
            .with_columns(
                *settled(out=out, why=why, violated=pl.col(COUNT) > 0),
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
        same = same.fill_null(False)
        start: pl.Expr = pl.when(same).then(number.shift(1))
        if self.first is not None:
            before = pl.lit(self.first - 1, dtype=pl.Int128)
            start = pl.when(~same & (number > self.first)).then(before).otherwise(start)
        ranges = numbers.with_columns((start + 1).alias(_FROM), (number - 1).alias(_UP_TO))
        if self.last is not None:
            end = pl.lit(self.last, dtype=pl.Int128)
            beyond = numbers.group_by(names).agg((number.max() + 1).alias(_FROM))
            ranges = pl.concat([ranges, beyond.with_columns(end.alias(_UP_TO))], how="diagonal")
        show = self.numbering.show
        first, last = show(pl.col(_FROM)), show(pl.col(_UP_TO))
        several = pl.concat_str(first, pl.lit(self.numbering.join), last)
        text = pl.when(pl.col(_FROM) == pl.col(_UP_TO)).then(first).otherwise(several)
        return (
            ranges.filter(pl.col(_FROM) <= pl.col(_UP_TO))
            .sort(*names, _FROM)
            .group_by(names, maintain_order=True)
            .agg(
                text.str.join(", ").alias(EXPECTED),
                (pl.col(_UP_TO) - pl.col(_FROM) + 1).sum().alias(COUNT),
            )
        )


def compile_check(setting: Setting) -> GapsCheck:
    """Compile the number and the series columns.

    Raises:
        FormulaError: See `numbering_of`; a part of the series is neither a column nor a formula.
        RulesError: See `numbering_of`; `check.unit`, `check.missing_key`, `check.unknown_key`,
            `check.bad_value`, `check.one_of`, `check.on_missing_unused`.
    """
    setting.units("series")
    refuse_on_missing(setting)
    setting.keys(
        required=("series",),
        optional=("number", "pattern", "date", "every", "from", "to", "from_one"),
    )
    numbering, named = numbering_of(setting), setting.scope().listening()
    names = setting.texts("series")
    series = tuple(setting.term("check.series", text, named) for text in names)
    if numbering.prefix is not None:
        series, names = (*series, numbering.prefix), (*names, setting.text("number"))
    first, last = _bounds(setting, numbering)
    return GapsCheck(
        table=setting.rule.table,
        key_names=names,
        own=numbering.scope.reads.with_(named.reads),
        series=series,
        meet={setting.rule.table: series} if series else {},
        series_reads=named.reads,
        numbering=numbering,
        first=first,
        last=last,
        told=frozenset().union(*(term.columns for term in series)),
        words={
            "count": Value(pl.col(COUNT), numbering.how_many),
            "difference": Value(pl.col(grouping.DIFFERENCE), numbering.how_many),
            "expected": Value(pl.col(EXPECTED), TEXT),
            "found": Value(pl.col(grouping.FOUND), TEXT),
            **(
                {"series": Value(pl.col(grouping.PARTS).list.join(grouping.JOINT), TEXT)}
                if series
                else {}
            ),
        },
    )


def _bounds(setting: Setting, numbering: Numbering) -> tuple[int | None, int | None]:
    """The places that must be there at least."""
    check = setting.rule.check
    from_one = check.get("from_one", False)
    if not isinstance(from_one, bool):
        raise setting.refusal("check.bad_value", key="check.from_one", expected="boolean")
    if from_one and ("from" in check or "date" in check):
        raise setting.refusal("check.one_of", keys="check.from, check.from_one")
    places = [numbering.place(check[key]) if key in check else None for key in ("from", "to")]
    for key, place in zip(("from", "to"), places, strict=True):
        if key in check and place is None:
            expected = "date" if "date" in check else "number"
            raise setting.refusal("check.bad_value", key=f"check.{key}", expected=expected)
    return (1 if from_one else places[0]), places[1]
