"""Rows that are certainly within the fences of their group, told apart without judging each."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.fences import IS_KNOWN
from rules.checks.measured import NUMBER, Measured

LEAST: Final = "__least"
MOST: Final = "__most"
WHY: Final = "__why"  # why a group has no fences
_LOW, _HIGH = "__low_fence", "__high_fence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What lies inside: `sides` says which fences count, `both`, `above` or `below`."""

    measured: Measured
    sides: str

    def doubtful(self, counted: pl.LazyFrame, groups: pl.DataFrame) -> pl.LazyFrame:
        """The rows that are not certainly within the fences of their group.

        Args:
            counted: Rows with their key columns, NUMBER and IS_KNOWN.
            groups: The key columns, LEAST, MOST and WHY.
        """
        fence = self._fences(groups)
        if not self.measured.by:
            # One pair of fences needs no join.
            low, high = fence.row(0)[-2:] if fence.height else (None, None)
            return counted.filter(self._outside(self._value(low), self._value(high)))
        if fence.height == groups.height:
            # Few are not within the fences of every group, and have to be joined with their own.
            low, high = fence.get_column(_LOW).max(), fence.get_column(_HIGH).min()
            counted = counted.filter(self._outside(self._value(low), self._value(high)))
        names = grouping.key_names(self.measured.by)
        judged = counted.join(fence.lazy(), on=names, how="left")
        return judged.filter(self._outside(pl.col(_LOW), pl.col(_HIGH)))

    def _fences(self, groups: pl.DataFrame) -> pl.DataFrame:
        # Fences beyond what a value can be hold all values: the comparison stays in 64 bits.
        bound = 10 ** min(self.measured.number_digits, 38) - 1
        dtype = self.measured.number.type.dtype
        return groups.filter(pl.col(WHY).is_null()).select(
            *grouping.key_names(self.measured.by),
            pl.col(LEAST).clip(-bound, bound).cast(dtype).alias(_LOW),
            pl.col(MOST).clip(-bound, bound).cast(dtype).alias(_HIGH),
        )

    def _value(self, value: object) -> pl.Expr:
        return pl.lit(value, dtype=self.measured.number.type.dtype)

    def _outside(self, low: pl.Expr, high: pl.Expr) -> pl.Expr:
        inside = pl.col(IS_KNOWN)
        if self.sides != "above":
            inside &= pl.col(NUMBER) >= low
        if self.sides != "below":
            inside &= pl.col(NUMBER) <= high
        return ~inside.fill_null(False)
