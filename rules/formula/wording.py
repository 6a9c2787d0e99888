"""Values as language-neutral text: what records keep, and what TEXT() gives."""

from functools import cache
from typing import Final

import polars as pl

from rules.formula.values import DATE, DATETIME, TIME, TRUTH, Exact, Value

_NEAR_DAYS: Final = range(-25_567, 84_006)  # 1900 to 2199, as days since 1970
_TRIMMED_FROM: Final = 5  # places; quotients and hours carry ten, and mostly zeros


def text_of(value: Value) -> pl.Expr:  # noqa: PLR0911 - one return for each type
    """The value as language-neutral text: plain decimals, ISO dates; null stays null."""
    match value.type:
        case Exact(scale=scale):
            whole, places = digits(value.expr, scale)
            if not scale:
                return signed(value.expr, whole)
            places = places.str.strip_chars_end("0") if scale >= _TRIMMED_FROM else places
            pointed = pl.when(places != "").then(pl.concat_str(whole, pl.lit("."), places))
            return signed(value.expr, pointed.otherwise(whole))
        case kind if kind == DATE:
            return _day(value.expr)
        case kind if kind == DATETIME:
            return value.expr.dt.strftime("%Y-%m-%dT%H:%M:%S")
        case kind if kind == TIME:
            return value.expr.dt.strftime("%H:%M:%S")
        case kind if kind == TRUTH:
            return pl.when(value.expr).then(pl.lit("true")).when(~value.expr).then(pl.lit("false"))
    return value.expr.cast(pl.String)


def digits(number: pl.Expr, scale: int) -> tuple[pl.Expr, pl.Expr]:
    """The digits before and after the decimal mark, without sign."""
    size = number.abs()
    if not scale:
        return size.cast(pl.String), pl.lit("")
    unit = 10**scale
    return (size // unit).cast(pl.String), (size % unit).cast(pl.String).str.zfill(scale)


def signed(number: pl.Expr, text: pl.Expr) -> pl.Expr:
    """The text with the sign of the number before it."""
    signed_: pl.Expr = pl.when(number < 0).then(pl.lit("-") + text).otherwise(text)
    return signed_


def _day(on: pl.Expr) -> pl.Expr:
    """An ISO date; the days people live in are looked up, at a tenth of the cost of writing."""
    number = on.to_physical()
    is_near = number.is_between(_NEAR_DAYS[0], _NEAR_DAYS[-1])
    near = pl.when(is_near).then(number - _NEAR_DAYS[0])
    # Writing out is quick on nulls: only far days are left to it.
    far = pl.when(~is_near).then(on).dt.strftime("%Y-%m-%d")
    return pl.coalesce(pl.lit(_near_texts()).gather(near), far)


@cache
def _near_texts() -> pl.Series:
    days = pl.Series(_NEAR_DAYS, dtype=pl.Int32)
    return days.cast(pl.Date).dt.strftime("%Y-%m-%d")
