"""Pages: evidence whose time is over, its destruction, and the certificate of it."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Stream, Template

from api.downloads import send_certificate, send_certificate_paper, send_signed_certificate
from api.endpoints.destructions import READERS
from api.pages.campaigns import INSPECTORS
from api.pages.forms import Fields, Form, Refused, attempt
from api.pages.login import Answer, see
from api.pages.moving import Asked, ask, carry_out, read_act, require_offer
from api.pages.paging import SIZE, offset_of, paging
from api.pages.retaining import read_said, tell_destroyed, tell_years
from api.pages.visit import Visit
from evidence.key_files import KeyFolder
from inspection.keeping import (
    DestructionLine,
    RetentionClasses,
    get_certificate,
    get_destruction,
    get_proof_place,
    get_signed_certificate,
    get_term,
    list_destructions,
    list_due,
    list_waiting,
    move_destruction,
    propose_destruction,
)
from inspection.queries import inspections
from inspection.workflow.states import Act, Subject


class RetentionPages(Controller):
    """Everything of one's own that may be destroyed."""

    path = "/retention"
    opt = INSPECTORS

    @get(sync_to_thread=True)
    def index(
        self,
        visit: NamedDependency[Visit],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
        page: FromQuery[int] = 1,
    ) -> Template:
        """List inspections whose evidence has had its time."""
        found = list_due(
            visit.session,
            actor=visit.actor,
            classes=classes,
            at=visit.now,
            limit=SIZE,
            offset=offset_of(page),
        )
        context = {
            "lines": [
                (line, tell_years(visit.shell, line.retention_class))
                for line in found.lines
                if line.retention_class is not None
            ],
            "waiting": list_waiting(visit.session, actor=visit.actor),
            "paging": paging(path=visit.shell.path, query={}, page=page, total=found.total),
        }
        return visit.shell.page("retention/index.html", context)


class CaseDestructionPages(Controller):
    """The time of one case, and proposing the destruction of its evidence."""

    path = "/inspections/{inspection_id:uuid}/destructions"
    opt = INSPECTORS

    @get(sync_to_thread=True)
    def index(
        self,
        visit: NamedDependency[Visit],
        inspection_id: FromPath[UUID],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
    ) -> Template:
        """Say how long the evidence is kept, and what was proposed."""
        return _show(visit, inspection_id, classes, Form())

    @post(sync_to_thread=True)
    def propose(
        self,
        visit: NamedDependency[Visit],
        inspection_id: FromPath[UUID],
        fields: NamedDependency[Fields],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
    ) -> Answer:
        """Propose; another person decides."""
        outcome = attempt(
            visit.session,
            lambda: propose_destruction(
                visit.session,
                actor=visit.actor,
                inspection_id=inspection_id,
                cause=fields.text("cause"),
                classes=classes,
                at=visit.now,
            ),
        )
        if isinstance(outcome, Refused):
            form = fields.refused(outcome)
            return _show(visit, inspection_id, classes, form, status=outcome.status)
        return see(f"/inspections/{inspection_id}/destructions?done=destruction.propose")


class DestructionPages(Controller):
    """Deciding on one proposal."""

    path = "/destructions/{destruction_id:uuid}"
    opt = INSPECTORS

    @get(sync_to_thread=True)
    def show(self, visit: NamedDependency[Visit], destruction_id: FromPath[UUID]) -> Answer:
        """Lead to the case."""
        return see(f"/inspections/{_get(visit, destruction_id).inspection_id}/destructions")

    @get("/moves/{slug:str}", sync_to_thread=True)
    def ask_move(
        self,
        visit: NamedDependency[Visit],
        destruction_id: FromPath[UUID],
        slug: FromPath[str],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
    ) -> Template:
        """Ask for what the decision needs, and say what would be destroyed."""
        asked = _asked(visit, _get(visit, destruction_id), read_act(slug), classes)
        return ask(visit.shell, asked, Form())

    @post("/moves/{slug:str}", sync_to_thread=True)
    def move(
        self,
        *,
        visit: NamedDependency[Visit],
        destruction_id: FromPath[UUID],
        slug: FromPath[str],
        fields: NamedDependency[Fields],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
    ) -> Answer:
        """Confirm or decline."""
        act = read_act(slug)
        line = _get(visit, destruction_id)
        asked, version = _asked(visit, line, act, classes), fields.whole("version")
        operation = partial(
            move_destruction,
            visit.session,
            actor=visit.actor,
            destruction_id=destruction_id,
            act=act,
            version=version,
            classes=classes,
            reason=fields.text("reason"),
            at=visit.now,
        )
        to = f"/inspections/{line.inspection_id}/destructions?done=destruction.{act}"
        return carry_out(
            visit.shell, asked, fields, partial(attempt, visit.session, operation), to=to
        )


class CertificatePages(Controller):
    """The certificate of destruction, as a page and as two files."""

    path = "/destructions/{destruction_id:uuid}/certificate"
    opt = READERS

    @get(sync_to_thread=True)
    def show(
        self,
        visit: NamedDependency[Visit],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        destruction_id: FromPath[UUID],
    ) -> Template:
        """Show what it says."""
        said = _certificate(visit, keys, destruction_id)
        has_log = keys.find_ring() is not None
        place = get_proof_place(visit.session, destruction_id=destruction_id) if has_log else None
        return visit.shell.page(
            "destructions/certificate.html", {"said": read_said(visit.shell, said), "place": place}
        )

    @get("/json", sync_to_thread=True)
    def certificate(
        self,
        visit: NamedDependency[Visit],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        destruction_id: FromPath[UUID],
    ) -> Stream:
        """Send what machines read."""
        return send_certificate(_certificate(visit, keys, destruction_id))

    @get("/proof", sync_to_thread=True)
    def proof(
        self,
        visit: NamedDependency[Visit],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        destruction_id: FromPath[UUID],
    ) -> Stream:
        """Send what proves it offline."""
        return send_signed_certificate(
            get_signed_certificate(
                visit.session,
                actor=visit.actor,
                destruction_id=destruction_id,
                ring=keys.find_ring(),
            )
        )

    @get("/paper", sync_to_thread=True)
    def paper(
        self,
        visit: NamedDependency[Visit],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        destruction_id: FromPath[UUID],
    ) -> Stream:
        """Send what people read."""
        return send_certificate_paper(_certificate(visit, keys, destruction_id))


def _get(visit: Visit, destruction_id: UUID) -> DestructionLine:
    return get_destruction(visit.session, actor=visit.actor, destruction_id=destruction_id)


def _certificate(visit: Visit, keys: KeyFolder, destruction_id: UUID) -> dict[str, Any]:
    return get_certificate(
        visit.session,
        actor=visit.actor,
        destruction_id=destruction_id,
        has_log=keys.find_ring() is not None,
    )


def _show(
    visit: Visit, inspection_id: UUID, classes: RetentionClasses, form: Form, *, status: int = 200
) -> Template:
    session, actor = visit.session, visit.actor
    term = get_term(
        session, actor=actor, inspection_id=inspection_id, classes=classes, at=visit.now
    )
    kept = term.retention_class
    context = {
        "case": inspections.get_inspection(session, actor=actor, inspection_id=inspection_id),
        "term": term,
        "years": tell_years(visit.shell, kept) if kept is not None else "–",
        "lines": list_destructions(session, actor=actor, inspection_id=inspection_id),
        "form": form,
    }
    return visit.shell.page("inspections/destructions.html", context, status=status)


def _asked(visit: Visit, line: DestructionLine, act: Act, classes: RetentionClasses) -> Asked:
    term = get_term(
        visit.session,
        actor=visit.actor,
        inspection_id=line.inspection_id,
        classes=classes,
        at=visit.now,
    )
    offer = require_offer(line.offers, subject=Subject.DESTRUCTION, state=line.state, act=act)
    return Asked(
        subject=Subject.DESTRUCTION,
        act=act,
        what=tell_destroyed(visit.shell, term, line.cause),
        base=f"/destructions/{line.id}",
        version=line.version,
        needs_reason=offer.needs_reason,
    )
