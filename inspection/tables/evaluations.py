"""Runs of a pack over accepted evidence."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from inspection.tables.columns import BIG, stored
from inspection.workflow.states import EvaluationState


class Evaluation(SQLModel, table=True):
    """One run; its inputs are named, so that the same run can be made again."""

    __table_args__ = (UniqueConstraint("inspection_id", "number"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    inspection_id: UUID = Field(foreign_key="inspection.id")
    number: int
    state: EvaluationState = Field(default=EvaluationState.QUEUED, sa_type=stored(EvaluationState))
    pack_digest: str = Field(max_length=64)
    engine_version: str = Field(default="", max_length=40)
    as_of: date
    requested_by: UUID = Field(foreign_key="person.id")
    requested_at: datetime
    started_at: datetime | None = None
    beat_at: datetime | None = None  # last sign of life of the process that runs it
    finished_at: datetime | None = None
    attempt: int = 0
    rules_total: int = 0
    rules_done: int = 0
    rows_total: int = Field(default=0, sa_type=BIG)
    violations_sha256: str | None = Field(default=None, max_length=64)
    # The measures behind the verdicts; runs from before measures were kept have none.
    facts_sha256: str | None = Field(default=None, max_length=64)
    error_code: str | None = Field(default=None, max_length=100)
    error_facts: str = "{}"  # JSON
    version: int = 1


class EvaluationInput(SQLModel, table=True):
    """One file an evaluation read: frozen when it was asked for."""

    __table_args__ = (UniqueConstraint("evaluation_id", "item_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    evaluation_id: UUID = Field(foreign_key="evaluation.id")
    item_id: UUID = Field(foreign_key="evidenceitem.id")
    table_name: str = Field(max_length=100)
    is_own: bool = True  # False: another organization's, for rules of campaign scope


class RuleTally(SQLModel, table=True):
    """How the units of one rule ended; the counts sum to the population, always."""

    __table_args__ = (
        UniqueConstraint("evaluation_id", "rule_code"),
        CheckConstraint(
            "population = met + violated + undetermined + not_applicable + error",
            name="reconciles",
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    evaluation_id: UUID = Field(foreign_key="evaluation.id")
    position: int
    rule_code: str = Field(max_length=60)
    rule_class: str = Field(max_length=20)
    table_name: str = Field(max_length=100)
    unit: str = Field(max_length=20)
    population: int = Field(sa_type=BIG)
    met: int = Field(sa_type=BIG)
    violated: int = Field(sa_type=BIG)
    undetermined: int = Field(sa_type=BIG)
    not_applicable: int = Field(sa_type=BIG)
    error: int = Field(sa_type=BIG)
    error_code: str | None = Field(default=None, max_length=100)
    error_facts: str = "{}"  # JSON
    amount: int | None = Field(default=None, sa_type=BIG)  # minor units
    currency: str = Field(default="VND", max_length=3)
