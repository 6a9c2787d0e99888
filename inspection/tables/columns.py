"""How values lie in columns, alike on SQLite and PostgreSQL."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Enum, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

# Named constraints, so that migrations can drop what they made.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA: MetaData = SQLModel.metadata
JSON_DOCUMENT = JSON().with_variant(JSONB(), "postgresql")
# Bytes, rows and minor units of money pass 2^31.
BIG = BigInteger()


def stored(values: type[StrEnum]) -> Any:  # SQLModel types `sa_type` as Any
    """A text column holding the written value of an enum, not its Python name."""
    return Enum(
        values,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=False,
        length=40,
        validate_strings=True,
    )
