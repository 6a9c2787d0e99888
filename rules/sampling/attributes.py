"""Evaluating a test whose answer is yes or no: the rate of deviation the sample rules out.

Source: AICPA Audit Guide, Audit Sampling (2017), table A-3; ISA 530.11 (an item that cannot be
tested is a deviation) and 530.14-15.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rules.sampling.limits import RATE_PLACES, upper_count, upper_rate
from rules.sampling.shares import (
    LARGEST_POPULATION,
    LARGEST_SIZE,
    inner_share,
    rounded,
    rounded_up,
    whole,
)
from rules.sampling.sizes import Likelihood, deviating_items
from rules.sampling.tails import Binomial, Chance, Hypergeometric

RISK_PLACES: Final = 6
MOST_LIMIT_PLACES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeResult:
    """What the sample shows.

    Attributes:
        deviations: Found, without the undetermined.
        undetermined: Items that could not be tested.
        counted: deviations + undetermined: what all that follows is computed from.
        rate: counted / size, to the nearest of `places`.
        upper_rate: The one-sided upper limit at the risk, rounded up to `places`.
        upper_count: The largest number of deviating items not ruled out; None without a population.
        achieved_risk: P(X <= counted) if the population were as bad as tolerable, rounded up; None
            where no tolerable rate was given.
        supports: Whether the achieved risk, unrounded, is within the risk; None likewise.
    """

    likelihood: Likelihood
    risk: Decimal
    size: int
    population: int | None
    deviations: int
    undetermined: int
    counted: int
    rate: Decimal
    upper_rate: Decimal
    upper_count: int | None
    tolerable: Decimal | None
    achieved_risk: Decimal | None
    supports: bool | None


def evaluate_attribute(
    *,
    size: int,
    deviations: int,
    undetermined: int,
    risk: Decimal,
    tolerable: Decimal | None = None,
    population: int | None = None,
    places: int = RATE_PLACES,
) -> AttributeResult:
    """Evaluate; an undetermined item counts as a deviation and is reported apart.

    Args:
        risk, tolerable: Shares of 1.
        population: Items in the population; without it the binomial model takes it as unlimited,
            which is on the safe side.
        places: Places of the rates as shares: 3 is tenths of a percent.

    Raises:
        SamplingError: `sampling.bad_share`, `sampling.bad_count`.
    """
    share = inner_share("risk", risk)
    whole("places", places, least=1, most=MOST_LIMIT_PLACES)
    whole("size", size, least=1, most=LARGEST_SIZE)
    whole("deviations", deviations, least=0, most=size)
    whole("undetermined", undetermined, least=0, most=size - deviations)
    counted = deviations + undetermined
    count = None
    if population is None:
        limit = upper_rate(size=size, deviations=counted, risk=share, places=places)
    else:
        whole("population", population, least=size, most=LARGEST_POPULATION)
        count = upper_count(population=population, size=size, deviations=counted, risk=share)
        limit = rounded_up(Fraction(count, population), places=places)
    chance = None
    if tolerable is not None:
        chance = _chance(inner_share("tolerable", tolerable), size, counted, population)
    return AttributeResult(
        likelihood=Likelihood.BINOMIAL if population is None else Likelihood.HYPERGEOMETRIC,
        risk=risk,
        size=size,
        population=population,
        deviations=deviations,
        undetermined=undetermined,
        counted=counted,
        rate=rounded(Fraction(counted, size), places=places),
        upper_rate=limit,
        upper_count=count,
        tolerable=tolerable,
        achieved_risk=None if chance is None else chance.rounded_up(places=RISK_PLACES),
        supports=None if chance is None else chance.is_within(share),
    )


def _chance(tolerable: Fraction, size: int, counted: int, population: int | None) -> Chance:
    """The chance of so few deviations if the population were as bad as tolerable."""
    if population is None:
        return Binomial(rate=tolerable).chance(size=size, deviations=counted)
    deviating = deviating_items(tolerable, population)
    model = Hypergeometric(population=population, deviating=deviating)
    return model.chance(size=size, deviations=counted)
