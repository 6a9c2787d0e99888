"""Counting the entries that belong together: each gets the next number, in its own transaction."""

from typing import Final
from uuid import UUID

from sqlmodel import Session, bindparam, col, insert, select, update

from evidence.custody.tables import CustodySeries

# Built once: every act pays for it.
_TAKE: Final = (
    update(CustodySeries)
    .where(col(CustodySeries.id) == bindparam("series_id"))
    .values(reached=col(CustodySeries.reached) + 1)
    .returning(col(CustodySeries.reached))
)


def next_number(session: Session, *, series_id: UUID) -> int:
    """Take the next number of a series; a transaction that fails gives it back.

    Nothing is counted over entries: each series has one row.
    """
    connection = session.connection()
    taken = connection.execute(_TAKE, {"series_id": series_id}).scalar_one_or_none()
    if taken is not None:
        return taken
    connection.execute(insert(CustodySeries).values(id=series_id, reached=1))
    return 1


def count_series(session: Session, *, series_id: UUID) -> int:
    """How many entries count in a series so far."""
    reached = session.exec(
        select(CustodySeries.reached).where(col(CustodySeries.id) == series_id)
    ).first()
    return reached or 0
