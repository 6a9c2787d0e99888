"""Pages: what an organization is told to explain, and its explanation."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from anyio import to_thread
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from api.packs import kept_pack
from api.pages.exploring import show_lines
from api.pages.findings import LINES, lines_of
from api.pages.forms import Fields, Form, Refused, attempt_flow
from api.pages.login import Answer, see
from api.pages.paging import paging
from api.pages.portal import ORGANIZATION, UPLOADING, case_of, names_of_rules
from api.pages.receiving import read_files, take_answer_files
from api.pages.visit import Errand, Visit
from api.templating import WebRequest
from inspection.findings import answer_finding
from inspection.queries import evaluations, findings
from inspection.queries.uploads import list_uploads
from inspection.uploads import Target


class PortalFindingPages(Controller):
    """Candidates the organization is heard about."""

    path = "/portal"
    opt = ORGANIZATION

    @get("/findings/{finding_id:uuid}", sync_to_thread=True)
    def show_finding(
        self, visit: NamedDependency[Visit], finding_id: FromPath[UUID], page: FromQuery[int] = 1
    ) -> Template:
        """Show what is to be explained, and take the explanation."""
        return _finding(visit, finding_id, Form(), page=page)

    @post("/findings/{finding_id:uuid}", request_max_body_size=None, opt=UPLOADING)
    async def answer(
        self,
        *,
        request: WebRequest,
        errand: NamedDependency[Errand],
        finding_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Take the files of an explanation; hand it in unless only they were to be kept."""
        files = await read_files(request)
        act = partial(_keep if fields.text("only_files") else _explain, errand, finding_id, fields)
        return await to_thread.run_sync(lambda: act(take_answer_files(errand, finding_id, files)))


def _keep(errand: Errand, finding_id: UUID, fields: Fields, problem: Refused | None) -> Answer:
    if problem is None and not fields.text("text").strip():
        return see(f"/portal/findings/{finding_id}?done=files")
    if problem is None:
        # What was typed is kept nowhere yet: it goes back with the page, not by another address.
        told = replace(errand.shell, done=errand.shell.t("done.files"))
        return _finding_apart(replace(errand, shell=told), finding_id, fields.form)
    return _finding_apart(errand, finding_id, fields.refused(problem), status=problem.status)


def _explain(errand: Errand, finding_id: UUID, fields: Fields, problem: Refused | None) -> Answer:
    version = fields.whole("version")

    def act() -> None:
        with errand.database.write() as session:
            answer_finding(
                session,
                actor=errand.actor,
                finding_id=finding_id,
                version=version,
                text=fields.text("text"),
                at=errand.now,
            )

    outcome = problem or attempt_flow(act)
    if outcome is not None:
        return _finding_apart(errand, finding_id, fields.refused(outcome), status=outcome.status)
    return see(f"/portal/findings/{finding_id}?done=finding.answer")


def _finding_apart(errand: Errand, finding_id: UUID, form: Form, *, status: int = 200) -> Template:
    with errand.database.read() as session:
        return _finding(errand.within(session), finding_id, form, status=status)


def _finding(
    visit: Visit, finding_id: UUID, form: Form, *, page: int = 1, status: int = 200
) -> Template:
    finding = findings.get_finding(visit.session, actor=visit.actor, finding_id=finding_id)
    found = lines_of(visit, finding, page)
    case = case_of(visit, finding.inspection_id)
    pack = kept_pack(visit.storage, finding.pack_digest or "")
    own = evaluations.list_own_inputs(visit.session, actor=visit.actor, finding_id=finding_id)
    context = {
        "finding": finding,
        "case": case,
        "rule": names_of_rules(visit, case)[finding.rule_code],
        "found": found,
        # Of the files that were compared with, an organization is told of none but its own.
        "lines": show_lines(
            found.rows, pack=pack, t=visit.shell.t, inputs=own, back=visit.shell.address
        ),
        "draft": next((one for one in finding.answers if one.submitted_at is None), None),
        "limits": visit.limits,
        "unfinished": list_uploads(
            visit.session,
            actor=visit.actor,
            target=Target(finding_id=finding_id),
            now=visit.now,
        ),
        "can_answer": any(offer.allowed for offer in finding.acts),
        "form": form,
        "paging": paging(path=visit.shell.path, query={}, page=page, total=found.total, size=LINES),
    }
    return visit.shell.page("portal/finding.html", context, status=status)
