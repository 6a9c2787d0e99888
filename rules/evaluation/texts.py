"""Cells and business keys as texts, and texts as JSON."""

import json

import polars as pl

from rules.checks import CompiledRule
from rules.checks.blank import is_blank
from rules.checks.grouping import JOINT, PARTS
from rules.formula.scope import column_value
from rules.formula.values import TEXT, Value
from rules.formula.writing import text_of
from rules.table import ROW


def key_columns(compiled: CompiledRule) -> tuple[str, ...]:
    """The business key of the rule's table, where the contract declares one."""
    return compiled.setting.contract.key


def cell_value(compiled: CompiledRule, name: str) -> Value:
    """A cell of the rule's own table as formulas read it."""
    column = compiled.setting.contract.column(name)
    return column_value(column) if column else Value(pl.col(name), TEXT)


def row_key(compiled: CompiledRule, present: frozenset[str]) -> list[Value]:
    """The business key of a row; empty where the table has none."""
    names = key_columns(compiled)
    if not names or not present.issuperset(names):
        return []
    return [cell_value(compiled, name) for name in names]


def is_complete(values: list[Value]) -> pl.Expr:
    """Whether every part of a key is there and more than white space."""
    return pl.all_horizontal(~is_blank(value) for value in values)


def unit_key(compiled: CompiledRule, present: frozenset[str]) -> pl.Expr:
    """What a person calls the unit: its key, else the number of its row."""
    texts = [text_of(value) for value in row_key(compiled, present)]
    place = pl.concat_str(pl.lit("#"), pl.col(ROW).cast(pl.String))
    own = pl.coalesce(pl.concat_str(texts, separator=JOINT), place) if texts else place
    if PARTS not in present:
        return own
    whole = pl.when(pl.col(PARTS).list.len() == 0).then(pl.lit(compiled.rule.table))
    return pl.coalesce(whole, pl.col(PARTS).list.join(JOINT), own)


def as_json(text: pl.Expr) -> pl.Expr:
    """A text as a JSON string, null as `null`; as `json.dumps` without ASCII escapes writes it."""
    # The one JSON writer of Polars is that of structs: take off what is around the value.
    written = pl.struct(text.alias("")).struct.json_encode()
    return written.str.strip_prefix('{"":').str.strip_suffix("}")


def value_as_json(value: Value) -> pl.Expr:
    """A value's text as a JSON string; only texts hold anything that must be escaped."""
    text = text_of(value)
    return as_json(text) if value.type == TEXT else pl.concat_str(pl.lit('"'), text, pl.lit('"'))


def as_json_object(cells: list[pl.Expr]) -> pl.Expr:
    """Named texts as one JSON object."""
    return pl.struct(cells).struct.json_encode() if cells else pl.lit("{}")


def to_json(value: object) -> str:
    """The same form, of one value at hand."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
