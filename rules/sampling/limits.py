"""What a sample rules out: upper limits of a rate or a number, and factors of reliability.

Source: AICPA Audit Guide, Audit Sampling (2017), table A-3 (limits) and table C (factors).
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rules.sampling.shares import from_units
from rules.sampling.tails import Binomial, Hypergeometric, poisson_is_unlikely

RATE_PLACES: Final = 3  # a rate to 0.1 %, as the published tables have it
FACTOR_PLACES: Final = 2


def upper_rate(*, size: int, deviations: int, risk: Fraction, places: int = RATE_PLACES) -> Decimal:
    """The rate p with P(X <= deviations) = risk for X ~ Binomial(size, p), rounded up.

    Where every item deviates no rate is ruled out, and the limit is 1.
    """
    steps = 10**places

    def is_ruled_out(step: int) -> bool:
        model = Binomial(rate=Fraction(step, steps))
        return model.is_unlikely(size=size, deviations=deviations, risk=risk)

    return from_units(_first(is_ruled_out, least=1, most=steps), scale=places)


def upper_count(*, population: int, size: int, deviations: int, risk: Fraction) -> int:
    """The largest number of deviating items that the sample does not rule out.

    That is the largest K with P(X <= deviations) > risk for X ~ Hypergeometric(population, K,
    size).
    """

    def is_ruled_out(deviating: int) -> bool:
        model = Hypergeometric(population=population, deviating=deviating)
        return model.is_unlikely(size=size, deviations=deviations, risk=risk)

    # Items seen to be sound cannot deviate: one more than this is impossible, not only unlikely.
    impossible = population - size + deviations + 1
    return _first(is_ruled_out, least=deviations + 1, most=impossible) - 1


def reliability_factor(*, deviations: int, risk: Fraction, places: int = FACTOR_PLACES) -> Decimal:
    """The mean m with P(X <= deviations) = risk for X ~ Poisson(m), rounded up."""
    steps = 10**places

    def is_ruled_out(step: int) -> bool:
        return poisson_is_unlikely(Fraction(step, steps), deviations=deviations, risk=risk)

    most = steps
    while not is_ruled_out(most):
        most *= 2
    return from_units(_first(is_ruled_out, least=1, most=most), scale=places)


def _first(is_ruled_out: Callable[[int], bool], *, least: int, most: int) -> int:
    """The first step that is ruled out; all after it are, and the last is taken to be."""
    while least < most:
        middle = (least + most) // 2
        if is_ruled_out(middle):
            most = middle
        else:
            least = middle + 1
    return least
