"""The row checks as SQL predicates, for the contenders that speak SQL."""

from dataclasses import dataclass
from datetime import date

from tests.bench.checks import (
    TOLERANCE,
    Between,
    BlankWhere,
    Check,
    Days,
    Filled,
    FilledAbove,
    FilledWhere,
    Length,
    Listed,
    Matches,
    NotLess,
    NotRound,
    Percent,
    Product,
    Sum,
    Weekday,
    Without,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Where two SQLs differ; the names of columns and texts stand in braces."""

    matches: str
    length: str
    weekday: str
    days: str


DUCKDB = Dialect(
    matches="regexp_matches({}, {})", length="length({})", weekday="isodow({})", days="({1} - {0})"
)
POLARS = Dialect(
    matches="({} ~ {})",
    length="char_length({})",
    weekday="date_part('isodow', {})",
    days="(CAST({1} AS INT) - CAST({0} AS INT))",
)


def literal(value: object) -> str:
    """A value as SQL writes it."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"DATE '{value}'" if isinstance(value, date) else str(value)


def violated(  # noqa: C901, PLR0911, PLR0912 - one line for each kind
    check: Check, dialect: Dialect
) -> str:
    """A predicate that is true where a row check is violated; null is no violation."""
    first, *others = check.columns
    match check:
        case Filled():
            return f"({first} IS NULL)"
        case Between(low=low, high=high):
            return f"({first} < {literal(low)} OR {first} > {literal(high)})"
        case Matches(pattern=pattern):
            return f"(NOT {dialect.matches.format(first, literal(pattern))})"
        case Listed(values=values):
            return f"({first} NOT IN ({', '.join(map(literal, values))}))"
        case Length(low=low, high=high):
            length = dialect.length.format(first)
            return f"({length} < {low} OR {length} > {high})"
        case NotLess():
            return f"({first} < {others[0]})"
        case Product():
            return f"(abs({first} - {others[0]} * {others[1]}) > {TOLERANCE})"
        case Sum():
            return f"(abs({first} - {others[0]} - {others[1]}) > {TOLERANCE})"
        case Percent():
            return f"(abs({first} * 100 - {others[0]} * {others[1]}) > {TOLERANCE * 100})"
        case FilledWhere(value=value):
            return f"({first} = {literal(value)} AND {others[0]} IS NULL)"
        case BlankWhere(value=value):
            return f"({first} = {literal(value)} AND {others[0]} IS NOT NULL)"
        case FilledAbove(amount=amount):
            return f"({first} > {amount} AND {others[0]} IS NULL)"
        case Weekday():
            return f"({dialect.weekday.format(first)} > 5)"
        case Days(low=low, high=high):
            days = dialect.days.format(first, others[0])
            return f"({days} < {low} OR {days} > {high})"
        case NotRound(of=of):
            return f"({first} % {of} = 0)"
        case Without(words=words):
            return dialect.matches.format(first, literal("(?i)" + "|".join(words)))
    raise ValueError(check.code)
