"""Values as text: for records (language-neutral), and for people in two languages."""

import re
from functools import cache
from typing import Final, Literal

import polars as pl

from rules.errors import FormulaError
from rules.formula.compiler import compile_formula
from rules.formula.scope import Scope
from rules.formula.values import DATE, DATETIME, TIME, TRUTH, Exact, Value

Language = Literal["vi", "en"]
ABSENT: Final = "—"  # what a sentence says where a value is null
_TRIMMED_FROM: Final = 5  # places; quotients and hours carry ten, and mostly zeros
_CENTS: Final = 2
_MARKS: Final = {"vi": (".", ","), "en": (",", ".")}  # grouping, decimal mark
_TRUTHS: Final = {"vi": ("có", "không"), "en": ("yes", "no")}
_NEAR_DAYS: Final = range(-25_567, 84_006)  # 1900 to 2199, as days since 1970
_PARTS: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def text_of(value: Value) -> pl.Expr:  # noqa: PLR0911 - one return for each type
    """The value as language-neutral text: plain decimals, ISO dates; null stays null."""
    match value.type:
        case Exact(scale=scale):
            whole, places = _digits(value.expr, scale)
            if not scale:
                return _signed(value.expr, whole)
            places = places.str.strip_chars_end("0") if scale >= _TRIMMED_FROM else places
            pointed = pl.when(places != "").then(pl.concat_str(whole, pl.lit("."), places))
            return _signed(value.expr, pointed.otherwise(whole))
        case kind if kind == DATE:
            return _day(value.expr)
        case kind if kind == DATETIME:
            return value.expr.dt.strftime("%Y-%m-%dT%H:%M:%S")
        case kind if kind == TIME:
            return value.expr.dt.strftime("%H:%M:%S")
        case kind if kind == TRUTH:
            return pl.when(value.expr).then(pl.lit("true")).when(~value.expr).then(pl.lit("false"))
    return value.expr.cast(pl.String)


def spoken(value: Value, language: Language) -> pl.Expr:
    """The value as a sentence in that language says it; null is a dash."""
    match value.type:
        case Exact(scale=scale):
            text = _spoken_number(value.expr, scale, language)
        case kind if kind == DATE:
            text = value.expr.dt.strftime("%d/%m/%Y")
        case kind if kind == DATETIME:
            text = _with_seconds(value.expr, "%d/%m/%Y %H:%M")
        case kind if kind == TIME:
            text = _with_seconds(value.expr, "%H:%M")
        case kind if kind == TRUTH:
            yes, no = _TRUTHS[language]
            text = pl.when(value.expr).then(pl.lit(yes)).when(~value.expr).then(pl.lit(no))
        case _:
            text = value.expr.cast(pl.String)
    return text.fill_null(ABSENT)


def sentence(template: str, scope: Scope, language: Language) -> pl.Expr:
    """A message with its `{formula}` placeholders filled; `{{` and `}}` are braces.

    Raises:
        FormulaError: `formula.brace`, and whatever a placeholder's formula is refused for;
            `at` counts in the message.
    """
    parts: list[pl.Expr] = []
    end = 0
    for found in _PARTS.finditer(template):
        parts.append(pl.lit(template[end : found.start()]))
        end = found.end()
        parts.append(_part(found, scope, language))
    return pl.concat_str(*parts, pl.lit(template[end:]))


def _part(found: re.Match[str], scope: Scope, language: Language) -> pl.Expr:
    if found[0] in ("{{", "}}"):
        return pl.lit(found[0][0])
    if found[1] is None:
        raise FormulaError("formula.brace", at=found.start())
    try:
        return spoken(compile_formula(found[1], scope), language)
    except FormulaError as error:
        at = found.start() + 1 + int(str(error.facts.get("at", 0)))
        raise FormulaError(error.code, **{**error.facts, "at": at}) from None


def _day(on: pl.Expr) -> pl.Expr:
    """An ISO date; the days people live in are looked up, at a tenth of the cost of writing."""
    number = on.to_physical()
    is_near = number.is_between(_NEAR_DAYS[0], _NEAR_DAYS[-1])
    near = pl.when(is_near).then(number - _NEAR_DAYS[0])
    # Writing out is quick on nulls: only far days are left to it.
    far = pl.when(~is_near).then(on).dt.strftime("%Y-%m-%d")
    return pl.coalesce(pl.lit(_near_texts()).gather(near), far)


@cache
def _near_texts() -> pl.Series:
    days = pl.Series(_NEAR_DAYS, dtype=pl.Int32)
    return days.cast(pl.Date).dt.strftime("%Y-%m-%d")


def _digits(number: pl.Expr, scale: int) -> tuple[pl.Expr, pl.Expr]:
    """The digits before and after the decimal mark, without sign."""
    size = number.abs()
    if not scale:
        return size.cast(pl.String), pl.lit("")
    unit = 10**scale
    return (size // unit).cast(pl.String), (size % unit).cast(pl.String).str.zfill(scale)


def _signed(number: pl.Expr, text: pl.Expr) -> pl.Expr:
    return pl.when(number < 0).then(pl.lit("-") + text).otherwise(text)


def _spoken_number(number: pl.Expr, scale: int, language: Language) -> pl.Expr:
    grouping, mark = _MARKS[language]
    whole, places = _digits(number, scale)
    # The pattern language has no look-ahead: groups of three are set from the end.
    groups = whole.str.reverse().str.replace_all(r"(\d{3})", "${1}" + grouping).str.reverse()
    text = groups.str.strip_prefix(grouping)
    if not scale:
        return _signed(number, text)
    trimmed = places.str.strip_chars_end("0")
    shown = places if scale == _CENTS else trimmed
    with_places = pl.concat_str(text, pl.lit(mark), shown)
    return _signed(number, pl.when(trimmed == "").then(text).otherwise(with_places))


def _with_seconds(at: pl.Expr, pattern: str) -> pl.Expr:
    full = at.dt.strftime(pattern + ":%S")
    return pl.when(at.dt.second() == 0).then(at.dt.strftime(pattern)).otherwise(full)
