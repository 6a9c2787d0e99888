"""Rows of one key that say different things: what `same-different` and `dependency` share.

Only rows the rule speaks of, with a complete key, are compared.  What a row says in a column is
unknown where the cell is blank or could not be read: an unknown value differs from nothing for
certain, and is equal to nothing for certain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.blank import is_blank
from rules.checks.counterparts import not_applicable_if
from rules.checks.grouping import APPLYING, COUNT, INCOMPLETE, REASON, ROWS, STANDING, UNSURE
from rules.checks.reason import Reason, bad
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.formula import Exact, Reads, Value
from rules.rule import Unit

HIT: Final = "__hit"  # Boolean: another row of the key certainly differs
DOUBT: Final = "__doubt"  # String: why a row of the key without a hit cannot be told
KNOWN: Final = "__known"  # Boolean: the row takes part, and everything it says is known
SPEAKS: Final = "__speaks"  # Boolean: the row takes part
UNKNOWN: Final = "__unknown"  # String: the first reason why something it says is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A value rows of one key are compared by."""

    value: Value
    reads: Reads

    @property
    def why(self) -> pl.Expr:
        """Why it is not known, else null."""
        return (
            pl.when(bad(self.reads))
            .then(pl.lit(Reason.UNREADABLE.value))
            .when(is_blank(self.value))
            .then(pl.lit(Reason.MISSING.value))
        )


def sayings(setting: Setting, key: str) -> tuple[Saying, ...]:
    """Compile the columns or formulas named under a key of the check.

    Raises:
        FormulaError: One is neither a column nor a formula.
        RulesError: `check.bad_value`: there is none.
    """
    made = []
    for text in setting.texts(key):
        scope = setting.scope().listening()
        value = setting.term(f"check.{key}", text, scope)
        made.append(Saying(value=value, reads=scope.reads))
    if not made:
        raise setting.refusal("check.bad_value", key=f"check.{key}", expected="texts")
    return tuple(made)


def names(said: Sequence[Saying]) -> list[str]:
    """The columns that hold what rows say; null where it is not known."""
    return [f"__said{index}" for index in range(len(said))]


def compared(
    frame: pl.LazyFrame,
    key: tuple[Value, ...],
    reads: Reads,
    said: Sequence[Saying],
    standing: Standing,
) -> pl.DataFrame:
    """The rows with their key, `names(said)`, STANDING, SPEAKS, KNOWN and UNKNOWN."""
    asked = frame.with_columns(
        standing.expr.alias(STANDING),
        pl.coalesce(one.why for one in said).alias(UNKNOWN),
        *(
            pl.when(one.why.is_null()).then(one.value.expr).alias(name)
            for name, one in zip(names(said), said, strict=True)
        ),
    )
    speaks = pl.col(STANDING).is_null() & pl.col(INCOMPLETE).is_null()
    return (
        grouping.keyed(asked, key, reads)
        .with_columns(speaks.alias(SPEAKS), (speaks & pl.col(UNKNOWN).is_null()).alias(KNOWN))
        .collect(engine="streaming")
    )


def counted(rows: pl.DataFrame, key: tuple[Value, ...], found: pl.Expr) -> pl.DataFrame:
    """The rows with COUNT, FOUND as it is of their key, and DOUBT."""
    keys, least = grouping.key_names(key), "__least_unknown"
    # The reason least by its name: the same whatever the order of the rows.
    of_key = (
        rows.filter(SPEAKS)
        .group_by(keys)
        .agg(
            pl.len().cast(pl.Int64).alias(COUNT),
            found.cast(pl.Int64).alias(grouping.FOUND),
            pl.col(UNKNOWN).min().alias(least),
        )
    )
    return rows.join(of_key, on=keys, how="left", maintain_order="left").with_columns(
        pl.when(pl.col(SPEAKS) & (pl.col(COUNT) > 1)).then(least).alias(DOUBT),
        *(pl.when(SPEAKS).then(name).alias(name) for name in (COUNT, grouping.FOUND)),
    )


def units(rows: pl.DataFrame, key: tuple[Value, ...], unit: Unit) -> pl.DataFrame:
    """Rows with HIT, DOUBT, COUNT and FOUND as units; see `SetCheck.units`."""
    made = _groups(rows, key) if unit is Unit.GROUP else _rows(rows, key)
    one = pl.when(pl.col(grouping.FOUND).is_not_null()).then(1).cast(pl.Int64)
    return made.with_columns(one.alias(grouping.EXPECTED))


def words() -> dict[str, Value]:
    """`count`: rows of the key in scope; `found`: what they say in different ways; `expected`."""
    whole = Exact(10)
    return {
        "count": grouping.count_word(),
        "found": Value(pl.col(grouping.FOUND), whole),
        "expected": Value(pl.col(grouping.EXPECTED), whole),
    }


def _rows(rows: pl.DataFrame, key: tuple[Value, ...]) -> pl.DataFrame:
    standing = pl.col(STANDING)
    doubt = pl.when(~pl.col(HIT)).then(pl.col(DOUBT))
    why = pl.coalesce(standing, INCOMPLETE, doubt)
    verdict = not_applicable_if(
        (standing == OUT).fill_null(False),
        grouping.undetermined_if(why.is_not_null(), grouping.violated_if(pl.col(HIT))),
    )
    return rows.with_columns(
        verdict.alias(grouping.VERDICT),
        why.alias(REASON),
        pl.lit(1, dtype=pl.Int64).alias(ROWS),
        pl.when(SPEAKS).then(grouping.label(key)).alias(grouping.GROUP),
    )


def _groups(rows: pl.DataFrame, key: tuple[Value, ...]) -> pl.DataFrame:
    doubt, seen = "__group_doubt", [COUNT, grouping.FOUND]
    groups = grouping.grouped(
        rows,
        key,
        pl.col(HIT).any().alias("__group_hit"),
        pl.col(DOUBT).drop_nulls().first().alias(doubt),
        *(pl.col(name).drop_nulls().first().alias(f"__group_{name}") for name in seen),
    )
    why = pl.coalesce(UNSURE, doubt)
    verdict = (
        pl.when(pl.col("__group_hit"))
        .then(grouping.violated_if(pl.lit(True)))
        .otherwise(
            not_applicable_if(
                (pl.col(APPLYING) == 0) & pl.col(UNSURE).is_null(),
                grouping.undetermined_if(why.is_not_null(), grouping.violated_if(pl.lit(False))),
            )
        )
    )
    judged = groups.with_columns(
        verdict.alias(grouping.VERDICT),
        why.alias(REASON),
        *(pl.col(f"__group_{name}").alias(name) for name in seen),
        grouping.parts(key),
    )
    return pl.concat([judged, grouping.loose(rows)], how="diagonal")
