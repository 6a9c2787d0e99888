"""Comparisons, sets, patterns."""

from collections.abc import Callable
from operator import or_
from typing import Final

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.registry import compared, constant_text, function
from rules.formula.joined import joined
from rules.formula.values import MOMENTS, TEXT, TRUTH, Type, Value, aligned, common, moment

_SPECIAL: Final = frozenset(r"\.+*?()|[]{}^$#&-~")


def _comparison(name: str, compare: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> None:
    @function(name)
    def build(left: Value, right: Value) -> Value:
        _check_category(left, right)
        return Value(compare(*aligned(left, right)), TRUTH)


for _sign, _compare in {
    "=": pl.Expr.eq,
    "<>": pl.Expr.ne,
    "<": pl.Expr.lt,
    "<=": pl.Expr.le,
    ">": pl.Expr.gt,
    ">=": pl.Expr.ge,
}.items():
    _comparison(_sign, _compare)


@function("BETWEEN", copies=2)
def _between(value: Value, low: Value, high: Value) -> Value:
    _check_range(common(value, low, high), low, high)
    one, least, most = aligned(value, low, high)
    return Value((one >= least) & (one <= most), TRUTH)


@function("IN", weigh=compared)
def _in(value: Value, first: Value, *rest: Value) -> Value:
    members = (first, *rest)
    _check_category(value, *members)
    texts = [member.constant for member in members if isinstance(member.constant, str)]
    if value.type == TEXT and len(texts) == len(members):
        return Value(value.expr.is_in(texts), TRUTH)
    one, *others = aligned(value, *members)
    return Value(joined(or_, (one == other for other in others)), TRUTH)


@function("LIKE")
def _like(value: Value, pattern: Value) -> Value:
    body = "".join({"%": ".*", "_": "."}.get(c, quoted(c)) for c in constant_text(pattern))
    return Value(value.to(TEXT).str.contains(tried(f"(?s)^(?:{body})$")), TRUTH)


@function("REGEX")
def _regex(value: Value, pattern: Value) -> Value:
    return Value(value.to(TEXT).str.contains(tried(constant_text(pattern))), TRUTH)


@function("STARTSWITH", "STARTS")
def _starts(value: Value, prefix: Value) -> Value:
    return Value(value.to(TEXT).str.starts_with(prefix.to(TEXT)), TRUTH)


@function("ENDSWITH", "ENDS")
def _ends(value: Value, suffix: Value) -> Value:
    return Value(value.to(TEXT).str.ends_with(suffix.to(TEXT)), TRUTH)


@function("CONTAINS")
def _contains(value: Value, first: Value, *rest: Value) -> Value:
    """Whether the text holds any of the words, in any case."""
    words = "|".join(quoted(constant_text(word)) for word in (first, *rest))
    return Value(value.to(TEXT).str.contains(tried(f"(?i){words}")), TRUTH)


def quoted(text: str) -> str:
    """The text as a pattern that matches nothing but itself, in the dialect of Polars."""
    return "".join("\\" + letter if letter in _SPECIAL else letter for letter in text)


def tried(pattern: str) -> str:
    """The pattern, tried on an empty cell.

    Raises:
        FormulaError: `formula.bad_pattern`: bad, or too large to run in a bounded time.
    """
    try:
        pl.select(pl.lit("").str.contains(pattern))
    except pl.exceptions.ComputeError as error:
        reason = str(error).splitlines()[-1]
        raise FormulaError("formula.bad_pattern", pattern=pattern, reason=reason) from None
    return pattern


def _check_range(wanted: Type, low: Value, high: Value) -> None:
    """Refuse limits that the formula wrote the wrong way round: nothing could lie between them."""
    least, most = (
        moment(one.constant, wanted).constant
        if wanted in MOMENTS and isinstance(one.constant, str)
        else one.constant
        for one in (low, high)
    )
    if least is not None and most is not None and least > most:  # type: ignore[operator] # one type
        raise FormulaError("formula.empty_range", low=str(least), high=str(most))


def _check_category(*values: Value) -> None:
    """Refuse a text that the category beside it can never hold: a misspelled constant."""
    allowed = next((value.allowed for value in values if value.allowed), None)
    for value in values:
        if allowed and isinstance(value.constant, str) and value.constant not in allowed:
            raise FormulaError(
                "formula.not_a_value", found=value.constant, expected=", ".join(allowed)
            )
