"""Pages: why one unit got its verdict, and its row in its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from api.language import Translator
from api.packs import kept_pack
from api.pages import measuring, results
from api.pages.campaigns import INSPECTORS
from api.pages.exploring import Line, item_address, show_lines
from api.pages.forms import Fields, Form, Refused, attempt_flow
from api.pages.login import inside
from api.pages.visit import Errand, Visit
from api.templating import WebRequest
from inspection.errors import ConflictError
from inspection.queries import evaluations
from inspection.queries.deposits import get_item
from inspection.queries.evaluations import EvaluationPage
from inspection.readings import ProblemLine, RowSlice, list_originals, read_around
from inspection.retracing import retrace
from inspection.violations import get_line
from rules.contract import ColumnType, Contract
from rules.evaluation.trace import Place, Trace
from rules.pack import Pack

REACH: Final = 2  # neighbours before and after
ASKED: Final = ("rule_code", "file", "sheet", "row", "key")
# What a formula's part is called, and how it is written.
_NUMBERS: Final = frozenset({"number", ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.MONEY})
_CONDITIONS: Final = frozenset({"condition", ColumnType.BOOLEAN})
_DAYS: Final = frozenset({"date", ColumnType.DATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A row in its source, with its neighbours as they were understood.

    Attributes:
        originals: What stood in cells that could not be read, by sheet, row and column.
        href: The file at this row.
    """

    place: Place
    file: str
    contract: Contract | None
    rows: RowSlice
    originals: Mapping[tuple[str | None, int, str], ProblemLine]
    read: frozenset[str]
    href: str


class LinePages(Controller):
    """One line, or any unit of a run, explained step by step."""

    path = "/evaluations/{evaluation_id:uuid}"
    opt = INSPECTORS

    @get("/lines/{key:str}", sync_to_thread=True)
    def show_line(
        self,
        errand: NamedDependency[Errand],
        evaluation_id: FromPath[UUID],
        key: FromPath[str],
        back: FromQuery[str] = "",
    ) -> Template:
        """Show a line: where it stands, what was expected, and why it got its verdict."""
        run, pack = _run(errand, evaluation_id)
        if run.violations_sha256 is None:
            raise ConflictError("evaluation.not_done", state=run.state)
        found = get_line(
            errand.storage, errand.cache, violations_sha256=run.violations_sha256, key=key
        )
        (line,) = show_lines((found,), pack=pack, t=errand.shell.t, inputs=run.inputs)
        place = None if found.row is None else _place(found.row, found.file, found.sheet)
        told = _retrace(errand, run, found.rule, place, found.unit_key)
        form = _form(rule_code=found.rule, file=found.file, sheet=found.sheet, row=found.row)
        return _page(errand, run, pack, form=form, told=told, line=line, back=inside(back))

    @get("/trace", sync_to_thread=True)
    def show_unit(
        self,
        *,
        request: WebRequest,
        errand: NamedDependency[Errand],
        evaluation_id: FromPath[UUID],
    ) -> Template:
        """Ask for any unit by its rule and its place or its key, and explain it."""
        run, pack = _run(errand, evaluation_id)
        asked = {name: request.query_params.get(name, "") for name in ASKED}
        fields = Fields({name: (text,) for name, text in asked.items()})
        if not (asked["row"] or asked["key"]) and not asked["file"]:
            return _page(errand, run, pack, form=fields.form, told=None)
        row = fields.whole("row") if asked["row"] else None
        if not fields.are_good:
            return _page(errand, run, pack, form=fields.form, told=None, status=422)
        place = None if row is None else _place(row, asked["file"], asked["sheet"])
        told = _retrace(errand, run, asked["rule_code"], place, asked["key"])
        if isinstance(told, Refused):
            form = fields.refused(told)
            return _page(errand, run, pack, form=form, told=None, status=told.status)
        return _page(errand, run, pack, form=fields.form, told=told)


def written(value: str | None, kind: str, t: Translator) -> str:
    """Write a value a formula worked with as the language does.

    Args:
        value: Language-neutral text; None is not known.
        kind: What a step of a formula calls it, or the type of its column.
        t: The language.
    """
    if value is None:
        return t("trace.unknown")
    if kind in _CONDITIONS:
        return t(f"trace.{value}") if value in {"true", "false"} else value
    if kind in _NUMBERS:
        return t.formats.exact(value)
    if kind in _DAYS:
        return t.formats.day(date.fromisoformat(value))
    if kind == ColumnType.DATETIME:
        return str(t.formats.cell(datetime.fromisoformat(value)))
    return value


def _run(errand: Errand, evaluation_id: UUID) -> tuple[EvaluationPage, Pack]:
    with errand.database.read() as session:
        run = evaluations.get_evaluation(session, actor=errand.actor, evaluation_id=evaluation_id)
    return run, kept_pack(errand.storage, run.pack_digest)


def _place(row: int, file: str | None, sheet: str | None) -> Place:
    return Place(row=row, file=file or None, sheet=sheet or None)


def _form(**values: object) -> Form:
    return Form(values={name: (str(value),) for name, value in values.items() if value})


def _retrace(
    errand: Errand, run: EvaluationPage, rule_code: str, place: Place | None, key: str
) -> Trace | Refused:
    return attempt_flow(
        partial(
            retrace,
            errand.database,
            errand.storage,
            errand.cache,
            actor=errand.actor,
            evaluation_id=run.id,
            rule_code=rule_code,
            place=place,
            key=key or None,
        )
    )


def _page(
    errand: Errand,
    run: EvaluationPage,
    pack: Pack,
    *,
    form: Form,
    told: Trace | Refused | None,
    line: Line | None = None,
    back: str = "",
    status: int = 200,
) -> Template:
    t = errand.shell.t
    trace = told if isinstance(told, Trace) else None
    code = trace.rule.code if trace else line.row.rule if line else form.text("rule_code")
    rules = results.rules_of(pack, t)
    with errand.database.read() as session:
        source = _source(errand.within(session), run, pack, trace, line)
    context = {
        "run": run,
        "pack": pack,
        "rules": rules,
        "rule": rules.get(code),
        "form": form,
        "line": line,
        "trace": trace,
        "refusal": told.problems if isinstance(told, Refused) else {},
        "contract": pack.contracts[trace.rule.table] if trace else None,
        "source": source,
        "files": {one.sha256: one.name for one in run.inputs},
        "written": partial(written, t=t),
        "measure": partial(measuring.written, t=t),
        "measured": partial(measuring.label_of, t=t),
        "back": back or f"/evaluations/{run.id}/violations?rule_code={code}",
        "currency": next((x.currency for x in run.tallies if x.rule_code == code), "VND"),
    }
    return errand.shell.page("evaluations/trace.html", context, status=status)


def _source(
    visit: Visit, run: EvaluationPage, pack: Pack, trace: Trace | None, line: Line | None
) -> Source | None:
    """Read a row and its neighbours, where a row stands behind the unit and its file is known."""
    place = trace.place if trace else None
    read = frozenset(one.column for one in trace.inputs) if trace else frozenset()
    if place is None and line is not None and line.row.row is not None:
        place = _place(line.row.row, line.row.file, line.row.sheet)
        read = frozenset(name for name, _ in line.row.values)
    item = next((one for one in run.inputs if place and one.sha256 == place.file), None)
    if place is None or item is None:
        return None
    reading = get_item(visit.session, actor=visit.actor, item_id=item.item_id).item.reading
    if reading is None or reading.rows_sha256 is None or reading.problems_sha256 is None:
        return None
    store = (visit.storage, visit.cache)
    rows = read_around(
        *store, rows_sha256=reading.rows_sha256, sheet=place.sheet, row=place.row, reach=REACH
    )
    return Source(
        place=place,
        file=item.name,
        contract=pack.contracts.get(item.table_name),
        rows=rows,
        originals=list_originals(*store, problems_sha256=reading.problems_sha256, rows=rows),
        read=read,
        href=item_address(
            item.item_id, row=place.row, sheet=place.sheet, columns=read, back=visit.shell.address
        ),
    )
