"""Digits that do not follow Benford's law.

Unit: table, or group (`by`).  Only positive amounts for which `takes` is true take part; how many
were left out, and why, is among the facts.  A deviation of `limit` and more is violated.
Undetermined: fewer amounts than `minimum`; a limit that is not in force or not the same for all
rows; cells that are blank or unreadable where they could change the verdict; a row with a blank or
unreadable `by` (a unit of its own).  Not applicable: no row applies.
Words: `count` amounts that took part, `found` the deviation, `expected` the limit, `difference`,
`conformity` and `conformity_vi` how the mean absolute deviation is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.benford_cells import DIGITS, OBSERVED, SEEN, cells_of
from rules.checks.benford_ends import (
    End,
    Group,
    Measure,
    Question,
    limit_of,
    measures_of,
)
from rules.checks.benford_law import IN_VIETNAMESE, DigitTest
from rules.checks.figures import FIGURE, Fact, facts_of, written
from rules.checks.grouping import (
    APPLYING,
    COUNT,
    INCOMPLETE,
    PARTS,
    REASON,
    STANDING,
    UNSURE,
    VERDICT,
)
from rules.checks.indicator import (
    condition_of,
    constant_of,
    exact_of,
    key_of,
    number_of,
    refuse_violation,
)
from rules.checks.measured import (
    KNOWN,
    LEAST_LIMIT,
    LIMIT,
    NUMBER,
    UNKNOWN,
    Measured,
    Row,
    by_key,
    group_of,
    limits,
    loose,
    summary,
    why_no_limit,
)
from rules.checks.reason import bad
from rules.checks.sets import Judged, SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.formula import Exact, Reads, Value
from rules.formula.values import TEXT, fitting, literal
from rules.table import OWN

_TAKES: Final = "__takes"
_OBSERVATIONS: Final = "__observations"  # of a group
_MINIMUM: Final = 1_000
_MOST_MINIMUM: Final = 10**9
_MOST_NUMBERS: Final = 1_000
_ROWS_DIGITS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BenfordCheck(SetCheck):
    """The compiled check.

    Attributes:
        takes: Whether a row takes part.
        limit: Int128 in the units of FIGURE.
        numbers: How many of the amounts that occur most often are among the facts.
    """

    measured: Measured
    takes: pl.Expr
    question: Question
    limit: pl.Expr
    numbers: int

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        return self.judge(frames, standing=standing).units

    def judge(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Judged:
        """Units, and the digits of every group with enough amounts.

        The loops run over groups and digits, never over rows.
        """
        more = (self.takes.alias(_TAKES), self.limit.alias(LIMIT))
        rows = self.measured.rows(frames[self.table], standing, *more)
        groups = self._groups(rows).filter(OWN)
        names = grouping.key_names(self.measured.by)
        test, scale = self.question.test, self.question.scale
        cells = cells_of(self._taking(rows), names, test=test, scale=scale)
        seen = cells.group_by(names).agg(pl.col(SEEN).sum().alias(_OBSERVATIONS))
        groups = groups.join(seen, on=names, how="left", maintain_order="left").with_columns(
            pl.col(_OBSERVATIONS).fill_null(0), why_no_limit().alias(REASON)
        )
        found = by_key(cells, names)
        ends = [
            self.question.end(_group(group, found.get(tuple(group[name] for name in names), [])))
            for group in groups.iter_rows(named=True)
        ]
        facts = [fact for end in ends for fact in end.facts]
        facts.extend(self._most_frequent(rows, groups, names))
        units = pl.concat([_with(groups, ends), loose(rows)], how="diagonal")
        return Judged(units=units, facts=facts_of(facts))

    def _groups(self, rows: pl.LazyFrame) -> pl.DataFrame:
        number, takes = pl.col(NUMBER), pl.col(_TAKES)
        positive = KNOWN & (number > 0)
        counts = {
            "__zero": KNOWN & (number == 0),
            "__negative": KNOWN & (number < 0),
            "__left_out": positive & ~takes,
            # Whatever may take part and may not: the bound of what unknown cells could change.
            "__unknown_rows": (pl.col(STANDING) != OUT)
            | (pl.col(STANDING).is_null() & pl.col(UNKNOWN).is_not_null())
            | (positive & takes.is_null()),
            COUNT: positive & takes,
        }
        return summary(
            rows,
            self.measured.by,
            *limits(),
            *(
                condition.fill_null(False).sum().cast(pl.Int64).alias(name)
                for name, condition in counts.items()
            ),
        )

    def _taking(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        positive = KNOWN & (pl.col(NUMBER) > 0) & pl.col(_TAKES)
        return rows.filter(pl.col(INCOMPLETE).is_null() & positive)

    def _most_frequent(
        self, rows: pl.LazyFrame, groups: pl.DataFrame, names: list[str]
    ) -> Iterable[Fact]:
        """The amounts that occur most often, of equal ones the smaller first."""
        if not self.numbers:
            return
        counted = (
            self._taking(rows)
            .group_by(*names, NUMBER)
            .agg(pl.len().cast(pl.Int64).alias(COUNT))
            .sort(*names, pl.col(COUNT), NUMBER, descending=[*(False for _ in names), True, False])
            .group_by(names, maintain_order=True)
            .head(self.numbers)
            .collect()
        )
        found = by_key(counted, names)
        scale = self.question.scale
        for group in groups.iter_rows(named=True):
            for one in found.get(tuple(group[name] for name in names), []):
                amount = f"number {written(one[NUMBER], scale)}"
                yield group_of(group[PARTS]), amount, "count", str(one[COUNT])


def compile_check(setting: Setting) -> BenfordCheck:
    """Compile the amounts, which take part, and the limit.

    Raises:
        FormulaError: A formula does not compile, or has the wrong type; sums may need more than 38
            digits.
        RulesError: `check.class`, `check.unit`, `check.missing_key`, `check.unknown_key`,
            `check.bad_value`,
            `check.not_a_choice`, `check.range`, `check.limit_needed`, `check.on_missing_unused`.
    """
    refuse_violation(setting)
    refuse_on_missing(setting)
    setting.keys(
        required=("of", "takes", "test"),
        optional=("by", "limit", "measure", "minimum", "numbers"),
    )
    test = DigitTest(setting.word("test", tuple(DigitTest)))
    measure = Measure(setting.word("measure", measures_of(test), otherwise=Measure.MAD))
    names, by, by_reads = key_of(setting)
    number, reads = number_of(setting, "of")
    limit, limit_reads = _limit(setting, test, measure)
    takes, takes_reads = condition_of(setting, "takes")
    measured = Measured(number=number, reads=reads, by=by, by_reads=by_reads)
    setting.compiled("check.of", setting.text("of"), setting.scope(), lambda *_: _room(number))
    return BenfordCheck(
        table=setting.rule.table,
        key_names=names,
        own=measured.all_reads.with_(takes_reads).with_(limit_reads),
        meet={setting.rule.table: by} if by else {},
        told=frozenset(),
        measured=measured,
        takes=pl.when(~bad(takes_reads)).then(takes.expr),
        question=Question(
            test=test,
            measure=measure,
            minimum=setting.whole("minimum", otherwise=_MINIMUM, least=1, most=_MOST_MINIMUM),
            scale=exact_of(number).scale,
        ),
        limit=limit,
        numbers=setting.whole("numbers", otherwise=0, least=0, most=_MOST_NUMBERS),
        words=_words(names, by),
    )


def _limit(setting: Setting, test: DigitTest, measure: Measure) -> tuple[pl.Expr, Reads]:
    published = limit_of(test, measure)
    if "limit" in setting.rule.check:
        limit, reads = constant_of(setting, "limit")
    elif published is not None:
        limit, reads = literal(published), Reads()
    else:
        raise setting.refusal("check.limit_needed", test=test.value, measure=measure.value)
    if exact_of(limit).scale > FIGURE.scale:
        raise setting.refusal("check.bad_value", key="check.limit", expected="number")
    return limit.to(FIGURE).cast(pl.Int128), reads


def _room(number: Value) -> Exact:
    """Room for the sum of as many amounts as there may be."""
    exact = exact_of(number)
    return fitting(Exact(exact.digits + _ROWS_DIGITS, exact.scale))


def _words(names: tuple[str, ...], by: tuple[Value, ...]) -> dict[str, Value]:
    return {
        **grouping.key_words(names, by),
        "count": grouping.count_word(),
        "found": Value(pl.col(grouping.FOUND), FIGURE),
        "expected": Value(pl.col(grouping.EXPECTED), FIGURE),
        "difference": Value(pl.col(grouping.DIFFERENCE), FIGURE),
        "conformity": Value(pl.col("__conformity"), TEXT),
        "conformity_vi": Value(pl.col("__conformity_vi"), TEXT),
    }


def _group(group: Row, cells: list[Row]) -> Group:
    return Group(
        name=group_of(group[PARTS]),
        applying=group[APPLYING],
        zero=group["__zero"],
        negative=group["__negative"],
        left_out=group["__left_out"],
        taking_part=group[COUNT],
        unknown=group["__unknown_rows"],
        unsure=group[UNSURE],
        limit=group[LEAST_LIMIT],
        why_no_limit=group[REASON],
        observed={cell[DIGITS]: cell[OBSERVED] for cell in cells},
        observations=group[_OBSERVATIONS],
        sums=cells,
    )


def _with(groups: pl.DataFrame, ends: list[End]) -> pl.DataFrame:
    """The groups with what became of each."""
    read = [end.conformity for end in ends]
    found, limit = pl.col(grouping.FOUND), pl.col(grouping.EXPECTED)
    return groups.with_columns(
        pl.Series(VERDICT, [end.verdict.value for end in ends], dtype=pl.String),
        pl.Series(REASON, [end.reason for end in ends], dtype=pl.String),
        pl.Series(grouping.FOUND, [end.found for end in ends], dtype=pl.Int128),
        pl.Series(grouping.EXPECTED, [end.limit for end in ends], dtype=pl.Int128),
        pl.Series("__conformity", [one and one.value for one in read], dtype=pl.String),
        pl.Series("__conformity_vi", [one and IN_VIETNAMESE[one] for one in read], dtype=pl.String),
    ).with_columns((found - limit).alias(grouping.DIFFERENCE))
