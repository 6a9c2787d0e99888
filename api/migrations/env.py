"""How Alembic runs here: always on a connection handed in by `api.schema`."""

from alembic import context

from api.migrations.rendering import compare_types, render_type
from api.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=list(METADATA),
    compare_type=compare_types,
    render_item=render_type,
    # SQLite cannot alter most things: Alembic then copies the table.
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
