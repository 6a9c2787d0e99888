"""`thanhtra sample plan`: how many."""

from decimal import Decimal
from pathlib import Path

import click

from api.commands.sample import options
from api.sampling import answers
from api.sampling.parameters import NUMBER, share_of, stratum_of
from inspection.errors import InvalidError
from rules.sampling.allocation import allocate_by_spread, allocate_proportionally
from rules.sampling.sizes import (
    Likelihood,
    plan_attribute,
    plan_attribute_allowing,
    plan_monetary,
)


@click.group()
def plan() -> None:
    """How many items to draw, as JSON."""


@plan.command("attribute")
@options.risk
@click.option("--tolerable-pct", type=NUMBER, required=True, help="Tolerable rate of deviation.")
@click.option("--expected-pct", type=NUMBER, help="Expected rate of deviation; 0 is allowed.")
@click.option("--allowed", type=int, help="Deviations allowed, in place of an expected rate.")
@options.population
@options.out
def plan_for_attribute(
    *,
    risk_pct: Decimal,
    tolerable_pct: Decimal,
    expected_pct: Decimal | None,
    allowed: int | None,
    population: int | None,
    out: Path | None,
) -> None:
    """The smallest sample for a test whose answer is yes or no."""
    risk, tolerable = share_of(risk_pct), share_of(tolerable_pct)
    if expected_pct is not None and allowed is None:
        made = plan_attribute(
            risk=risk, tolerable=tolerable, expected=share_of(expected_pct), population=population
        )
    elif allowed is not None and expected_pct is None:
        made = plan_attribute_allowing(
            risk=risk, tolerable=tolerable, allowed=allowed, population=population
        )
    else:
        raise InvalidError("sample.one_of", options="--expected-pct, --allowed")
    answers.answer(answers.tell_attribute_plan(made), out)


@plan.command("monetary")
@options.risk
@click.option("--book-value", type=NUMBER, required=True, help="Total of the positive amounts.")
@click.option("--tolerable", type=NUMBER, required=True, help="Tolerable misstatement, an amount.")
@click.option("--expected", type=NUMBER, required=True, help="Expected misstatement, an amount.")
@click.option(
    "--likelihood",
    type=click.Choice([Likelihood.POISSON.value, Likelihood.BINOMIAL.value]),
    default=Likelihood.POISSON.value,
    show_default=True,
    help="The model.",
)
@options.scale
@options.out
def plan_for_money(
    *,
    risk_pct: Decimal,
    book_value: Decimal,
    tolerable: Decimal,
    expected: Decimal,
    likelihood: str,
    scale: int,
    out: Path | None,
) -> None:
    """The smallest monetary-unit sample, and its interval."""
    made = plan_monetary(
        book_value=book_value,
        tolerable=tolerable,
        expected=expected,
        risk=share_of(risk_pct),
        scale=scale,
        likelihood=Likelihood(likelihood),
    )
    answers.answer(answers.tell_monetary_plan(made), out)


@plan.command("allocation")
@click.option("--size", type=int, required=True, help="Items to draw from all strata together.")
@click.option(
    "--stratum",
    "strata",
    multiple=True,
    required=True,
    metavar="NAME=ITEMS[:DEVIATION]",
    help="A stratum, its items, and their standard deviation; given once for each.",
)
@click.option(
    "--by",
    type=click.Choice(["items", "spread"]),
    default="items",
    show_default=True,
    help="Shares by items, or by items times standard deviation (Neyman).",
)
@click.option("--minimum", type=int, default=0, show_default=True, help="Items of every stratum.")
@options.out
def plan_allocation(
    size: int, strata: tuple[str, ...], by: str, minimum: int, out: Path | None
) -> None:
    """Share a sample out among strata."""
    allocate = allocate_by_spread if by == "spread" else allocate_proportionally
    shares = allocate([stratum_of(text) for text in strata], size=size, minimum=minimum)
    answers.answer(answers.tell_allocation(shares, by=by, minimum=minimum), out)
