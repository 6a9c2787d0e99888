"""JSON: runs of the pack, their progress, and the lines they found."""

# ruff: noqa: PLR0917 - Litestar gives every parameter by its name

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream
from sqlmodel import Session

from api.auth import ROLES
from api.downloads import send_made
from api.endpoints.answers import Made
from api.spreadsheets import violations_csv
from evidence.storage import Storage
from inspection.database import Database
from inspection.errors import ConflictError, NotFoundError
from inspection.findings import draft_finding
from inspection.measures import MeasuredSlice, read_measures
from inspection.people import Actor, Role
from inspection.queries import evaluations as queries
from inspection.queries.evaluations import EvaluationPage, ProgressLine
from inspection.retracing import retrace
from inspection.violations import (
    ReasonCount,
    ViolationFilter,
    ViolationRow,
    ViolationSlice,
    get_line,
    iterate_lines,
    list_reasons,
    read_slice,
)
from rules.evaluation.trace import Place, Trace

LARGEST_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingBody:
    """Lines of one rule, selected for a finding.

    Attributes:
        filter: `rule_code`, `verdict`, `reason`, `text`, `amount_from`, `amount_to`; all texts.
        excluded_keys: Keys of lines that the filter meets and that are left out.
    """

    rule_code: str
    matter_id: UUID
    title: str
    question: str = ""
    filter: dict[str, str] = field(default_factory=dict)
    excluded_keys: tuple[str, ...] = ()


class EvaluationEndpoints(Controller):
    """One run of the pack."""

    path = "/evaluations"
    tags = ("evaluations",)
    opt = {ROLES: frozenset({Role.INSPECTOR})}  # noqa: RUF012 - Litestar reads a class attribute

    @get("/{evaluation_id:uuid}", sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        evaluation_id: FromPath[UUID],
    ) -> EvaluationPage:
        """One run: its inputs and how every rule ended."""
        return queries.get_evaluation(session, actor=actor, evaluation_id=evaluation_id)

    @get("/{evaluation_id:uuid}/progress", sync_to_thread=True)
    def progress(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        evaluation_id: FromPath[UUID],
    ) -> ProgressLine:
        """How far the run is."""
        return queries.get_progress(session, actor=actor, evaluation_id=evaluation_id)

    @get("/{evaluation_id:uuid}/violations", sync_to_thread=True)
    def violations(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        cache: NamedDependency[Path],
        actor: NamedDependency[Actor],
        evaluation_id: FromPath[UUID],
        rule_code: FromQuery[str] = "",
        verdict: FromQuery[str] = "",
        reason: FromQuery[str] = "",
        text: FromQuery[str] = "",
        amount_from: FromQuery[str] = "",
        amount_to: FromQuery[str] = "",
        offset: FromQuery[int] = 0,
        limit: FromQuery[int] = 100,
    ) -> ViolationSlice:
        """Some of the lines: what is violated or could not be judged."""
        return read_slice(
            storage,
            cache,
            violations_sha256=_find_lines(database, actor, evaluation_id),
            filter=_filter(
                rule_code=rule_code,
                verdict=verdict,
                reason=reason,
                text=text,
                amount_from=amount_from,
                amount_to=amount_to,
            ),
            offset=max(0, offset),
            limit=min(max(0, limit), LARGEST_PAGE),
        )

    @get("/{evaluation_id:uuid}/lines/{key:str}", sync_to_thread=True)
    def line(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        cache: NamedDependency[Path],
        actor: NamedDependency[Actor],
        evaluation_id: FromPath[UUID],
        key: FromPath[str],
    ) -> ViolationRow:
        """One line by its key."""
        digest = _find_lines(database, actor, evaluation_id)
        return get_line(storage, cache, violations_sha256=digest, key=key)

    @get("/{evaluation_id:uuid}/reasons", sync_to_thread=True)
    def reasons(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        cache: NamedDependency[Path],
        actor: NamedDependency[Actor],
        evaluation_id: FromPath[UUID],
    ) -> tuple[ReasonCount, ...]:
        """Why units are undetermined, counted by rule; the counts make up what is undetermined."""
        digest = _find_lines(database, actor, evaluation_id)
        return list_reasons(storage, cache, violations_sha256=digest)

    @get("/{evaluation_id:uuid}/measures", sync_to_thread=True)
    def measures(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        cache: NamedDependency[Path],
        actor: NamedDependency[Actor],
        evaluation_id: FromPath[UUID],
        rule_code: FromQuery[str] = "",
        offset: FromQuery[int] = 0,
        limit: FromQuery[int] = 100,
    ) -> MeasuredSlice:
        """What a rule has measured, group by group, to the last place."""
        with database.read() as session:
            page = queries.get_evaluation(session, actor=actor, evaluation_id=evaluation_id)
        if page.facts_sha256 is None:
            raise NotFoundError
        return read_measures(
            storage,
            cache,
            facts_sha256=page.facts_sha256,
            rule_code=rule_code,
            offset=max(0, offset),
            limit=min(max(0, limit), LARGEST_PAGE),
        )

    @get("/{evaluation_id:uuid}/trace", sync_to_thread=True)
    def trace(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        cache: NamedDependency[Path],
        actor: NamedDependency[Actor],
        evaluation_id: FromPath[UUID],
        rule_code: FromQuery[str] = "",
        file: FromQuery[str] = "",
        sheet: FromQuery[str] = "",
        row: FromQuery[int | None] = None,
        key: FromQuery[str] = "",
    ) -> Trace:
        """How any unit got its verdict: by its place, by its key as a person reads it, or both."""
        place = None
        if row is not None:
            place = Place(row=row, file=file or None, sheet=sheet or None)
        return retrace(
            database,
            storage,
            cache,
            actor=actor,
            evaluation_id=evaluation_id,
            rule_code=rule_code,
            place=place,
            key=key or None,
        )

    @get("/{evaluation_id:uuid}/violations.csv", sync_to_thread=True)
    def violations_csv(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        cache: NamedDependency[Path],
        actor: NamedDependency[Actor],
        evaluation_id: FromPath[UUID],
        rule_code: FromQuery[str] = "",
        verdict: FromQuery[str] = "",
        reason: FromQuery[str] = "",
        text: FromQuery[str] = "",
        amount_from: FromQuery[str] = "",
        amount_to: FromQuery[str] = "",
    ) -> Stream:
        """All lines that meet the filter, for a spreadsheet."""
        lines = iterate_lines(
            storage,
            cache,
            violations_sha256=_find_lines(database, actor, evaluation_id),
            filter=_filter(
                rule_code=rule_code,
                verdict=verdict,
                reason=reason,
                text=text,
                amount_from=amount_from,
                amount_to=amount_to,
            ),
            excluded_keys=(),
        )
        return send_made(
            violations_csv(lines), name=f"{evaluation_id}.csv", media_type="text/csv; charset=utf-8"
        )

    @post("/{evaluation_id:uuid}/findings", sync_to_thread=True)
    def draft_finding(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        cache: NamedDependency[Path],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        evaluation_id: FromPath[UUID],
        data: JSONBody[FindingBody],
    ) -> Made:
        """Make a finding of selected lines; count, amount and keys are frozen."""
        return Made(
            id=draft_finding(
                database,
                storage,
                cache,
                actor=actor,
                evaluation_id=evaluation_id,
                rule_code=data.rule_code,
                matter_id=data.matter_id,
                title=data.title,
                question=data.question,
                filter=ViolationFilter.from_dict(data.filter),
                excluded_keys=data.excluded_keys,
                at=now,
            )
        )


def _find_lines(database: Database, actor: Actor, evaluation_id: UUID) -> str:
    with database.read() as session:
        page = queries.get_evaluation(session, actor=actor, evaluation_id=evaluation_id)
    if page.violations_sha256 is None:
        raise ConflictError("evaluation.not_done", state=page.progress.state)
    return page.violations_sha256


def _filter(**values: str) -> ViolationFilter:
    return ViolationFilter.from_dict({name: value for name, value in values.items() if value})
