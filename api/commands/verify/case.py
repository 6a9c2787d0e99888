"""`thanhtra verify case`: is a case file intact?"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from api.cli import language
from api.language import LANGUAGES, Translator, translator
from evidence.bag import BagReport
from evidence.keys import KeyRing
from inspection.casefile import CaseReport, verify_case

NOT_INTACT: Final = 1


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--key",
    "keys",
    metavar="KEY",
    help="The public key of the log, or a file with the key or ring, from another source.",
)
@click.option(
    "--receipt",
    "receipts",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A receipt kept outside: its entry in the log, and all before it, must be there.",
)
@click.option("--json", "as_data", is_flag=True, help="Print what was found as JSON.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language of the sentences.")
def case(
    *,
    folder: Path,
    keys: str | None,
    receipts: tuple[Path, ...],
    as_data: bool,
    lang: str | None,
) -> None:
    """Check a case file in a folder, and name every file that is not as it should be and why.

    Nothing is asked of a network, a database or a store, and no evidence is opened as what it
    claims to be: bytes are hashed and compared.

    \b
    Exit codes:
      0  intact
      1  not intact; every problem is printed
      2  something given could not be used
    """  # noqa: D301 - the mark of click for lines that stay as they are
    report = verify_case(folder, ring=_read_ring(keys) if keys else None, receipts=receipts)
    if as_data:
        click.echo(_as_json(report))
    else:
        say = translator(lang or language())
        for line in _lines(report, say):
            click.echo(printable(line))
    sys.exit(0 if report.is_valid else NOT_INTACT)


def _read_ring(keys: str) -> KeyRing:
    path = Path(keys)
    return KeyRing.parse(path.read_text() if path.is_file() else keys)


def printable(text: str) -> str:
    """A line for a terminal: names in a forged bag may hold marks that would steer it."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _lines(report: CaseReport, say: Translator) -> Iterator[str]:
    payload = report.bag.payload.values()
    size = sum(one.size_bytes for one in payload)
    if report.is_valid:
        yield say("case.valid", files=len(payload), size_bytes=size, title=report.title)
    else:
        yield say("case.invalid", count=len(report.bag.problems) + len(report.problems))
    yield from bag_lines(report.bag, say)
    for problem in report.problems:
        yield "  " + _say(say, problem.fault, problem.path, problem.expected, problem.found)
    if report.warnings:
        yield say("case.not_proven")
    for problem in report.warnings:
        yield "  " + _say(say, problem.fault, problem.path, problem.expected, problem.found)


def bag_lines(report: BagReport, say: Translator) -> Iterator[str]:
    """Every file of a bag that is not as it should be, and why."""
    for flaw in report.problems:
        yield "  " + say(
            f"bag.{flaw.fault}", path=flaw.path, expected=flaw.expected, found=flaw.found
        )


def _say(say: Translator, fault: str, path: str, expected: str, found: str) -> str:
    return say(f"casefile.{fault}", path=path, expected=expected, found=found)


def _as_json(report: CaseReport) -> str:
    document = {
        "is_valid": report.is_valid,
        "title": report.title,
        "version": report.bag.version,
        "files": len(report.bag.payload),
        "size_bytes": sum(one.size_bytes for one in report.bag.payload.values()),
        "checked": dict(report.checked),
        "problems": [
            *(asdict(flaw) for flaw in report.bag.problems),
            *(asdict(problem) for problem in report.problems),
        ],
        "warnings": [asdict(one) for one in report.warnings],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
