"""Legal holds: one person asks, another decides; the store is told by `locks.apply_locks`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from inspection import journal, moves
from inspection.access import CASE_PARTIES, Case, open_team_case, require_party
from inspection.errors import ConflictError, NotAllowedError, NotFoundError
from inspection.keeping.names import names_of
from inspection.moves import LONGEST_REASON, checked_text
from inspection.offers import ActOffer, block_act, offer_acts
from inspection.people import Actor
from inspection.tables import LegalHold
from inspection.workflow.states import Act, HoldState, Subject

ENDED: Final = frozenset({HoldState.DECLINED, HoldState.LIFTED})
OWN: Final = "hold.own"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLine:
    """One hold as the case shows it.

    Attributes:
        placed_by, lifted_by: Who decided; empty while nobody has.
    """

    id: UUID
    inspection_id: UUID
    state: HoldState
    cause: str
    asked_by: str
    asked_at: datetime
    placed_by: str
    placed_at: datetime | None
    lift_cause: str
    lift_asked_by: str
    lifted_by: str
    lifted_at: datetime | None
    version: int
    offers: tuple[ActOffer, ...]


def ask_hold(
    session: Session, *, actor: Actor, inspection_id: UUID, cause: str, at: datetime
) -> UUID:
    """Ask that all evidence of an inspection be kept until further notice.

    Raises:
        InvalidError: No cause is given.
        ConflictError: There is a hold already, or somebody has asked for one.
    """
    case = open_team_case(session, actor=actor, inspection_id=inspection_id)
    require_party(case, *CASE_PARTIES)
    if actor.person_id is None:
        raise NotFoundError
    going_on = session.exec(
        select(LegalHold.id).where(
            col(LegalHold.inspection_id) == inspection_id, col(LegalHold.state).not_in(ENDED)
        )
    ).first()
    if going_on is not None:
        raise ConflictError("hold.there_is_one")
    hold = LegalHold(
        inspection_id=inspection_id,
        cause=checked_text(cause, field="cause", longest=LONGEST_REASON),
        asked_by=actor.person_id,
        asked_at=at,
    )
    session.add(hold)
    session.flush()
    journal.record(
        session,
        event="hold.ask",
        subject_id=hold.id,
        actor=actor,
        at=at,
        campaign_id=case.campaign_id,
        inspection_id=inspection_id,
        reason=hold.cause,
    )
    session.flush()
    return hold.id


def move_hold(
    session: Session,
    *,
    actor: Actor,
    hold_id: UUID,
    act: Act,
    version: int,
    reason: str = "",
    at: datetime,
) -> None:
    """Place, decline, ask to lift, lift or keep.

    Raises:
        NotAllowedError: The actor asked for it: another decides.
        TransitionRefusedError, InvalidError, ConflictError: See `moves.advance`.
    """
    case, hold = _open(session, actor=actor, hold_id=hold_id)
    moves.target_of(Subject.HOLD, hold.state, act, parties=case.parties)
    if act in _DECISIONS and actor.person_id == _asker(hold):
        raise NotAllowedError(OWN)
    values: dict[Act, dict[str, object]] = {
        Act.PLACE: {"placed_by": actor.person_id, "placed_at": at},
        Act.ASK_LIFT: {"lift_asked_by": actor.person_id, "lift_cause": reason.strip()},
        Act.LIFT: {"lifted_by": actor.person_id, "lifted_at": at},
        Act.KEEP: {"lift_asked_by": None, "lift_cause": ""},
    }
    moves.advance(
        session,
        hold,
        act=act,
        actor=actor,
        parties=case.parties,
        at=at,
        where=case,
        version=version,
        reason=reason,
        values=values.get(act, {}),
    )


def list_holds(session: Session, *, actor: Actor, inspection_id: UUID) -> tuple[HoldLine, ...]:
    """The holds on an inspection, the newest first, with what may be done."""
    case = open_team_case(session, actor=actor, inspection_id=inspection_id)
    holds = session.exec(
        select(LegalHold)
        .where(col(LegalHold.inspection_id) == inspection_id)
        .order_by(col(LegalHold.asked_at).desc())
    ).all()
    names = names_of(session, (one for hold in holds for one in _people(hold)))
    return tuple(_line(case, hold, names, actor) for hold in holds)


def get_hold(session: Session, *, actor: Actor, hold_id: UUID) -> HoldLine:
    """One hold."""
    case, hold = _open(session, actor=actor, hold_id=hold_id)
    return _line(case, hold, names_of(session, _people(hold)), actor)


_DECISIONS: Final = frozenset({Act.PLACE, Act.DECLINE, Act.LIFT, Act.KEEP})


def _open(session: Session, *, actor: Actor, hold_id: UUID) -> tuple[Case, LegalHold]:
    hold = session.get(LegalHold, hold_id)
    if hold is None:
        raise NotFoundError
    return open_team_case(session, actor=actor, inspection_id=hold.inspection_id), hold


def _asker(hold: LegalHold) -> UUID | None:
    return hold.lift_asked_by if hold.state is HoldState.LIFT_ASKED else hold.asked_by


def _people(hold: LegalHold) -> tuple[UUID | None, ...]:
    return hold.asked_by, hold.placed_by, hold.lift_asked_by, hold.lifted_by


def _line(case: Case, hold: LegalHold, names: Mapping[UUID | None, str], actor: Actor) -> HoldLine:
    offers = offer_acts(Subject.HOLD, hold.state, parties=case.parties)
    if actor.person_id == _asker(hold):
        for act in _DECISIONS:
            offers = block_act(offers, act, reason_code=OWN)
    return HoldLine(
        id=hold.id,
        inspection_id=hold.inspection_id,
        state=hold.state,
        cause=hold.cause,
        asked_by=names[hold.asked_by],
        asked_at=hold.asked_at,
        placed_by=names[hold.placed_by],
        placed_at=hold.placed_at,
        lift_cause=hold.lift_cause,
        lift_asked_by=names[hold.lift_asked_by],
        lifted_by=names[hold.lifted_by],
        lifted_at=hold.lifted_at,
        version=hold.version,
        offers=offers,
    )
