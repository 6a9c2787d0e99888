"""The names of those who ask, decide and confirm."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.tables import Person


def names_of(session: Session, people: Iterable[UUID | None]) -> Mapping[UUID | None, str]:
    """The full names of people; that of nobody is empty."""
    ids = {one for one in people if one is not None}
    found = session.exec(select(Person.id, Person.full_name).where(col(Person.id).in_(ids)))
    return {None: "", **dict(found.all())}
