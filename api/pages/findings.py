"""Pages: one finding on the inspecting side, from candidate to judgement."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from api.packs import kept_pack
from api.pages import results
from api.pages.campaigns import INSPECTORS
from api.pages.exploring import show_lines
from api.pages.forms import Fields, Form, Refused, attempt, attempt_whole, filled
from api.pages.login import Answer, see
from api.pages.moving import Asked, ask, carry_out, read_act, require_offer
from api.pages.paging import paging, read_page
from api.pages.visit import Visit
from inspection import findings
from inspection.errors import NotFoundError
from inspection.queries import evaluations, inspections
from inspection.queries import findings as queries
from inspection.queries.findings import FindingPage
from inspection.violations import ViolationSlice, read_slice
from inspection.workflow.states import Act, Subject

LINES: Final = 50


class FindingPages(Controller):
    """A person's judgement on lines of the machine."""

    path = "/findings/{finding_id:uuid}"
    opt = INSPECTORS

    @get(sync_to_thread=True)
    def show(
        self, visit: NamedDependency[Visit], finding_id: FromPath[UUID], page: FromQuery[int] = 1
    ) -> Template:
        """Show a finding beside its lines, the answer and the acts."""
        finding = _finding(visit, finding_id)
        found = lines_of(visit, finding, page)
        run = evaluations.get_evaluation(
            visit.session, actor=visit.actor, evaluation_id=finding.evaluation_id
        )
        pack = kept_pack(visit.storage, run.pack_digest)
        rules = results.rules_of(pack, visit.shell.t)
        context = {
            "finding": finding,
            "rule": rules[finding.rule_code],
            "found": found,
            "lines": show_lines(
                found.rows, pack=pack, t=visit.shell.t, inputs=run.inputs, back=visit.shell.address
            ),
            "paging": paging(
                path=visit.shell.path, query={}, page=page, total=found.total, size=LINES
            ),
        }
        return visit.shell.page("findings/show.html", context)

    @get("/edit", sync_to_thread=True)
    def ask_edit(self, visit: NamedDependency[Visit], finding_id: FromPath[UUID]) -> Template:
        """Ask for other words."""
        finding = _finding(visit, finding_id)
        form = filled(
            title=finding.title,
            question=finding.question,
            matter_id=finding.matter_id,
            version=finding.version,
        )
        return _entry(visit, finding, form)

    @post("/edit", sync_to_thread=True)
    def edit(
        self,
        visit: NamedDependency[Visit],
        finding_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Change the words of a candidate."""
        finding = _finding(visit, finding_id)
        matter_id, version = fields.identifier("matter_id"), fields.whole("version")
        title, question = fields.text("title"), fields.text("question")
        edit = partial(
            attempt,
            visit.session,
            lambda: findings.edit_finding(
                visit.session,
                actor=visit.actor,
                finding_id=finding_id,
                version=version,
                title=title,
                question=question,
                matter_id=matter_id,
                at=visit.now,
            ),
        )
        check = partial(findings.check_words, title=title, question=question)
        outcome = attempt_whole(fields, edit, check=check)
        if isinstance(outcome, Refused):
            return _entry(visit, finding, fields.refused(outcome), status=outcome.status)
        return see(f"/findings/{finding_id}?done=saved")

    @get("/moves/{slug:str}", sync_to_thread=True)
    def ask_move(
        self, visit: NamedDependency[Visit], finding_id: FromPath[UUID], slug: FromPath[str]
    ) -> Template:
        """Ask for what sending or deciding needs."""
        return ask(visit.shell, _asked(_finding(visit, finding_id), read_act(slug)), Form())

    @post("/moves/{slug:str}", sync_to_thread=True)
    def move(
        self,
        visit: NamedDependency[Visit],
        finding_id: FromPath[UUID],
        slug: FromPath[str],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Send, note the silence, verify or dismiss."""
        act = read_act(slug)
        if act not in _ACTS:
            raise NotFoundError
        asked = _asked(_finding(visit, finding_id), act)
        run = _ACTS[act](visit, finding_id, fields)
        to = f"/findings/{finding_id}?done=finding.{act.replace(' ', '_')}"
        return carry_out(visit.shell, asked, fields, partial(attempt, visit.session, run), to=to)


def lines_of(visit: Visit, finding: FindingPage, page: int) -> ViolationSlice:
    """Read a page of the lines a finding froze."""
    if finding.violations_sha256 is None:
        raise NotFoundError
    read = partial(
        read_slice,
        visit.storage,
        visit.cache,
        violations_sha256=finding.violations_sha256,
        filter=finding.filter,
        limit=LINES,
        excluded_keys=finding.excluded_keys,
    )
    return read_page(lambda offset: read(offset=offset), page=page, size=LINES)


def _finding(visit: Visit, finding_id: UUID) -> FindingPage:
    return queries.get_finding(visit.session, actor=visit.actor, finding_id=finding_id)


def _asked(finding: FindingPage, act: Act) -> Asked:
    offer = require_offer(finding.acts, subject=Subject.FINDING, state=finding.state, act=act)
    return Asked(
        subject=Subject.FINDING,
        act=act,
        what=f"{finding.number}. {finding.title}",
        base=f"/findings/{finding.id}",
        version=finding.version,
        needs_reason=offer.needs_reason,
    )


def _send(visit: Visit, finding_id: UUID, fields: Fields) -> Callable[[], None]:
    version, due = fields.whole("version"), fields.moment("answer_due_at")
    return lambda: findings.send_finding(
        visit.session,
        actor=visit.actor,
        finding_id=finding_id,
        version=version,
        answer_due_at=due,
        at=visit.now,
    )


def _fall_silent(visit: Visit, finding_id: UUID, fields: Fields) -> Callable[[], None]:
    version = fields.whole("version")
    return lambda: findings.mark_silent(
        visit.session,
        actor=visit.actor,
        finding_id=finding_id,
        version=version,
        at=visit.now,
    )


def _verify(visit: Visit, finding_id: UUID, fields: Fields) -> Callable[[], None]:
    version = fields.whole("version")
    return lambda: findings.verify_finding(
        visit.session,
        actor=visit.actor,
        finding_id=finding_id,
        version=version,
        reason=fields.text("reason"),
        at=visit.now,
    )


def _dismiss(visit: Visit, finding_id: UUID, fields: Fields) -> Callable[[], None]:
    version = fields.whole("version")
    return lambda: findings.dismiss_finding(
        visit.session,
        actor=visit.actor,
        finding_id=finding_id,
        version=version,
        reason=fields.text("reason"),
        at=visit.now,
    )


_ACTS: Final[Mapping[Act, Callable[[Visit, UUID, Fields], Callable[[], None]]]] = {
    Act.SEND: _send,
    Act.FALL_SILENT: _fall_silent,
    Act.VERIFY: _verify,
    Act.DISMISS: _dismiss,
}


def _entry(visit: Visit, finding: FindingPage, form: Form, *, status: int = 200) -> Template:
    case = inspections.get_inspection(
        visit.session, actor=visit.actor, inspection_id=finding.inspection_id
    )
    context = {
        "finding": finding,
        "form": form,
        "matters": [(one.id, f"{one.number}. {one.title}") for one in case.matters],
    }
    return visit.shell.page("findings/edit.html", context, status=status)
