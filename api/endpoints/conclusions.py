"""JSON: conclusions, from draft to publication."""

# ruff: noqa: PLR0917 - Litestar gives every parameter by its name

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Stream
from sqlmodel import Session

from api.auth import ROLES
from api.downloads import send_stored
from api.endpoints.answers import Reasoned, Versioned
from evidence.storage import Storage
from inspection import conclusions
from inspection.database import Database
from inspection.people import Actor, Role
from inspection.queries import conclusions as queries
from inspection.queries.conclusions import ConclusionPage

PDF = "application/pdf"
READERS = {ROLES: frozenset({Role.INSPECTOR, Role.ORGANIZATION, Role.OVERSIGHT})}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemBody:
    """The conclusion on one matter."""

    matter_id: UUID
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConclusionEdit:
    """The text of the draft; `version` is the one that was read."""

    version: int
    assessment: str
    nature: str
    measures: str
    policy: str
    items: tuple[ItemBody, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The issuer's decision: number, symbol and date of the document."""

    version: int
    number: int
    signed_on: date
    symbol: str = "KL-TTr"


class ConclusionEndpoints(Controller):
    """The decision on the findings of one inspection."""

    path = "/conclusions"
    tags = ("conclusions",)
    opt = {ROLES: frozenset({Role.INSPECTOR})}  # noqa: RUF012 - Litestar reads a class attribute

    @get("/{conclusion_id:uuid}", sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        conclusion_id: FromPath[UUID],
    ) -> ConclusionPage:
        """The text, its completeness and what may be done."""
        return queries.get_conclusion(session, actor=actor, conclusion_id=conclusion_id)

    @put("/{conclusion_id:uuid}", sync_to_thread=True, status_code=204)
    def edit(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        conclusion_id: FromPath[UUID],
        data: JSONBody[ConclusionEdit],
    ) -> None:
        """Change the draft."""
        conclusions.edit_conclusion(
            session,
            actor=actor,
            conclusion_id=conclusion_id,
            version=data.version,
            assessment=data.assessment,
            nature=data.nature,
            measures=data.measures,
            policy=data.policy,
            items={item.matter_id: item.text for item in data.items},
            at=now,
        )

    @post("/{conclusion_id:uuid}/submit", sync_to_thread=True, status_code=204)
    def submit(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        conclusion_id: FromPath[UUID],
        data: JSONBody[Versioned],
    ) -> None:
        """Hand the draft to the issuer."""
        conclusions.submit_conclusion(
            session, actor=actor, conclusion_id=conclusion_id, version=data.version, at=now
        )

    @post("/{conclusion_id:uuid}/return", sync_to_thread=True, status_code=204)
    def give_back(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        conclusion_id: FromPath[UUID],
        data: JSONBody[Reasoned],
    ) -> None:
        """Send the draft back, with a reason."""
        conclusions.return_conclusion(
            session,
            actor=actor,
            conclusion_id=conclusion_id,
            version=data.version,
            reason=data.reason,
            at=now,
        )

    @post("/{conclusion_id:uuid}/approve", sync_to_thread=True, status_code=204)
    def approve(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        conclusion_id: FromPath[UUID],
        data: JSONBody[Approval],
    ) -> None:
        """Approve, number and date; the text is frozen and rendered in the background."""
        conclusions.approve_conclusion(
            database,
            storage,
            actor=actor,
            conclusion_id=conclusion_id,
            version=data.version,
            number=data.number,
            symbol=data.symbol,
            signed_on=data.signed_on,
            at=now,
        )

    @post("/{conclusion_id:uuid}/render", sync_to_thread=True, status_code=202)
    def render(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        conclusion_id: FromPath[UUID],
    ) -> None:
        """Ask once more for a PDF whose rendering failed."""
        conclusions.retry_rendering(session, actor=actor, conclusion_id=conclusion_id, at=now)

    @post("/{conclusion_id:uuid}/publish", sync_to_thread=True, status_code=204)
    def publish(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        conclusion_id: FromPath[UUID],
        data: JSONBody[Versioned],
    ) -> None:
        """Make the conclusion public."""
        conclusions.publish_conclusion(
            session, actor=actor, conclusion_id=conclusion_id, version=data.version, at=now
        )

    @get("/{conclusion_id:uuid}/pdf", sync_to_thread=True, opt=READERS)
    def pdf(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        actor: NamedDependency[Actor],
        conclusion_id: FromPath[UUID],
    ) -> Stream:
        """The frozen document."""
        with database.read() as session:
            sha256 = queries.find_pdf(session, actor=actor, conclusion_id=conclusion_id)
        return send_stored(storage, sha256=sha256, name=f"{conclusion_id}.pdf", media_type=PDF)
