"""Pages: the inspected organization's side."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final
from uuid import UUID

from anyio import to_thread
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream, Template

from api.auth import ROLES
from api.downloads import send_made
from api.packs import kept_pack
from api.pages.forms import Form, Refused
from api.pages.login import Answer, see
from api.pages.paging import SIZE, offset_of, paging
from api.pages.receiving import read_files, take_files
from api.pages.results import RuleRow, rules_of
from api.pages.today import list_tasks
from api.pages.visit import Errand, Visit
from api.templating import WebRequest
from api.uploads import UPLOAD
from inspection import uploads
from inspection.access import UNCERTIFIED
from inspection.errors import NotFoundError
from inspection.people import Role
from inspection.queries import conclusions, deposits, findings, inspections, receipts
from inspection.queries.deposits import DepositPage
from inspection.queries.inspections import InspectionPage, RequestState
from inspection.queries.uploads import list_uploads
from inspection.uploads import Target
from inspection.workflow.states import DepositState
from rules.contract import Contract

ORGANIZATION: Final = {ROLES: frozenset({Role.ORGANIZATION})}
UPLOADING: Final = {**ORGANIZATION, UPLOAD: True}


class PortalPages(Controller):
    """What an organization must do, has done, and was told."""

    path = "/portal"
    opt = ORGANIZATION

    @get(sync_to_thread=True)
    def index(self, visit: NamedDependency[Visit]) -> Template:
        """List what waits, and by when."""
        context = {
            "tasks": list_tasks(visit),
            "cases": inspections.list_inspections(visit.session, actor=visit.actor),
        }
        return visit.shell.page("portal/index.html", context)

    @get("/conclusions", sync_to_thread=True)
    def list_conclusions(self, visit: NamedDependency[Visit]) -> Template:
        """List the published conclusions on one's own organization."""
        lines = conclusions.list_own_published(visit.session, actor=visit.actor)
        return visit.shell.page("portal/conclusions.html", {"conclusions": lines})

    @get("/receipts", sync_to_thread=True)
    def list_receipts(self, visit: NamedDependency[Visit], page: FromQuery[int] = 1) -> Template:
        """List what was certified, with its receipts."""
        offset = offset_of(page)
        # One line more than shown tells whether there is another page.
        lines = receipts.list_receipts(
            visit.session, actor=visit.actor, limit=SIZE + 1, offset=offset
        )
        place = paging(path=visit.shell.path, query={}, page=page, total=offset + len(lines))
        return visit.shell.page("portal/receipts.html", {"lines": lines[:SIZE], "paging": place})

    @get("/inspections/{inspection_id:uuid}", sync_to_thread=True)
    def show(self, visit: NamedDependency[Visit], inspection_id: FromPath[UUID]) -> Template:
        """Show one inspection: what is asked, what was sent, where it stands."""
        case = case_of(visit, inspection_id)
        sent = findings.list_findings(visit.session, actor=visit.actor, inspection_id=inspection_id)
        handed_in = deposits.list_deposits(
            visit.session, actor=visit.actor, inspection_id=inspection_id
        )
        context = {
            "case": case,
            "findings": sent,
            "deposits": handed_in,
            "rules": names_of_rules(visit, case) if sent else {},
        }
        return visit.shell.page("portal/inspection.html", context)

    @get("/inspections/{inspection_id:uuid}/requests/{request_id:uuid}", sync_to_thread=True)
    def show_request(
        self,
        visit: NamedDependency[Visit],
        inspection_id: FromPath[UUID],
        request_id: FromPath[UUID],
    ) -> Template:
        """Show one request: what, why, until when; take the files."""
        return _request(visit, inspection_id, request_id, Form())

    @post(
        "/inspections/{inspection_id:uuid}/requests/{request_id:uuid}",
        request_max_body_size=None,
        opt=UPLOADING,
    )
    async def upload(
        self,
        *,
        request: WebRequest,
        errand: NamedDependency[Errand],
        inspection_id: FromPath[UUID],
        request_id: FromPath[UUID],
    ) -> Answer:
        """Take the files of a form, for browsers without script."""
        files = await read_files(request)
        take = partial(take_files, errand, inspection_id, request_id, files)
        problem = await to_thread.run_sync(take)
        if problem is None:
            here = f"/portal/inspections/{inspection_id}/requests/{request_id}"
            return see(f"{here}?done=files")
        show = partial(_request_apart, errand, inspection_id, request_id, problem)
        return await to_thread.run_sync(show)

    @post("/uploads/{upload_id:uuid}/remove")
    async def remove_upload(
        self, errand: NamedDependency[Errand], upload_id: FromPath[UUID]
    ) -> Answer:
        """Give up a file whose sending broke off."""
        remove = partial(
            uploads.remove_upload,
            errand.database,
            errand.storage,
            actor=errand.actor,
            upload_id=upload_id,
            at=errand.now,
        )
        target = await to_thread.run_sync(remove)
        if target.finding_id is not None:
            return see(f"/portal/findings/{target.finding_id}#answer")
        return see(f"/portal/inspections/{target.inspection_id}/requests/{target.request_id}")

    @get(
        "/inspections/{inspection_id:uuid}/requests/{request_id:uuid}/template",
        sync_to_thread=True,
    )
    def template(
        self,
        visit: NamedDependency[Visit],
        inspection_id: FromPath[UUID],
        request_id: FromPath[UUID],
    ) -> Stream:
        """Give an empty table with the columns asked for."""
        case = case_of(visit, inspection_id)
        contract = _contract(visit, case, _state(case, request_id))
        if contract is None:
            raise NotFoundError
        return send_made(
            _header(contract), name=f"{contract.name}.csv", media_type="text/csv; charset=utf-8"
        )


def _request_apart(
    errand: Errand, inspection_id: UUID, request_id: UUID, problem: Refused
) -> Template:
    with errand.database.read() as session:
        form = Form(problems=problem.problems)
        visit = errand.within(session)
        return _request(visit, inspection_id, request_id, form, status=problem.status)


def case_of(visit: Visit, inspection_id: UUID) -> InspectionPage:
    """The inspection a page is about."""
    return inspections.get_inspection(visit.session, actor=visit.actor, inspection_id=inspection_id)


def names_of_rules(visit: Visit, case: InspectionPage) -> Mapping[str, RuleRow]:
    """The rules of the pack an inspection is judged by; none before it is open."""
    if case.pack_digest is None:
        return {}
    return rules_of(kept_pack(visit.storage, case.pack_digest), visit.shell.t)


def _state(case: InspectionPage, request_id: UUID) -> RequestState:
    for one in case.requests:
        if one.request.id == request_id:
            return one
    raise NotFoundError


def _contract(visit: Visit, case: InspectionPage, state: RequestState) -> Contract | None:
    if state.request.table_name is None or case.pack_digest is None:
        return None
    pack = kept_pack(visit.storage, case.pack_digest)
    return pack.contracts.get(state.request.table_name)


def _request(
    visit: Visit, inspection_id: UUID, request_id: UUID, form: Form, *, status: int = 200
) -> Template:
    case = case_of(visit, inspection_id)
    state = _state(case, request_id)
    own = [
        one
        for one in deposits.list_deposits(
            visit.session, actor=visit.actor, inspection_id=inspection_id
        )
        if one.request_id == request_id
    ]
    latest: DepositPage | None = own[-1] if own else None
    context = {
        "case": case,
        "request_of": state.request,
        "contract": _contract(visit, case, state),
        "deposit": latest,
        "earlier": own[:-1],
        "returned": _find_returned(own),
        "limits": visit.limits,
        "unfinished": list_uploads(
            visit.session,
            actor=visit.actor,
            target=Target(inspection_id=inspection_id, request_id=request_id),
            now=visit.now,
        ),
        "takes_files": latest is None or latest.state in {DepositState.OPEN, DepositState.RETURNED},
        "form": form,
    }
    return visit.shell.page("portal/request.html", context, status=status)


def _find_returned(own: Sequence[DepositPage]) -> DepositPage | None:
    """The version whose return is still to be answered: the newest, or the one it is replacing."""
    if own and own[-1].state in UNCERTIFIED:
        own = own[:-1]
    return own[-1] if own and own[-1].state is DepositState.RETURNED else None


def _header(contract: Contract) -> Iterator[bytes]:
    text = io.StringIO()
    csv.writer(text, delimiter=contract.delimiter).writerow(
        column.name for column in contract.columns
    )
    # Spreadsheet programs take the mark at the beginning for UTF-8; the reader knows it too.
    yield text.getvalue().encode("utf-8-sig")
