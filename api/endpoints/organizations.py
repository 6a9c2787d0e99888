"""JSON: bodies."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlmodel import Session

from api.auth import ROLES
from api.endpoints.answers import Made
from inspection import accounts
from inspection.people import Actor, OrganizationKind, Role
from inspection.queries import people as queries
from inspection.queries.people import Choice, OrganizationLine


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganization:
    """A body to be entered."""

    code: str
    name: str
    kind: OrganizationKind
    parent_name: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationEdit:
    """What is said of a body; `version` is the one that was read."""

    version: int
    name: str
    parent_name: str = ""
    place: str = ""
    is_active: bool = True


class OrganizationEndpoints(Controller):
    """Bodies: inspecting, inspected, overseeing."""

    path = "/organizations"
    tags = ("organizations",)
    opt = {ROLES: frozenset({Role.ADMINISTRATOR})}  # noqa: RUF012 - Litestar reads a class attribute

    @get(sync_to_thread=True)
    def index(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor]
    ) -> tuple[OrganizationLine, ...]:
        """All bodies."""
        return queries.list_organizations(session, actor=actor)

    @get("/inspected", sync_to_thread=True, opt={ROLES: frozenset({Role.INSPECTOR})})
    def inspected(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor]
    ) -> tuple[Choice, ...]:
        """The bodies a campaign may inspect."""
        return queries.list_inspected(session, actor=actor)

    @get("/{organization_id:uuid}", sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        organization_id: FromPath[UUID],
    ) -> OrganizationLine:
        """One body."""
        return queries.get_organization(session, actor=actor, organization_id=organization_id)

    @post(sync_to_thread=True)
    def create(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        data: JSONBody[NewOrganization],
    ) -> Made:
        """Enter a body."""
        return Made(
            id=accounts.create_organization(
                session,
                actor=actor,
                code=data.code,
                name=data.name,
                kind=data.kind,
                parent_name=data.parent_name,
                place=data.place,
                at=now,
            )
        )

    @put("/{organization_id:uuid}", sync_to_thread=True, status_code=204)
    def edit(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        organization_id: FromPath[UUID],
        data: JSONBody[OrganizationEdit],
    ) -> None:
        """Change what is said of a body."""
        accounts.edit_organization(
            session,
            actor=actor,
            organization_id=organization_id,
            version=data.version,
            name=data.name,
            parent_name=data.parent_name,
            place=data.place,
            is_active=data.is_active,
            at=now,
        )
