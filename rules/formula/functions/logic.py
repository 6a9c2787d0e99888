"""Truth in three values (Kleene), choice, and blanks."""

from collections.abc import Sequence
from operator import and_, or_
from typing import Final

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.registry import compared, function
from rules.formula.joined import joined
from rules.formula.scope import BAD
from rules.formula.tree import Node
from rules.formula.values import TEXT, TRUTH, Type, Value, aligned, common

_MOST_CASES: Final = 100  # branches are nested, and Polars walks them one in the other


@function("AND")
def _and(first: Value, *rest: Value) -> Value:
    return Value(joined(and_, (one.to(TRUTH) for one in (first, *rest))), TRUTH)


@function("OR")
def _or(first: Value, *rest: Value) -> Value:
    return Value(joined(or_, (one.to(TRUTH) for one in (first, *rest))), TRUTH)


@function("NOT")
def _not(one: Value) -> Value:
    return Value(~one.to(TRUTH), TRUTH)


@function("IMPLIES")
def _implies(test: Value, then: Value) -> Value:
    return Value(~test.to(TRUTH) | then.to(TRUTH), TRUTH)


@function("IF", copies=2)
def _if(test: Value, yes: Value, no: Value) -> Value:
    return _chosen([test.to(TRUTH)], [yes], no)


@function("IFS", copies=2)
def _ifs(test: Value, then: Value, *rest: Value) -> Value:
    """The value beside the first true test; a last argument alone is for where none is true."""
    pairs, last = _paired((test, then, *rest))
    return _chosen([one.to(TRUTH) for one, _ in pairs], [value for _, value in pairs], last)


@function("SWITCH", weigh=compared)
def _switch(subject: Value, case: Value, then: Value, *rest: Value) -> Value:
    """The value beside the first case the subject equals; a last one alone is for any other."""
    pairs, last = _paired((case, then, *rest))
    tests = [pl.Expr.eq(*aligned(subject, one)) for one, _ in pairs]
    return _chosen(tests, [value for _, value in pairs], last)


def _paired(given: Sequence[Value]) -> tuple[list[tuple[Value, Value]], Value | None]:
    pairs = list(zip(given[::2], given[1::2], strict=False))
    if len(pairs) > _MOST_CASES:
        raise FormulaError("formula.too_many_cases", limit=_MOST_CASES)
    return pairs, given[-1] if len(given) % 2 else None


def _chosen(tests: list[pl.Expr], values: list[Value], last: Value | None) -> Value:
    # An unknown test chooses no branch, not even a later one: the engine fills no null.
    wanted: Type = common(*values, *([last] if last is not None else []))
    rest: pl.Expr = pl.lit(None, dtype=wanted.dtype) if last is None else last.to(wanted)
    for test, value in zip(reversed(tests), reversed(values), strict=True):
        rest = pl.when(test).then(value.to(wanted)).when(~test).then(rest)
    return Value(rest, wanted)


def _nested(_args: Sequence[Node], sizes: Sequence[int]) -> int:
    """Every argument lies inside all those before it."""
    return len(sizes) * sum(sizes)


@function("COALESCE", weigh=_nested)
def _coalesce(first: Value, *rest: Value) -> Value:
    """The first value that is there; unknown as soon as a cell was there but not readable."""
    values = (first, *rest)
    wanted = common(*values)
    chosen: pl.Expr = pl.lit(None, dtype=wanted.dtype)
    for value in reversed(values):
        here = value.to(wanted)
        chosen = pl.when(here.is_not_null()).then(here).otherwise(_unless_bad(value, chosen))
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


@function("ISTRUE")
def _is_true(one: Value) -> Value:
    return Value(_unless_bad(one, one.to(TRUTH).fill_null(False)), TRUTH)


@function("ISFALSE")
def _is_false(one: Value) -> Value:
    return Value(_unless_bad(one, (~one.to(TRUTH)).fill_null(False)), TRUTH)


def _unless_bad(one: Value, known: pl.Expr) -> pl.Expr:
    """The same, but unknown where a cell was there and could not be read."""
    flags = [pl.col(BAD + name) for name in sorted(one.columns)]
    return pl.when(~pl.any_horizontal(flags)).then(known) if flags else known
