"""`thanhtra check`: files in, verdicts out, without a server."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

import click

from api.checking.asked import evidence, split_folder, split_source
from api.checking.chain import Judging, Outcome, digest_file, on_this_machine, run_chain
from api.checking.lists import VIOLATIONS, write_problems, write_violations_csv
from api.checking.on_spark import LOCAL, on_spark
from api.checking.paper import write_report
from api.checking.screen import shown
from api.checking.summary import SUMMARY, as_json, summary_of, totals_of
from api.language import LANGUAGES, translator
from api.packs import files_of, open_pack
from inspection.errors import InvalidError
from rules.evaluation import MEMORY_BYTES

HERE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
FOUND: Final = 1  # something is not met, or cannot be told
BROKEN: Final = 3  # some rule could not run, or some file could not be read
HERE_ALONE: Final = "here"
SPARK: Final = "spark"
ENGINES: Final = (HERE_ALONE, SPARK)
_MIB: Final = 1 << 20


@click.command()
@evidence
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder the results are written to; made if missing.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the run judges from; today where nothing is said.",
)
@click.option("--report", is_flag=True, help="Write a draft report (PDF, in Vietnamese) as well.")
@click.option(
    "--memory",
    type=click.IntRange(min=1),
    default=MEMORY_BYTES // _MIB,
    show_default=True,
    metavar="MIB",
    help="What a check of many rows may take; larger tables are judged in parts.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=HERE_ALONE,
    show_default=True,
    help="Where it is judged; Spark needs the extra `spark` and Java.",
)
@click.option(
    "--master",
    metavar="URL",
    help="The cluster for Spark, such as spark://HOST:7077; this machine where nothing is said.",
)
@click.option("--json", "as_data", is_flag=True, help="Print the summary as JSON, not a table.")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="vi",
    show_default=True,
    help="The language of the table.",
)
def check(
    *,
    pack_name: str,
    tables: tuple[str, ...],
    folders: tuple[str, ...],
    out: Path | None,
    as_of: datetime | None,
    report: bool,
    memory: int,
    engine: str,
    master: str | None,
    as_data: bool,
    lang: str,
) -> None:
    """Judge files by PACK, a shipped rule pack or the folder of one, without a server.

    Writes summary.json, violations.parquet, violations.csv, facts.parquet, problems.parquet and
    problems.csv.  The same files, pack and day give the same bytes.  Progress goes to standard
    error.

    \b
    Exit codes:
      0  every unit is met or not applicable
      1  some unit is violated or undetermined, or some record was refused
      2  something given could not be used; nothing was judged
      3  some rule ended in error, or some file could not be read
    """  # noqa: D301 - the mark of click for lines that stay as they are
    if report and out is None:
        raise InvalidError("asked.report_nowhere", field="report")
    if not tables and not folders:
        raise InvalidError("asked.nothing", field="table")
    pack = open_pack(pack_name)
    judging = _judging(engine, master, pack_name)
    sources = [split_source(text) for text in tables]
    named = [split_folder(text) for text in folders]
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="thanhtra-", dir=out) as space:
        into = Path(space) / "result" if out is None else out
        into.mkdir(exist_ok=True)
        outcome = run_chain(
            pack,
            sources,
            folders=named,
            as_of=day_of(as_of),
            into=into,
            workspace=Path(space),
            memory_bytes=memory * _MIB,
            judging=judging,
            say=_say,
        )
        write_violations_csv(into)
        write_problems(into, outcome.files)
        summary = as_json(summary_of(into, outcome))
        (into / SUMMARY).write_text(summary, encoding="utf-8")
        if report:
            _say(f"write {write_report(into, outcome, say=translator('vi'))}")
        digest = digest_file(into / VIOLATIONS)
    click.echo(
        summary if as_data else shown(outcome, digest=digest, say=translator(lang)), nl=not as_data
    )
    sys.exit(exit_code(outcome))


def _judging(engine: str, master: str | None, pack_name: str) -> Judging:
    if engine == SPARK:
        return on_spark(master or LOCAL, files_of(pack_name))
    if master is not None:
        raise InvalidError("asked.master_alone", field="master")
    return on_this_machine


def exit_code(outcome: Outcome) -> int:
    """What the run comes to, in one number; see the help of the command."""
    totals = totals_of(outcome)
    if totals.rules_in_error or outcome.unread:
        return BROKEN
    hits = totals.violated + totals.risk_hits + totals.quality_hits
    refused = sum(one.reading.rows_refused for one in outcome.files)
    return FOUND if hits + totals.undetermined + refused else 0


def day_of(as_of: datetime | None) -> date:
    """The day that was asked for; today, as Vietnam counts it, where nothing was said."""
    return as_of.date() if as_of else datetime.now(UTC).astimezone(HERE).date()


def _say(line: str) -> None:
    click.echo(line, err=True)
