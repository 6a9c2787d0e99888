"""Exact arithmetic on scaled whole numbers.

The digits of every result are known beforehand; what may need more than 38 is refused.  Nothing
wraps, nothing is rounded but by `/`, half away from zero, and the functions of `rounding`.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.dates import shifted
from rules.formula.functions.registry import Builder, function
from rules.formula.values import (
    DATE,
    QUOTIENT_SCALE,
    TEXT,
    Exact,
    Value,
    common,
    divided,
    fitting,
    literal,
    number,
)

_DAYS: Final = Exact(8)


def _sum(sign: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Builder:
    def build(left: Value, right: Value) -> Value:
        if left.type == DATE and isinstance(right.type, Exact):
            return shifted(left, right, sign)
        wanted = _common_number(left, right)
        wanted = fitting(Exact(wanted.digits + 1, wanted.scale))
        return Value(sign(number(left)[0].to(wanted), number(right)[0].to(wanted)), wanted)

    return build


function("+")(_sum(pl.Expr.add))


@function("-")
def _difference(left: Value, right: Value) -> Value:
    if left.type == DATE and right.type == DATE:
        days = left.expr.to_physical().cast(pl.Int64) - right.expr.to_physical().cast(pl.Int64)
        return Value(days, _DAYS)
    return _sum(pl.Expr.sub)(left, right)


@function("*")
def _product(left: Value, right: Value) -> Value:
    (left, a), (right, b) = number(left), number(right)
    wanted = fitting(Exact(a.digits + b.digits, a.scale + b.scale))
    return Value(left.expr.cast(wanted.dtype) * right.expr.cast(wanted.dtype), wanted)


@function("/", copies=4)
def _quotient(left: Value, right: Value) -> Value:
    (left, a), (right, b) = number(left), number(right)
    lift = QUOTIENT_SCALE + b.scale - a.scale
    # The numerator may have to be cut instead of lifted: then the denominator is lifted.
    over = fitting(Exact(a.digits + max(lift, 0), QUOTIENT_SCALE))
    fitting(Exact(b.digits + max(-lift, 0) + 1))
    top = left.expr.cast(pl.Int128) * 10 ** max(lift, 0)
    below = right.expr.cast(pl.Int128) * 10 ** max(-lift, 0)
    return Value(divided(top, below).cast(over.dtype), over)


@function("%", "MOD", copies=2)
def _mod(left: Value, right: Value) -> Value:
    """The remainder with the sign of the divisor, as MOD of Excel; null for divisor 0."""
    wanted = _common_number(left, right)
    return Value(number(left)[0].to(wanted) % number(right)[0].to(wanted), wanted)


@function("NEGATE")
def _negate(one: Value) -> Value:
    if isinstance(one.constant, Decimal):
        return literal(-one.constant)
    one, exact = number(one)
    # Polars has no unary minus for Int128.
    return Value(pl.lit(0, dtype=exact.dtype) - one.expr.cast(exact.dtype), exact)


@function("ABS")
def _abs(one: Value) -> Value:
    one, exact = number(one)
    return Value(one.expr.cast(exact.dtype).abs(), exact)


@function("NUMBER")
def _number(text: Value) -> Value:
    """A text of up to 18 digits as a whole number; anything else is null."""
    digits = text.to(TEXT).str.extract(r"^([0-9]{1,18})$", 1)
    return Value(digits.cast(pl.Int64), Exact(18))


def _common_number(left: Value, right: Value) -> Exact:
    wanted = common(number(left)[0], number(right)[0])
    if not isinstance(wanted, Exact):
        raise FormulaError("formula.type", expected="number", found=wanted.name)
    return wanted
