"""What a series counts by: whole numbers, numbers inside codes, days, months, quarters, years."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from rules.checks.blank import is_blank
from rules.checks.reason import Reason, bad, why_null
from rules.checks.setting import Setting
from rules.errors import FormulaError
from rules.formula import Exact, Scope, Value, compile_formula
from rules.formula.values import DATE, DATETIME, SHORT_DIGITS, TEXT, fitting

EVERY: Final = ("day", "month", "quarter", "year")
MARK: Final = "…"  # stands for the number in the name of a series
_PARTS: Final = 3  # before, the number, after
_EPOCH: Final = date(1970, 1, 1)
_MONTHS: Final = 12
_QUARTERS: Final = 4
_MONTHS_OF_A_QUARTER: Final = 3
_CALENDAR_DIGITS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """The place of a row in its series.

    Attributes:
        number: Int128: the place; null where it is not known.
        unknown: String: why it is not known, else null.
        prefix: What stands around the number in a code; it tells series apart.
        how_many: The type of a count of places.
        show: A place (Int128) as a person writes it.
        join: What stands between the two ends of a range.
        place: A bound of the rule (whole number or day) as a place; None where it is no such.
    """

    number: pl.Expr
    unknown: pl.Expr
    scope: Scope
    prefix: Value | None
    how_many: Exact
    show: Callable[[pl.Expr], pl.Expr]
    join: str
    place: Callable[[object], int | None]


def numbering_of(setting: Setting) -> Numbering:
    """Compile `number` (with `pattern`, if there is one) or `date` with `every`.

    Raises:
        FormulaError: `formula.whole_needed`: the number is no whole number; `formula.type`: with
            `pattern` it is no text; `date` is no date.
        RulesError: `check.one_of`, `check.missing_key`, `check.bad_value`, `check.bad_pattern`.
    """
    check, scope = setting.rule.check, setting.scope().listening()
    if ("number" in check) == ("date" in check):
        raise setting.refusal("check.one_of", keys="check.number, check.date")
    if "date" in check:
        return _dates(setting, scope)
    if "pattern" in check:
        return _codes(setting, scope)
    value = setting.compiled("check.number", setting.text("number"), scope, _whole)
    cannot = bad(scope.reads) | value.expr.is_null()
    unknown = pl.when(cannot).then(why_null(scope.reads, scope))
    return _numbers(scope, value.expr, unknown, value.type, None)


def _numbers(
    scope: Scope, number: pl.Expr, unknown: pl.Expr, kind: object, prefix: Value | None
) -> Numbering:
    assert isinstance(kind, Exact)  # noqa: S101 - `_whole` saw to it
    return Numbering(
        number=number.cast(pl.Int128),
        unknown=unknown,
        scope=scope,
        prefix=prefix,
        # Ranges reach one beyond the numbers, and from the most negative to the most positive.
        how_many=Exact(kind.digits + 2),
        show=lambda place: place.cast(pl.String),
        join="-",
        place=_whole_place,
    )


def _whole(text: str, scope: Scope) -> Value:
    value = compile_formula(text, scope)
    if not isinstance(value.type, Exact) or value.type.scale:
        raise FormulaError("formula.whole_needed", at=0)
    fitting(Exact(value.type.digits + 2))
    return value


def _whole_place(bound: object) -> int | None:
    if isinstance(bound, bool) or not isinstance(bound, int):
        return None
    return bound if abs(bound) < 10**SHORT_DIGITS else None


def _codes(setting: Setting, scope: Scope) -> Numbering:
    """Numbers inside codes: what stands around them is part of the series."""
    text = setting.term("check.number", setting.text("number"), scope)
    if text.type != TEXT:
        raise setting.refusal("check.pattern_of_text", key="check.number")
    whole = "^({})({})({})$".format(*_parts_of(setting, setting.text("pattern")))
    if _groups(whole) != _PARTS:
        raise setting.refusal("check.bad_pattern", key="check.pattern")
    number = text.expr.str.extract(whole, 2)
    digits = pl.when(number.str.contains(f"^[0-9]{{1,{SHORT_DIGITS}}}$")).then(number)
    known = digits.cast(pl.Int64)
    unknown = (
        pl.when(bad(scope.reads))
        .then(pl.lit(Reason.UNREADABLE.value))
        .when(is_blank(text))
        .then(pl.lit(Reason.MISSING.value))
        .when(known.is_null())
        .then(pl.lit(Reason.PATTERN.value))
    )
    around = text.expr.str.extract(whole, 1) + pl.lit(MARK) + text.expr.str.extract(whole, 3)
    prefix = Value(pl.when(known.is_not_null()).then(around), TEXT, columns=text.columns)
    return _numbers(scope, known, unknown, Exact(SHORT_DIGITS), prefix)


def _parts_of(setting: Setting, pattern: str) -> tuple[str, str, str]:
    """What stands before, inside and after the one capture group of a pattern.

    Groups inside others, and alternatives outside of groups, cannot be cut so: they are refused.
    """
    opened = [at for at in _signs(pattern, "(") if pattern[at : at + 2] != "(?"]
    loose = [at for at in _signs(pattern, "|") if _depth(pattern, at) == 0]
    if _groups(pattern) != 1 or len(opened) != 1 or loose or _depth(pattern, opened[0]):
        raise setting.refusal("check.bad_pattern", key="check.pattern")
    start = opened[0]
    end = next(at for at in _signs(pattern, ")") if at > start and _depth(pattern, at) == 1)
    return pattern[:start], pattern[start + 1 : end], pattern[end + 1 :]


def _groups(pattern: str) -> int | None:
    """How many groups a pattern takes; None where it is no regular expression."""
    try:
        taken = pl.Series([""]).str.extract_groups(pattern)
    except pl.exceptions.ComputeError:
        return None
    return len(taken.struct.fields)


def _depth(pattern: str, at: int) -> int:
    """Inside how many groups a place of a pattern lies."""
    opened = sum(one < at for one in _signs(pattern, "("))
    return opened - sum(one < at for one in _signs(pattern, ")"))


def _signs(pattern: str, sign: str) -> list[int]:
    """Where a sign stands in a pattern that is neither escaped nor inside brackets."""
    found, at, inside = [], 0, False
    while at < len(pattern):
        here = pattern[at]
        if here == "\\":
            at += 1
        elif inside:
            inside = here != "]"
        elif here == "[":
            inside = True
        elif here == sign:
            found.append(at)
        at += 1
    return found


def _dates(setting: Setting, scope: Scope) -> Numbering:
    every = setting.text("every") if "every" in setting.rule.check else ""
    if every not in EVERY:
        raise setting.refusal("check.bad_value", key="check.every", expected=", ".join(EVERY))
    value = setting.term("check.date", setting.text("date"), scope)
    if value.type not in (DATE, DATETIME):
        raise setting.refusal("check.date_column", name=setting.text("date"))
    day = value.expr.cast(pl.Date)
    cannot = bad(scope.reads) | day.is_null()
    return Numbering(
        number=_place_of(day, every).cast(pl.Int128),
        unknown=pl.when(cannot).then(why_null(scope.reads, scope)),
        scope=scope,
        prefix=None,
        how_many=Exact(_CALENDAR_DIGITS),
        show=lambda place: _shown(place, every),
        join="..",
        place=lambda bound: _day_place(bound, every),
    )


def _place_of(day: pl.Expr, every: str) -> pl.Expr:
    year = day.dt.year().cast(pl.Int64)
    match every:
        case "day":
            return day.to_physical()
        case "month":
            return year * _MONTHS + day.dt.month() - 1
        case "quarter":
            return year * _QUARTERS + day.dt.quarter() - 1
    return year


def _day_place(bound: object, every: str) -> int | None:
    if not isinstance(bound, date):
        return None
    match every:
        case "day":
            return (bound - _EPOCH).days
        case "month":
            return bound.year * _MONTHS + bound.month - 1
        case "quarter":
            return bound.year * _QUARTERS + (bound.month - 1) // _MONTHS_OF_A_QUARTER
    return bound.year


def _shown(place: pl.Expr, every: str) -> pl.Expr:
    whole = place.cast(pl.Int64)
    match every:
        case "day":
            return whole.cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m-%d")
        case "month":
            month = (whole % _MONTHS + 1).cast(pl.String).str.zfill(2)
            return pl.concat_str((whole // _MONTHS).cast(pl.String), pl.lit("-"), month)
        case "quarter":
            quarter = (whole % _QUARTERS + 1).cast(pl.String)
            return pl.concat_str((whole // _QUARTERS).cast(pl.String), pl.lit("-Q"), quarter)
    return whole.cast(pl.String)
