"""Files on their way: what was announced, how much of it counts, and why one was refused."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from inspection.tables.columns import BIG, stored
from inspection.workflow.states import UploadState


class Upload(SQLModel, table=True):
    """One file that comes in parts; its id is the name of passage in the store.

    It answers a request or goes with the answer to a finding; received, it is an `EvidenceItem`
    whose `incoming_id` is this id.
    """

    __table_args__ = (
        CheckConstraint("(request_id IS NULL) <> (finding_id IS NULL)", name="one_target"),
        CheckConstraint("offset_bytes BETWEEN 0 AND size_bytes", name="offset"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    request_id: UUID | None = Field(default=None, foreign_key="evidencerequest.id", index=True)
    finding_id: UUID | None = Field(default=None, foreign_key="finding.id", index=True)
    name: str = Field(max_length=200)
    size_bytes: int = Field(sa_type=BIG)
    sha256: str = Field(max_length=64)  # as declared; the bytes are compared with it
    # When the file was last changed where it came from, so that its sender finds it again.
    modified_ms: int | None = Field(default=None, sa_type=BIG)
    part_bytes: int
    store_name: str = Field(default="", max_length=1000)
    offset_bytes: int = Field(default=0, sa_type=BIG)  # acknowledged
    state: UploadState = Field(default=UploadState.WAITING, sa_type=stored(UploadState))
    reason_code: str | None = Field(default=None, max_length=100)
    reason_facts: str = "{}"  # JSON
    media_type: str = Field(default="", max_length=100)
    created_by: UUID = Field(foreign_key="person.id", index=True)
    created_at: datetime
    touched_at: datetime = Field(index=True)
    expires_at: datetime = Field(index=True)


class UploadPart(SQLModel, table=True):
    """One acknowledged part: it is in the store, and matched its checksum."""

    upload_id: UUID = Field(primary_key=True, foreign_key="upload.id")
    number: int = Field(primary_key=True)
    size_bytes: int
    tag: str = Field(default="", max_length=200)  # what the store calls it
    acknowledged_at: datetime
