"""JSON: evidence whose time is over, and its destruction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, SkipValidation
from litestar.response import Stream
from sqlmodel import Session

from api.auth import ROLES
from api.downloads import send_certificate, send_certificate_paper, send_signed_certificate
from api.endpoints.answers import Made
from evidence.key_files import KeyFolder
from inspection.keeping import (
    DestructionLine,
    RetentionClasses,
    RetentionTerm,
    get_certificate,
    get_signed_certificate,
    get_term,
    list_destructions,
    list_due,
    move_destruction,
    propose_destruction,
)
from inspection.people import Actor, Role
from inspection.workflow.states import Act

READERS: Final = {ROLES: frozenset({Role.INSPECTOR, Role.OVERSIGHT})}


@dataclass(frozen=True, slots=True, kw_only=True)
class DestructionRequest:
    """Why the evidence is to be destroyed."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DestructionMove:
    """A decision: `confirm` or `decline`."""

    act: Act
    version: int
    reason: str = ""


class DestructionEndpoints(Controller):
    """One person proposes, another confirms."""

    tags = ("retention",)
    opt = {ROLES: frozenset({Role.INSPECTOR})}  # noqa: RUF012 - Litestar reads a class attribute

    @get("/retention", sync_to_thread=True)
    def due(
        self,
        *,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
        limit: FromQuery[int] = 100,
        offset: FromQuery[int] = 0,
    ) -> tuple[RetentionTerm, ...]:
        """Inspections of one's own whose evidence may be destroyed."""
        return list_due(
            session, actor=actor, classes=classes, at=now, limit=limit, offset=offset
        ).lines

    @get("/inspections/{inspection_id:uuid}/retention", sync_to_thread=True)
    def term(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
        inspection_id: FromPath[UUID],
    ) -> RetentionTerm:
        """How long the evidence of an inspection is kept; `obstacle` keeps it from destruction."""
        return get_term(session, actor=actor, inspection_id=inspection_id, classes=classes, at=now)

    @get("/inspections/{inspection_id:uuid}/destructions", sync_to_thread=True)
    def index(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        inspection_id: FromPath[UUID],
    ) -> tuple[DestructionLine, ...]:
        """What was proposed for an inspection, the newest first."""
        return list_destructions(session, actor=actor, inspection_id=inspection_id)

    @post("/inspections/{inspection_id:uuid}/destructions", sync_to_thread=True)
    def propose(
        self,
        *,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
        inspection_id: FromPath[UUID],
        data: JSONBody[DestructionRequest],
    ) -> Made:
        """Propose to destroy all evidence of an inspection whose time is over."""
        return Made(
            id=propose_destruction(
                session,
                actor=actor,
                inspection_id=inspection_id,
                cause=data.cause,
                classes=classes,
                at=now,
            )
        )

    @post("/destructions/{destruction_id:uuid}/moves", sync_to_thread=True, status_code=204)
    def move(
        self,
        *,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
        destruction_id: FromPath[UUID],
        data: JSONBody[DestructionMove],
    ) -> None:
        """Decide on a proposal; who proposed may not."""
        move_destruction(
            session,
            actor=actor,
            destruction_id=destruction_id,
            act=data.act,
            version=data.version,
            classes=classes,
            reason=data.reason,
            at=now,
        )

    @get("/destructions/{destruction_id:uuid}/certificate", sync_to_thread=True, opt=READERS)
    def certificate(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        destruction_id: FromPath[UUID],
    ) -> Stream:
        """The certificate of destruction; for lead and issuer, and oversight of published cases."""
        has_log = keys.find_ring() is not None
        return send_certificate(
            get_certificate(session, actor=actor, destruction_id=destruction_id, has_log=has_log)
        )

    @get("/destructions/{destruction_id:uuid}/certificate/proof", sync_to_thread=True, opt=READERS)
    def proof(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        destruction_id: FromPath[UUID],
    ) -> Stream:
        """The same, signed and bound to the custody log, to be kept and checked offline.

        409 while it is entered in the log, and where it names a file that is held back since.
        """
        return send_signed_certificate(
            get_signed_certificate(
                session, actor=actor, destruction_id=destruction_id, ring=keys.find_ring()
            )
        )

    @get("/destructions/{destruction_id:uuid}/certificate/paper", sync_to_thread=True, opt=READERS)
    def paper(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        destruction_id: FromPath[UUID],
    ) -> Stream:
        """The same as a PDF."""
        has_log = keys.find_ring() is not None
        return send_certificate_paper(
            get_certificate(session, actor=actor, destruction_id=destruction_id, has_log=has_log)
        )
