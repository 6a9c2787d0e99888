"""The draft report of a run: the numbers of the run as `inspection/documents` takes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl

from api.checking.chain import Outcome, SourceFile, digest_file
from api.checking.lists import VIOLATIONS, count_lines
from api.checking.screen import why_not
from api.checking.summary import rule_of
from api.language import Translator
from inspection.documents.report import LISTED, render_report
from inspection.documents.values.parts import Basis, FileFacts, Line, Money, RuleTally, RunFacts
from inspection.documents.values.report import ColumnFacts, ListFacts, ReportDocument, TableFacts
from inspection.money import to_minor
from rules.evaluation import ENGINE_VERSION, Tally
from rules.pack import Pack
from rules.rule import Verdict

REPORT: Final = "report.pdf"
_COLUMNS: Final = (
    "rule",
    "verdict",
    "table",
    "file",
    "sheet",
    "row",
    "unit_key",
    "message_vi",
    "reason",
    "amount",
)


def write_report(folder: Path, outcome: Outcome, *, say: Translator) -> Path:
    """Write the report; the same run gives the same bytes.

    Args:
        say: Vietnamese: the document is read by the inspected body.
    """
    target = folder / REPORT
    with target.open("wb") as file:
        render_report(_document(folder, outcome, say), _lines(folder, outcome, say), into=file)
    return target


def _document(folder: Path, outcome: Outcome, say: Translator) -> ReportDocument:
    pack = outcome.pack
    return ReportDocument(
        title=pack.title.vi,
        tables=tuple(_table(outcome, one) for one in outcome.files),
        tallies=tuple(_tally(outcome, tally, say) for tally in outcome.tallies),
        run=RunFacts(
            pack_name=pack.title.vi,
            pack_version=pack.version,
            pack_digest=pack.digest,
            engine_version=ENGINE_VERSION,
            as_of=outcome.as_of,
        ),
        full_list=ListFacts(
            file_name=VIOLATIONS,
            rows=count_lines(folder / VIOLATIONS),
            sha256=digest_file(folder / VIOLATIONS),
        ),
        currency=next(iter(pack.contracts.values())).currency,
        remarks=tuple(_remarks(outcome, say)),
    )


def _table(outcome: Outcome, one: SourceFile) -> TableFacts:
    contract = outcome.pack.contracts[one.table]
    is_last = one is [other for other in outcome.files if other.table == one.table][-1]
    return TableFacts(
        name=one.table,
        title=contract.title.vi,
        file=FileFacts(name=one.path.name, size_bytes=one.size_bytes, sha256=one.sha256),
        rows_read=one.reading.rows_read,
        rows_refused=one.reading.rows_refused,
        # The profile is of the whole table: it stands once, under its last file.
        columns=tuple(
            ColumnFacts(
                name=facts.name,
                title=column.label.vi if (column := contract.column(facts.name)) else "",
                kind=facts.type.value,
                filled=facts.filled,
                missing=facts.blank + facts.unreadable,
                distinct=facts.distinct,
                least=facts.smallest or "",
                greatest=facts.largest or "",
            )
            for facts in (outcome.columns.get(one.table, ()) if is_last else ())
        ),
    )


def _tally(outcome: Outcome, tally: Tally, say: Translator) -> RuleTally:
    rule = rule_of(outcome.pack, tally)
    note = why_not(tally, outcome.unread, say) if tally.error_code else ""
    return RuleTally(
        code=tally.rule,
        title=rule.title.vi,
        rule_class=rule.rule_class,
        basis=Basis(
            document=rule.basis.document,
            provision=rule.basis.provision,
            confirmed=rule.basis.confirmed,
        ),
        met=tally.met,
        violated=tally.violated,
        undetermined=tally.undetermined,
        not_applicable=tally.not_applicable,
        error=tally.error,
        note=note,
        ran=tally.error_code is None,
    )


def _lines(folder: Path, outcome: Outcome, say: Translator) -> Iterator[Line]:
    names = {one.sha256: one.path.name for one in outcome.files}
    first = pl.scan_parquet(folder / VIOLATIONS).select(_COLUMNS).head(LISTED).collect()
    for row in first.iter_rows(named=True):
        yield _line(outcome.pack, names, row, say)


def _line(pack: Pack, names: dict[str, str], row: dict[str, Any], say: Translator) -> Line:
    currency = pack.contracts[row["table"]].currency
    place = (names.get(row["file"], ""), row["sheet"], row["row"] and f"dòng {row['row']}")
    amount = row["amount"]
    return Line(
        rule=row["rule"],
        place=", ".join(part for part in place if part),
        key=row["unit_key"] or "",
        message=row["message_vi"] or say(f"line.reason.{row['reason']}"),
        verdict=Verdict(row["verdict"]),
        amount=None
        if amount is None
        else Money(minor=to_minor(amount, currency=currency), currency=currency),
    )


def _remarks(outcome: Outcome, say: Translator) -> Iterator[str]:
    """What stands in no table of the report: files nobody could read, norms nobody confirmed."""
    for lost in outcome.unread:
        why = say.refusal(lost.error.code, lost.error.facts)
        yield say("check.unread", table=lost.table, name=lost.path.name, why=why)
    for folder in outcome.folders:
        yield say("check.folder", table=folder.table, name=folder.name, files=folder.files)
    for rule in outcome.pack.rules:
        if not rule.basis.confirmed:
            yield say("report.unconfirmed", rule=rule.code)
