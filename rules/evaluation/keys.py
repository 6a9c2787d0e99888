"""The stable key of a line: the same for the same unit in every run.

The key is the SHA-256 of the canonical JSON [rule, table, key texts].  A row without a complete
key, and rows that share one, are named by their place instead: no two lines have one key.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

import polars as pl
import polars_hash as plh

from rules.checks import CompiledRule
from rules.checks.grouping import PARTS
from rules.checks.sets import SetCheck
from rules.evaluation.texts import as_json, is_complete, row_key, to_json, value_as_json
from rules.formula import Value
from rules.formula.values import DATETIME
from rules.formula.writing import text_of
from rules.table import FILE, ROW, SHEET

_JOINT: Final = "\x1f"
_NAME: Final = "__name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Which keys of a rule's lines name no single unit.

    Attributes:
        shared: UInt64, the hashes of the keys that several lines have.
    """

    HASH: ClassVar[str] = "__key_hash"

    shared: pl.Series

    @classmethod
    def of(cls, hashes: pl.Series) -> "Keys":
        """What the hashes of all lines of a rule tell; null is a line without a key."""
        every = hashes.drop_nulls()
        if every.n_unique() == len(every):
            return cls(shared=every.clear())
        # Two keys of one hash would both count as shared: named by place, as if they were equal.
        return cls(shared=every.filter(every.is_duplicated()).unique())


def key_hash(compiled: CompiledRule, present: frozenset[str]) -> pl.Expr:
    """A hash of the unit's key, null where it has none; good within one run."""
    nothing = pl.lit(None, dtype=pl.UInt64)
    values = row_key(compiled, present)
    if PARTS not in present:
        own = pl.when(is_complete(values)).then(_hash(values)) if values else nothing
        return own.alias(Keys.HASH)
    # The key of a group and that of a row may be one: both are compared as texts.
    own = nothing
    if values:
        joined = pl.concat_str([text_of(value) for value in values], separator=_JOINT)
        own = pl.when(is_complete(values)).then(joined.hash())
    parts = pl.col(PARTS)
    group = pl.when(parts.is_not_null()).then(parts.list.join(_JOINT).hash())
    return pl.coalesce(group, own).alias(Keys.HASH)


def _hash(values: list[Value]) -> pl.Expr:
    """Of values instead of their texts: values of one type and of one text are equal."""
    exact = [
        # A moment is written to the second.
        value.expr.dt.truncate("1s") if value.type == DATETIME else value.expr
        for value in values
    ]
    if len(exact) == 1:
        return exact[0].hash()
    return pl.struct(one.alias(f"k{index}") for index, one in enumerate(exact)).hash()


def with_keys(compiled: CompiledRule, units: pl.LazyFrame, keys: Keys) -> pl.LazyFrame:
    """Units with `key` (64 hex digits) and `stable`."""
    hashed = key_hash(compiled, frozenset(units.collect_schema().names()))
    stable = hashed.is_not_null()
    if len(keys.shared):
        stable &= ~hashed.is_in(keys.shared.implode())
    place = [as_json(pl.col(FILE)), as_json(pl.col(SHEET)), _number(pl.col(ROW))]
    own = _own_name(compiled, frozenset(units.collect_schema().names()))
    name = pl.when("stable").then(own).otherwise(pl.concat_str(place, separator=","))
    head = f"[{to_json(compiled.rule.code)},{to_json(compiled.rule.table)},["
    named = units.with_columns(stable.fill_null(False).alias("stable")).with_columns(
        pl.concat_str(pl.lit(head), name, pl.lit("]]")).alias(_NAME)
    )
    if isinstance(compiled.check, SetCheck):
        named = named.with_columns(_told_apart())
    return named.with_columns(plh.col(_NAME).chash.sha2_256().alias("key"))


def _own_name(compiled: CompiledRule, present: frozenset[str]) -> pl.Expr:
    """The texts of a unit's key as the inside of a JSON list."""
    values = row_key(compiled, present)
    own: pl.Expr = pl.lit(None, dtype=pl.String)
    if values:
        own = pl.concat_str([value_as_json(value) for value in values], separator=",")
    if PARTS not in present:
        return own
    parts = pl.col(PARTS)
    group = parts.list.eval(as_json(pl.element())).list.join(",")
    return pl.when(parts.is_not_null()).then(group).otherwise(own)


def _told_apart() -> pl.Expr:
    """Number the second and further of equal names: a row of a table reconciled with itself."""
    nth = pl.int_range(1, pl.len() + 1).over(_NAME)
    numbered = pl.concat_str(pl.lit("["), as_json(pl.col(_NAME)), pl.lit(","), nth, pl.lit("]"))
    return pl.when(nth == 1).then(pl.col(_NAME)).otherwise(numbered).alias(_NAME)


def _number(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).fill_null("null")
