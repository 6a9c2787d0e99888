"""Pages: one run, its rules, and the lines behind every number."""

from dataclasses import replace
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
from api.pages.exploring import (
    EXCLUDED,
    month_points,
    query_of,
    read_excluded,
    read_filter,
    show_lines,
)
from api.pages.forms import Fields, Form, Refused, attempt_flow, attempt_whole, filled
from api.pages.login import Answer, see
from api.pages.measuring import measured_rules
from api.pages.paging import paging, read_page
from api.pages.visit import Errand, Visit
from api.templating import WebRequest
from inspection.errors import ConflictError
from inspection.findings import check_words, draft_finding
from inspection.people import Party
from inspection.queries import evaluations, inspections
from inspection.queries.evaluations import EvaluationPage
from inspection.violations import (
    ViolationFilter,
    ViolationSlice,
    list_months,
    list_reasons,
    read_slice,
)
from rules.checks.reason import Reason

LINES: Final = 50


class EvaluationPages(Controller):
    """A run as the team sees it; the organization never does."""

    path = "/evaluations/{evaluation_id:uuid}"
    opt = INSPECTORS

    @get(sync_to_thread=True)
    def show(self, visit: NamedDependency[Visit], evaluation_id: FromPath[UUID]) -> Template:
        """Show a run: how far it is, or how every rule ended."""
        run = _run(visit, evaluation_id)
        pack = kept_pack(visit.storage, run.pack_digest)
        context = {
            "run": run,
            "case": inspections.get_inspection(
                visit.session, actor=visit.actor, inspection_id=run.inspection_id
            ),
            "rules": results.rules_of(pack, visit.shell.t),
            "pack": pack,
            "counts": results.total(run.tallies),
            "classes": results.by_class(run.tallies),
            **_found(visit, run),
        }
        return visit.shell.page("evaluations/show.html", context)

    @get("/violations", sync_to_thread=True)
    def explore(
        self,
        *,
        request: WebRequest,
        visit: NamedDependency[Visit],
        evaluation_id: FromPath[UUID],
        page: FromQuery[int] = 1,
    ) -> Template:
        """Show the lines that meet the filters of the address."""
        run = _run(visit, evaluation_id)
        digest = _lines_of(run)
        wanted, form = read_filter(request)
        found = read_page(
            lambda offset: read_slice(
                visit.storage,
                visit.cache,
                violations_sha256=digest,
                filter=wanted,
                offset=offset,
                limit=LINES,
            ),
            page=page,
            size=LINES,
        )
        judged = _judged(run, wanted)
        months = list_months(visit.storage, visit.cache, violations_sha256=digest, filter=wanted)
        tally = next((one for one in run.tallies if one.rule_code == wanted.rule_code), None)
        pack = kept_pack(visit.storage, run.pack_digest)
        context = {
            "run": run,
            "rules": results.rules_of(pack, visit.shell.t),
            "is_measured": wanted.rule_code in measured_rules(visit, run),
            "reasons": tuple(Reason),
            "form": form,
            **_drafting(visit, run),
            "drafted": found.total if judged == wanted else _slice(visit, run, judged).total,
            "found": found,
            "lines": show_lines(
                found.rows, pack=pack, t=visit.shell.t, inputs=run.inputs, back=visit.shell.address
            ),
            "months": months,
            "points": month_points(months, visit.shell.fmt),
            "tally": tally,
            "currency": next((one.currency for one in run.tallies), "VND"),
            "paging": paging(
                path=visit.shell.path,
                query=wanted.as_dict(),
                page=page,
                total=found.total,
                size=LINES,
            ),
        }
        return visit.shell.page("evaluations/violations.html", context)

    @get("/findings/new", sync_to_thread=True)
    def ask_finding(
        self,
        *,
        request: WebRequest,
        visit: NamedDependency[Visit],
        evaluation_id: FromPath[UUID],
    ) -> Template:
        """Ask for the words of a finding over the lines chosen."""
        wanted, _ = read_filter(request)
        run = _run(visit, evaluation_id)
        rules = results.rules_of(kept_pack(visit.storage, run.pack_digest), visit.shell.t)
        title = rules[wanted.rule_code].title if wanted.rule_code in rules else ""
        return _entry(visit, run, wanted, read_excluded(request), filled(title=title))

    @post("/findings/new", sync_to_thread=True)
    def draft(
        self,
        *,
        request: WebRequest,
        errand: NamedDependency[Errand],
        evaluation_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Freeze the lines chosen into a finding."""
        wanted, _ = read_filter(request)
        excluded = read_excluded(request)
        matter_id = fields.identifier("matter_id")
        title, question = fields.text("title"), fields.text("question")
        draft = partial(
            draft_finding,
            errand.database,
            errand.storage,
            errand.cache,
            actor=errand.actor,
            evaluation_id=evaluation_id,
            rule_code=wanted.rule_code,
            matter_id=matter_id,
            title=title,
            question=question,
            filter=wanted,
            excluded_keys=excluded,
            at=errand.now,
        )
        check = partial(check_words, title=title, question=question)
        outcome = attempt_whole(fields, partial(attempt_flow, draft), check=check)
        if not isinstance(outcome, Refused):
            return see(f"/findings/{outcome}?done=finding.draft")
        form, status = fields.refused(outcome), outcome.status
        with errand.database.read() as session:
            visit = errand.within(session)
            run = _run(visit, evaluation_id)
            return _entry(visit, run, wanted, excluded, form, status=status)


def _run(visit: Visit, evaluation_id: UUID) -> EvaluationPage:
    return evaluations.get_evaluation(visit.session, actor=visit.actor, evaluation_id=evaluation_id)


def _found(visit: Visit, run: EvaluationPage) -> dict[str, object]:
    """Tell what a run found beside its tallies: reasons, and the rules that measured something."""
    reasons = (
        list_reasons(visit.storage, visit.cache, violations_sha256=run.violations_sha256)
        if run.violations_sha256
        else ()
    )
    return {
        "reasons": results.by_reason(reasons),
        "measured": measured_rules(visit, run),
    }


def _drafting(visit: Visit, run: EvaluationPage) -> dict[str, object]:
    """Whether this visitor may draft at all, and why nobody may now."""
    case = inspections.get_inspection(
        visit.session, actor=visit.actor, inspection_id=run.inspection_id
    )
    has_seat = not {Party.LEAD, Party.MEMBER}.isdisjoint(case.parties)
    return {"has_seat": has_seat, "standstill": case.standstill}


def _judged(run: EvaluationPage, wanted: ViolationFilter) -> ViolationFilter:
    """Take of one rule what was judged, or what could not be: never both in one finding."""
    tally = next((one for one in run.tallies if one.rule_code == wanted.rule_code), None)
    if tally is None or wanted.verdict:
        return wanted
    return replace(wanted, verdict="violated" if tally.violated else "undetermined")


def _lines_of(run: EvaluationPage) -> str:
    if run.violations_sha256 is None:
        raise ConflictError("evaluation.not_done", state=run.state)
    return run.violations_sha256


def _slice(
    visit: Visit, run: EvaluationPage, wanted: ViolationFilter, excluded: tuple[str, ...] = ()
) -> ViolationSlice:
    return read_slice(
        visit.storage,
        visit.cache,
        violations_sha256=_lines_of(run),
        filter=wanted,
        offset=0,
        limit=LINES,
        excluded_keys=excluded,
    )


def _entry(
    visit: Visit,
    run: EvaluationPage,
    wanted: ViolationFilter,
    excluded: tuple[str, ...],
    form: Form,
    *,
    status: int = 200,
) -> Template:
    case = inspections.get_inspection(
        visit.session, actor=visit.actor, inspection_id=run.inspection_id
    )
    wanted = _judged(run, wanted)
    found = _slice(visit, run, wanted, excluded)
    pack = kept_pack(visit.storage, run.pack_digest)
    context = {
        "run": run,
        "case": case,
        "rules": results.rules_of(pack, visit.shell.t),
        "wanted": wanted,
        "excluded": excluded,
        "excluded_name": EXCLUDED,
        "query": query_of(wanted, excluded),
        "back": f"/evaluations/{run.id}/violations?{query_of(wanted)}",
        "found": found,
        "lines": show_lines(found.rows, pack=pack, t=visit.shell.t, inputs=run.inputs),
        "tally": next((one for one in run.tallies if one.rule_code == wanted.rule_code), None),
        "form": form,
        "matters": [(one.id, f"{one.number}. {one.title}") for one in case.matters],
    }
    return visit.shell.page("evaluations/finding.html", context, status=status)
