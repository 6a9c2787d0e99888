"""Bodies."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from inspection import journal, moves
from inspection.access import require_role
from inspection.errors import InvalidError, NotFoundError
from inspection.moves import checked_text
from inspection.people import Actor, OrganizationKind, Role
from inspection.tables import Organization

LONGEST_BODY_NAME: Final = 300


def create_organization(
    session: Session,
    *,
    actor: Actor,
    code: str,
    name: str,
    kind: OrganizationKind,
    parent_name: str = "",
    place: str = "",
    at: datetime,
) -> UUID:
    """Enter a body; its code is its public name and never changes."""
    require_role(actor, Role.ADMINISTRATOR)
    code = checked_text(code, field="code", longest=40)
    if session.exec(select(Organization.id).where(col(Organization.code) == code)).first():
        raise InvalidError("organization.code_taken", field="code", value=code)
    organization = Organization(
        code=code,
        name=checked_text(name, field="name", longest=LONGEST_BODY_NAME),
        kind=kind,
        parent_name=parent_name.strip(),
        place=place.strip(),
    )
    session.add(organization)
    session.flush()
    journal.record(
        session, event="organization.create", subject_id=organization.id, actor=actor, at=at
    )
    session.flush()
    return organization.id


def edit_organization(
    session: Session,
    *,
    actor: Actor,
    organization_id: UUID,
    version: int,
    name: str,
    parent_name: str,
    place: str,
    is_active: bool,
    at: datetime,
) -> None:
    """Change what is said of a body, or take it out of use."""
    require_role(actor, Role.ADMINISTRATOR)
    organization = session.get(Organization, organization_id)
    if organization is None:
        raise NotFoundError
    values = {
        "name": checked_text(name, field="name", longest=LONGEST_BODY_NAME),
        "parent_name": parent_name.strip(),
        "place": place.strip(),
        "is_active": is_active,
    }
    moves.edit(session, organization, version=version, values=values)
    journal.record(
        session, event="organization.edit", subject_id=organization.id, actor=actor, at=at
    )
    session.flush()
