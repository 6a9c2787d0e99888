"""Opening a piece of evidence to a person: the custody log knows it before a byte goes."""

from datetime import datetime
from uuid import UUID

from evidence.custody import CustodyAct
from inspection.database import Database
from inspection.people import Actor
from inspection.previews import open_file
from inspection.queries.deposits import ItemPage, get_item


def open_evidence(
    database: Database, *, actor: Actor, item_id: UUID, act: CustodyAct, at: datetime
) -> ItemPage:
    """Reach a file to show or give out what is in it, and log that.

    Raises:
        NotFoundError: No such file, or none of this actor's; then nothing is logged.
        ConflictError: The file is held back; then neither.
    """
    with database.write() as session:
        open_file(session, actor=actor, item_id=item_id, act=act, at=at)
        return get_item(session, actor=actor, item_id=item_id)
