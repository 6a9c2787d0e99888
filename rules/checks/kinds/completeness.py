"""Everything that is expected is there.

What is expected are the keys of another table, every month of a period, a list of values, or every
combination of them.  Unit: group (one for each expected key, and one for each key that is there
without being expected).  Violated: an expected key without a row in scope, a unit without a place;
with `extra: violated` also a key nobody expects, which is otherwise not applicable.  Undetermined:
a row of either table with a blank or unreadable key (a unit of its own); a key of which it is not
known whether its only rows are in scope.
Words: the parts of the key; `found` the rows in scope, `expected` 1 or 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from rules.checks import factors, grouping
from rules.checks.counterparts import Side, apart, key_words, not_applicable_if
from rules.checks.grouping import APPLYING, EXPECTED, FOUND, REASON, ROWS, UNSURE, VERDICT
from rules.checks.matching import aligned_keys
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import Standing
from rules.formula import Exact, Reads, Scope, Value
from rules.formula.values import DATE, DATETIME, TEXT
from rules.table import OWN

_EXPECTED_OWN: Final = "__expected_own"


class Extra(StrEnum):
    """What becomes of a key that nobody expects."""

    VIOLATED = "violated"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletenessCheck(SetCheck):
    """The compiled check.

    Attributes:
        listed: The table of expected keys, None where none is named.
        factors: Texts to combine those keys with, for the key columns after them.
    """

    ours: Side
    listed: Side | None
    factors: tuple[tuple[str, ...], ...]
    extra: Extra

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        names = grouping.key_names(self.ours.key)
        ours = self.ours.rows(frames, standing.expr)
        loose = [grouping.loose(ours)]
        expected = pl.DataFrame({_EXPECTED_OWN: [True]})
        if self.listed is not None:
            theirs = self.listed.others(frames)
            loose.append(apart(theirs))
            expected = (
                theirs.filter(pl.col(grouping.INCOMPLETE).is_null())
                .group_by(grouping.key_names(self.listed.key))
                .agg(pl.col(OWN).any().alias(_EXPECTED_OWN))
            )
        for name, texts in zip(names[len(names) - len(self.factors) :], self.factors, strict=True):
            expected = expected.join(pl.DataFrame({name: list(texts)}), how="cross")
        groups = grouping.grouped(ours, self.ours.key).join(
            expected, on=names, how="full", coalesce=True, maintain_order="left_right"
        )
        return pl.concat([self._judged(groups), *loose], how="diagonal")

    def _judged(self, groups: pl.DataFrame) -> pl.DataFrame:
        expected = pl.col(_EXPECTED_OWN).is_not_null()
        there, unsure = pl.col(APPLYING).fill_null(0) > 0, pl.col(UNSURE).is_not_null()
        unasked = (~there & ~unsure) | pl.lit(self.extra is Extra.NOT_APPLICABLE)
        verdict = not_applicable_if(
            ~expected & unasked,
            grouping.undetermined_if(~there & unsure, grouping.violated_if(expected != there)),
        )
        return groups.with_columns(
            verdict.alias(VERDICT),
            pl.col(UNSURE).alias(REASON),
            pl.col(APPLYING).fill_null(0).alias(FOUND),
            expected.cast(pl.Int64).alias(EXPECTED),
            pl.col(ROWS).fill_null(0),
            (pl.col(OWN).fill_null(False) | pl.col(_EXPECTED_OWN).fill_null(False)).alias(OWN),
            grouping.parts(self.ours.key),
        )


def compile_check(setting: Setting) -> CompletenessCheck:
    """Compile the key and what is expected.

    Raises:
        FormulaError: A part of a key is neither a column nor a formula, or differs in type from
            what is expected of it.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.key_lengths`, `check.too_many`, `check.not_a_choice`,
            `check.same_table`, `check.on_missing_unused`.
    """
    setting.units("group")
    refuse_on_missing(setting)
    setting.keys(required=("columns", "expected"), optional=("extra",))
    part = setting.part("expected", required=(), optional=factors.EXPECTED)
    names = setting.texts("columns")
    months, values = factors.months(setting), factors.values(setting)
    combined = tuple(texts for texts in (months, values) if texts is not None)
    scope = setting.scope().listening()
    listed, key = _listed(setting, part, scope, names[: len(names) - len(combined)])
    _hold_to(setting, names, len(key) + len(combined))
    for at, name in enumerate(names[len(key) :]):
        is_month = at == 0 and months is not None
        key = (*key, _text(setting, scope, name, is_month=is_month))
    table = setting.rule.table
    # Without a table of keys nothing tells which part of the rows should hold which of them.
    meet = {table: key[: len(listed.key)], listed.table: listed.key} if listed else {}
    return CompletenessCheck(
        table=table,
        own=scope.reads,
        others={listed.table: listed.reads} if listed else {},
        meet=meet,
        ours=Side(table=table, key=key, reads=scope.reads),
        listed=listed,
        factors=combined,
        extra=setting.choice("extra", Extra)
        if "extra" in setting.rule.check
        else Extra.NOT_APPLICABLE,
        key_names=names,
        told=frozenset(),
        words={
            **key_words(names, key),
            "found": Value(pl.col(FOUND), Exact(10)),
            "expected": Value(pl.col(EXPECTED), Exact(1)),
        },
    )


def _hold_to(setting: Setting, names: tuple[str, ...], parts: int) -> None:
    if not parts:
        raise setting.refusal("check.bad_value", key="check.expected", expected="mapping")
    if len(names) != parts:
        raise setting.refusal(
            "check.key_lengths",
            key="check.columns", found=len(names), other="check.expected", expected=parts,
        )  # fmt: skip


def _listed(
    setting: Setting, part: Mapping[str, object], scope: Scope, names: tuple[str, ...]
) -> tuple[Side | None, tuple[Value, ...]]:
    """The table of expected keys, and the part of our key that stands against it."""
    if "table" not in part and "columns" not in part:
        return None, ()
    setting.part("expected", required=("table", "columns"), optional=("months", "values"))
    table = setting.text("table", of=part)
    if table == setting.rule.table:
        # Its own keys are always all there.
        raise setting.refusal("check.same_table", key="check.expected.table")
    other = setting.scope(table).listening()
    columns = setting.texts("columns", of=part)
    key, theirs = aligned_keys(
        setting, (scope, "check.columns", names), (other, "check.expected.columns", columns)
    )
    reads = Reads(columns=set(other.reads.columns))
    return Side(table=table, key=theirs, reads=reads), key


def _text(setting: Setting, scope: Scope, name: str, *, is_month: bool) -> Value:
    """A part of the key as text; a day as its month."""
    value = setting.term("check.columns", name, scope)
    if is_month and value.type in (DATE, DATETIME):
        return Value(value.expr.dt.strftime("%Y-%m"), TEXT, columns=value.columns)
    return setting.compiled(
        "check.columns", name, scope, lambda *_: Value(value.to(TEXT), TEXT, columns=value.columns)
    )
