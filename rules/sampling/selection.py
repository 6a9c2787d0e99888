"""Selecting rows: random, systematic and stratified.

Every row stands in the order of its digest, which is as good as shuffled and the same for everybody
who has the seed.

Source: ISA 530.8 (every unit has a chance of selection) and appendix 4 (methods).
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from rules.errors import SamplingError
from rules.sampling.draws import draw_below
from rules.sampling.population import APART, DIGEST, Apart, Request, open_population
from rules.sampling.sample import DRAW, HITS, PART, Method, Sample, make_sample
from rules.sampling.shares import LARGEST_SIZE, whole

POPULATION: Final = "population"
BETWEEN: Final = " | "  # stands between the values of a stratum with several columns
_RANK: Final = "__rank"
_SIZE: Final = "__size"


def select_random(request: Request, *, size: int) -> Sample:
    """The first rows in the order of their digests: each row as likely as any other, none twice.

    A larger size with the same seed gives the same rows and more.

    Raises:
        SamplingError: `sampling.too_many`, `sampling.bad_count`; see `open_population`.
    """
    rows = open_population(request).sort(DIGEST)
    _check_size(size, rows.height)
    place = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    rows = _marked(rows, pl.lit(POPULATION), pl.when(place <= size).then(place))
    return make_sample(
        rows, request, method=Method.RANDOM, settings={"size": size}, parts=[POPULATION]
    )


def select_systematic(request: Request, *, size: int) -> Sample:
    """Every N/n-th row of the declared order, from a start the seed decides.

    The interval is the exact fraction N/n.  Counted from 0, the rows at (start + i·N) // n are
    drawn, i from 0 to n − 1, with start from 0 to N − 1: every row has the chance n/N, and no row
    is met twice.  Blank cells of the order come last.

    Raises:
        SamplingError: `sampling.too_many`, `sampling.bad_count`; see `open_population`.
    """
    rows = open_population(request).sort(*request.order, DIGEST, nulls_last=True)
    count = rows.height
    _check_size(size, count)
    start = draw_below(count, request.seed, request.table.contract.name, Method.SYSTEMATIC.value)
    # Row r is drawn as the i-th if i is the first with start + i·N >= r·n, and lies before r + 1.
    index = pl.int_range(pl.len(), dtype=pl.Int128)
    turn = (index * size - start + count - 1) // count
    is_met = (turn < size) & (start + turn * count < (index + 1) * size)
    rows = _marked(rows, pl.lit(POPULATION), pl.when(is_met).then((turn + 1).cast(pl.Int64)))
    settings: dict[str, int | str] = {"size": size, "start": start, "interval": f"{count}/{size}"}
    return make_sample(
        rows, request, method=Method.SYSTEMATIC, settings=settings, parts=[POPULATION]
    )


def list_strata(request: Request) -> dict[str, int]:
    """The strata of the population by name, with their rows; blank strata are left out.

    Raises:
        SamplingError: See `open_population`.
    """
    rows = _with_strata(open_population(request), request)
    return dict(rows.drop_nulls(PART).group_by(PART).len().sort(PART).iter_rows())


def select_stratified(request: Request, *, sizes: Mapping[str, int]) -> Sample:
    """From each stratum the first rows in the order of their digests.

    A row with a blank cell in a stratum column belongs to no stratum: it is set apart and reported.

    Args:
        sizes: The rows to draw from each stratum, by its name: the values of the stratum columns as
            text, with BETWEEN between them.  Every stratum is named, also with 0.

    Raises:
        SamplingError: `sampling.no_stratum`, `sampling.strata_alike`, `sampling.strata_differ`,
            `sampling.too_many`, `sampling.bad_count`; see `open_population`.
    """
    rows = _with_strata(open_population(request), request)
    counts: dict[str, int] = dict(rows.drop_nulls(PART).group_by(PART).len().iter_rows())
    differing = sorted(set(counts) ^ set(sizes))
    if differing:
        raise SamplingError("sampling.strata_differ", strata=", ".join(differing))
    for name, size in sizes.items():
        whole(name, size, least=0, most=counts[name])
    _check_size(sum(sizes.values()), sum(counts.values()))
    wanted = pl.DataFrame(
        {PART: list(sizes), _SIZE: list(sizes.values())}, schema={PART: pl.String, _SIZE: pl.Int64}
    )
    rows = (
        rows.join(wanted, on=PART, how="left")
        .sort(PART, DIGEST, nulls_last=True)
        .with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(PART).alias(_RANK))
    )
    is_drawn = (pl.col(_RANK) <= pl.col(_SIZE)).fill_null(False)
    rows = _marked(
        rows, pl.col(PART), pl.when(is_drawn).then(is_drawn.cast(pl.Int64).cum_sum())
    ).drop(_RANK, _SIZE)
    return make_sample(
        rows,
        request,
        method=Method.STRATIFIED,
        settings={"size": sum(sizes.values())},
        parts=sorted(counts),
    )


def _with_strata(rows: pl.DataFrame, request: Request) -> pl.DataFrame:
    if not request.stratum:
        raise SamplingError("sampling.no_stratum")
    texts = [pl.col(name).cast(pl.String) for name in request.stratum]
    blank = pl.any_horizontal((text.is_null() | (text == "")) for text in texts)
    name = pl.concat_str(texts, separator=BETWEEN)
    filled = rows.filter(~blank)
    if filled.select(name).n_unique() != filled.select(pl.struct(texts)).n_unique():
        # Two strata of one name would be drawn from as one.
        raise SamplingError("sampling.strata_alike", between=BETWEEN)
    return rows.with_columns(
        pl.when(~blank).then(name).alias(PART),
        pl.when(blank).then(pl.lit(Apart.STRATUM_BLANK.value)).alias(APART),
    )


def _marked(rows: pl.DataFrame, part: pl.Expr, draw: pl.Expr) -> pl.DataFrame:
    return rows.with_columns(part.alias(PART), draw.cast(pl.Int64).alias(DRAW)).with_columns(
        pl.col(DRAW).is_not_null().cast(pl.Int64).alias(HITS)
    )


def _check_size(size: int, available: int) -> None:
    whole("size", size, least=1, most=LARGEST_SIZE)
    if size > available:
        raise SamplingError("sampling.too_many", size=size, available=available)
