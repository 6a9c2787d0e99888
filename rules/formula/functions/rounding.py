"""Rounding, each way of it, on scaled whole numbers: exact at every place."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.registry import constant_whole, function
from rules.formula.values import Exact, Value, divided, fitting, number, units

_MOST_PLACES: Final = 18
_MOST_POWER: Final = 9
Cut = Callable[[pl.Expr, int], pl.Expr]  # Int128 units, and how many of them make one


def _down(units: pl.Expr, one: int) -> pl.Expr:
    """Towards zero."""
    cut: pl.Expr = (units.abs() // one) * units.sign()
    return cut


def _up(units: pl.Expr, one: int) -> pl.Expr:
    """Away from zero."""
    cut: pl.Expr = ((units.abs() + (one - 1)) // one) * units.sign()
    return cut


def _floor(units: pl.Expr, one: int) -> pl.Expr:
    """Towards the smaller number: `//` of Polars is that."""
    cut: pl.Expr = units // one
    return cut


def _ceiling(units: pl.Expr, one: int) -> pl.Expr:
    """Towards the larger number."""
    zero = pl.lit(0, dtype=pl.Int128)
    cut: pl.Expr = zero - (zero - units) // one
    return cut


def _to_places(*names: str, cut: Cut) -> None:
    """Register a function of a number and the places it keeps; 0 if they are not said."""

    @function(*names, copies=2)
    def build(one: Value, places: Value | None = None) -> Value:
        given, exact = number(one)
        kept = 0
        if places is not None:
            kept = constant_whole(places, least=-_MOST_PLACES, most=_MOST_PLACES)
        if kept >= exact.scale:
            return Value(given.expr, exact)
        drop = exact.scale - kept
        # Nearly a whole unit may be added before the division: one digit more than the value has.
        fitting(Exact(max(exact.digits, drop) + 1))
        units = cut(given.expr.cast(pl.Int128), 10**drop)
        wanted = fitting(Exact(max(exact.digits - drop, 0) + 1 + max(-kept, 0), max(kept, 0)))
        return Value((units * 10 ** max(-kept, 0)).cast(wanted.dtype), wanted)


_to_places("ROUND", cut=divided)
_to_places("ROUNDUP", cut=_up)
_to_places("ROUNDDOWN", "TRUNC", cut=_down)


def _to_multiple(*names: str, cut: Cut) -> None:
    """Register a function of a number and what it must be a multiple of; 1 if not said."""

    @function(*names, copies=2)
    def build(one: Value, multiple: Value | None = None) -> Value:
        given, exact = number(one)
        step = Decimal(1) if multiple is None else _step(multiple)
        _, digits, exponent = step.as_tuple()
        assert isinstance(exponent, int)  # noqa: S101 - constants are finite
        scale = max(exact.scale, -exponent, 0)
        lifted = fitting(exact.at_scale(scale))
        unit = units(step, scale)
        # One multiple more than the value may come out.
        wanted = fitting(
            Exact(max(lifted.digits, len(digits) + scale + max(exponent, 0)) + 1, scale)
        )
        whole = Value(given.expr, exact).to(lifted).cast(pl.Int128)
        return Value((cut(whole, unit) * unit).cast(wanted.dtype), wanted)


def _step(multiple: Value) -> Decimal:
    step = multiple.constant
    if not isinstance(step, Decimal) or step <= 0:
        raise FormulaError("formula.constant_positive")
    return step


_to_multiple("FLOOR", cut=_floor)
_to_multiple("CEILING", cut=_ceiling)


@function("INT", copies=1)
def _int(one: Value) -> Value:
    """The whole number at or below, as INT of Excel: -2.5 gives -3."""
    given, exact = number(one)
    if not exact.scale:
        return Value(given.expr, exact)
    wanted = fitting(Exact(max(exact.digits - exact.scale, 0) + 1))
    units = _floor(given.expr.cast(pl.Int128), 10**exact.scale)
    return Value(units.cast(wanted.dtype), wanted)


@function("SIGN")
def _sign(one: Value) -> Value:
    given, _ = number(one)
    return Value(given.expr.sign().cast(pl.Int64), Exact(1))


@function("POWER", weigh=lambda args, sizes: _MOST_POWER * sum(sizes) + len(args))
def _power(base: Value, exponent: Value) -> Value:
    """A whole power from 0 to 9, by exact multiplication."""
    given, exact = number(base)
    times = constant_whole(exponent, least=0, most=_MOST_POWER)
    wanted = fitting(Exact(max(exact.digits * times, 1), exact.scale * times))
    factor = given.expr.cast(wanted.dtype)
    if not times:
        # 1 whatever the base, but of a blank it cannot be told.
        return Value(pl.when(given.expr.is_not_null()).then(pl.lit(1, dtype=wanted.dtype)), wanted)
    product = factor
    for _ in range(times - 1):
        product = product * factor
    return Value(product, wanted)


@function("QUOTIENT", copies=4)
def _whole_quotient(left: Value, right: Value) -> Value:
    """How often the divisor goes into a number, cut towards zero; null for divisor 0."""
    (left, a), (right, b) = number(left), number(right)
    scale = max(a.scale, b.scale)
    above, below = fitting(a.at_scale(scale)), fitting(b.at_scale(scale))
    top = Value(left.expr, a, left.constant).to(above).cast(pl.Int128)
    under = Value(right.expr, b, right.constant).to(below).cast(pl.Int128)
    return Value(
        ((top.abs() // under.abs()) * (top.sign() * under.sign())).cast(above.dtype),
        Exact(above.digits),
    )
