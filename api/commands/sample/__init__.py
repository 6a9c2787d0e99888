"""`thanhtra sample`: plan a sample, select it, evaluate what it shows."""

import click

from api.commands.sample.evaluate import evaluate
from api.commands.sample.plan import plan
from api.commands.sample.select import select


@click.group()
def sample() -> None:
    """Audit sampling: plan how many, select which, evaluate what they show."""


sample.add_command(plan)
sample.add_command(select)
sample.add_command(evaluate)
