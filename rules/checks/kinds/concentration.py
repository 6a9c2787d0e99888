"""Too much in the hands of too few.

Unit: table, or group (`by`).  Amounts are summed for each `party`.  Measure `share`: the part of
the `largest` parties in the whole, from 0 to 1.  Measure `hhi`: the Herfindahl-Hirschman index, the
sum of the squared percentages of all parties, from 0 to 10,000.  A measure above `limit` is
violated.  Undetermined: an applying row whose amount or party is blank or unreadable, or a row of
which it is not known whether it applies; a total that is zero, or a party whose sum is below zero;
fewer parties than `minimum`; a limit that is not in force or not the same for all rows; a row with
a blank or unreadable `by` (a unit of its own).  Not applicable: no row applies.
Words: `count` parties, `found` the measure, `expected` the limit, `difference`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.benford_law import CONTEXT
from rules.checks.blank import is_blank
from rules.checks.figures import FIGURE, Fact, facts_of, whole, written
from rules.checks.grouping import APPLYING, COUNT, INCOMPLETE, PARTS, REASON, UNSURE, VERDICT
from rules.checks.indicator import (
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
from rules.checks.reason import Reason, bad
from rules.checks.sets import Judged, SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import Standing
from rules.formula import Exact, Reads, Value
from rules.formula.values import fitting
from rules.formula.writing import text_of
from rules.rule import Verdict
from rules.table import OWN

_PARTY: Final = "__party"  # String
_BETWEEN: Final = "\x1f"  # no text of a party has it: two parts never read as one
_NAMELESS: Final = "__nameless"  # why a row has no party
_SUM: Final = "__sum"
_WHY: Final = "__why"
_MOST: Final = 1_000
_ROWS_DIGITS: Final = 10
_POINTS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcentrationCheck(SetCheck):
    """The compiled check; `limit` is Int128 in the units of FIGURE."""

    measured: Measured
    party: tuple[Value, ...]
    party_reads: Reads
    is_index: bool
    largest: int
    minimum: int
    limit: pl.Expr
    scale: int

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        return self.judge(frames, standing=standing).units

    def judge(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Judged:
        """Units, and the largest parties of every group.

        The loops run over groups and parties, never over rows.
        """
        rows = self.measured.rows(frames[self.table], standing, *self._beside())
        names = grouping.key_names(self.measured.by)
        why = pl.coalesce(UNKNOWN, _NAMELESS).filter(pl.col(grouping.STANDING).is_null())
        groups = summary(rows, self.measured.by, *limits(), why.min().alias(_WHY))
        groups = groups.filter(OWN).with_columns(pl.coalesce(UNSURE, _WHY).alias(_WHY))
        parties = (
            rows.filter(KNOWN & pl.col(INCOMPLETE).is_null() & pl.col(_NAMELESS).is_null())
            .group_by(*names, _PARTY)
            .agg(pl.col(NUMBER).cast(pl.Int128).sum().alias(_SUM))
            .collect(engine="streaming")
            .sort(*names, _SUM, _PARTY, descending=[*(False for _ in names), True, False])
        )
        found = by_key(parties, names)
        groups = groups.with_columns(why_no_limit().alias(REASON))
        ends = [
            self._end(group, found.get(tuple(group[name] for name in names), []))
            for group in groups.iter_rows(named=True)
        ]
        facts = [fact for end in ends for fact in end.facts]
        return Judged(
            units=pl.concat([_with(groups, ends), loose(rows)], how="diagonal"),
            facts=facts_of(facts),
        )

    def _beside(self) -> Iterable[pl.Expr]:
        blank = pl.any_horizontal(is_blank(term) for term in self.party)
        yield self.limit.alias(LIMIT)
        yield pl.concat_str(*map(text_of, self.party), separator=_BETWEEN).alias(_PARTY)
        yield (
            pl.when(bad(self.party_reads))
            .then(pl.lit(Reason.UNREADABLE.value))
            .when(blank)
            .then(pl.lit(Reason.KEY.value))
            .alias(_NAMELESS)
        )

    def _end(self, group: Row, parties: Sequence[Row]) -> "_End":
        name, sums = group_of(group[PARTS]), [one[_SUM] for one in parties]
        total = sum(sums)
        facts: list[Fact] = [(name, "all", "parties", str(len(sums)))]
        facts.append((name, "all", "sum", written(total, self.scale)))
        if group[APPLYING] == 0 and group[UNSURE] is None:
            return _End(Verdict.NOT_APPLICABLE, facts=facts)
        defined = total > 0 and min(sums) >= 0
        if defined:
            facts.extend(self._facts(name, parties, total))
        why = group[_WHY]
        if why is None and len(sums) < self.minimum:
            why = Reason.TOO_FEW.value
        if why is None and not defined:
            why = Reason.UNDEFINED.value
        why = why or group[REASON]
        if why is not None:
            return _End(Verdict.UNDETERMINED, str(why), count=len(sums), facts=facts)
        limit = Decimal(group[LEAST_LIMIT]).scaleb(-FIGURE.scale, CONTEXT)
        top, below = self._measure(sums, total)
        # A fraction of whole numbers: nothing has been rounded before it is judged.
        verdict = Verdict.VIOLATED if Fraction(top, below) > Fraction(limit) else Verdict.MET
        with localcontext(CONTEXT):
            found = whole(Decimal(top) / below)
        return _End(verdict, None, count=len(sums), found=found, limit=whole(limit), facts=facts)

    def _measure(self, sums: Sequence[int], total: int) -> tuple[int, int]:
        """The measure as a fraction of whole numbers; Python's have no limit."""
        if self.is_index:
            return _index(sums), total * total
        return sum(sums[: self.largest]), total

    def _facts(self, name: str | None, parties: Sequence[Row], total: int) -> Iterable[Fact]:
        sums = [one[_SUM] for one in parties]
        with localcontext(CONTEXT):
            for place, one in enumerate(parties[: self.largest], start=1):
                item = f"{place}: {one[_PARTY].replace(_BETWEEN, grouping.JOINT)}"
                yield name, item, "sum", written(one[_SUM], self.scale)
                yield name, item, "share", written(Decimal(one[_SUM]) / total)
            share = Decimal(sum(sums[: self.largest])) / total
            yield name, "all", "share_of_largest", written(share)
            yield name, "all", "hhi", written(Decimal(_index(sums)) / (total * total))


@dataclass(frozen=True, slots=True)
class _End:
    """What became of one group; `found` and `limit` in the units of FIGURE."""

    verdict: Verdict
    reason: str | None = None
    count: int | None = None
    found: int | None = None
    limit: int | None = None
    facts: Sequence[Fact] = ()


def compile_check(setting: Setting) -> ConcentrationCheck:
    """Compile the amounts, the parties, and the limit.

    Raises:
        FormulaError: A formula does not compile, or has the wrong type; sums may need more than 38
            digits.
        RulesError: `check.class`, `check.unit`, `check.missing_key`, `check.unknown_key`,
            `check.bad_value`, `check.not_a_choice`, `check.range`, `check.on_missing_unused`.
    """
    refuse_violation(setting)
    refuse_on_missing(setting)
    setting.keys(
        required=("of", "party", "limit"), optional=("by", "measure", "largest", "minimum")
    )
    names, by, by_reads = key_of(setting)
    number, reads = number_of(setting, "of")
    limit, limit_reads = constant_of(setting, "limit")
    if exact_of(limit).scale > FIGURE.scale:
        raise setting.refusal("check.bad_value", key="check.limit", expected="number")
    scope = setting.scope().listening()
    party = tuple(setting.term("check.party", text, scope) for text in setting.texts("party"))
    if not party:
        raise setting.refusal("check.bad_value", key="check.party", expected="texts")
    exact = exact_of(number)
    setting.compiled("check.of", setting.text("of"), scope, lambda *_: _room(exact))
    measured = Measured(number=number, reads=reads, by=by, by_reads=by_reads)
    return ConcentrationCheck(
        table=setting.rule.table,
        key_names=names,
        own=measured.all_reads.with_(limit_reads).with_(scope.reads),
        meet={setting.rule.table: by} if by else {},
        told=frozenset(),
        measured=measured,
        party=party,
        party_reads=scope.reads,
        is_index=setting.word("measure", ("share", "hhi"), otherwise="share") == "hhi",
        largest=setting.whole("largest", otherwise=1, least=1, most=_MOST),
        minimum=setting.whole("minimum", otherwise=1, least=1, most=10**9),
        limit=limit.to(FIGURE).cast(pl.Int128),
        scale=exact.scale,
        words={
            **grouping.key_words(names, by),
            "count": grouping.count_word(),
            "found": Value(pl.col(grouping.FOUND), FIGURE),
            "expected": Value(pl.col(grouping.EXPECTED), FIGURE),
            "difference": Value(pl.col(grouping.DIFFERENCE), FIGURE),
        },
    )


def _index(sums: Sequence[int]) -> int:
    """The sum of squares in points: over the squared total it is the index."""
    return _POINTS * sum(one * one for one in sums)


def _room(exact: Exact) -> Exact:
    return fitting(Exact(exact.digits + _ROWS_DIGITS, exact.scale))


def _with(groups: pl.DataFrame, ends: Sequence[_End]) -> pl.DataFrame:
    """The groups with what became of each."""
    return groups.with_columns(
        pl.Series(VERDICT, [end.verdict.value for end in ends], dtype=pl.String),
        pl.Series(REASON, [end.reason for end in ends], dtype=pl.String),
        pl.Series(COUNT, [end.count for end in ends], dtype=pl.Int64),
        pl.Series(grouping.FOUND, [end.found for end in ends], dtype=pl.Int128),
        pl.Series(grouping.EXPECTED, [end.limit for end in ends], dtype=pl.Int128),
    ).with_columns((pl.col(grouping.FOUND) - pl.col(grouping.EXPECTED)).alias(grouping.DIFFERENCE))
