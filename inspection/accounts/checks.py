"""What an account may look like."""

import re
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.errors import InvalidError
from inspection.people import OrganizationKind, Role
from inspection.tables import Organization, Person

USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,98}[a-z0-9]")


LONGEST_NAME: Final = 200


# Which bodies an account of a role may belong to; None stands for no body.
BODY_OF_ROLE: Final[Mapping[Role, frozenset[OrganizationKind | None]]] = {
    Role.ADMINISTRATOR: frozenset({None, OrganizationKind.INSPECTORATE}),
    Role.INSPECTOR: frozenset({OrganizationKind.INSPECTORATE}),
    Role.STEWARD: frozenset({OrganizationKind.INSPECTORATE}),
    Role.ORGANIZATION: frozenset({OrganizationKind.INSPECTED}),
    Role.OVERSIGHT: frozenset({OrganizationKind.OVERSIGHT}),
    Role.SECURITY: frozenset({OrganizationKind.INSPECTORATE}),
}


def check_body(session: Session, *, role: Role, organization_id: UUID | None) -> None:
    """Refuse a body that does not fit the role of the account."""
    organization = session.get(Organization, organization_id) if organization_id else None
    if organization_id is not None and organization is None:
        raise InvalidError("account.unknown_organization", field="organization_id")
    kind = organization.kind if organization else None
    if kind not in BODY_OF_ROLE[role]:
        raise InvalidError("account.body_does_not_fit", field="organization_id", role=role)


def checked_username(session: Session, username: str) -> str:
    """The name in lower case, if it is well formed and free."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise InvalidError("account.bad_username", field="username", value=username)
    if session.exec(select(Person.id).where(col(Person.username) == username)).first():
        raise InvalidError("account.username_taken", field="username", value=username)
    return username


def checked_language(language: str) -> str:
    """The language, if the platform speaks it."""
    if language not in {"vi", "en"}:
        raise InvalidError("account.bad_language", field="language", value=language)
    return language
