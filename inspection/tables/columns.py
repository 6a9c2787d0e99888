"""How values lie in columns, alike on SQLite and PostgreSQL."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum
from sqlalchemy.dialects.postgresql import JSONB

from evidence.columns import BIG, METADATA

__all__ = ["BIG", "JSON_DOCUMENT", "METADATA", "stored"]

JSON_DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


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
