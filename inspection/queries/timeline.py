"""What became of one piece of evidence, as the custody log tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.custody import CustodyAct
from evidence.custody.proving import LoggedEntry, find_head, list_entries
from inspection.access import Case, open_item
from inspection.people import Actor
from inspection.tables import Deposit, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    """One act.

    Attributes:
        index: The place of its entry in the log; None while it is being entered.
        by: Who did it; empty for the platform, and for the inspecting side where the reader is
            the organization.
        by_team: The inspecting side did it.
        evaluation_id: The run it became an input of; the organization is told of none.
        proof_size: How many entries the newest signed head counts, against which the entry's place
            can be proved; None as long as no head counts it.
    """

    entry_id: UUID
    index: int | None
    act: CustodyAct
    at: datetime
    by: str
    by_team: bool
    evaluation_id: UUID | None
    proof_size: int | None


def list_timeline(session: Session, *, actor: Actor, item_id: UUID) -> tuple[TimelineLine, ...]:
    """Every entry on a file, on the deposit it came with and on the request it answers, by time.

    Raises:
        NotFoundError: No such file, or none of this actor's.
    """
    case, item = open_item(session, actor=actor, item_id=item_id)
    subjects = {item_id}
    deposit_id = item.deposit_id or item.removed_from
    deposit = session.get(Deposit, deposit_id) if deposit_id else None
    if deposit is not None:
        subjects |= {deposit.id, deposit.request_id}
    entries = [
        one
        for one in list_entries(session, subject_ids=frozenset(subjects))
        if _belongs(one.said, case, item_id=item_id, deposit=deposit)
    ]
    people = _people(session, entries)
    head = find_head(session)
    size = head.checkpoint.size if head else 0
    return tuple(_line(one, people, case, size=size) for one in entries)


def _belongs(
    said: Mapping[str, Any], case: Case, *, item_id: UUID, deposit: Deposit | None
) -> bool:
    """Whether an entry on a request or a deposit is about this file: others answer it as well."""
    facts = said["facts"]
    if facts.get("item_id") is not None:
        return bool(facts["item_id"] == str(item_id))
    if facts.get("deposit_id") is not None:
        return deposit is not None and facts["deposit_id"] == str(deposit.id)
    return bool(facts.get("inspection_id") == str(case.inspection_id))


def _people(session: Session, entries: Iterable[LoggedEntry]) -> Mapping[str, Person]:
    ids = {UUID(one.said["by"]) for one in entries if one.said["by"]}
    rows = session.exec(select(Person).where(col(Person.id).in_(ids)))
    return {str(person.id): person for person in rows}


def _line(
    entry: LoggedEntry, people: Mapping[str, Person], case: Case, *, size: int
) -> TimelineLine:
    said = entry.said
    run = said["facts"].get("evaluation_id") if case.is_team else None
    person = people.get(said["by"])
    by_team = person is not None and person.organization_id != case.inspection.organization_id
    return TimelineLine(
        entry_id=entry.id,
        index=entry.index,
        act=CustodyAct(said["act"]),
        at=datetime.fromisoformat(said["at"]),
        by="" if person is None or (by_team and not case.is_team) else person.full_name,
        by_team=by_team,
        evaluation_id=UUID(run) if run else None,
        proof_size=size if entry.index is not None and entry.index < size else None,
    )
