"""Opening a piece of evidence to a person: the custody log knows it before a byte goes."""

from datetime import datetime
from uuid import UUID

from evidence.custody import CustodyAct
from inspection.custody import note_reading
from inspection.database import Database
from inspection.people import Actor
from inspection.queries.deposits import ItemPage, get_item


def open_evidence(
    database: Database, *, actor: Actor, item_id: UUID, act: CustodyAct, at: datetime
) -> ItemPage:
    """Reach a file to show or give out what is in it, and log that.

    Raises:
        NotFoundError: No such file, or none of this actor's; then nothing is logged.
    """
    with database.write() as session:
        item = get_item(session, actor=actor, item_id=item_id)
        note_reading(
            session,
            act=act,
            actor=actor,
            item_id=item_id,
            inspection_id=item.inspection_id,
            at=at,
        )
    return item
