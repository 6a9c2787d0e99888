"""JSON: people, their invitations, locks and seats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from sqlmodel import Session

from api.auth import PUBLIC, ROLES
from api.endpoints.answers import Made, Versioned
from api.passwords import hash_password
from api.settings import Settings
from api.tokens import digest_of, make_token
from inspection import accounts
from inspection.people import Actor, OrganizationSeat, Role
from inspection.queries import people as queries
from inspection.queries.people import Choice, PersonLine

INVITATION_LASTS: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """An account to be entered."""

    username: str
    full_name: str
    role: Role
    position: str = ""
    organization_id: UUID | None = None
    seats: frozenset[OrganizationSeat] = frozenset()
    language: str = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEdit:
    """What is said of a person; `version` is the one that was read."""

    version: int
    full_name: str
    position: str = ""
    seats: frozenset[OrganizationSeat] = frozenset()
    language: str = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A link that sets a password once; it is shown now and never again."""

    token: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPassword:
    """A password set by an invitation."""

    token: str
    password: str


class PeopleEndpoints(Controller):
    """Accounts."""

    path = "/people"
    tags = ("people",)
    opt = {ROLES: frozenset({Role.ADMINISTRATOR})}  # noqa: RUF012 - Litestar reads a class attribute

    @get(sync_to_thread=True)
    def index(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor]
    ) -> tuple[PersonLine, ...]:
        """All accounts."""
        return queries.list_people(session, actor=actor)

    @get("/inspectors", sync_to_thread=True, opt={ROLES: frozenset({Role.INSPECTOR})})
    def inspectors(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor]
    ) -> tuple[Choice, ...]:
        """Who may be seated in a campaign."""
        return queries.list_inspectors(session, actor=actor)

    @get("/{person_id:uuid}", sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        person_id: FromPath[UUID],
    ) -> PersonLine:
        """One account."""
        return queries.get_person(session, actor=actor, person_id=person_id)

    @post(sync_to_thread=True)
    def create(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        data: JSONBody[NewPerson],
    ) -> Made:
        """Enter an account; it opens with an invitation."""
        return Made(
            id=accounts.create_person(
                session,
                actor=actor,
                username=data.username,
                full_name=data.full_name,
                position=data.position,
                role=data.role,
                organization_id=data.organization_id,
                seats=data.seats,
                language=data.language,
                at=now,
            )
        )

    @put("/{person_id:uuid}", sync_to_thread=True, status_code=204)
    def edit(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        person_id: FromPath[UUID],
        data: JSONBody[PersonEdit],
    ) -> None:
        """Change what is said of a person."""
        accounts.edit_person(
            session,
            actor=actor,
            person_id=person_id,
            version=data.version,
            full_name=data.full_name,
            position=data.position,
            seats=data.seats,
            language=data.language,
            at=now,
        )

    @post("/{person_id:uuid}/invitations", sync_to_thread=True)
    def invite(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        settings: NamedDependency[SkipValidation[Settings]],
        now: NamedDependency[datetime],
        person_id: FromPath[UUID],
    ) -> Invited:
        """Make a link that sets a password; older links and sessions end."""
        token, expires_at = make_token(), now + INVITATION_LASTS
        accounts.invite(
            session,
            actor=actor,
            person_id=person_id,
            token_sha256=digest_of(token),
            expires_at=expires_at,
            at=now,
        )
        url = f"{settings.public_url}/welcome/{token}"
        return Invited(token=token, url=url, expires_at=expires_at)

    @post("/passwords", sync_to_thread=True, status_code=204, opt={PUBLIC: True})
    def accept(
        self,
        session: NamedDependency[Session],
        now: NamedDependency[datetime],
        data: JSONBody[FirstPassword],
    ) -> None:
        """Set the password an invitation allows, once."""
        accounts.accept_invitation(
            session,
            token_sha256=digest_of(data.token),
            make_hash=partial(hash_password, data.password),
            at=now,
        )

    @post("/{person_id:uuid}/lock", sync_to_thread=True, status_code=204)
    def lock(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        person_id: FromPath[UUID],
        data: JSONBody[Versioned],
    ) -> None:
        """Shut an account."""
        accounts.lock_person(
            session, actor=actor, person_id=person_id, version=data.version, at=now
        )

    @post("/{person_id:uuid}/unlock", sync_to_thread=True, status_code=204)
    def unlock(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        person_id: FromPath[UUID],
        data: JSONBody[Versioned],
    ) -> None:
        """Open a shut account."""
        accounts.unlock_person(
            session, actor=actor, person_id=person_id, version=data.version, at=now
        )

    @post("/{person_id:uuid}/deactivate", sync_to_thread=True, status_code=204)
    def deactivate(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        person_id: FromPath[UUID],
        data: JSONBody[Versioned],
    ) -> None:
        """Take an account out of use; its history stays."""
        accounts.deactivate_person(
            session, actor=actor, person_id=person_id, version=data.version, at=now
        )

    @post("/{person_id:uuid}/activate", sync_to_thread=True, status_code=204)
    def activate(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        person_id: FromPath[UUID],
        data: JSONBody[Versioned],
    ) -> None:
        """Bring an account back into use."""
        accounts.activate_person(
            session, actor=actor, person_id=person_id, version=data.version, at=now
        )
