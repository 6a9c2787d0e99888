"""The files a run reads, as they were frozen when it was asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.tables import EvaluationInput, EvidenceItem, Reading
from rules.pack import Pack
from rules.table import Table, open_table


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadInput:
    """One file with what reading it gave.

    Attributes:
        rows_sha256: The rows; None where the file could not be read as a table.
        problems_sha256: What could not be read in it; likewise.
        is_own: It is the inspected organization's.
    """

    item_id: UUID
    sha256: str
    table_name: str
    rows_sha256: str | None
    problems_sha256: str | None
    rows_read: int
    is_own: bool


def list_inputs(session: Session, *, evaluation_id: UUID) -> list[ReadInput]:
    """The inputs of a run in the order they were received."""
    rows = session.exec(
        select(EvaluationInput, EvidenceItem, Reading)
        .join(Reading, col(Reading.item_id) == col(EvaluationInput.item_id))
        .join(EvidenceItem, col(EvidenceItem.id) == col(EvaluationInput.item_id))
        .where(col(EvaluationInput.evaluation_id) == evaluation_id)
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ).all()
    return [
        ReadInput(
            item_id=item.id,
            sha256=item.sha256,
            table_name=chosen.table_name,
            rows_sha256=reading.rows_sha256,
            problems_sha256=reading.problems_sha256,
            rows_read=reading.rows_read,
            is_own=chosen.is_own,
        )
        for chosen, item, reading in rows
    ]


def open_tables(
    pack: Pack, inputs: Iterable[ReadInput], fetch: Callable[[str], Path]
) -> dict[str, Table]:
    """The tables of a pack out of its inputs; `fetch` brings a stored object by its digest."""
    parts: dict[str, list[tuple[Path, bool]]] = {}
    problems: dict[str, list[Path]] = {}
    for one in inputs:
        if one.rows_sha256 is None or one.table_name not in pack.contracts:
            continue
        parts.setdefault(one.table_name, []).append((fetch(one.rows_sha256), one.is_own))
        if one.problems_sha256 is not None:
            problems.setdefault(one.table_name, []).append(fetch(one.problems_sha256))
    return {
        name: open_table(
            pack.contracts[name],
            [path for path, _ in some],
            own=[own for _, own in some],
            problems=problems.get(name, ()),
        )
        for name, some in parts.items()
    }
