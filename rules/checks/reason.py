"""Why a unit could not be judged."""

from enum import StrEnum

import polars as pl

from rules.formula import BAD, Reads, Scope


class Reason(StrEnum):
    """Codes of `reason` in the violations; the sentences live in the catalogue of the shell."""

    NO_DATE = "no_date"  # the record has no date that would choose the norm
    UNREADABLE = "unreadable"  # a cell was there but could not be read
    MISSING = "missing"  # a cell is empty
    PARAMETER = "parameter"  # no value of a parameter was in force that day
    CALENDAR = "calendar"  # the calendar does not know a year the count touches
    KEY = "key"  # a blank in a key: nothing to compare by
    UNDEFINED = "undefined"  # division by zero, a date out of range
    TOO_FEW = "too_few"  # fewer rows than the measure needs to say anything
    NO_SPREAD = "no_spread"  # the values hardly differ: there is nothing to measure outliers by
    BACKWARDS = "backwards"  # something ends before it begins
    RUNNING = "running"  # neither done nor late yet
    LIMITS = "limits"  # the rows of a group fall under different limits
    BLOCK = "block"  # too many texts in one block to compare each with each
    PATTERN = "pattern"  # a text that does not have the declared shape
    AMBIGUOUS = "ambiguous"  # several rows stand where one is needed


def bad(reads: Reads) -> pl.Expr:
    """Whether any cell the formula reads was there but could not be read."""
    return _any([pl.col(BAD + name) for name in sorted(reads.columns)])


def without_parameter(reads: Reads, scope: Scope) -> pl.Expr:
    """Whether a parameter the formula reads has no value on the record's day."""
    return _any([scope.meaning(name).expr.is_null() for name in sorted(reads.parameters)])


def calendar_ends(reads: Reads) -> pl.Expr:
    """Whether the formula counted into a year the calendar does not know."""
    return _any(reads.unknown_days)


def why_null(reads: Reads, scope: Scope) -> pl.Expr:
    """The reason a formula came out null; String, meaningful only where it did."""
    missing = _any([pl.col(name).is_null() for name in sorted(reads.columns)])
    return (
        pl.when(bad(reads))
        .then(pl.lit(Reason.UNREADABLE.value))
        .when(without_parameter(reads, scope))
        .then(pl.lit(Reason.PARAMETER.value))
        .when(calendar_ends(reads))
        .then(pl.lit(Reason.CALENDAR.value))
        .when(missing)
        .then(pl.lit(Reason.MISSING.value))
        .otherwise(pl.lit(Reason.UNDEFINED.value))
    )


def _any(conditions: list[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(conditions).fill_null(False) if conditions else pl.lit(False)
