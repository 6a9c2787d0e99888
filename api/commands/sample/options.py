"""Options that several steps of sampling have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from api.sampling.parameters import NUMBER

# A decorated function keeps its own type, whatever it takes.
Command = TypeVar("Command", bound=Callable[..., Any])
FILE: Final = click.Path(path_type=Path, dir_okay=False)
MOST_SCALE: Final = 17


def risk(command: Command) -> Command:
    """The risk, in percent."""
    return click.option(
        "--risk-pct",
        type=NUMBER,
        required=True,
        help="Risk of taking a bad population for good, in percent: 5 is 95 % confidence.",
    )(command)


def out(command: Command) -> Command:
    """Where the answer goes."""
    return click.option(
        "--out", type=FILE, help="The file for the JSON; standard output where nothing is said."
    )(command)


def population(command: Command) -> Command:
    """The size of a finite population."""
    return click.option(
        "--population",
        type=int,
        help="Items in the population (hypergeometric); unlimited (binomial) if not said.",
    )(command)


def scale(command: Command) -> Command:
    """The places of the currency."""
    return click.option(
        "--scale",
        type=click.IntRange(0, MOST_SCALE),
        default=2,
        show_default=True,
        help="Places of the currency: 0 for dong, 2 for dollars.",
    )(command)
