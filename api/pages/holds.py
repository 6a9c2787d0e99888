"""Pages: legal holds on the evidence of a case."""

from functools import partial
from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from api.pages.campaigns import INSPECTORS
from api.pages.forms import Fields, Form, Refused, attempt
from api.pages.login import Answer, see
from api.pages.moving import Asked, ask, carry_out, read_act, require_offer
from api.pages.visit import Visit
from inspection.keeping import HoldLine, ask_hold, get_hold, list_holds, move_hold
from inspection.queries import inspections
from inspection.workflow.states import Act, Subject

# An address holds no blanks.
_DONE: Final = {Act.ASK_LIFT: "ask_lift"}


class CaseHoldPages(Controller):
    """The holds of one case, and asking for one."""

    path = "/inspections/{inspection_id:uuid}/holds"
    opt = INSPECTORS

    @get(sync_to_thread=True)
    def index(self, visit: NamedDependency[Visit], inspection_id: FromPath[UUID]) -> Template:
        """List the holds."""
        return _show(visit, inspection_id, Form())

    @post(sync_to_thread=True)
    def ask(
        self,
        visit: NamedDependency[Visit],
        inspection_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Ask for a hold; another person decides."""
        outcome = attempt(
            visit.session,
            lambda: ask_hold(
                visit.session,
                actor=visit.actor,
                inspection_id=inspection_id,
                cause=fields.text("cause"),
                at=visit.now,
            ),
        )
        if isinstance(outcome, Refused):
            return _show(visit, inspection_id, fields.refused(outcome), status=outcome.status)
        return see(f"/inspections/{inspection_id}/holds?done=hold.ask")


class HoldPages(Controller):
    """Deciding on one hold."""

    path = "/holds/{hold_id:uuid}"
    opt = INSPECTORS

    @get(sync_to_thread=True)
    def show(self, visit: NamedDependency[Visit], hold_id: FromPath[UUID]) -> Answer:
        """Lead to the case of a hold."""
        hold = get_hold(visit.session, actor=visit.actor, hold_id=hold_id)
        return see(f"/inspections/{hold.inspection_id}/holds")

    @get("/moves/{slug:str}", sync_to_thread=True)
    def ask_move(
        self, visit: NamedDependency[Visit], hold_id: FromPath[UUID], slug: FromPath[str]
    ) -> Template:
        """Ask for what the decision needs."""
        hold = get_hold(visit.session, actor=visit.actor, hold_id=hold_id)
        return ask(visit.shell, _asked(hold, read_act(slug)), Form())

    @post("/moves/{slug:str}", sync_to_thread=True)
    def move(
        self,
        visit: NamedDependency[Visit],
        hold_id: FromPath[UUID],
        slug: FromPath[str],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Place, decline, ask to lift, lift or keep."""
        act = read_act(slug)
        hold = get_hold(visit.session, actor=visit.actor, hold_id=hold_id)
        asked, version = _asked(hold, act), fields.whole("version")
        operation = partial(
            move_hold,
            visit.session,
            actor=visit.actor,
            hold_id=hold_id,
            act=act,
            version=version,
            reason=fields.text("reason"),
            at=visit.now,
        )
        to = f"/inspections/{hold.inspection_id}/holds?done=hold.{_DONE.get(act, act)}"
        return carry_out(
            visit.shell, asked, fields, partial(attempt, visit.session, operation), to=to
        )


def _show(visit: Visit, inspection_id: UUID, form: Form, *, status: int = 200) -> Template:
    context = {
        "case": inspections.get_inspection(
            visit.session, actor=visit.actor, inspection_id=inspection_id
        ),
        "holds": list_holds(visit.session, actor=visit.actor, inspection_id=inspection_id),
        "can_lock": visit.storage.lock.gap is None,
        "form": form,
    }
    return visit.shell.page("inspections/holds.html", context, status=status)


def _asked(hold: HoldLine, act: Act) -> Asked:
    offer = require_offer(hold.offers, subject=Subject.HOLD, state=hold.state, act=act)
    return Asked(
        subject=Subject.HOLD,
        act=act,
        what=hold.cause,
        base=f"/holds/{hold.id}",
        version=hold.version,
        needs_reason=offer.needs_reason,
    )
