"""What an organization was told it has handed in, frozen when it certified it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel


class DepositReceipt(SQLModel, table=True):
    """The statement of one receipt; its proof is made of the custody log when it is asked for."""

    deposit_id: UUID = Field(primary_key=True, foreign_key="deposit.id")
    leaf_id: UUID = Field(unique=True)  # the entry that binds the statement
    statement: str  # canonical JSON (RFC 8785): the very bytes that were hashed
    certified_at: datetime
