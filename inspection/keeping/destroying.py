"""Destroying evidence whose time is over: one person proposes, another confirms.

Confirming takes the evidence from everybody in one transaction; its bytes are erased after that, by
`erasing.erase_destroyed`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence.custody.entry import canonical
from evidence.receipt import HASHED
from inspection import journal, moves
from inspection.access import CASE_PARTIES, Case, open_team_case, require_party
from inspection.errors import ConflictError, NotAllowedError, NotFoundError
from inspection.keeping.belonging import list_items
from inspection.keeping.classes import RetentionClasses
from inspection.keeping.names import names_of
from inspection.keeping.stating import make_statement
from inspection.keeping.terms import RetentionTerm, term_of
from inspection.moves import LONGEST_REASON, checked_text
from inspection.offers import ActOffer, block_act, offer_acts
from inspection.people import Actor
from inspection.tables import DestroyedItem, Destruction
from inspection.workflow.states import Act, DestructionState, ErasureState, Subject

OWN: Final = "destruction.own"


@dataclass(frozen=True, slots=True, kw_only=True)
class DestructionLine:
    """One destruction as the case shows it.

    Attributes:
        decided_by: Who confirmed or declined; empty before.
        erasure: How many files have come how far, by state of erasure.
    """

    id: UUID
    inspection_id: UUID
    state: DestructionState
    cause: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    finished_at: datetime | None
    erasure: tuple[tuple[ErasureState, int], ...]
    version: int
    offers: tuple[ActOffer, ...]


def propose_destruction(
    session: Session,
    *,
    actor: Actor,
    inspection_id: UUID,
    cause: str,
    classes: RetentionClasses,
    at: datetime,
) -> UUID:
    """Propose to destroy all evidence of an inspection.

    Raises:
        InvalidError: No cause is given.
        ConflictError: Its time is not over, it is held, or somebody has proposed it already.
    """
    case = open_team_case(session, actor=actor, inspection_id=inspection_id)
    require_party(case, *CASE_PARTIES)
    if actor.person_id is None:
        raise NotFoundError
    cause = checked_text(cause, field="cause", longest=LONGEST_REASON)
    term = term_of(session, case, classes=classes, at=at)
    _require_over(term)
    if term.is_proposed:
        raise ConflictError("destruction.there_is_one")
    row = Destruction(
        inspection_id=inspection_id, cause=cause, proposed_by=actor.person_id, proposed_at=at
    )
    session.add(row)
    session.flush()
    journal.record(
        session,
        event="destruction.propose",
        subject_id=row.id,
        actor=actor,
        at=at,
        campaign_id=case.campaign_id,
        inspection_id=inspection_id,
        reason=cause,
        facts={"files": term.files, "size_bytes": term.size_bytes},
    )
    session.flush()
    return row.id


def move_destruction(
    session: Session,
    *,
    actor: Actor,
    destruction_id: UUID,
    act: Act,
    version: int,
    classes: RetentionClasses,
    reason: str = "",
    at: datetime,
) -> None:
    """Confirm or decline.

    Raises:
        NotAllowedError: The actor proposed it: another decides.
        ConflictError: Its time is not over after all, or a hold has come in between.
        TransitionRefusedError, InvalidError: See `moves.advance`.
    """
    case, row = _open(session, actor=actor, destruction_id=destruction_id)
    moves.target_of(Subject.DESTRUCTION, row.state, act, parties=case.parties)
    if actor.person_id == row.proposed_by:
        raise NotAllowedError(OWN)
    values: dict[str, object] = {"decided_by": actor.person_id, "decided_at": at}
    bound: dict[str, str] = {}
    if act is Act.CONFIRM:
        term = term_of(session, case, classes=classes, at=at)
        _require_over(term)
        said = canonical(make_statement(session, case=case, row=row, term=term, by=actor, at=at))
        values["statement"] = said.decode()
        bound[HASHED] = hashlib.sha256(said).hexdigest()
    moves.advance(
        session,
        row,
        act=act,
        actor=actor,
        parties=case.parties,
        at=at,
        where=case,
        version=version,
        reason=reason,
        values=values,
        facts=bound,
        entry=bound,
    )
    if act is Act.CONFIRM:
        _mark(session, case, row, actor, at)


def list_destructions(
    session: Session, *, actor: Actor, inspection_id: UUID
) -> tuple[DestructionLine, ...]:
    """What was proposed for an inspection, the newest first, with what may be done."""
    case = open_team_case(session, actor=actor, inspection_id=inspection_id)
    rows = session.exec(
        select(Destruction)
        .where(col(Destruction.inspection_id) == inspection_id)
        .order_by(col(Destruction.proposed_at).desc())
    ).all()
    names = names_of(session, (one for row in rows for one in _people(row)))
    counts = session.exec(
        select(DestroyedItem.destruction_id, DestroyedItem.state, func.count())
        .where(col(DestroyedItem.destruction_id).in_([row.id for row in rows]))
        .group_by(col(DestroyedItem.destruction_id), col(DestroyedItem.state))
    ).all()
    return tuple(
        _line(
            case,
            row,
            names,
            actor,
            tuple((ErasureState(s), n) for key, s, n in counts if key == row.id),
        )
        for row in rows
    )


def get_destruction(session: Session, *, actor: Actor, destruction_id: UUID) -> DestructionLine:
    """One destruction."""
    case, row = _open(session, actor=actor, destruction_id=destruction_id)
    return _line(case, row, names_of(session, _people(row)), actor, ())


def _open(session: Session, *, actor: Actor, destruction_id: UUID) -> tuple[Case, Destruction]:
    row = session.get(Destruction, destruction_id)
    if row is None:
        raise NotFoundError
    return open_team_case(session, actor=actor, inspection_id=row.inspection_id), row


def _require_over(term: RetentionTerm) -> None:
    if term.obstacle is not None:
        raise ConflictError(term.obstacle)


def _mark(session: Session, case: Case, row: Destruction, actor: Actor, at: datetime) -> None:
    """Say of every piece that it is destroyed, in the log of the same transaction."""
    items = list_items(session, inspection_ids=[case.inspection_id])
    for item in items.get(case.inspection_id, ()):
        leaf_id = journal.record(
            session,
            event="evidence.destroy",
            subject_id=item.id,
            actor=actor,
            at=at,
            campaign_id=case.campaign_id,
            inspection_id=case.inspection_id,
            facts={"sha256": item.sha256, "destruction_id": row.id},
            entry={"sha256": item.sha256, "destruction_id": row.id},
        )
        session.add(DestroyedItem(item_id=item.id, destruction_id=row.id, leaf_id=leaf_id))
    session.flush()


def _people(row: Destruction) -> tuple[UUID | None, ...]:
    return row.proposed_by, row.decided_by


def _line(
    case: Case,
    row: Destruction,
    names: Mapping[UUID | None, str],
    actor: Actor,
    erasure: tuple[tuple[ErasureState, int], ...],
) -> DestructionLine:
    offers = offer_acts(Subject.DESTRUCTION, row.state, parties=case.parties)
    if actor.person_id == row.proposed_by:
        for act in (Act.CONFIRM, Act.DECLINE):
            offers = block_act(offers, act, reason_code=OWN)
    return DestructionLine(
        id=row.id,
        inspection_id=row.inspection_id,
        state=row.state,
        cause=row.cause,
        proposed_by=names[row.proposed_by],
        proposed_at=row.proposed_at,
        decided_by=names[row.decided_by],
        decided_at=row.decided_at,
        finished_at=row.finished_at,
        erasure=erasure,
        version=row.version,
        offers=offers,
    )
