"""Benford's law in exact decimals: what digits are expected, and how far counts lie from it.

Everything is computed from whole counts in decimals of fifty digits, in the order of the digits:
the same counts give the same figures on every machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import Final

CONTEXT: Final = Context(prec=50, rounding=ROUND_HALF_EVEN)
PI: Final = Decimal("3.1415926535897932384626433832795028841971693993751")


class DigitTest(StrEnum):
    """Which digits are looked at."""

    FIRST = "first"
    SECOND = "second"
    FIRST_TWO = "first-two"
    FIRST_THREE = "first-three"
    LAST_TWO = "last-two"
    SUMMATION = "summation"  # the money of each first-two group, not its rows
    SECOND_ORDER = "second-order"  # first two digits of the differences of sorted amounts


class Conformity(StrEnum):
    """How a mean absolute deviation is read; a bound belongs to the class above it."""

    CLOSE = "Close conformity"
    ACCEPTABLE = "Acceptable conformity"
    MARGINAL = "Marginally acceptable conformity"
    NONE = "Nonconformity"


IN_VIETNAMESE: Final[Mapping[Conformity, str]] = {
    Conformity.CLOSE: "Phù hợp chặt chẽ",
    Conformity.ACCEPTABLE: "Phù hợp chấp nhận được",
    Conformity.MARGINAL: "Phù hợp ở mức giới hạn",
    Conformity.NONE: "Không phù hợp",
}
# Source: M. J. Nigrini, Benford's Law (Wiley, 2012), table 7.1.
_TWO: Final = (Decimal("0.0012"), Decimal("0.0018"), Decimal("0.0022"))
BOUNDS: Final[Mapping[DigitTest, tuple[Decimal, Decimal, Decimal]]] = {
    DigitTest.FIRST: (Decimal("0.006"), Decimal("0.012"), Decimal("0.015")),
    DigitTest.SECOND: (Decimal("0.008"), Decimal("0.010"), Decimal("0.011")),
    DigitTest.FIRST_TWO: _TWO,
    DigitTest.FIRST_THREE: (Decimal("0.00036"), Decimal("0.00044"), Decimal("0.00050")),
    DigitTest.SECOND_ORDER: _TWO,
}


@lru_cache
def expected_shares(test: DigitTest) -> Mapping[int, Decimal]:
    """The share of each digit or group of digits, in their order; the shares sum to 1.

    Source: F. Benford, The law of anomalous numbers (1938): log10(1 + 1/d) for leading digits d;
    the second digit sums over the first.  Last digits and the money of leading ones are uniform.
    """
    with localcontext(CONTEXT):
        match test:
            case DigitTest.FIRST:
                return {digit: _leading(digit) for digit in range(1, 10)}
            case DigitTest.SECOND:
                return {
                    digit: sum((_leading(10 * first + digit) for first in range(1, 10)), Decimal(0))
                    for digit in range(10)
                }
            case DigitTest.FIRST_THREE:
                return {digits: _leading(digits) for digits in range(100, 1_000)}
            case DigitTest.LAST_TWO:
                return dict.fromkeys(range(100), Decimal(1) / 100)
            case DigitTest.SUMMATION:
                return dict.fromkeys(range(10, 100), Decimal(1) / 90)
        return {digits: _leading(digits) for digits in range(10, 100)}


def conformity(test: DigitTest, deviation: Decimal) -> Conformity | None:
    """How the mean absolute deviation of a test is read; None where no bounds are published."""
    bounds = BOUNDS.get(test)
    if bounds is None:
        return None
    return list(Conformity)[sum(deviation >= bound for bound in bounds)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One digit or group of digits.

    Attributes:
        observed: Rows, differences or money (in its smallest unit), by the test.
        difference: Observed less expected.
        rank: 1 for the largest deviation; of equal ones the smaller digit comes first.
        z: Of the share, with the correction for continuity; None where money is summed.
    """

    digits: int
    observed: int
    share: Decimal
    expected_share: Decimal
    expected: Decimal
    difference: Decimal
    z: Decimal | None
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """How far the digits of some numbers lie from the law.

    Attributes:
        total: What the shares are of: rows, differences, or money.
        mad: Mean absolute deviation of the shares.
        excess_mad: The deviation beyond its mean for numbers that obey the law.  None, like the
            two below, where money is summed.
        chi_square: Of the counts; its degrees of freedom are one less than the cells.
        ks: The largest difference of the cumulated shares.
        ks_critical: Of the level 5 %: 1.36 / √n.

    Source: B. J. Barney, K. S. Schulzke, Moderating "cry wolf" events with excess MAD in Benford's
    law research and practice (2016).
    """

    cells: tuple[Cell, ...]
    total: int
    mad: Decimal
    excess_mad: Decimal | None
    chi_square: Decimal | None
    ks: Decimal
    ks_critical: Decimal | None


def deviation_of(test: DigitTest, observed: Mapping[int, int]) -> Deviation:
    """Compare what was observed of each group of digits with the law.

    Args:
        test: Which digits.
        observed: Whole numbers by digits, their sum above zero; a digit left out was not seen.
    """
    total = sum(observed.values())
    counted = test is not DigitTest.SUMMATION
    with localcontext(CONTEXT):
        cells = _ranked(
            [
                _cell(digits, observed.get(digits, 0), share, total=total, counted=counted)
                for digits, share in expected_shares(test).items()
            ]
        )
        apart = [cell.share - cell.expected_share for cell in cells]
        mad = _mean([abs(one) for one in apart])
        excess = chi_square = critical = None
        if counted:
            excess = mad - _mean([_by_chance(cell.expected_share, total) for cell in cells])
            chi_square = sum((cell.difference**2 / cell.expected for cell in cells), Decimal(0))
            critical = Decimal("1.36") / Decimal(total).sqrt()
        return Deviation(
            cells=cells,
            total=total,
            mad=mad,
            excess_mad=excess,
            chi_square=chi_square,
            ks=max(abs(one) for one in accumulate(apart)),
            ks_critical=critical,
        )


def _leading(digits: int) -> Decimal:
    return (Decimal(digits + 1) / Decimal(digits)).log10()


def _cell(digits: int, observed: int, share: Decimal, *, total: int, counted: bool) -> Cell:
    own, expected = Decimal(observed) / total, share * total
    return Cell(
        digits=digits,
        observed=observed,
        share=own,
        expected_share=share,
        expected=expected,
        difference=observed - expected,
        z=_z(own, share, total) if counted else None,
    )


def _ranked(cells: list[Cell]) -> tuple[Cell, ...]:
    order = sorted(cells, key=lambda cell: (-abs(cell.difference), cell.digits))
    ranks = {cell.digits: rank for rank, cell in enumerate(order, start=1)}
    return tuple(replace(cell, rank=ranks[cell.digits]) for cell in cells)


def _z(own: Decimal, share: Decimal, total: int) -> Decimal:
    """Source: Nigrini (2012), chapter 7: corrected by 1/2n where that is the smaller."""
    apart, half = abs(own - share), Decimal(1) / (2 * total)
    return (apart - half if half < apart else apart) / (share * (1 - share) / total).sqrt()


def _by_chance(share: Decimal, total: int) -> Decimal:
    """The mean of |observed − expected share|, as of a normal variable: √(2p(1 − p)/πn)."""
    return (2 * share * (1 - share) / (PI * total)).sqrt()


def _mean(parts: Sequence[Decimal]) -> Decimal:
    return sum(parts, Decimal(0)) / len(parts)
