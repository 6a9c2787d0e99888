"""What becomes of one group of amounts under Benford's law: its verdict, and the facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Final

from rules.checks import mantissas
from rules.checks.benford_law import (
    BOUNDS,
    CONTEXT,
    Conformity,
    Deviation,
    DigitTest,
    conformity,
    deviation_of,
    expected_shares,
)
from rules.checks.figures import FIGURE, Fact, whole, written
from rules.checks.reason import Reason
from rules.rule import Verdict

WITH_MANTISSAS: Final = frozenset(
    {DigitTest.FIRST, DigitTest.SECOND, DigitTest.FIRST_TWO, DigitTest.FIRST_THREE}
)


class Measure(StrEnum):
    """What is held against the limit."""

    MAD = "mad"
    EXCESS_MAD = "excess-mad"
    CHI_SQUARE = "chi-square"
    ARC = "arc"


def measures_of(test: DigitTest) -> tuple[Measure, ...]:
    """The measures that are defined for a test."""
    if test is DigitTest.SUMMATION:
        return (Measure.MAD,)
    if test in WITH_MANTISSAS:
        return tuple(Measure)
    return (Measure.MAD, Measure.EXCESS_MAD, Measure.CHI_SQUARE)


def limit_of(test: DigitTest, measure: Measure) -> Decimal | None:
    """The published limit of a measure; None where there is none, and the rule must name one."""
    return BOUNDS[test][-1] if measure is Measure.MAD and test in BOUNDS else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What is known of one group of rows.

    Attributes:
        name: Its key; None for the whole table.
        applying: Rows the rule speaks of.
        zero, negative, left_out, taking_part: How those with a number divide.
        unknown: Rows that may take part or not, because something of them is not known.
        unsure: Why it is not known of a row whether the rule speaks of it.
        limit: In the units of FIGURE.
        why_no_limit: Why there is no one limit.
        observed: Rows, differences or money by digits; their sum is at least `observations`.
        observations: Rows, or differences.
        sums: Of mantissas (`mantissas.sums`), where the test has them.
    """

    name: str | None
    applying: int
    zero: int
    negative: int
    left_out: int
    taking_part: int
    unknown: int
    unsure: str | None
    limit: int | None
    why_no_limit: str | None
    observed: Mapping[int, int]
    observations: int
    sums: Sequence[Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class End:
    """What became of one group; `found` and `limit` in the units of FIGURE."""

    verdict: Verdict
    reason: str | None = None
    found: int | None = None
    limit: int | None = None
    conformity: Conformity | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of every group.

    Attributes:
        minimum: Fewer observations say nothing.
        scale: Places of the money that is summed.
    """

    test: DigitTest
    measure: Measure
    minimum: int
    scale: int

    def end(self, group: Group) -> End:
        """The verdict on one group, with its facts."""
        facts = tuple(_counts(group))
        if group.applying == 0 and group.unsure is None:
            return End(Verdict.NOT_APPLICABLE, facts=facts)
        if group.observations < self.minimum:
            return End(Verdict.UNDETERMINED, Reason.TOO_FEW.value, facts=facts)
        deviation = deviation_of(self.test, group.observed)
        circle: Mapping[str, Decimal] = {}
        if self.test in WITH_MANTISSAS:
            circle = mantissas.figures_of(group.taking_part, group.sums)
        facts = (*facts, *self._facts(group.name, deviation, circle))
        if group.why_no_limit is not None or group.limit is None:
            return End(Verdict.UNDETERMINED, group.why_no_limit, facts=facts)
        found = {
            Measure.MAD: deviation.mad,
            Measure.EXCESS_MAD: deviation.excess_mad,
            Measure.CHI_SQUARE: deviation.chi_square,
            Measure.ARC: circle.get("mantissa_arc_l2"),
        }[self.measure]
        assert found is not None  # noqa: S101 - `measures_of` names only defined measures
        end = self._against(group, found, Decimal(group.limit).scaleb(-FIGURE.scale, CONTEXT))
        return replace(end, conformity=conformity(self.test, deviation.mad), facts=facts)

    def _against(self, group: Group, found: Decimal, limit: Decimal) -> End:
        verdict = Verdict.VIOLATED if found >= limit else Verdict.MET
        end = End(verdict, found=whole(found), limit=whole(limit))
        if group.unknown == 0:
            return end
        slack = self._slack(group)
        with localcontext(CONTEXT):
            if slack is not None and (found - slack >= limit or found + slack < limit):
                return end
        reason = group.unsure or Reason.MISSING.value
        return replace(end, verdict=Verdict.UNDETERMINED, reason=reason)

    def _slack(self, group: Group) -> Decimal | None:
        """How far the measure can move whatever the unknown cells hold; None where not bounded.

        With u rows more among n + u, the shares move by no more than 2u/(n + u) together.
        """
        counted = self.test not in (DigitTest.SUMMATION, DigitTest.SECOND_ORDER)
        if self.measure is not Measure.MAD or not counted:
            return None
        cells = len(expected_shares(self.test))
        with localcontext(CONTEXT):
            return Decimal(2 * group.unknown) / ((group.observations + group.unknown) * cells)

    def _facts(
        self, name: str | None, deviation: Deviation, circle: Mapping[str, Decimal]
    ) -> Iterable[Fact]:
        scale = self.scale if self.test is DigitTest.SUMMATION else 0
        width = 2 if self.test is DigitTest.LAST_TWO else 1
        for cell in deviation.cells:
            digits = f"{cell.digits:0{width}d}"
            yield name, digits, "observed", written(cell.observed, scale)
            yield name, digits, "expected", written(cell.expected.scaleb(-scale, CONTEXT))
            yield name, digits, "difference", written(cell.difference.scaleb(-scale, CONTEXT))
            yield name, digits, "share", written(cell.share)
            yield name, digits, "expected_share", written(cell.expected_share)
            if cell.z is not None:
                yield name, digits, "z", written(cell.z)
            yield name, digits, "rank", str(cell.rank)
        yield name, "all", "observed", written(deviation.total, scale)
        yield name, "all", "mad", written(deviation.mad)
        read = conformity(self.test, deviation.mad)
        if read is not None:
            yield name, "all", "conformity", read.value
        if deviation.excess_mad is not None and deviation.chi_square is not None:
            yield name, "all", "excess_mad", written(deviation.excess_mad)
            yield name, "all", "chi_square", written(deviation.chi_square)
            yield name, "all", "degrees_of_freedom", str(len(deviation.cells) - 1)
        yield name, "all", "ks", written(deviation.ks)
        if deviation.ks_critical is not None:
            yield name, "all", "ks_critical", written(deviation.ks_critical)
        for measure, figure in circle.items():
            yield name, "all", measure, written(figure)


def _counts(group: Group) -> Iterable[Fact]:
    for measure in ("applying", "zero", "negative", "left_out", "unknown", "taking_part"):
        yield group.name, "rows", measure, str(getattr(group, measure))
