"""Rows whose texts are nearly the same, within blocks of rows that agree in declared columns.

Unit: row.  A row is violated if another row of its block has a text at least `similarity` alike;
texts are folded (`likeness.folded`) before.  Undetermined: a row with a blank or unreadable text or
part of `block`; every row of a block with more than `largest_block` different texts.  Only rows in
scope are compared.  The line names the family: rows joined by pairs, called by its first row.
Words: `found` is the text it is most like (of equals the first by place), `similarity` how much in
percent, `difference` the steps between them, `count` the rows alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.counterparts import not_applicable_if
from rules.checks.grouping import COUNT, DIFFERENCE, FOUND, INCOMPLETE, REASON, ROWS, STANDING
from rules.checks.indicator import refuse_violation
from rules.checks.likeness import PAIRS, WHOLE, Distance, alike, families, folded
from rules.checks.reason import Reason
from rules.checks.sets import FACTS, Judged, SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.formula import Exact, Scope, Value
from rules.formula.values import TEXT
from rules.table import OWN

LARGEST_BLOCK: Final = 2_000  # different texts; four million pairs at most
MOST_LARGEST_BLOCK: Final = 10_000
_NODE: Final = "__node"  # UInt32: a text of a block, numbered by the place of its first row
_SIZE: Final = "__texts"  # Int64: different texts of the block
_OWN_BLOCK: Final = "__own_block"  # Boolean: a row of the block is the organization's own
_SHARE: Final = "__share"  # Int64: basis points
_SAID: Final = "__said"  # String: the text as it stands in the evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzyCheck(SetCheck):
    """The compiled check; the last term of `key` is the folded text."""

    key: tuple[Value, ...]
    said: pl.Expr
    distance: Distance
    least: int
    largest: int

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        return self.judge(frames, standing=standing).units

    def judge(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Judged:
        """Judge every row; the facts are the blocks too large to compare."""
        frame = frames[self.table].with_columns(
            standing.expr.alias(STANDING), self.said.alias(_SAID)
        )
        rows = grouping.keyed(frame, self.key, self.own).collect(engine="streaming")
        nodes = self._nodes(rows)
        best = self._best(nodes)
        names = grouping.key_names(self.key)
        joined = rows.join(
            nodes.select(*names, _NODE, _SIZE), on=names, how="left", maintain_order="left"
        ).join(best, on=_NODE, how="left", maintain_order="left")
        return Judged(units=self._verdicts(joined), facts=self._facts(nodes))

    def _nodes(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The different texts of every block."""
        names = grouping.key_names(self.key)
        speaking = rows.filter(pl.col(STANDING).is_null(), pl.col(INCOMPLETE).is_null())
        return (
            grouping.by_place(speaking.select(*names, *grouping.PLACE, OWN, _SAID))
            .group_by(names, maintain_order=True)
            .agg(pl.col(_SAID).first(), pl.len().cast(pl.Int64).alias(ROWS), pl.col(OWN).any())
            .with_row_index(_NODE)
            .with_columns(
                pl.len().over(names[:-1]).cast(pl.Int64).alias(_SIZE),
                pl.col(OWN).any().over(names[:-1]).alias(_OWN_BLOCK),
            )
        )

    def _best(self, nodes: pl.DataFrame) -> pl.DataFrame:
        """Of each text with others alike: the likest, how many rows, and its family."""
        *block, text = grouping.key_names(self.key)
        blocks = (
            nodes.filter(pl.col(_SIZE).is_between(2, self.largest))
            .group_by(block)
            .agg(pl.col(_NODE), pl.col(text))
        )
        pairs = [
            pair
            for numbers, texts in blocks.select(_NODE, text).iter_rows()
            for pair in alike(numbers, texts, distance=self.distance, least=self.least)
        ]
        first = pl.Series("__first", families(pairs, nodes.height), dtype=pl.UInt32)
        there = pl.DataFrame(pairs, schema=PAIRS, orient="row")
        back = there.rename({"left": "right", "right": "left"}).select(PAIRS.names())
        same = nodes.filter(pl.col(ROWS) > 1).select(
            pl.col(_NODE).alias("left"),
            pl.col(_NODE).alias("right"),
            pl.lit(0, dtype=pl.Int64).alias("distance"),
            pl.lit(WHOLE, dtype=pl.Int64).alias("similarity"),
        )
        partner = nodes.select(pl.col(_NODE).alias("right"), pl.col(_SAID).alias(FOUND), ROWS)
        self_again = (pl.col("left") == pl.col("right")).cast(pl.Int64)
        likest = (
            pl.concat([there, back, same])
            .join(partner, on="right")
            .sort("left", -pl.col("similarity"), "right")
            .group_by("left", maintain_order=True)
            .agg(
                pl.col(FOUND).first(),
                pl.col("similarity").first().alias(_SHARE),
                pl.col("distance").first().alias(DIFFERENCE),
                (pl.col(ROWS) - self_again).sum().alias(COUNT),
            )
        )
        called = nodes.select(pl.col(_NODE).alias("__first"), pl.col(_SAID).alias("__family"))
        family = nodes.select(_NODE).with_columns(first).join(called, on="__first")
        return likest.join(family, left_on="left", right_on=_NODE).rename({"left": _NODE})

    def _verdicts(self, rows: pl.DataFrame) -> pl.DataFrame:
        standing = pl.col(STANDING)
        large = pl.when(pl.col(_SIZE) > self.largest).then(pl.lit(Reason.BLOCK.value))
        why = pl.coalesce(standing, INCOMPLETE, large)
        speaks = why.is_null()
        verdict = not_applicable_if(
            (standing == OUT).fill_null(False),
            grouping.undetermined_if(
                why.is_not_null(), grouping.violated_if(pl.col(COUNT).is_not_null())
            ),
        )
        told = (FOUND, _SHARE, DIFFERENCE, COUNT)
        return rows.with_columns(
            verdict.alias(grouping.VERDICT),
            why.alias(REASON),
            pl.lit(1, dtype=pl.Int64).alias(ROWS),
            pl.when(speaks).then("__family").alias(grouping.GROUP),
            *(pl.when(speaks).then(name).alias(name) for name in told),
        )

    def _facts(self, nodes: pl.DataFrame) -> pl.DataFrame:
        block = self.key[:-1]
        large = nodes.filter(pl.col(_SIZE) > self.largest, pl.col(_OWN_BLOCK))
        facts = large.select(
            grouping.label(block).alias("group"),
            pl.lit("block").alias("item"),
            pl.lit("texts").alias("measure"),
            pl.col(_SIZE).cast(pl.String).alias("value"),
        )
        return facts.unique().sort("group").cast(FACTS)


def compile_check(setting: Setting) -> FuzzyCheck:
    """Compile the text and the block.

    Raises:
        FormulaError: An entry is neither a column nor a formula; the text is no text.
        RulesError: `check.class`, `check.unit`, `check.missing_key`, `check.unknown_key`,
            `check.bad_value`, `check.not_a_choice`, `check.range`, `check.on_missing_unused`.
    """
    # Texts that look alike prove nothing: this kind can point to a row, never accuse it.
    refuse_violation(setting)
    setting.units("row")
    refuse_on_missing(setting)
    setting.keys(required=("text", "block", "similarity"), optional=("distance", "largest_block"))
    scope = setting.scope().listening()
    block = tuple(setting.term("check.block", text, scope) for text in setting.texts("block"))
    if not block:
        raise setting.refusal("check.bad_value", key="check.block", expected="texts")
    said = _text(setting, scope)
    key = (*block, Value(folded(said), TEXT))
    largest = setting.whole(
        "largest_block", otherwise=LARGEST_BLOCK, least=2, most=MOST_LARGEST_BLOCK
    )
    return FuzzyCheck(
        table=setting.rule.table,
        own=scope.reads,
        key=key,
        said=said,
        distance=Distance(
            setting.word("distance", tuple(Distance), otherwise=Distance.LEVENSHTEIN)
        ),
        least=setting.whole("similarity", least=1, most=WHOLE),
        largest=largest,
        meet={setting.rule.table: block},
        words={
            "count": grouping.count_word(),
            "found": Value(pl.col(FOUND), TEXT),
            "similarity": Value(pl.col(_SHARE), Exact(5, 2)),
            "difference": Value(pl.col(DIFFERENCE), Exact(10)),
        },
    )


def _text(setting: Setting, scope: Scope) -> pl.Expr:
    value = setting.term("check.text", setting.text("text"), scope)
    return setting.compiled(
        "check.text", setting.text("text"), scope, lambda _text, _scope: value.to(TEXT)
    )
