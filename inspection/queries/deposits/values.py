"""What is known of an answer to a request, and of one file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from evidence.preview.making import PREVIEWABLE
from inspection.deposits import Obstacle
from inspection.offers import ActOffer
from inspection.queries.screening import ScreeningLine, SignatureLine
from inspection.screening.gates import GOING
from inspection.workflow.states import DepositState, ScreeningState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """What reading a file gave; rows read and refused make up the rows of the file.

    Attributes:
        error_code: The file could not be read as a table at all; None where it could.
        problems: Cells and rows that could not be taken; each is listed.
    """

    table_name: str
    error_code: str | None
    error_facts: Mapping[str, object]
    rows_in_file: int
    rows_read: int
    rows_refused: int
    problems: int
    rows_sha256: str | None
    problems_sha256: str | None
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """A file as it was received; `reading` is None while it is awaited or not called for."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    received_at: datetime
    screening: ScreeningLine
    reading: ReadingLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedLine:
    """A file that was removed as a secret while its answer was open: it is no part of that.

    Attributes:
        reason: What the security officer has given as grounds.
    """

    id: UUID
    size_bytes: int
    sha256: str
    received_at: datetime
    removed_at: datetime
    state: ScreeningState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositPage:
    """One version of an answer to a request.

    Attributes:
        certifiers: How many people certify it; `certified_by` is the first of two.
        number: Counts the versions of one answer, from 1.
        is_current: Of all versions, the one that counts: the accepted one or, where none is, the
            one handed in.
        can_replace: The actor may begin a version that replaces this one.
        replacing_waits_for: Why the actor may not yet, who else might; None where nothing stops it.
        unfinished: Files for this request whose sending has not ended.
        taken_out: Files removed as secrets before it was certified; for its organization alone.
        obstacles: Where it waits to be accepted: the files that do not let it be, and why.
    """

    id: UUID
    inspection_id: UUID
    campaign_id: UUID
    campaign: str
    organization: str
    request_id: UUID
    request_number: int
    request_title: str
    due_at: datetime
    table_name: str | None
    certifiers: int
    number: int
    supersedes_id: UUID | None
    why: str
    is_current: bool
    state: DepositState
    note: str
    effective_from: date | None
    effective_to: date | None
    reason: str
    unfinished: int
    created_at: datetime
    certified_at: datetime | None
    certified_by: str
    submitted_at: datetime | None
    submitted_by: str
    decided_at: datetime | None
    is_team: bool
    version: int
    can_replace: bool
    replacing_waits_for: str | None
    files: tuple[ItemLine, ...]
    taken_out: tuple[RemovedLine, ...]
    obstacles: tuple[Obstacle, ...]
    acts: tuple[ActOffer, ...]

    @property
    def carried(self) -> tuple[ItemLine, ...]:
        """The files a version replacing this one begins with; no secret is copied."""
        return tuple(file for file in self.files if not file.screening.is_shut)

    @property
    def removed(self) -> tuple[ItemLine, ...]:
        """The files that were removed as secrets; their number is all that is left to say."""
        return tuple(file for file in self.files if file.screening.state in GOING)

    @property
    def held_back(self) -> tuple[ItemLine, ...]:
        """The files the security officer has still to decide on."""
        return tuple(
            file for file in self.files if file.screening.state is ScreeningState.QUARANTINED
        )

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)

    @property
    def is_being_read(self) -> bool:
        """A file still waits to be looked at or, in a table, to be read."""
        return any(
            file.screening.is_waiting
            or (self.table_name is not None and file.screening.has_passed and file.reading is None)
            for file in self.files
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyedLine:
    """When a file was destroyed and who confirmed it; for the organization the name is empty."""

    destruction_id: UUID
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One file with where it belongs.

    Attributes:
        deposit_state: Of the deposit it is part of; None for a file of an answer to a finding.
    """

    item: ItemLine
    inspection_id: UUID
    deposit_id: UUID | None
    deposit_state: DepositState | None
    finding_id: UUID | None
    table_name: str | None
    pack_digest: str | None
    organization: str
    received_by: str
    is_team: bool
    signatures: tuple[SignatureLine, ...]
    destroyed: DestroyedLine | None

    @property
    def is_readable(self) -> bool:
        """Its bytes are for whoever sees this page; its sender may see more than others."""
        state = self.item.screening.state
        own_only = {ScreeningState.WAITING, ScreeningState.INFECTED}
        return (
            self.destroyed is None
            and not self.item.screening.is_shut
            and not (self.is_team and state in own_only)
        )

    @property
    def has_preview(self) -> bool:
        """There is a way to show it without handing it out."""
        return self.is_readable and self.item.media_type in PREVIEWABLE
