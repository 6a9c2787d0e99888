"""The fences of every group, set by the values of its rows."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import polars as pl

from rules.checks import fences, grouping
from rules.checks.fences import COUNTED, Method, Quantile
from rules.checks.grouping import APPLYING
from rules.checks.inside import LEAST, MOST, WHY
from rules.checks.measured import (
    LEAST_LIMIT,
    LIMIT,
    MOST_LIMIT,
    NUMBER,
    Measured,
    Row,
    why_no_limit,
)
from rules.checks.reason import Reason, bad
from rules.checks.settling import complete
from rules.checks.standing import Standing
from rules.formula import Value
from rules.formula.values import literal
from rules.table import OWN

_WHOLE: Final = "__whole"  # Boolean: the row has a group
_SPOKEN_OF: Final = "__spoken_of"  # Boolean: it has one, and the rule speaks of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Fencing:
    """How fences are set; `factor` in units of 10^-`factor_scale`."""

    measured: Measured
    method: Method
    quantile: Quantile
    factor: pl.Expr
    factor_scale: int
    minimum: int

    def counted(self, frame: pl.LazyFrame, standing: Standing) -> pl.LazyFrame:
        """The frame with its key columns, NUMBER, LIMIT, and what a row counts for."""
        names = grouping.key_names(self.measured.by)
        by = self.measured.by or (Value(pl.lit(0), literal(Decimal(0)).type),)
        number = self.measured.number
        known = number.expr.is_not_null() & ~bad(self.measured.reads)
        is_whole = complete(self.measured.by, self.measured.by_reads)
        # Null where the row does not count: sums and extremes pass over nulls as they stream.
        return frame.with_columns(
            pl.when(standing.speaks & is_whole & known)
            .then(number.expr.cast(number.type.dtype))
            .alias(NUMBER),
            pl.when(standing.speaks & is_whole).then(self.factor).alias(LIMIT),
            is_whole.alias(_WHOLE),
            (standing.speaks & is_whole).alias(_SPOKEN_OF),
            (standing.speaks & is_whole & known).alias(fences.IS_KNOWN),
            *(term.expr.alias(name) for name, term in zip(names, by, strict=True)),
        )

    def groups(self, rows: pl.LazyFrame) -> tuple[pl.DataFrame, list[fences.Fences | None]]:
        """One line for each group: LEAST and MOST, or WHY there are none; and its fences.

        The loop runs over groups, never over rows.
        """
        names = grouping.key_names(self.measured.by)
        counted = (
            rows.filter(_WHOLE)
            .select(*names, OWN, NUMBER, LIMIT, _SPOKEN_OF, fences.IS_KNOWN)
            .with_columns(fences.beside(self.method))
        )
        made = [
            pl.col(OWN).any(),
            pl.col(_SPOKEN_OF).sum().cast(pl.Int64).alias(APPLYING),
            pl.col(LIMIT).min().alias(LEAST_LIMIT),
            pl.col(LIMIT).max().alias(MOST_LIMIT),
            *fences.ingredients(self.method),
        ]
        if self.measured.by:
            summed = counted.group_by(names).agg(made).sort(names)
        else:
            # One group is sorted by all processors.
            summed = counted.select(*(pl.col(name).first() for name in names), *made)
            summed = summed.filter(pl.col(names[0]).is_not_null())
        groups = summed.collect(engine="streaming").with_columns(grouping.parts(self.measured.by))
        groups = fences.with_quartiles(groups, self.quantile)
        if self.method is Method.MAD:
            groups = groups.join(
                self._deviations(rows, groups), on=names, how="left", maintain_order="left"
            )
        groups = groups.with_columns(
            pl.when(pl.col(COUNTED) < self.minimum)
            .then(pl.lit(Reason.TOO_FEW.value))
            .when(pl.col(LEAST_LIMIT) <= 0)
            .then(pl.lit(Reason.PARAMETER.value))
            .otherwise(why_no_limit())
            .alias(WHY)
        )
        found = [self._fences(group) for group in groups.iter_rows(named=True)]
        no_spread = [one is not None and one.spread == 0 for one in found]
        is_flat = pl.col(fences.SMALLEST) == pl.col(fences.LARGEST)
        groups = groups.with_columns(
            pl.Series(LEAST, [one and one.least for one in found], dtype=pl.Int128),
            pl.Series(MOST, [one and one.most for one in found], dtype=pl.Int128),
            pl.when(pl.Series(no_spread, dtype=pl.Boolean) & ~is_flat)
            .then(pl.lit(Reason.NO_SPREAD.value))
            .otherwise(WHY)
            .alias(WHY),
        )
        return groups, found

    def _fences(self, group: Row) -> fences.Fences | None:
        if group[WHY] is not None:
            return None
        factor = Fraction(group[LEAST_LIMIT], 10**self.factor_scale)
        return fences.fences_of(self.method, self.quantile, group, factor)

    def _deviations(self, rows: pl.LazyFrame, groups: pl.DataFrame) -> pl.DataFrame:
        names = grouping.key_names(self.measured.by)
        medians = groups.lazy().select(*names, fences.TWICE_MEDIAN)
        twice = (pl.col(NUMBER) * 2 - pl.col(fences.TWICE_MEDIAN)).abs()
        return (
            rows.filter(fences.IS_KNOWN)
            .select(*names, NUMBER)
            .join(medians, on=names)
            .group_by(names)
            .agg(fences.twice_median(twice, pl.len()).alias("__twice_deviation"))
            .collect(engine="streaming")
        )
