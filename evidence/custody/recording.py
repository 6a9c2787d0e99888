"""Writing an entry in the transaction of the act itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlmodel import Session, insert

from evidence.custody.acts import CustodyAct
from evidence.custody.entry import Counted, Entry, Fact, check_facts
from evidence.custody.series import next_number
from evidence.custody.tables import CustodyLeaf, CustodySubject

# Rows that nobody reads back as objects: straight into the tables, for every act pays for it.
_LEAF: Final = insert(CustodyLeaf)
_SUBJECT: Final = insert(CustodySubject)


def record(
    session: Session,
    *,
    act: str,
    actor_id: UUID | None,
    at: datetime,
    facts: Mapping[str, Fact],
    series_id: UUID | None = None,
) -> UUID:
    """Enter an act into the log; it waits there for its index until the sequencer comes.

    Args:
        act: One of `CustodyAct`.
        actor_id: The person; None is the platform itself.
        facts: Identifiers, digests and whole numbers; the entry is found again by every UUID.
        series_id: What the entry counts in, so that leaving it out of a selection leaves a hole.
            The caller's transaction must keep other writers out.

    Returns:
        The id of the entry.

    Raises:
        ValueError: No such act, or something that may never be in the log (`Entry.to_bytes`).
    """
    # Refused before a number is taken, which would be missing then.
    named, counted = CustodyAct(act), None
    check_facts(facts)
    if series_id is not None:
        counted = Counted(series_id=series_id, number=next_number(session, series_id=series_id))
    entry = Entry(id=uuid4(), act=named, actor_id=actor_id, at=at, facts=facts, counted=counted)
    body = entry.to_bytes().decode()
    subjects = {value for value in facts.values() if isinstance(value, UUID)}
    session.flush()
    connection = session.connection()
    connection.execute(_LEAF, {"id": entry.id, "act": entry.act.value, "at": at, "body": body})
    if subjects:
        rows = [{"subject_id": subject_id, "leaf_id": entry.id} for subject_id in subjects]
        connection.execute(_SUBJECT, rows)
    return entry.id
