"""`thanhtra contract`: contracts of tables from other formats, into them, and their examples."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from api.cli import language
from api.language import Translator, translator
from api.packs import open_pack
from rules.contract import Contract
from rules.errors import ExchangeError
from rules.exchange.contract_file import write_contract
from rules.exchange.importing import import_contract
from rules.exchange.left_out import Exported, LeftOut
from rules.exchange.odcs import Cover, export_odcs
from rules.exchange.table_schema import export_table_schema
from rules.loading.examples import Trial, try_examples
from rules.pack import Pack

NOT_ALL: Final = 1  # done, but something could not be carried over
_TABLE_FILE: Final = re.compile(r"[a-z0-9][a-z0-9_-]*\.yaml")


@click.group()
def contract() -> None:
    """Take contracts of tables from other formats, write them to those, try their examples.

    What could not be carried over is listed on standard error, and the exit code is 1.
    Exit code 2 means that something given could not be used.
    """


@contract.command("import")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The new file of the table, named after it; what is there already is never replaced.",
)
@click.option("--table", help="Which table of the document, where it has several.")
@click.option(
    "--scale",
    type=click.IntRange(min=0),
    help="Places of numbers after the decimal mark, where the document does not say.",
)
def import_(source: Path, target: Path, table: str | None, scale: int | None) -> None:
    """Make a table of a pack from a Table Schema (JSON) or an ODCS data contract (YAML)."""
    if not source.is_file():
        raise ExchangeError("exchange.no_file", file=str(source))
    if not _TABLE_FILE.fullmatch(target.name):
        raise ExchangeError("exchange.bad_target", file=target.name)
    imported = import_contract(
        source.read_bytes(), file=source.name, name=target.stem, table=table, scale=scale
    )
    try:
        with target.open("xb") as file:
            file.write(write_contract(imported.contract))
    except FileExistsError as error:
        raise ExchangeError("exchange.target_exists", file=str(target)) from error
    click.echo(str(target))
    _list_left_out(imported.left_out)


@contract.command("export")
@click.argument("pack_name", metavar="PACK")
@click.argument("table", metavar="TABLE")
@click.option(
    "--format",
    "form",
    required=True,
    type=click.Choice(["table-schema", "odcs"]),
    help="The format to write.",
)
@click.option(
    "--status", default="draft", help="What an ODCS contract says of itself; draft by default."
)
def export(pack_name: str, table: str, form: str, status: str) -> None:
    """Write a table of a pack as a Table Schema or an ODCS data contract, to standard output."""
    pack = open_pack(pack_name)
    if table not in pack.contracts:
        known = ", ".join(pack.contracts)
        raise ExchangeError("exchange.no_table", file=pack.code, table=table, known=known)
    exported = _export(pack, pack.contracts[table], form=form, status=status)
    click.echo(exported.content, nl=False)
    _list_left_out(exported.left_out)


@contract.command("check")
@click.argument("pack_name", metavar="PACK")
def check(pack_name: str) -> None:
    """Try every example and counter-example of a pack's tables, and print what became of each.

    A pack whose examples do not hold is refused, with file and line.
    """
    say = translator(language())
    tried = 0
    for table in open_pack(pack_name).contracts.values():
        for column in table.columns:
            trials = list(try_examples(column, contract=table))
            tried += len(trials)
            if not trials:
                click.echo(say("contract.check.none", place=f"{table.name}.{column.name}"))
            for trial in trials:
                click.echo(_sentence(trial, place=f"{table.name}.{column.name}", say=say))
    click.echo(say("contract.check.all", count=tried))


def _export(pack: Pack, table: Contract, *, form: str, status: str) -> Exported:
    if form == "table-schema":
        return export_table_schema(table)
    cover = Cover(id=f"{pack.code}.{table.name}", version=pack.version, status=status)
    return export_odcs(table, cover=cover)


def _list_left_out(left_out: Iterable[LeftOut]) -> None:
    """Say what could not be carried over, and end with the code that tells so."""
    say = translator(language())
    listed = list(left_out)
    for one in listed:
        why = say(f"contract.why.{one.why}")
        line = say("contract.left_out", place=one.place, key=one.key, value=one.value, why=why)
        click.echo(line, err=True)
    if listed:
        click.echo(say("contract.left_out.total", count=len(listed)), err=True)
        sys.exit(NOT_ALL)


def _sentence(trial: Trial, *, place: str, say: Translator) -> str:
    if trial.wrong is None:
        return say("contract.check.read", place=place, text=trial.text, value=trial.value)
    why = say(f"problem.code.{trial.wrong}")
    return say("contract.check.refused", place=place, text=trial.text, why=why)
