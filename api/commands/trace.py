"""`thanhtra trace`: how one verdict came about, without a server."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import polars as pl

from api.checking.asked import evidence, split_folder, split_source
from api.checking.chain import Evidence, read_evidence, why_lost
from api.checking.explained import as_data, told
from api.commands.check import day_of
from api.language import LANGUAGES, translator
from api.packs import open_pack
from inspection.errors import InvalidError
from rules.evaluation.trace import Place
from rules.evaluation.tracing import trace as trace_one


@click.command()
@evidence
@click.option("--rule", required=True, help="The code of the rule.")
@click.option("--row", type=int, help="The number of the row, as the list of violations has it.")
@click.option("--file", "file_name", help="The file of the row, where a table has several.")
@click.option("--sheet", help="Its sheet.")
@click.option("--key", help="The key of the unit, as the list of violations has it.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the run judges from; today where nothing is said.",
)
@click.option("--json", "is_data", is_flag=True, help="Print JSON.")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="vi",
    show_default=True,
    help="The language of the text.",
)
def trace(
    *,
    pack_name: str,
    tables: tuple[str, ...],
    folders: tuple[str, ...],
    rule: str,
    row: int | None,
    file_name: str | None,
    sheet: str | None,
    key: str | None,
    as_of: datetime | None,
    is_data: bool,
    lang: str,
) -> None:
    """Explain how one unit got its verdict by a rule of PACK, met ones too.

    The unit is named by the row, by the key, or by both; a rule over a whole table needs neither.
    """
    if row is None and (file_name is not None or sheet is not None):
        raise InvalidError("asked.row_needed", field="row")
    pack = open_pack(pack_name)
    sources = [split_source(text) for text in tables]
    named = [split_folder(text) for text in folders]
    with TemporaryDirectory(prefix="thanhtra-") as space:
        evidence = read_evidence(
            pack, sources, folders=named, workspace=Path(space), say=lambda _line: None
        )
        found = trace_one(
            pack,
            evidence.tables,
            rule=rule,
            place=_place(evidence, row=row, file_name=file_name, sheet=sheet),
            key=key,
            as_of=day_of(as_of),
            problems=_problems(evidence),
        )
    code, facts = why_lost(found.error_code, found.error_facts, evidence.unread)
    found = replace(found, error_code=code, error_facts=facts)
    if is_data:
        click.echo(as_data(found), nl=False)
    else:
        click.echo(told(found, evidence, say=translator(lang)))


def _place(
    evidence: Evidence, *, row: int | None, file_name: str | None, sheet: str | None
) -> Place | None:
    if row is None:
        return None
    if file_name is None:
        return Place(row=row, sheet=sheet)
    names = {one.path.name: one.sha256 for one in evidence.files}
    wanted = Path(file_name).name
    if wanted not in names:
        known = ", ".join(sorted(names))
        raise InvalidError("asked.not_given", field="file", file=file_name, known=known)
    return Place(row=row, file=names[wanted], sheet=sheet)


def _problems(evidence: Evidence) -> pl.LazyFrame | None:
    parts = [pl.scan_parquet(one.folder / "problems.parquet") for one in evidence.files]
    return pl.concat(parts) if parts else None
