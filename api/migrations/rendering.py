"""How column types are written into a migration and compared with what a database has.

They are written as the database sees them.

Our own type classes may change what they do in Python; a migration must not change with them.
"""

from typing import Any, Final, Literal

from advanced_alchemy.types import GUID, DateTimeUTC
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, DateTime, Enum, Uuid
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

_WRITTEN: Final = (
    ((Enum, AutoString), "sa.String({length})"),
    ((UTCDateTime, DateTimeUTC, DateTime), "sa.DateTime(timezone=True)"),
    ((GUID,), "GUID(length=16)"),
    ((Uuid,), "sa.Uuid()"),
    ((JSON,), 'sa.JSON().with_variant(JSONB(), "postgresql")'),
)


def render_type(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write a column type in plain SQLAlchemy; False leaves it to Alembic."""
    if kind != "type":
        return False
    for classes, written in _WRITTEN:
        if isinstance(thing, classes):
            return written.format(length=getattr(thing, "length", None) or "")
    return False


def compare_types(
    _context: object, _column: object, _declared: object, _found: object, wanted: object
) -> bool | None:
    """Whether a column's type differs; None leaves it to Alembic.

    SQLite gives the queue's GUID columns back as numbers, whatever made them.
    """
    return False if isinstance(wanted, GUID) else None
