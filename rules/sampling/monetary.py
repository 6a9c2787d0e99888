"""Monetary-unit sampling: every unit of money has the same chance, so large rows are likelier.

Amounts are whole numbers of their smallest unit.  Rows without a positive amount cannot be met by a
unit of money: they are set apart, counted and listed, and need a test of their own.  Rows of at
least the interval are certain to be drawn and stand in a part of their own; the others lie end to
end, in the declared order or in that of their digests, and the method marks units along that line.

interval: the units start, start + interval, …; no row is met twice.
cell: one unit in every interval, drawn by the seed; a row that lies in two cells can be met twice.
random: as many units as intervals fit the line, drawn with replacement; a row can be met often.

A row stands in the sample once, with its hits.

Source: AICPA Audit Guide, Audit Sampling (2017), chapter 6; Leslie, Teitlebaum and Anderson (1979),
Dollar-Unit Sampling, for cell selection; ISA 530, appendix 4 (d).
"""

from typing import Final

import polars as pl

from rules.errors import SamplingError
from rules.sampling.draws import draw_below
from rules.sampling.population import (
    APART,
    DIGEST,
    UNITS,
    Apart,
    Request,
    open_population,
    scale_of,
    total_of,
)
from rules.sampling.sample import DRAW, HITS, PART, Method, Sample, make_sample
from rules.sampling.shares import LARGEST_SIZE, from_units, whole
from rules.table import UNREADABLE

CERTAIN: Final = "certain"
SAMPLED: Final = "sampled"
MONETARY: Final = (Method.MONETARY_INTERVAL, Method.MONETARY_CELL, Method.MONETARY_RANDOM)
_BEFORE: Final = "__before"
_AFTER: Final = "__after"


def select_monetary(request: Request, *, method: Method, size: int) -> Sample:
    """Draw with the interval that divides the positive amounts into `size` parts, rounded down.

    Raises:
        SamplingError: See `select_monetary_by`; `sampling.size_above_money`.
    """
    whole("size", size, least=1, most=LARGEST_SIZE)
    rows = _opened(request)
    total = total_of(rows.filter(pl.col(APART).is_null())[UNITS])
    if size > total:
        raise SamplingError("sampling.size_above_money", size=size)
    return _select(rows, request, method=method, interval=total // size)


def select_monetary_by(request: Request, *, method: Method, interval: int) -> Sample:
    """Draw with an interval, in smallest units of the amount column.

    Args:
        method: One of MONETARY.

    Raises:
        SamplingError: `sampling.no_amount`, `sampling.nothing_to_draw`, `sampling.bad_interval`,
            `sampling.interval_too_small`; see `open_population`.
    """
    return _select(_opened(request), request, method=method, interval=interval)


def _select(rows: pl.DataFrame, request: Request, *, method: Method, interval: int) -> Sample:
    if method not in MONETARY:
        raise SamplingError("sampling.not_monetary", method=method.value)
    positive = pl.col(APART).is_null()
    if interval < 1:
        raise SamplingError("sampling.bad_interval")
    if total_of(rows.filter(positive)[UNITS]) // interval > LARGEST_SIZE:
        raise SamplingError("sampling.interval_too_small", most=LARGEST_SIZE)
    part = pl.when(pl.col(UNITS) >= interval).then(pl.lit(CERTAIN)).otherwise(pl.lit(SAMPLED))
    rows = rows.with_columns(pl.when(positive).then(part).alias(PART))
    line = _line(rows.filter(pl.col(PART) == SAMPLED), request)
    met, settings = _met(line, request, method=method, interval=interval)
    certain = rows.filter(pl.col(PART) == CERTAIN).with_columns(
        pl.lit(1, dtype=pl.Int64).alias(HITS)
    )
    apart = rows.filter(~positive).with_columns(pl.lit(0, dtype=pl.Int64).alias(HITS))
    # Certain rows come first, then the line in its order: draws are numbered through both.
    certain = certain.sort(*request.order, DIGEST, nulls_last=True)
    both = pl.concat([certain, met.drop(_BEFORE, _AFTER), apart])
    is_drawn = pl.col(HITS) > 0
    both = both.with_columns(pl.when(is_drawn).then(is_drawn.cast(pl.Int64).cum_sum()).alias(DRAW))
    scale = scale_of(request)
    return make_sample(
        both,
        request,
        method=method,
        settings={"interval": str(from_units(interval, scale=scale)), **settings},
        parts=[CERTAIN, SAMPLED],
    )


def _opened(request: Request) -> pl.DataFrame:
    if request.amount is None:
        raise SamplingError("sampling.no_amount")
    units, unreadable = pl.col(UNITS), pl.col(UNREADABLE).list.contains(request.amount)
    apart = (
        pl.when(units.is_null() & unreadable.fill_null(False))
        .then(pl.lit(Apart.AMOUNT_UNREADABLE.value))
        .when(units.is_null())
        .then(pl.lit(Apart.AMOUNT_BLANK.value))
        .when(units == 0)
        .then(pl.lit(Apart.AMOUNT_ZERO.value))
        .when(units < 0)
        .then(pl.lit(Apart.AMOUNT_NEGATIVE.value))
    )
    rows = open_population(request).with_columns(apart.alias(APART))
    if rows[APART].null_count() == 0:
        raise SamplingError("sampling.nothing_to_draw", table=request.table.contract.name)
    return rows


def _line(rows: pl.DataFrame, request: Request) -> pl.DataFrame:
    """The rows end to end: each from unit _BEFORE up to, not including, unit _AFTER."""
    rows = rows.sort(*request.order, DIGEST, nulls_last=True)
    after = pl.col(UNITS).cum_sum()
    return rows.with_columns((after - pl.col(UNITS)).alias(_BEFORE), after.alias(_AFTER))


def _met(
    line: pl.DataFrame, request: Request, *, method: Method, interval: int
) -> tuple[pl.DataFrame, dict[str, int | str]]:
    """The line with HITS, and what the method used beside the interval."""
    names = (request.seed, request.table.contract.name, method.value)
    total = total_of(line[UNITS])
    if method is Method.MONETARY_INTERVAL:
        start = draw_below(interval, *names)
        # How many of start, start + interval, … lie below a unit.
        back = pl.lit(interval - 1 - start, dtype=pl.Int128)
        step = pl.lit(interval, dtype=pl.Int128)
        hits = (pl.col(_AFTER) + back) // step - (pl.col(_BEFORE) + back) // step
        unit = str(from_units(start, scale=scale_of(request)))
        return line.with_columns(hits.cast(pl.Int64).alias(HITS)), {"start": unit}
    draws = -(-total // interval)
    if method is Method.MONETARY_CELL:
        marks = [i * interval + draw_below(interval, *names, str(i)) for i in range(draws)]
        # The last cell may reach beyond the line: a mark out there meets nothing.
        marks = [mark for mark in marks if mark < total]
    else:
        marks = sorted(draw_below(total, *names, str(i)) for i in range(draws))
    return _counted(line, marks), {"draws": draws}


def _counted(line: pl.DataFrame, marks: list[int]) -> pl.DataFrame:
    """How many of the marks lie on each row."""
    units = pl.Series(marks, dtype=pl.Int128)

    def below(column: str) -> pl.Series:
        return units.search_sorted(line[column], side="left").cast(pl.Int64)

    if not marks:
        return line.with_columns(pl.lit(0, dtype=pl.Int64).alias(HITS))
    return line.with_columns((below(_AFTER) - below(_BEFORE)).alias(HITS))
