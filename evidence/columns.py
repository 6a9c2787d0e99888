"""How the columns of every table lie in the database, alike on SQLite and PostgreSQL."""

from typing import Final

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData
from sqlmodel import SQLModel

# Named constraints, so that migrations can drop what they made; set before any table is declared.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA: MetaData = SQLModel.metadata
# Bytes, rows and minor units of money pass 2^31.
BIG: Final = BigInteger()
# SQLite numbers only INTEGER keys by itself, and there they have 64 bits already.
COUNTING: Final = BigInteger().with_variant(Integer(), "sqlite")
HASH: Final = LargeBinary(32)
