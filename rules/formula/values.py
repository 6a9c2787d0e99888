"""The value types of formulas, and what a compiled part of a formula is.

Exact numbers are computed as whole numbers of their smallest unit (123.45 is 12345 with scale 2).
The type carries how many digits a value can have, so a result that could overflow is refused when
the rule is saved and never met while it runs.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

import polars as pl

from rules.errors import FormulaError

DIGITS: Final = 38  # what Int128 holds
SHORT_DIGITS: Final = 18  # what Int64 holds
QUOTIENT_SCALE: Final = 10  # places a division keeps

Written = Decimal | str | bool | None  # what a formula can write down
Constant = Decimal | str | bool | date | datetime | time


@dataclass(frozen=True, slots=True)
class Exact:
    """Whole and decimal numbers: at most `digits` digits, `scale` of them after the point."""

    digits: int
    scale: int = 0

    @property
    def name(self) -> str:
        """The kind, as error messages name it."""
        return "number"

    @property
    def dtype(self) -> pl.DataType:
        """Int64 where 18 digits do, else Int128."""
        return pl.Int64() if self.digits <= SHORT_DIGITS else pl.Int128()

    def at_scale(self, scale: int) -> "Exact":
        """The type that holds these numbers with another number of places."""
        return Exact(max(self.digits + scale - self.scale, 1), scale)


@dataclass(frozen=True, slots=True)
class Plain:
    """A type that needs no digits."""

    name: str
    dtype: pl.DataType


TEXT: Final = Plain("text", pl.String())
DATE: Final = Plain("date", pl.Date())
DATETIME: Final = Plain("datetime", pl.Datetime("us"))
TIME: Final = Plain("time", pl.Time())
TRUTH: Final = Plain("condition", pl.Boolean())
BLANK: Final = Plain("blank", pl.Null())
Type = Exact | Plain

MOMENTS: Final = (DATE, DATETIME, TIME)
_FORMATS: Final = {
    DATE: ("%Y-%m-%d", "%d/%m/%Y"),
    DATETIME: (
        "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S",
        "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    ),
    TIME: ("%H:%M", "%H:%M:%S"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """A compiled part: its expression and type.

    Attributes:
        constant: The value itself where the formula wrote one.
        allowed: The closed set a text column keeps to, if it is a category.
        columns: The columns it was made from.
        is_cell: Whether it is a column just as the table has it.
    """

    expr: pl.Expr
    type: Type
    constant: Constant | None = None
    allowed: tuple[str, ...] | None = None
    columns: frozenset[str] = frozenset()
    is_cell: bool = False

    def to(self, wanted: Type) -> pl.Expr:
        """The expression in the form of `wanted`.

        Raises:
            FormulaError: `formula.type`, `formula.too_wide`, `formula.bad_literal`.
        """
        if self.type == wanted:
            return self.expr
        if self.type is BLANK:
            return pl.lit(None, dtype=wanted.dtype)
        if isinstance(self.type, Exact) and isinstance(wanted, Exact):
            return self._rescaled(self.type, wanted)
        if wanted in MOMENTS and isinstance(self.constant, str):
            return moment(self.constant, wanted).expr
        raise FormulaError("formula.type", expected=wanted.name, found=self.type.name)

    def _rescaled(self, own: Exact, wanted: Exact) -> pl.Expr:
        if isinstance(self.constant, Decimal):
            return scaled(self.constant, wanted)
        wide = self.expr if own.dtype == wanted.dtype else self.expr.cast(wanted.dtype)
        return wide * 10 ** (wanted.scale - own.scale) if wanted.scale > own.scale else wide


def literal(value: Written) -> Value:
    """A constant as the formula wrote it."""
    match value:
        case None:
            return Value(pl.lit(None), BLANK)
        case bool():
            return Value(pl.lit(value), TRUTH, value)
        case str():
            return Value(pl.lit(value), TEXT, value)
    digits, exponent = value.as_tuple().digits, value.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101 - the grammar knows no infinity
    scale = max(0, -exponent)
    exact = fitting(Exact(max(len(digits) + max(exponent, 0), scale + 1), scale))
    return Value(scaled(value, exact), exact, value)


def scaled(value: Decimal, wanted: Exact) -> pl.Expr:
    """A constant number in the whole units of `wanted`."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - constants are finite
    whole = int("".join(map(str, digits))) * (-1 if sign else 1)
    return pl.lit(whole * 10 ** (exponent + wanted.scale), dtype=wanted.dtype)


def moment(text: str, wanted: Type) -> Value:
    """A date, datetime or time written as text in a formula."""
    for pattern in _FORMATS[wanted]:  # type: ignore[index] # only moments come here
        try:
            read = datetime.strptime(text, pattern)  # noqa: DTZ007 - wall time, by contract
        except ValueError:
            continue
        value: Constant = read
        if wanted == DATE:
            value = read.date()
        elif wanted == TIME:
            value = read.time()
        return Value(pl.lit(value, dtype=wanted.dtype), wanted, value)
    raise FormulaError("formula.bad_literal", expected=wanted.name, found=text)


def fitting(exact: Exact) -> Exact:
    """The same type, refused where a value may need more digits than there are.

    Raises:
        FormulaError: `formula.too_wide`.
    """
    if exact.digits > DIGITS:
        raise FormulaError("formula.too_wide", digits=exact.digits, limit=DIGITS)
    return exact


def divided(top: pl.Expr, below: pl.Expr | int) -> pl.Expr:
    """Whole division rounded half away from zero; null where `below` is zero."""
    below = pl.lit(below, dtype=pl.Int128) if isinstance(below, int) else below
    size = below.abs()
    quotient: pl.Expr = (top.abs() + size // 2) // size * (top.sign() * below.sign())
    return quotient


def number(value: Value) -> tuple[Value, Exact]:
    """The value as a number, with its type.

    Raises:
        FormulaError: `formula.type`.
    """
    if isinstance(value.type, Exact):
        return value, value.type
    if value.type is BLANK:
        return Value(pl.lit(None, dtype=pl.Int64()), Exact(1)), Exact(1)
    raise FormulaError("formula.type", expected="number", found=value.type.name)


def common(*values: Value) -> Type:
    """The one type that holds all the values.

    Raises:
        FormulaError: `formula.mixed_types`, `formula.too_wide`.
    """
    known = [value.type for value in values if value.type is not BLANK] or [TEXT]
    exact = [kind for kind in known if isinstance(kind, Exact)]
    if len(exact) == len(known):
        scale = max(kind.scale for kind in exact)
        return fitting(Exact(max(kind.at_scale(scale).digits for kind in exact), scale))
    wanted = next((kind for kind in known if kind in MOMENTS), known[0])
    for value in values:
        written = wanted in MOMENTS and isinstance(value.constant, str)
        if value.type not in (wanted, BLANK) and not written:
            raise FormulaError("formula.mixed_types", left=wanted.name, right=value.type.name)
    return wanted


def aligned(*values: Value) -> list[pl.Expr]:
    """The values in comparable form."""
    wanted = common(*values)
    return [value.to(wanted) for value in values]
