"""Keep the measures behind the verdicts of a run beside its lines."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this shape; earlier runs have no measures."""
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("facts_sha256", sa.String(64), nullable=True))


def downgrade() -> None:
    """Bring the database back to the shape before."""
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_column("facts_sha256")
