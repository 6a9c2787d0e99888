"""Texts: length, parts, letters.  Nothing is trimmed or folded behind the author's back."""

from collections.abc import Callable
from typing import Final

import polars as pl

from rules.formula.functions.registry import constant_whole, function
from rules.formula.values import TEXT, Exact, Type, Value

_MOST: Final = 1_000_000


def _of_text(name: str, result: Type, make: Callable[[pl.Expr], pl.Expr]) -> None:
    @function(name)
    def build(text: Value) -> Value:
        return Value(make(text.to(TEXT)), result)


_of_text("UPPER", TEXT, lambda text: text.str.to_uppercase())
_of_text("LOWER", TEXT, lambda text: text.str.to_lowercase())
_of_text("TRIM", TEXT, lambda text: text.str.strip_chars())
# Polars counts in UInt32, where 1 - 2 is 4294967295.
_of_text("LEN", Exact(10), lambda text: text.str.len_chars().cast(pl.Int64))


@function("LEFT")
def _left(text: Value, length: Value) -> Value:
    return Value(text.to(TEXT).str.head(constant_whole(length, least=0, most=_MOST)), TEXT)


@function("RIGHT")
def _right(text: Value, length: Value) -> Value:
    return Value(text.to(TEXT).str.tail(constant_whole(length, least=0, most=_MOST)), TEXT)


@function("MID")
def _mid(text: Value, start: Value, length: Value) -> Value:
    """From the `start`-th letter, counted from 1, as MID of Excel."""
    first = constant_whole(start, least=1, most=_MOST) - 1
    return Value(text.to(TEXT).str.slice(first, constant_whole(length, least=0, most=_MOST)), TEXT)


@function("&")
def _join(left: Value, right: Value) -> Value:
    return Value(left.to(TEXT) + right.to(TEXT), TEXT)
