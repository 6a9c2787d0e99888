"""Texts: length, parts, letters.  Nothing is trimmed or folded behind the author's back."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.comparison import quoted, tried
from rules.formula.functions.registry import constant_text, constant_whole, function
from rules.formula.tree import Call, Literal, Node
from rules.formula.values import TEXT, Exact, Type, Value
from rules.formula.wording import text_of

_MOST: Final = 1_000_000
_MOST_PADDING: Final = 1_000
_PADDED: Final = ("LPAD", "RPAD")


def _of_text(name: str, result: Type, make: Callable[[pl.Expr], pl.Expr]) -> None:
    @function(name)
    def build(text: Value) -> Value:
        return Value(make(text.to(TEXT)), result)


_of_text("UPPER", TEXT, lambda text: text.str.to_uppercase())
_of_text("LOWER", TEXT, lambda text: text.str.to_lowercase())
_of_text("TRIM", TEXT, lambda text: text.str.strip_chars())
# Polars counts in UInt32, where 1 - 2 is 4294967295.
_of_text("LEN", Exact(10), lambda text: text.str.len_chars().cast(pl.Int64))


@function("LEFT")
def _left(text: Value, length: Value) -> Value:
    return Value(text.to(TEXT).str.head(constant_whole(length, least=0, most=_MOST)), TEXT)


@function("RIGHT")
def _right(text: Value, length: Value) -> Value:
    return Value(text.to(TEXT).str.tail(constant_whole(length, least=0, most=_MOST)), TEXT)


@function("MID")
def _mid(text: Value, start: Value, length: Value) -> Value:
    """From the `start`-th letter, counted from 1, as MID of Excel."""
    first = constant_whole(start, least=1, most=_MOST) - 1
    return Value(text.to(TEXT).str.slice(first, constant_whole(length, least=0, most=_MOST)), TEXT)


@function("&")
def _join(left: Value, right: Value) -> Value:
    return Value(left.to(TEXT) + right.to(TEXT), TEXT)


@function("CONCAT")
def _concat(first: Value, *rest: Value) -> Value:
    """All the texts in a row; null where one is, as `&`."""
    return Value(pl.concat_str([one.to(TEXT) for one in (first, *rest)]), TEXT)


def _folded(text: pl.Expr) -> pl.Expr:
    bare = text.str.normalize("NFD").str.replace_all(r"\p{M}", "")
    return bare.str.to_lowercase().str.replace_all("đ", "d", literal=True).str.normalize("NFC")


_of_text("FOLD", TEXT, _folded)
_of_text("DIGITS", TEXT, lambda text: text.str.replace_all("[^0-9]", ""))


@function("TEXT", copies=9)
def _text(one: Value) -> Value:
    """A number, date, time or condition as records write it: 1234.50, 2026-12-31."""
    return Value(text_of(one), TEXT)


@function("FIND", "POSITION", copies=2)
def _find(wanted: Value, text: Value) -> Value:
    """The place of a constant text in another, the first letter being 1; 0 where it is not."""
    before = text.to(TEXT).str.extract(tried(f"(?s)^(.*?){quoted(constant_text(wanted))}"), 1)
    place = before.str.len_chars().cast(pl.Int64) + 1
    there = text.to(TEXT).is_not_null()
    return Value(pl.when(there).then(place.fill_null(0)), Exact(10))


def _growth(args: Sequence[Node], sizes: Sequence[int]) -> int:
    """How much longer a text may become: the bound of a formula is a bound of memory, too."""
    lengths = [
        len(one.value) if isinstance(one, Literal) and isinstance(one.value, str) else 1
        for one in args[1:]
    ]
    grown = -(-lengths[1] // max(lengths[0], 1)) if len(lengths) > 1 else 1
    if grown <= 1 or not args:
        return sum(sizes)
    # What the formula wrote grows as the cell does.
    return grown * (sum(sizes) + _written(args[0]))


def _written(node: Node) -> int:
    """How many letters a formula itself puts into a text, whatever the cell holds."""
    if isinstance(node, Literal):
        return len(node.value) if isinstance(node.value, str) else 0
    if not isinstance(node, Call):
        return 0
    padding = [
        int(one.value)
        for one in node.args
        if node.name in _PADDED and isinstance(one, Literal) and isinstance(one.value, Decimal)
    ]
    return sum(padding) + sum(map(_written, node.args))


@function("SUBSTITUTE", weigh=_growth)
def _substitute(text: Value, old: Value, new: Value) -> Value:
    """Every occurrence of one constant text replaced by another."""
    wanted = constant_text(old)
    if not wanted:
        raise FormulaError("formula.empty_constant")
    given = text.to(TEXT).str.replace_all(wanted, constant_text(new), literal=True)
    return Value(given, TEXT)


@function("REPLACE", weigh=_growth)
def _replace(text: Value, first: Value, second: Value, new: Value | None = None) -> Value:
    """Of three arguments as in SQL, SUBSTITUTE; of four as in Excel, by place and length."""
    if new is None:
        return _substitute(text, first, second)
    start = constant_whole(first, least=1, most=_MOST) - 1
    length = constant_whole(second, least=0, most=_MOST)
    whole = text.to(TEXT)
    return Value(whole.str.head(start) + new.to(TEXT) + whole.str.slice(start + length), TEXT)


def _padding(name: str, pad: Callable[[pl.Expr, int, str], pl.Expr]) -> None:
    @function(name)
    def build(text: Value, length: Value, fill: Value) -> Value:
        wide = constant_whole(length, least=0, most=_MOST_PADDING)
        letter = constant_text(fill)
        if len(letter) != 1:
            raise FormulaError("formula.one_letter")
        return Value(pad(text.to(TEXT), wide, letter), TEXT)


# Nothing is cut: a text that is longer already stays as it is.
_padding("LPAD", lambda text, wide, letter: text.str.pad_start(wide, letter))
_padding("RPAD", lambda text, wide, letter: text.str.pad_end(wide, letter))
