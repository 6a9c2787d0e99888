"""`thanhtra inspect`: files in, violations and a draft report out, without a server."""

from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import click

from api.inspecting.asked import split_source
from api.inspecting.chain import run_chain
from api.inspecting.lists import write_csv, write_summary
from api.inspecting.paper import write_report
from api.language import translator
from api.packs import open_pack

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


@click.command()
@click.option("--pack", "pack_name", required=True, help="A shipped pack, or the folder of one.")
@click.option(
    "--table",
    "tables",
    multiple=True,
    required=True,
    metavar="NAME=FILE",
    help="A file of a table of the pack; may be given several times.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder the results are written to; made if missing.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the run judges from; today where nothing is said.",
)
def inspect(pack_name: str, tables: tuple[str, ...], out: Path, as_of: datetime | None) -> None:
    """Judge files by a rule pack, without a server.

    Writes violations.parquet, violations.csv, summary.json and report.pdf.
    Progress goes to standard error.  Exit code 2 means that something given could not be used.
    """
    pack = open_pack(pack_name)
    sources = [split_source(text) for text in tables]
    out.mkdir(parents=True, exist_ok=True)
    day: date = as_of.date() if as_of else datetime.now(UTC).astimezone(HERE).date()
    with TemporaryDirectory(prefix="thanhtra-", dir=out) as folder:
        outcome = run_chain(pack, sources, as_of=day, into=out, workspace=Path(folder), say=_say)
    for path in (
        write_csv(out),
        write_summary(out, outcome),
        write_report(out, outcome, say=translator("vi")),
    ):
        _say(f"write {path}")


def _say(line: str) -> None:
    click.echo(line, err=True)
