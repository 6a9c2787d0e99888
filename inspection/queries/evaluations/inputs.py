"""The files behind the verdicts of a run."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.screening.values import Antivirus
from inspection.access import open_finding
from inspection.people import Actor
from inspection.screening.gates import shown_name
from inspection.tables import EvaluationInput, EvidenceItem, Reading, Screening


@dataclass(frozen=True, slots=True, kw_only=True)
class InputLine:
    """A file the run read.

    Attributes:
        rows_read: Those the run judged; `rows_refused` are records that are no rows of the table,
            and no rule counts them.
        is_unscanned: No scanner has said that it is clear: the deployment had none.
    """

    item_id: UUID
    name: str
    sha256: str
    table_name: str
    is_own: bool
    rows_in_file: int
    rows_read: int
    rows_refused: int
    is_unscanned: bool


def list_own_inputs(session: Session, *, actor: Actor, finding_id: UUID) -> tuple[InputLine, ...]:
    """The inspected organization's own files behind a finding, for whoever may read it."""
    _, finding = open_finding(session, actor=actor, finding_id=finding_id)
    every = list_inputs(session, evaluation_id=finding.evaluation_id)
    return tuple(one for one in every if one.is_own)


def list_inputs(session: Session, *, evaluation_id: UUID) -> tuple[InputLine, ...]:
    """The files of one run, the oldest first; for who has reached the run already."""
    rows = session.exec(
        select(EvaluationInput, EvidenceItem, Reading, Screening)
        .outerjoin(Screening, col(Screening.item_id) == col(EvaluationInput.item_id))
        .join(EvidenceItem, col(EvidenceItem.id) == col(EvaluationInput.item_id))
        .join(Reading, col(Reading.item_id) == col(EvaluationInput.item_id))
        .where(col(EvaluationInput.evaluation_id) == evaluation_id)
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ).all()
    return tuple(
        InputLine(
            item_id=item.id,
            name=shown_name(item, screening),
            sha256=item.sha256,
            table_name=chosen.table_name,
            is_own=chosen.is_own,
            rows_in_file=reading.rows_in_file,
            rows_read=reading.rows_read,
            rows_refused=reading.rows_refused,
            is_unscanned=screening is None or screening.antivirus is not Antivirus.CLEAR,
        )
        for chosen, item, reading, screening in rows
    )
