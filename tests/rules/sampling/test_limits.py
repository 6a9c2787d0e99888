"""Limits turn sizes round, and published factors come out."""

from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.sampling.attributes import evaluate_attribute
from rules.sampling.limits import reliability_factor, upper_count, upper_rate
from rules.sampling.sizes import plan_attribute, plan_attribute_allowing
from rules.sampling.tails import Binomial, Hypergeometric, Poisson, poisson_is_unlikely

RISK = Fraction(1, 20)
# AICPA Audit Guide, Audit Sampling: confidence factors for no expected misstatement and up to ten.
FACTORS = {
    5: "3.00 4.75 6.30 7.76 9.16 10.52 11.85 13.15 14.44 15.71 16.97",
    10: "2.31 3.89 5.33 6.69 8.00 9.28 10.54 11.78 13.00 14.21 15.41",
}


@pytest.mark.parametrize("risk", FACTORS)
def test_the_printed_factors_of_reliability_come_out(risk: int) -> None:
    made = [str(reliability_factor(deviations=i, risk=Fraction(risk, 100))) for i in range(11)]

    assert made == FACTORS[risk].split()


@settings(deadline=None, max_examples=60)
@given(
    size=st.integers(1, 60),
    data=st.data(),
    rate=st.fractions(min_value=Fraction(1, 99), max_value=Fraction(98, 99), max_denominator=99),
)
def test_many_digits_and_exact_numbers_decide_alike(
    size: int, data: st.DataObject, rate: Fraction
) -> None:
    deviations = data.draw(st.integers(0, size))
    risk = data.draw(st.fractions(min_value=Fraction(1, 99), max_value=Fraction(98, 99)))
    tail = sum(
        (comb(size, i) * rate**i * (1 - rate) ** (size - i) for i in range(deviations + 1)),
        Fraction(0),
    )
    model = Binomial(rate=rate)

    assert model.is_unlikely(size=size, deviations=deviations, risk=risk) == (tail <= risk)
    chance = model.chance(size=size, deviations=deviations)
    assert Fraction(chance.top, chance.below) == tail
    # At the tail itself no number of digits decides; whole numbers do.
    if tail < 1:
        assert model.is_unlikely(size=size, deviations=deviations, risk=tail)


@settings(deadline=None, max_examples=60)
@given(population=st.integers(1, 40), data=st.data())
def test_a_finite_population_is_decided_exactly(population: int, data: st.DataObject) -> None:
    deviating = data.draw(st.integers(0, population))
    size = data.draw(st.integers(1, population))
    deviations = data.draw(st.integers(0, size))
    ways = sum(
        comb(deviating, i) * comb(population - deviating, size - i) for i in range(deviations + 1)
    )
    tail = Fraction(ways, comb(population, size))
    model = Hypergeometric(population=population, deviating=deviating)

    for risk in (Fraction(1, 20), tail, tail - Fraction(1, 10**60)):
        if 0 < risk < 1:
            assert model.is_unlikely(size=size, deviations=deviations, risk=risk) == (tail <= risk)


def test_poisson_needs_more_digits_near_the_risk_and_takes_them() -> None:
    # e^-1 to seventy digits, cut off and rounded up: fifty digits cannot tell them apart from it.
    digits = "3678794411714423215955237701614608674458111310317678345078368016974614"
    below, above = (Fraction(int(digits) + i, 10**70) for i in (0, 1))

    assert not poisson_is_unlikely(Fraction(1), deviations=0, risk=below)
    assert poisson_is_unlikely(Fraction(1), deviations=0, risk=above)
    assert not Poisson(rate=Fraction(0)).is_unlikely(size=9, deviations=0, risk=RISK)


@settings(deadline=None, max_examples=60)
@given(size=st.integers(1, 300), data=st.data(), places=st.integers(2, 5))
def test_the_limit_is_the_first_rate_ruled_out(size: int, data: st.DataObject, places: int) -> None:
    deviations = data.draw(st.integers(0, size))
    limit = upper_rate(size=size, deviations=deviations, risk=RISK, places=places)

    step = Fraction(1, 10**places)
    if limit < 1:
        model = Binomial(rate=Fraction(limit))
        assert model.is_unlikely(size=size, deviations=deviations, risk=RISK)
    if limit > Decimal(1).scaleb(-places):
        model = Binomial(rate=Fraction(limit) - step)
        assert not model.is_unlikely(size=size, deviations=deviations, risk=RISK)


@settings(deadline=None, max_examples=40)
@given(tolerable=st.integers(5, 40), expected=st.integers(0, 3))
def test_a_planned_sample_with_the_allowed_deviations_supports_the_tolerable_rate(
    tolerable: int, expected: int
) -> None:
    rate, risk = Decimal(tolerable).scaleb(-2), Decimal("0.05")
    plan = plan_attribute(risk=risk, tolerable=rate, expected=Decimal(expected).scaleb(-2))

    supports, one_more = (
        evaluate_attribute(
            size=plan.size, deviations=found, undetermined=0, risk=risk, tolerable=rate
        )
        for found in (plan.allowed, plan.allowed + 1)
    )

    assert (supports.supports, supports.upper_rate <= rate) == (True, True)
    assert one_more.supports is False


@settings(deadline=None, max_examples=60)
@given(population=st.integers(1, 300), data=st.data())
def test_the_limit_of_a_finite_population_turns_its_size_round(
    population: int, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, population))
    deviations = data.draw(st.integers(0, size))

    count = upper_count(population=population, size=size, deviations=deviations, risk=RISK)

    assert deviations <= count <= population - size + deviations
    not_ruled_out = Hypergeometric(population=population, deviating=count)
    assert not not_ruled_out.is_unlikely(size=size, deviations=deviations, risk=RISK)
    if count < population - size + deviations:
        worse = Hypergeometric(population=population, deviating=count + 1)
        assert worse.is_unlikely(size=size, deviations=deviations, risk=RISK)


def test_a_census_leaves_nothing_open() -> None:
    result = evaluate_attribute(
        size=50, deviations=3, undetermined=0, risk=Decimal("0.05"), population=50
    )

    assert (result.upper_count, result.upper_rate) == (3, Decimal("0.060"))


def test_the_undetermined_count_as_deviations_and_are_reported_apart() -> None:
    apart = evaluate_attribute(size=60, deviations=1, undetermined=2, risk=Decimal("0.05"))
    found = evaluate_attribute(size=60, deviations=3, undetermined=0, risk=Decimal("0.05"))

    assert (apart.deviations, apart.undetermined, apart.counted) == (1, 2, 3)
    assert apart.upper_rate == found.upper_rate


def test_a_plan_for_a_finite_population_is_supported_by_its_own_figures() -> None:
    rate = Decimal("0.04")
    plan = plan_attribute_allowing(risk=Decimal("0.05"), tolerable=rate, allowed=1, population=500)
    result = evaluate_attribute(
        size=plan.size,
        deviations=1,
        undetermined=0,
        risk=Decimal("0.05"),
        tolerable=rate,
        population=500,
    )

    assert result.supports
    assert result.upper_count is not None
    assert result.upper_count < 20
