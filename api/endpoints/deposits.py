"""JSON: answers to requests, certified, accepted or returned."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.response import Stream
from sqlmodel import Session

from api.auth import ROLES
from api.downloads import send_receipt, send_receipt_paper
from api.endpoints.answers import Made, Reasoned, Versioned
from evidence.key_files import KeyFolder
from evidence.keys import KeyRing
from evidence.receipt import Receipt
from inspection import deposits
from inspection.database import Database
from inspection.people import Actor, Role
from inspection.queries import deposits as queries
from inspection.queries.deposits import DepositPage
from inspection.receipts import get_receipt

THEM = {ROLES: frozenset({Role.ORGANIZATION})}
TEAM = {ROLES: frozenset({Role.INSPECTOR})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The organization certifies what it hands in."""

    version: int
    note: str = ""
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Why a newer version replaces one that was handed in."""

    version: int
    why: str


class DepositEndpoints(Controller):
    """One answer of one organization to one request."""

    path = "/deposits"
    tags = ("deposits",)
    opt = {ROLES: frozenset({Role.INSPECTOR, Role.ORGANIZATION})}  # noqa: RUF012 - Litestar reads a class attribute

    @get("/{deposit_id:uuid}", sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        deposit_id: FromPath[UUID],
    ) -> DepositPage:
        """One deposit with its files."""
        return queries.get_deposit(session, actor=actor, deposit_id=deposit_id)

    @get("/{deposit_id:uuid}/receipt", sync_to_thread=True)
    def receipt(
        self,
        database: NamedDependency[Database],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        actor: NamedDependency[Actor],
        deposit_id: FromPath[UUID],
    ) -> Stream:
        """The receipt, to be kept and checked offline.

        409 while it is entered in the log, and where it names a file that is held back since.
        """
        ring = keys.find_ring()
        return send_receipt(_receipt(database, actor, deposit_id, ring))

    @get("/{deposit_id:uuid}/receipt/pdf", sync_to_thread=True)
    def receipt_pdf(
        self,
        database: NamedDependency[Database],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        actor: NamedDependency[Actor],
        deposit_id: FromPath[UUID],
    ) -> Stream:
        """The receipt as a paper for people."""
        ring = keys.find_ring()
        receipt = _receipt(database, actor, deposit_id, ring, for_paper=True)
        return send_receipt_paper(receipt, ring)

    @post(
        "/{deposit_id:uuid}/submit",
        sync_to_thread=True,
        status_code=204,
        opt=THEM,
    )
    def submit(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        deposit_id: FromPath[UUID],
        data: JSONBody[Submission],
    ) -> None:
        """Certify and hand in."""
        deposits.submit_deposit(
            session,
            actor=actor,
            deposit_id=deposit_id,
            version=data.version,
            note=data.note,
            effective_from=data.effective_from,
            effective_to=data.effective_to,
            at=now,
        )

    @post("/{deposit_id:uuid}/certify", sync_to_thread=True, status_code=204, opt=THEM)
    def certify(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        deposit_id: FromPath[UUID],
        data: JSONBody[Submission],
    ) -> None:
        """Certify as the first of two."""
        deposits.certify_deposit(
            session,
            actor=actor,
            deposit_id=deposit_id,
            version=data.version,
            note=data.note,
            effective_from=data.effective_from,
            effective_to=data.effective_to,
            at=now,
        )

    @post("/{deposit_id:uuid}/reopen", sync_to_thread=True, status_code=204, opt=THEM)
    def reopen(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        deposit_id: FromPath[UUID],
        data: JSONBody[Reasoned],
    ) -> None:
        """Open again what the first of two has certified."""
        deposits.reopen_deposit(
            session,
            actor=actor,
            deposit_id=deposit_id,
            version=data.version,
            reason=data.reason,
            at=now,
        )

    @post("/{deposit_id:uuid}/versions", sync_to_thread=True, opt=THEM)
    def replace(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        deposit_id: FromPath[UUID],
        data: JSONBody[Replacement],
    ) -> Made:
        """Begin a version that replaces this one, with its files."""
        return Made(
            id=deposits.begin_version(
                session,
                actor=actor,
                deposit_id=deposit_id,
                version=data.version,
                why=data.why,
                at=now,
            )
        )

    @delete("/{deposit_id:uuid}/files/{item_id:uuid}", sync_to_thread=True, opt=THEM)
    def remove_file(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        deposit_id: FromPath[UUID],
        item_id: FromPath[UUID],
    ) -> None:
        """Take a wrong file out of an answer that is still open."""
        deposits.remove_file(session, actor=actor, deposit_id=deposit_id, item_id=item_id, at=now)

    @post("/{deposit_id:uuid}/accept", sync_to_thread=True, status_code=204, opt=TEAM)
    def accept(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        deposit_id: FromPath[UUID],
        data: JSONBody[Versioned],
    ) -> None:
        """Take the deposit as evidence."""
        deposits.accept_deposit(
            session, actor=actor, deposit_id=deposit_id, version=data.version, at=now
        )

    @post("/{deposit_id:uuid}/return", sync_to_thread=True, status_code=204, opt=TEAM)
    def give_back(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        deposit_id: FromPath[UUID],
        data: JSONBody[Reasoned],
    ) -> None:
        """Send the deposit back, with a reason."""
        deposits.return_deposit(
            session,
            actor=actor,
            deposit_id=deposit_id,
            version=data.version,
            reason=data.reason,
            at=now,
        )


def _receipt(
    database: Database,
    actor: Actor,
    deposit_id: UUID,
    ring: KeyRing | None,
    *,
    for_paper: bool = False,
) -> Receipt:
    # The transaction has ended before anything is rendered or sent.
    with database.read() as session:
        return get_receipt(
            session, actor=actor, deposit_id=deposit_id, ring=ring, for_paper=for_paper
        )
