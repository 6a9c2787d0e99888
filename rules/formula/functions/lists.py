"""Membership in a named list of the pack, judged on the record's own date where it is dated."""

from datetime import date
from decimal import Decimal, InvalidOperation
from operator import or_

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.registry import constant_text, heavy, scoped
from rules.formula.joined import joined
from rules.formula.let import let
from rules.formula.nearness import nearest
from rules.formula.scope import Scope, between
from rules.formula.values import TEXT, TRUTH, Exact, Value, units
from rules.named_list import NamedList

Period = tuple[date | None, date | None]


@scoped("IN_LIST", weigh=heavy)
def _in_list(scope: Scope, value: Value, name: Value) -> Value:
    """Whether a value is a member; null where the value or a date that decides is missing."""
    named = _named(scope, constant_text(name))
    scope.reads.lists.add(named.name)
    periods: dict[Period, list[str]] = {}
    for row in named.values:
        periods.setdefault((row.starts_on, row.ends_on), []).append(row.value)
    one = Value(pl.field("value"), value.type)
    listed = [_member(one, texts, named) & _in_force(period) for period, texts in periods.items()]
    given = value.to(value.type if isinstance(value.type, Exact) else TEXT)
    on = scope.date_of_record() if named.is_dated else pl.lit(None, dtype=pl.Date())
    parts = {f"in:{at}": member for at, member in enumerate(listed)}
    asked = let({"value": given, "on": on}, parts, joined(or_, map(pl.field, parts)))
    return Value(asked, TRUTH)


def _named(scope: Scope, name: str) -> NamedList:
    if name not in scope.lists:
        raise FormulaError("formula.unknown_list", name=name, near=nearest(name, scope.lists))
    return scope.lists[name]


def _in_force(period: Period) -> pl.Expr:
    if period == (None, None):
        return pl.lit(True)
    return between(pl.field("on"), *period)


def _member(value: Value, texts: list[str], named: NamedList) -> pl.Expr:
    if isinstance(value.type, Exact):
        return _number_among(value.expr, value.type, texts, named)
    return value.expr.is_in(texts)


def _number_among(one: pl.Expr, exact: Exact, texts: list[str], named: NamedList) -> pl.Expr:
    """Numbers are the same whatever zeros are written: 1.50 is 1.5."""
    found = [_bare(text, named) for text in texts]
    # A number larger than the value can be, or with more places, is never equal to it.
    whole = [
        units(number, exact.scale)
        for number in found
        if number.adjusted() < exact.digits - exact.scale and _places(number) <= exact.scale
    ]
    members = pl.Series(whole, dtype=exact.dtype).implode()
    return one.cast(exact.dtype).is_in(pl.lit(members))


def _bare(text: str, named: NamedList) -> Decimal:
    """The number a text is, without the zeros behind it: 1.50 is 1.5, and 0.00 is 0."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise FormulaError("formula.list_type", name=named.name, found=text)
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - it is finite
    kept = "".join(map(str, digits)).rstrip("0")
    if not kept:
        return Decimal(0)
    return Decimal((sign, tuple(map(int, kept)), exponent + len(digits) - len(kept)))


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101 - it is finite
    return -exponent
