"""What screening said of each file, and of the signatures it bears."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from evidence.screening.values import Antivirus, Level, Place, Secrecy
from evidence.signatures.values import Coverage, Doubt, Integrity
from inspection.tables.columns import JSON_DOCUMENT, stored
from inspection.workflow.states import ScreeningState


class Screening(SQLModel, table=True):
    """One file as screening left it; a file without a row waits for its first."""

    item_id: UUID = Field(primary_key=True, foreign_key="evidenceitem.id")
    state: ScreeningState = Field(sa_type=stored(ScreeningState), index=True)
    kind: str = Field(default="", max_length=100)  # media type by content
    refusal_code: str | None = Field(default=None, max_length=100)
    refusal_facts: str = "{}"  # JSON
    notices: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON_DOCUMENT)
    secrecy: Secrecy = Field(default=Secrecy.NOT_SCREENED, sa_type=stored(Secrecy))
    level: Level | None = Field(default=None, sa_type=stored(Level))
    place: Place | None = Field(default=None, sa_type=stored(Place))
    antivirus: Antivirus = Field(default=Antivirus.UNSCANNED, sa_type=stored(Antivirus))
    antivirus_detail: str = Field(default="", max_length=200)
    antivirus_engine: str = Field(default="", max_length=200)
    screened_at: datetime
    # The security officer found that the mark was none; marks then no longer count.
    is_released: bool = False
    decided_by: UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    reason: str = ""
    version: int = 1


class SignatureCheck(SQLModel, table=True):
    """One signature in one file, as it was checked."""

    __table_args__ = (UniqueConstraint("item_id", "position"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    item_id: UUID = Field(foreign_key="evidenceitem.id", index=True)
    position: int
    signer: str = Field(max_length=300)
    signed_at: datetime | None = None  # as the signer claims it, unless it is time-stamped
    is_timestamped: bool = False
    coverage: Coverage = Field(sa_type=stored(Coverage))
    verdict: Integrity = Field(sa_type=stored(Integrity))
    doubt: Doubt | None = Field(default=None, sa_type=stored(Doubt))
    checked_at: datetime
