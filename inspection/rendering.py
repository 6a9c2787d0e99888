"""From the frozen conclusion to its PDF: the inside of a background job."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from sqlmodel import Session

from evidence.storage import Storage
from inspection import moves
from inspection.access import Case
from inspection.checks import Clock
from inspection.database import Database
from inspection.documents.conclusion import render_conclusion as render_document
from inspection.documents.values import conclusion as doc
from inspection.documents.values import parts
from inspection.errors import ConflictError, NotFoundError
from inspection.evaluations import error_of
from inspection.freezing import AnnexSource, FrozenConclusion
from inspection.money import to_minor
from inspection.people import SYSTEM, Party
from inspection.tables import Campaign, Conclusion, Inspection
from inspection.violations import ViolationRow, iterate_lines, select_lines
from inspection.workflow.states import Act, ConclusionState
from rules.rule import Verdict

_JOB = frozenset({Party.SYSTEM})


def render_conclusion(
    database: Database, storage: Storage, *, conclusion_id: UUID, clock: Clock, workspace: Path
) -> None:
    """Render the PDF from the frozen text alone, file it, and issue the conclusion.

    Made twice, it gives the same bytes; an issued conclusion is left as it is.
    """
    with database.read() as session:
        conclusion = session.get(Conclusion, conclusion_id)
        if conclusion is None:
            raise NotFoundError
    if conclusion.state is not ConclusionState.APPROVED or conclusion.frozen is None:
        return
    frozen = FrozenConclusion.from_text(conclusion.frozen)
    target = workspace / "conclusion.pdf"
    try:
        _check_selections(storage, workspace, frozen)
        with target.open("wb") as file:
            render_document(frozen.document, _list_lines(storage, workspace, frozen), into=file)
        pdf = storage.put_file(target)
    except Exception as error:
        with database.write() as session:
            _note_failure(session, conclusion_id, error_of(error)[0])
        raise
    with database.write() as session:
        _issue(session, conclusion_id, pdf.hex, clock)


def _check_selections(storage: Storage, cache: Path, frozen: FrozenConclusion) -> None:
    """What was verified must be what is printed: count and keys of every selection."""
    for source in frozen.annex:
        found = select_lines(
            storage,
            cache,
            violations_sha256=source.violations_sha256,
            filter=source.selection,
            excluded_keys=source.excluded_keys,
        )
        if (found.count, found.keys_sha256) != (source.count, source.keys_sha256):
            raise ConflictError("conclusion.selection_differs", finding=source.finding)


def _list_lines(storage: Storage, cache: Path, frozen: FrozenConclusion) -> Iterator[doc.AnnexLine]:
    for source in frozen.annex:
        lines = iterate_lines(
            storage,
            cache,
            violations_sha256=source.violations_sha256,
            filter=source.selection,
            excluded_keys=source.excluded_keys,
        )
        yield from (_line(frozen, source, row) for row in lines)


def _line(frozen: FrozenConclusion, source: AnnexSource, row: ViolationRow) -> doc.AnnexLine:
    amount = (
        None
        if row.amount is None
        else parts.Money(
            minor=to_minor(row.amount, currency=source.currency), currency=source.currency
        )
    )
    return doc.AnnexLine(
        finding=source.finding,
        rule=row.rule,
        place=place_of(row, frozen.file_names),
        key=row.unit_key,
        message=row.message_vi,
        verdict=Verdict(row.verdict),
        amount=amount,
    )


def place_of(row: ViolationRow, file_names: dict[str, str]) -> str:
    """Where a line lies: file, sheet and row, as the sender knows them."""
    name = file_names.get(row.file or "", row.file or "")
    parts = [name, row.sheet or "", "" if row.row is None else f"dòng {row.row}"]
    return ", ".join(part for part in parts if part)


def _note_failure(session: Session, conclusion_id: UUID, code: str) -> None:
    conclusion = session.get_one(Conclusion, conclusion_id)
    conclusion.render_error = code
    session.add(conclusion)
    session.flush()


def _issue(session: Session, conclusion_id: UUID, pdf_sha256: str, clock: Clock) -> None:
    conclusion = session.get_one(Conclusion, conclusion_id)
    if conclusion.state is not ConclusionState.APPROVED:
        return
    inspection = session.get_one(Inspection, conclusion.inspection_id)
    campaign = session.get_one(Campaign, inspection.campaign_id)
    at = clock()
    moves.advance(
        session,
        conclusion,
        act=Act.ISSUE,
        actor=SYSTEM,
        parties=_JOB,
        at=at,
        where=Case(campaign=campaign, inspection=inspection, parties=_JOB),
        values={"pdf_sha256": pdf_sha256, "issued_at": at, "render_error": None},
        facts={"pdf_sha256": pdf_sha256},
    )
