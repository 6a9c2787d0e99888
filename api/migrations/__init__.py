"""The database's shape over time, as Alembic migrations."""
