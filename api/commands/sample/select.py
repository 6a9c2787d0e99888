"""`thanhtra sample select`: which."""

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from api.checking.asked import split_source
from api.packs import open_pack
from api.sampling.drawing import Wanted, draw, read_table, write_sample
from api.sampling.parameters import NUMBER, size_of
from rules.sampling.population import Request, Unnamed
from rules.sampling.sample import Method


@click.command()
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


def _say(line: str) -> None:
    click.echo(line, err=True)
