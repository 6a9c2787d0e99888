"""Rows put together by a key, and what every check of groups shares.

A unit frame has one line for each unit: the columns of the unit's first row (own rows first, then
by place), and UNIT columns beside them.  A row with a blank or unreadable key cannot be compared:
it is a unit of its own, undetermined, never a duplicate of another blank.
"""

from collections.abc import Sequence
from operator import and_
from typing import Final

import polars as pl

from rules.checks.blank import is_blank
from rules.checks.reason import Reason, bad
from rules.checks.standing import OUT
from rules.formula import Exact, Reads, Value
from rules.formula.joined import joined
from rules.formula.writing import text_of
from rules.rule import Verdict
from rules.table import FILE, OWN, ROW, SHEET

VERDICT: Final = "__verdict"  # String of Verdict
REASON: Final = "__reason"  # String of Reason, null where there is a verdict
ROWS: Final = "__rows"  # Int64: rows in the unit
GROUP: Final = "__group"  # String: the key of the group a row is judged through
PARTS: Final = "__parts"  # List(String): the key of a group as texts; null for single rows
COUNT: Final = "__count"  # Int64
FOUND: Final = "__found"
EXPECTED: Final = "__expected"
DIFFERENCE: Final = "__difference"

STANDING: Final = "__standing"
INCOMPLETE: Final = "__incomplete"  # String: why a row's key cannot be compared, else null
APPLYING: Final = "__applying"  # Int64: rows of the group the rule speaks of
UNSURE: Final = "__unsure"  # String: why it is not known whether it speaks of one of them
PLACE: Final = (FILE, SHEET, ROW)
JOINT: Final = " · "


def key_names(terms: Sequence[Value]) -> list[str]:
    """The names of the key columns; without terms all rows are one group."""
    return [f"__key{index}" for index in range(max(len(terms), 1))]


def keyed(frame: pl.LazyFrame, terms: Sequence[Value], reads: Reads) -> pl.LazyFrame:
    """The frame with its key columns and INCOMPLETE."""
    if not terms:
        nothing = pl.lit(None, dtype=pl.String).alias(INCOMPLETE)
        return frame.with_columns(pl.lit(0).alias(key_names(terms)[0]), nothing)
    complete = joined(and_, (~is_blank(term) for term in terms))
    return frame.with_columns(
        *(term.expr.alias(name) for name, term in zip(key_names(terms), terms, strict=True)),
        pl.when(bad(reads))
        .then(pl.lit(Reason.UNREADABLE.value))
        .when(~complete)
        .then(pl.lit(Reason.KEY.value))
        .alias(INCOMPLETE),
    )


def key_texts(terms: Sequence[Value]) -> list[pl.Expr]:
    """The key columns of a keyed frame as texts."""
    pairs = zip(key_names(terms), terms, strict=False)
    return [text_of(Value(pl.col(name), term.type)) for name, term in pairs]


def parts(terms: Sequence[Value]) -> pl.Expr:
    """PARTS of a keyed frame."""
    empty = pl.lit([], dtype=pl.List(pl.String))
    return (pl.concat_list(key_texts(terms)) if terms else empty).alias(PARTS)


def label(terms: Sequence[Value]) -> pl.Expr:
    """The key of a keyed frame as a person reads it."""
    return pl.concat_str(*key_texts(terms), separator=JOINT)


def by_place(rows: pl.DataFrame) -> pl.DataFrame:
    """Own rows first, then by place: a line must name an own row where there is one."""
    return rows.sort(~pl.col(OWN), *PLACE, nulls_last=False)


def grouped(rows: pl.DataFrame, terms: Sequence[Value], *more: pl.Expr) -> pl.DataFrame:
    """One line for each complete key: its first row, ROWS, APPLYING, UNSURE, OWN, and `more`."""
    names = key_names(terms)
    others = [name for name in rows.columns if name not in (*names, OWN)]
    standing = pl.col(STANDING)
    return (
        by_place(rows.filter(pl.col(INCOMPLETE).is_null()))
        .group_by(names, maintain_order=True)
        .agg(
            pl.col(others).first(),
            pl.col(OWN).any(),
            pl.len().cast(pl.Int64).alias(ROWS),
            standing.is_null().sum().cast(pl.Int64).alias(APPLYING),
            standing.filter(standing.is_not_null() & (standing != OUT)).first().alias(UNSURE),
            *more,
        )
    )


def loose(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows without a complete key, each a unit of its own."""
    standing = pl.col(STANDING)
    out = standing == OUT
    return rows.filter(pl.col(INCOMPLETE).is_not_null()).with_columns(
        pl.when(out.fill_null(False))
        .then(pl.lit(Verdict.NOT_APPLICABLE.value))
        .otherwise(pl.lit(Verdict.UNDETERMINED.value))
        .alias(VERDICT),
        pl.coalesce(standing, pl.col(INCOMPLETE)).alias(REASON),
        pl.lit(1, dtype=pl.Int64).alias(ROWS),
    )


def undetermined_if(condition: pl.Expr, otherwise: pl.Expr) -> pl.Expr:
    """The verdict `otherwise`, undetermined where the condition is true."""
    return pl.when(condition).then(pl.lit(Verdict.UNDETERMINED.value)).otherwise(otherwise)


def violated_if(condition: pl.Expr) -> pl.Expr:
    """Violated where the condition is true, else met."""
    violated = pl.lit(Verdict.VIOLATED.value)
    return pl.when(condition).then(violated).otherwise(pl.lit(Verdict.MET.value))


def count_word() -> Value:
    """The word `count`."""
    return Value(pl.col(COUNT), Exact(10))


def key_words(names: Sequence[str], terms: Sequence[Value]) -> dict[str, Value]:
    """The parts of a group's key as words: a group speaks of its key even without a row of ours."""
    keys = zip(names, terms, key_names(terms), strict=False)
    return {name: Value(pl.col(column), term.type) for name, term, column in keys}
