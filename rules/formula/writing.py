"""Values as text for people, in two languages; for records see `wording`."""

import re
from typing import Final, Literal

import polars as pl

from rules.errors import FormulaError
from rules.formula.compiler import compile_formula
from rules.formula.scope import Scope
from rules.formula.values import DATE, DATETIME, TIME, TRUTH, Exact, Value
from rules.formula.wording import digits, signed, text_of

__all__ = ["ABSENT", "Language", "sentence", "spoken", "text_of"]

Language = Literal["vi", "en"]
ABSENT: Final = "—"  # what a sentence says where a value is null
_CENTS: Final = 2
_MARKS: Final = {"vi": (".", ","), "en": (",", ".")}  # grouping, decimal mark
_TRUTHS: Final = {"vi": ("có", "không"), "en": ("yes", "no")}
_PARTS: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


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


def _spoken_number(number: pl.Expr, scale: int, language: Language) -> pl.Expr:
    grouping, mark = _MARKS[language]
    whole, places = digits(number, scale)
    # The pattern language has no look-ahead: groups of three are set from the end.
    groups = whole.str.reverse().str.replace_all(r"(\d{3})", "${1}" + grouping).str.reverse()
    text = groups.str.strip_prefix(grouping)
    if not scale:
        return signed(number, text)
    trimmed = places.str.strip_chars_end("0")
    shown = places if scale == _CENTS else trimmed
    with_places = pl.concat_str(text, pl.lit(mark), shown)
    return signed(number, pl.when(trimmed == "").then(text).otherwise(with_places))


def _with_seconds(at: pl.Expr, pattern: str) -> pl.Expr:
    full = at.dt.strftime(pattern + ":%S")
    return pl.when(at.dt.second() == 0).then(at.dt.strftime(pattern)).otherwise(full)
