"""`thanhtra sample`: plan a sample, select it, evaluate what it shows."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

import click

from api.inspecting.asked import open_pack, split_source
from api.sampling import answers
from api.sampling.drawing import Wanted, draw, read_table, write_sample
from api.sampling.parameters import NUMBER, PERCENT_SHIFT, share_of, size_of, stratum_of
from api.sampling.results import read_results
from inspection.errors import InvalidError
from rules.sampling.allocation import allocate_by_spread, allocate_proportionally
from rules.sampling.attributes import MOST_LIMIT_PLACES, evaluate_attribute
from rules.sampling.limits import RATE_PLACES
from rules.sampling.misstatement import FACTOR_PLACES, evaluate_misstatement
from rules.sampling.population import Request, Unnamed
from rules.sampling.receipt_reading import read_monetary_receipt
from rules.sampling.sample import Method
from rules.sampling.sizes import (
    Likelihood,
    plan_attribute,
    plan_attribute_allowing,
    plan_monetary,
)

Command = TypeVar("Command", bound=Callable[..., Any])
FILE: Final = click.Path(path_type=Path, dir_okay=False)
MOST_SCALE: Final = 17


def _risk(command: Command) -> Command:
    return click.option(
        "--risk-pct",
        type=NUMBER,
        required=True,
        help="Risk of taking a bad population for good, in percent: 5 is 95 % confidence.",
    )(command)


def _out(command: Command) -> Command:
    return click.option(
        "--out", type=FILE, help="The file for the JSON; standard output where nothing is said."
    )(command)


def _population(command: Command) -> Command:
    return click.option(
        "--population",
        type=int,
        help="Items in the population (hypergeometric); unlimited (binomial) if not said.",
    )(command)


def _scale(command: Command) -> Command:
    return click.option(
        "--scale",
        type=click.IntRange(0, MOST_SCALE),
        default=2,
        show_default=True,
        help="Places of the currency: 0 for dong, 2 for dollars.",
    )(command)


@click.group()
def sample() -> None:
    """Audit sampling: plan how many, select which, evaluate what they show."""


@sample.group()
def plan() -> None:
    """How many items to draw, as JSON."""


@sample.group()
def evaluate() -> None:
    """What a sample shows of its population, as JSON."""


@plan.command("attribute")
@_risk
@click.option("--tolerable-pct", type=NUMBER, required=True, help="Tolerable rate of deviation.")
@click.option("--expected-pct", type=NUMBER, help="Expected rate of deviation; 0 is allowed.")
@click.option("--allowed", type=int, help="Deviations allowed, in place of an expected rate.")
@_population
@_out
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
@_risk
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
@_scale
@_out
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
@_out
def plan_allocation(
    size: int, strata: tuple[str, ...], by: str, minimum: int, out: Path | None
) -> None:
    """Share a sample out among strata."""
    allocate = allocate_by_spread if by == "spread" else allocate_proportionally
    shares = allocate([stratum_of(text) for text in strata], size=size, minimum=minimum)
    answers.answer(answers.tell_allocation(shares, by=by, minimum=minimum), out)


@sample.command()
@click.option("--pack", "pack_name", required=True, help="A shipped pack, or the folder of one.")
@click.option(
    "--table",
    "tables",
    multiple=True,
    required=True,
    metavar="NAME=FILE",
    help="A file of one table of the pack; may be given several times.",
)
@click.option(
    "--method", type=click.Choice([one.value for one in Method]), required=True, help="How."
)
@click.option("--seed", required=True, help="Any text; the same seed draws the same rows.")
@click.option("--size", type=int, help="Rows to draw, or hits of a monetary method.")
@click.option("--interval", type=NUMBER, help="Amount for each hit, in place of a size.")
@click.option("--key", multiple=True, help="A column that names a row; those of the contract else.")
@click.option(
    "--unnamed",
    type=click.Choice([one.value for one in Unnamed]),
    default=Unnamed.PLACE.value,
    show_default=True,
    help="Rows with a blank or repeated key: drawn by their place in the file, or refused.",
)
@click.option("--amount", help="The column of amounts.")
@click.option("--order", multiple=True, help="A column to go through the rows by.")
@click.option("--stratum", multiple=True, help="A column whose values make the strata.")
@click.option("--stratum-size", "sizes", multiple=True, metavar="NAME=SIZE", help="Rows of one.")
@click.option("--minimum", type=int, default=0, help="Rows of every stratum, at least.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder the results are written to; made if missing.",
)
def select(
    *,
    pack_name: str,
    tables: tuple[str, ...],
    method: str,
    seed: str,
    size: int | None,
    interval: Decimal | None,
    key: tuple[str, ...],
    unnamed: str,
    amount: str | None,
    order: tuple[str, ...],
    stratum: tuple[str, ...],
    sizes: tuple[str, ...],
    minimum: int,
    out: Path,
) -> None:
    """Draw a sample from the files of a table.

    Writes sample.csv, set_apart.csv and receipt.json.  The same files, seed and options give the
    same bytes.
    """
    pack = open_pack(pack_name)
    sources = [split_source(text) for text in tables]
    wanted = Wanted(
        method=Method(method),
        size=size,
        interval=interval,
        sizes=dict(size_of(text) for text in sizes),
        minimum=minimum,
    )
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="thanhtra-", dir=out) as folder:
        table, files = read_table(pack, sources, workspace=Path(folder), say=_say)
        request = Request(
            table=table,
            seed=seed,
            key=key or table.contract.key,
            unnamed=Unnamed(unnamed),
            amount=amount,
            order=order,
            stratum=stratum,
        )
        written = write_sample(draw(request, wanted), pack=pack, files=files, into=out)
    for path in written:
        _say(f"write {path}")


@evaluate.command("attribute")
@_risk
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
@_population
@click.option(
    "--places",
    type=click.IntRange(0, MOST_LIMIT_PLACES - PERCENT_SHIFT),
    default=RATE_PLACES - PERCENT_SHIFT,
    show_default=True,
    help="Places of the percents.",
)
@_out
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
@_risk
@click.option("--receipt", type=FILE, required=True, help="receipt.json of the selection.")
@click.option(
    "--results", type=FILE, required=True, help="sample.csv, its column __audited filled in."
)
@click.option("--tolerable", type=NUMBER, help="Tolerable misstatement, an amount.")
@click.option(
    "--places",
    type=int,
    default=FACTOR_PLACES,
    show_default=True,
    help="Places of the factors of reliability; printed tables have 2.",
)
@_out
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
        raise InvalidError("inspect.no_file", field="receipt", file=str(receipt))
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


def _say(line: str) -> None:
    click.echo(line, err=True)
