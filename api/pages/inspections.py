"""Pages: the case of one organization."""

from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from api.formats import ZONE
from api.pages import results
from api.pages.campaigns import INSPECTORS
from api.pages.forms import Fields, Form, Refused, attempt, filled
from api.pages.login import UNPROCESSABLE, Answer, see
from api.pages.paging import SIZE, offset_of, paging
from api.pages.visit import Visit
from inspection import conclusions as conclusion_acts
from inspection import evaluations as evaluation_acts
from inspection.keeping import list_destructions
from inspection.queries import conclusions, deposits, evaluations, findings, inspections, journal
from inspection.queries.inspections import InspectionPage
from inspection.workflow.states import FindingState

# The board, from asking to judgement; what was dismissed stays in sight at the end.
BOARD: Final = (
    ("candidate", (FindingState.CANDIDATE,)),
    ("asked", (FindingState.SENT,)),
    ("heard", (FindingState.ANSWERED, FindingState.SILENT)),
    ("decided", (FindingState.VERIFIED, FindingState.DISMISSED)),
)


class InspectionPages(Controller):
    """One inspection, as its team and its issuer see it."""

    path = "/inspections/{inspection_id:uuid}"
    opt = INSPECTORS

    @get(sync_to_thread=True)
    def show(self, visit: NamedDependency[Visit], inspection_id: FromPath[UUID]) -> Template:
        """Show where the case stands and what is next."""
        case = _case(visit, inspection_id)
        run = (
            evaluations.get_evaluation(
                visit.session, actor=visit.actor, evaluation_id=case.evaluation_id
            )
            if case.evaluation_id
            else None
        )
        counts = results.total(run.tallies if run else ())
        destructions = list_destructions(
            visit.session, actor=visit.actor, inspection_id=inspection_id
        )
        context = {"case": case, "run": run, "counts": counts, "destructions": destructions}
        return visit.shell.page("inspections/show.html", context)

    @get("/deposits", sync_to_thread=True)
    def list_deposits(
        self, visit: NamedDependency[Visit], inspection_id: FromPath[UUID]
    ) -> Template:
        """List what was asked for and what came in."""
        case = _case(visit, inspection_id)
        lines = deposits.list_deposits(
            visit.session, actor=visit.actor, inspection_id=inspection_id
        )
        return visit.shell.page("inspections/deposits.html", {"case": case, "deposits": lines})

    @get("/evaluations", sync_to_thread=True)
    def list_evaluations(
        self, visit: NamedDependency[Visit], inspection_id: FromPath[UUID]
    ) -> Template:
        """List the runs, and offer a new one."""
        today = visit.now.astimezone(ZONE).date()
        return _evaluations(visit, inspection_id, filled(as_of=today))

    @post("/evaluations", sync_to_thread=True)
    def request_evaluation(
        self,
        visit: NamedDependency[Visit],
        inspection_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Ask for a run over all accepted evidence."""
        as_of = fields.day("as_of")
        if not fields.are_good:
            return _evaluations(visit, inspection_id, fields.form, status=UNPROCESSABLE)
        outcome = attempt(
            visit.session,
            lambda: evaluation_acts.request_evaluation(
                visit.session,
                actor=visit.actor,
                inspection_id=inspection_id,
                as_of=as_of,
                at=visit.now,
            ),
        )
        if isinstance(outcome, Refused):
            form = fields.refused(outcome)
            return _evaluations(visit, inspection_id, form, status=outcome.status)
        return see(f"/evaluations/{outcome}")

    @get("/findings", sync_to_thread=True)
    def list_findings(
        self, visit: NamedDependency[Visit], inspection_id: FromPath[UUID]
    ) -> Template:
        """Show the board of findings."""
        case = _case(visit, inspection_id)
        lines = findings.list_findings(
            visit.session, actor=visit.actor, inspection_id=inspection_id
        )
        board = [(name, [line for line in lines if line.state in states]) for name, states in BOARD]
        context = {"case": case, "findings": lines, "board": board}
        return visit.shell.page("inspections/findings.html", context)

    @get("/conclusion", sync_to_thread=True)
    def show_conclusion(
        self, visit: NamedDependency[Visit], inspection_id: FromPath[UUID]
    ) -> Answer:
        """Lead to the conclusion, or offer to begin it."""
        case = _case(visit, inspection_id)
        conclusion_id = conclusions.find_conclusion_id(
            visit.session, actor=visit.actor, inspection_id=inspection_id
        )
        if conclusion_id is not None:
            return see(f"/conclusions/{conclusion_id}")
        return visit.shell.page("inspections/conclusion.html", {"case": case, "form": Form()})

    @post("/conclusion", sync_to_thread=True)
    def start_conclusion(
        self, visit: NamedDependency[Visit], inspection_id: FromPath[UUID]
    ) -> Answer:
        """Begin the draft of the conclusion."""
        outcome = attempt(
            visit.session,
            lambda: conclusion_acts.start_conclusion(
                visit.session, actor=visit.actor, inspection_id=inspection_id, at=visit.now
            ),
        )
        if isinstance(outcome, Refused):
            context = {
                "case": _case(visit, inspection_id),
                "form": Form(problems=outcome.problems),
            }
            return visit.shell.page("inspections/conclusion.html", context, status=outcome.status)
        return see(f"/conclusions/{outcome}")

    @get("/journal", sync_to_thread=True)
    def list_journal(
        self,
        visit: NamedDependency[Visit],
        inspection_id: FromPath[UUID],
        page: FromQuery[int] = 1,
    ) -> Template:
        """List who did what, when."""
        case = _case(visit, inspection_id)
        offset = offset_of(page)
        # One line more than shown tells whether there is another page.
        lines = journal.list_case_journal(
            visit.session,
            actor=visit.actor,
            inspection_id=inspection_id,
            limit=SIZE + 1,
            offset=offset,
        )
        place = paging(path=visit.shell.path, query={}, page=page, total=offset + len(lines))
        context = {"case": case, "lines": lines[:SIZE], "paging": place}
        return visit.shell.page("inspections/journal.html", context)


def _case(visit: Visit, inspection_id: UUID) -> InspectionPage:
    return inspections.get_inspection(visit.session, actor=visit.actor, inspection_id=inspection_id)


def _evaluations(visit: Visit, inspection_id: UUID, form: Form, *, status: int = 200) -> Template:
    context = {
        "case": _case(visit, inspection_id),
        "runs": evaluations.list_evaluations(
            visit.session, actor=visit.actor, inspection_id=inspection_id
        ),
        "form": form,
    }
    return visit.shell.page("inspections/evaluations.html", context, status=status)
