"""`thanhtra sample evaluate`: what it shows."""

from decimal import Decimal
from pathlib import Path

import click

from api.commands.sample import options
from api.sampling import answers
from api.sampling.parameters import NUMBER, PERCENT_SHIFT, share_of
from api.sampling.results import read_results
from inspection.errors import InvalidError
from rules.sampling.attributes import MOST_LIMIT_PLACES, evaluate_attribute
from rules.sampling.limits import RATE_PLACES
from rules.sampling.misstatement import FACTOR_PLACES, evaluate_misstatement
from rules.sampling.receipt_reading import read_monetary_receipt


@click.group()
def evaluate() -> None:
    """What a sample shows of its population, as JSON."""


@evaluate.command("attribute")
@options.risk
@click.option("--size", type=int, required=True, help="Items tested, the undetermined included.")
@click.option("--deviations", type=int, required=True, help="Deviations found.")
@click.option(
    "--undetermined",
    type=int,
    default=0,
    show_default=True,
    help="Items that could not be tested; they count as deviations (ISA 530.11).",
)
@click.option("--tolerable-pct", type=NUMBER, help="Tolerable rate of deviation.")
@options.population
@click.option(
    "--places",
    type=click.IntRange(0, MOST_LIMIT_PLACES - PERCENT_SHIFT),
    default=RATE_PLACES - PERCENT_SHIFT,
    show_default=True,
    help="Places of the percents.",
)
@options.out
def evaluate_deviations(
    *,
    risk_pct: Decimal,
    size: int,
    deviations: int,
    undetermined: int,
    tolerable_pct: Decimal | None,
    population: int | None,
    places: int,
    out: Path | None,
) -> None:
    """The rate of deviation a sample rules out."""
    result = evaluate_attribute(
        size=size,
        deviations=deviations,
        undetermined=undetermined,
        risk=share_of(risk_pct),
        tolerable=None if tolerable_pct is None else share_of(tolerable_pct),
        population=population,
        places=places + PERCENT_SHIFT,
    )
    answers.answer(answers.tell_attribute_result(result), out)


@evaluate.command("monetary")
@options.risk
@click.option("--receipt", type=options.FILE, required=True, help="receipt.json of the selection.")
@click.option(
    "--results",
    type=options.FILE,
    required=True,
    help="sample.csv, its column __audited filled in.",
)
@click.option("--tolerable", type=NUMBER, help="Tolerable misstatement, an amount.")
@click.option(
    "--places",
    type=int,
    default=FACTOR_PLACES,
    show_default=True,
    help="Places of the factors of reliability; printed tables have 2.",
)
@options.out
def evaluate_money(
    *,
    risk_pct: Decimal,
    receipt: Path,
    results: Path,
    tolerable: Decimal | None,
    places: int,
    out: Path | None,
) -> None:
    """How much of the population may be misstated."""
    if not receipt.is_file():
        raise InvalidError("asked.no_file", field="receipt", file=str(receipt))
    drawn = read_monetary_receipt(receipt.read_bytes())
    result = evaluate_misstatement(
        read_results(results, drawn.rows),
        interval=drawn.interval,
        risk=share_of(risk_pct),
        scale=drawn.scale,
        tolerable=tolerable,
        places=places,
    )
    answers.answer(answers.tell_misstatement(result, drawn), out)
