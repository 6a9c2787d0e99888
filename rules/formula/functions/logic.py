"""Truth in three values (Kleene), choice, and blanks."""

from functools import reduce
from operator import and_, or_

import polars as pl

from rules.formula.functions.registry import function
from rules.formula.scope import BAD
from rules.formula.values import TEXT, TRUTH, Value, common


@function("AND")
def _and(first: Value, *rest: Value) -> Value:
    return Value(reduce(and_, (one.to(TRUTH) for one in (first, *rest))), TRUTH)


@function("OR")
def _or(first: Value, *rest: Value) -> Value:
    return Value(reduce(or_, (one.to(TRUTH) for one in (first, *rest))), TRUTH)


@function("NOT")
def _not(one: Value) -> Value:
    return Value(~one.to(TRUTH), TRUTH)


@function("IMPLIES")
def _implies(test: Value, then: Value) -> Value:
    return Value(~test.to(TRUTH) | then.to(TRUTH), TRUTH)


@function("IF", copies=2)
def _if(test: Value, yes: Value, no: Value) -> Value:
    # An unknown test chooses neither branch: the engine fills no null.
    wanted, known = common(yes, no), test.to(TRUTH)
    chosen = pl.when(known).then(yes.to(wanted)).when(~known).then(no.to(wanted))
    return Value(chosen, wanted)


@function("ISNULL")
def _is_null(one: Value) -> Value:
    return Value(_unless_bad(one, one.expr.is_null()), TRUTH)


@function("ISBLANK", copies=2)
def _is_blank(one: Value) -> Value:
    blank = one.expr.is_null()
    if one.type == TEXT:
        blank = blank | ~one.expr.str.contains(r"\S")
    return Value(_unless_bad(one, blank), TRUTH)


def _unless_bad(one: Value, blank: pl.Expr) -> pl.Expr:
    """Whether it is blank; unknown where a cell was there but could not be read."""
    flags = [pl.col(BAD + name) for name in sorted(one.columns)]
    return pl.when(~pl.any_horizontal(flags)).then(blank) if flags else blank
