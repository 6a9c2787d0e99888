"""Pages: the conclusion, from draft to publication."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream, Template

from api.downloads import send_stored
from api.formats import ZONE
from api.pages.campaigns import INSPECTORS
from api.pages.forms import Fields, Form, Refused, attempt, attempt_flow, filled
from api.pages.login import Answer, see
from api.pages.moving import Asked, ask, carry_out, read_act, require_offer
from api.pages.visit import Errand, Visit
from inspection import conclusions
from inspection.errors import NotFoundError
from inspection.queries import conclusions as queries
from inspection.queries import inspections
from inspection.queries.conclusions import ConclusionPage
from inspection.workflow.states import Act, ConclusionState, Subject

TEXTS: Final = ("assessment", "nature", "measures", "policy")
SYMBOL: Final = "KL-TTr"  # the symbol of inspection conclusions (domain §3.4)


class ConclusionPages(Controller):
    """The decision on the findings, as the team and the issuer work on it."""

    path = "/conclusions/{conclusion_id:uuid}"
    opt = INSPECTORS

    @get(sync_to_thread=True)
    def show(self, visit: NamedDependency[Visit], conclusion_id: FromPath[UUID]) -> Template:
        """Show the editor, or what was handed in, approved and published."""
        conclusion = _conclusion(visit, conclusion_id)
        return _show(visit, conclusion, _filled(conclusion))

    @post(sync_to_thread=True)
    def edit(
        self,
        visit: NamedDependency[Visit],
        conclusion_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Write the texts of the draft."""
        conclusion = _conclusion(visit, conclusion_id)
        version = fields.whole("version")
        outcome = attempt(
            visit.session,
            lambda: conclusions.edit_conclusion(
                visit.session,
                actor=visit.actor,
                conclusion_id=conclusion_id,
                version=version,
                assessment=fields.text("assessment"),
                nature=fields.text("nature"),
                measures=fields.text("measures"),
                policy=fields.text("policy"),
                items={
                    item.matter_id: fields.text(str(item.matter_id)) for item in conclusion.items
                },
                at=visit.now,
            ),
        )
        if isinstance(outcome, Refused):
            return _show(visit, conclusion, fields.refused(outcome), status=outcome.status)
        return see(f"/conclusions/{conclusion_id}?done=saved")

    @get("/pdf", sync_to_thread=True)
    def pdf(self, visit: NamedDependency[Visit], conclusion_id: FromPath[UUID]) -> Stream:
        """Give the rendered document."""
        digest = queries.find_pdf(visit.session, actor=visit.actor, conclusion_id=conclusion_id)
        conclusion = _conclusion(visit, conclusion_id)
        return send_stored(
            visit.storage,
            sha256=digest,
            name=f"{conclusion.number}-{conclusion.symbol}.pdf",
            media_type="application/pdf",
        )

    @post("/rendering", sync_to_thread=True)
    def retry(self, visit: NamedDependency[Visit], conclusion_id: FromPath[UUID]) -> Answer:
        """Ask once more for the document."""
        conclusions.retry_rendering(
            visit.session, actor=visit.actor, conclusion_id=conclusion_id, at=visit.now
        )
        return see(f"/conclusions/{conclusion_id}")

    @get("/moves/{slug:str}", sync_to_thread=True)
    def ask_move(
        self, visit: NamedDependency[Visit], conclusion_id: FromPath[UUID], slug: FromPath[str]
    ) -> Template:
        """Ask for what handing in, approving or publishing needs."""
        today = visit.now.astimezone(ZONE).date()
        form = filled(symbol=SYMBOL, signed_on=today)
        return ask(visit.shell, _asked(_conclusion(visit, conclusion_id), read_act(slug)), form)

    @post("/moves/{slug:str}", sync_to_thread=True)
    def move(
        self,
        errand: NamedDependency[Errand],
        conclusion_id: FromPath[UUID],
        slug: FromPath[str],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Hand in, return, approve or publish."""
        act = read_act(slug)
        if act not in _ACTS:
            raise NotFoundError
        with errand.database.read() as session:
            asked = _asked(_conclusion(errand.within(session), conclusion_id), act)
        run = _ACTS[act](errand, conclusion_id, fields)
        to = f"/conclusions/{conclusion_id}?done=conclusion.{act}"
        return carry_out(errand.shell, asked, fields, partial(attempt_flow, run), to=to)


def _conclusion(visit: Visit, conclusion_id: UUID) -> ConclusionPage:
    return queries.get_conclusion(visit.session, actor=visit.actor, conclusion_id=conclusion_id)


def _asked(conclusion: ConclusionPage, act: Act) -> Asked:
    offer = require_offer(
        conclusion.acts, subject=Subject.CONCLUSION, state=conclusion.state, act=act
    )
    return Asked(
        subject=Subject.CONCLUSION,
        act=act,
        what=f"{conclusion.campaign} – {conclusion.organization}",
        base=f"/conclusions/{conclusion.id}",
        version=conclusion.version,
        needs_reason=offer.needs_reason,
    )


def _filled(conclusion: ConclusionPage) -> Form:
    texts = {name: getattr(conclusion, name) for name in TEXTS}
    items = {str(item.matter_id): item.text for item in conclusion.items}
    return filled(version=conclusion.version, **texts, **items)


def _show(visit: Visit, conclusion: ConclusionPage, form: Form, *, status: int = 200) -> Template:
    case = inspections.get_inspection(
        visit.session, actor=visit.actor, inspection_id=conclusion.inspection_id
    )
    template = (
        "conclusions/edit.html"
        if conclusion.state is ConclusionState.DRAFT and not set(case.parties) <= {"issuer"}
        else "conclusions/show.html"
    )
    can_lock = visit.storage.lock.gap is None
    context = {"conclusion": conclusion, "case": case, "form": form, "can_lock": can_lock}
    return visit.shell.page(template, context, status=status)


def _submit(errand: Errand, conclusion_id: UUID, fields: Fields) -> Callable[[], None]:
    version = fields.whole("version")

    def run() -> None:
        with errand.database.write() as session:
            conclusions.submit_conclusion(
                session,
                actor=errand.actor,
                conclusion_id=conclusion_id,
                version=version,
                at=errand.now,
            )

    return run


def _return(errand: Errand, conclusion_id: UUID, fields: Fields) -> Callable[[], None]:
    version = fields.whole("version")

    def run() -> None:
        with errand.database.write() as session:
            conclusions.return_conclusion(
                session,
                actor=errand.actor,
                conclusion_id=conclusion_id,
                version=version,
                reason=fields.text("reason"),
                at=errand.now,
            )

    return run


def _approve(errand: Errand, conclusion_id: UUID, fields: Fields) -> Callable[[], None]:
    return partial(
        conclusions.approve_conclusion,
        errand.database,
        errand.storage,
        actor=errand.actor,
        conclusion_id=conclusion_id,
        version=fields.whole("version"),
        number=fields.whole("number"),
        symbol=fields.text("symbol"),
        signed_on=fields.day("signed_on"),
        at=errand.now,
    )


def _publish(errand: Errand, conclusion_id: UUID, fields: Fields) -> Callable[[], None]:
    version = fields.whole("version")

    def run() -> None:
        with errand.database.write() as session:
            conclusions.publish_conclusion(
                session,
                actor=errand.actor,
                conclusion_id=conclusion_id,
                version=version,
                at=errand.now,
            )

    return run


_ACTS: Final[Mapping[Act, Callable[[Errand, UUID, Fields], Callable[[], None]]]] = {
    Act.SUBMIT: _submit,
    Act.RETURN: _return,
    Act.APPROVE: _approve,
    Act.PUBLISH: _publish,
}
