"""The population of a sample: every row has one digest, and what cannot be drawn is set apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

import polars as pl

from rules.errors import SamplingError
from rules.sampling.draws import check_seed, netstring, netstrings, sha256
from rules.sampling.shares import from_units
from rules.table import FILE, ROW, SHEET, UNREADABLE, Table

DIGEST: Final = "__digest"  # String: SHA-256, lowercase hex; rows are drawn in its order
NAMED_BY: Final = "__named_by"  # String: a `NamedBy`
UNITS: Final = "__units"  # Int128: the amount in smallest units; null without an amount column
APART: Final = "__apart"  # String: an `Apart`; null for rows that can be drawn
PLACE: Final = (FILE, SHEET, ROW)
_TEXT: Final = "__text"
_NAME: Final = "__name"
_HALF: Final = 10**18  # sums of whole numbers below this cannot overflow Int128
_LARGEST_TOTAL: Final = 10**37


class NamedBy(StrEnum):
    """What a row's digest was made from."""

    KEY = "key"
    PLACE = "place"  # the table has no business key
    PLACE_BLANK = "place_blank"  # a part of the key is blank or unreadable
    PLACE_DUPLICATE = "place_duplicate"  # several rows have this key


class Apart(StrEnum):
    """Why a row could not be drawn."""

    AMOUNT_BLANK = "amount_blank"
    AMOUNT_UNREADABLE = "amount_unreadable"
    AMOUNT_ZERO = "amount_zero"
    AMOUNT_NEGATIVE = "amount_negative"
    STRATUM_BLANK = "stratum_blank"


class Unnamed(StrEnum):
    """What becomes of rows whose key does not name them."""

    PLACE = "place"  # they are drawn by their place, and counted
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is drawn from, and how its rows are named.

    Attributes:
        seed: Any text; the same seed draws the same rows.
        key: The columns that name a row; none, and rows are named by their place.
        amount: The column whose total is reported, and which monetary methods draw by.
        order: The columns rows are put in order by, where a method goes through them in order; the
            digest decides among equals.  None: the order of the digests.
        stratum: The columns whose values make the strata.
    """

    table: Table
    seed: str
    key: tuple[str, ...] = ()
    unnamed: Unnamed = Unnamed.PLACE
    amount: str | None = None
    order: tuple[str, ...] = ()
    stratum: tuple[str, ...] = ()


def open_population(request: Request) -> pl.DataFrame:
    """Name every row.

    Returns:
        One row for each row of the table, in no order that means anything: the place, the columns
        of key, order, stratum and amount, then DIGEST, NAMED_BY, UNITS and APART (null).

    Raises:
        SamplingError: `sampling.bad_seed`, `sampling.no_column`, `sampling.not_an_amount`,
            `sampling.nothing_to_draw`, `sampling.same_place`, `sampling.unnamed`,
            `sampling.total_too_large`.
    """
    check_seed(request.seed)
    _check_columns(request)
    wanted = dict.fromkeys((*PLACE, UNREADABLE, *request.key, *request.order, *request.stratum))
    if request.amount is not None:
        wanted[request.amount] = None
    rows = request.table.frame.select(*wanted).collect(engine="streaming")
    if rows.is_empty():
        raise SamplingError("sampling.nothing_to_draw", table=request.table.contract.name)
    if rows.select(PLACE).is_duplicated().any():
        raise SamplingError("sampling.same_place", table=request.table.contract.name)
    return _with_units(_with_digests(rows, request), request)


def total_of(units: pl.Series) -> int:
    """The exact sum of whole numbers of any size."""
    wide = pl.lit(units).cast(pl.Int128)
    high, low = pl.select((wide // _HALF).sum(), (wide % _HALF).sum().alias("low")).row(0)
    return int(high) * _HALF + int(low)


def scale_of(request: Request) -> int:
    """The places of the amounts; 0 without an amount column."""
    if request.amount is None:
        return 0
    dtype = request.table.frame.collect_schema()[request.amount]
    return dtype.scale if isinstance(dtype, pl.Decimal) else 0


def amount_of(rows: pl.DataFrame, request: Request) -> Decimal | None:
    """The total of the rows that have an amount; None without an amount column."""
    if request.amount is None:
        return None
    return from_units(total_of(rows[UNITS]), scale=scale_of(request))


def _check_columns(request: Request) -> None:
    schema = request.table.frame.collect_schema()
    asked = [*request.key, *request.order, *request.stratum]
    asked += [] if request.amount is None else [request.amount]
    for name in asked:
        if name not in schema or name.startswith("__"):
            known = ", ".join(column for column in schema if not column.startswith("__"))
            raise SamplingError(
                "sampling.no_column", table=request.table.contract.name, column=name, known=known
            )
    if request.amount is not None:
        dtype = schema[request.amount]
        if not (isinstance(dtype, pl.Decimal) or dtype.is_integer()):
            raise SamplingError("sampling.not_an_amount", column=request.amount)


def _with_digests(rows: pl.DataFrame, request: Request) -> pl.DataFrame:
    key, table = request.key, request.table.contract.name
    name = netstrings([pl.col(one) for one in key]) if key else pl.lit(None, dtype=pl.String)
    blank = pl.any_horizontal(pl.col(one).cast(pl.String) == "" for one in key) if key else False
    rows = rows.with_columns(pl.when(blank).then(None).otherwise(name).alias(_NAME))
    repeated = pl.col(_NAME).is_duplicated() & pl.col(_NAME).is_not_null()
    named_by = (
        pl.when(pl.col(_NAME).is_null())
        .then(pl.lit(NamedBy.PLACE_BLANK.value if key else NamedBy.PLACE.value))
        .when(repeated)
        .then(pl.lit(NamedBy.PLACE_DUPLICATE.value))
        .otherwise(pl.lit(NamedBy.KEY.value))
    )
    rows = rows.with_columns(named_by.alias(NAMED_BY))
    lost = rows.filter(pl.col(NAMED_BY).is_in([NamedBy.PLACE_BLANK, NamedBy.PLACE_DUPLICATE]))
    if request.unnamed is Unnamed.REFUSE and not lost.is_empty():
        raise SamplingError("sampling.unnamed", table=table, rows=lost.height)
    is_key = pl.col(NAMED_BY) == NamedBy.KEY.value
    # Text files have no sheets; their place has an empty text there.
    place = netstrings([pl.col(one).cast(pl.String).fill_null("") for one in PLACE])
    begin = netstring(request.seed) + netstring(table)
    text = (
        pl.when(is_key)
        .then(pl.lit(begin + netstring("key")) + pl.col(_NAME))
        .otherwise(pl.lit(begin + netstring("place")) + place)
    )
    return (
        rows.with_columns(text.alias(_TEXT))
        .with_columns(sha256(_TEXT).alias(DIGEST))
        .drop(_TEXT, _NAME)
    )


def _with_units(rows: pl.DataFrame, request: Request) -> pl.DataFrame:
    units = pl.lit(None, dtype=pl.Int128)
    if request.amount is not None:
        units = pl.col(request.amount).to_physical().cast(pl.Int128)
    rows = rows.with_columns(units.alias(UNITS), pl.lit(None, dtype=pl.String).alias(APART))
    if request.amount is not None and total_of(rows[UNITS].abs()) >= _LARGEST_TOTAL:
        raise SamplingError("sampling.total_too_large", column=request.amount)
    return rows


def count_by(rows: pl.DataFrame, column: str, values: Sequence[str]) -> dict[str, int]:
    """How many rows have each of the values."""
    counted = dict(rows.group_by(column).len().iter_rows())
    return {value: int(counted.get(value, 0)) for value in values}
