"""Keep private addresses of obligations."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this shape."""
    op.create_table(
        "calendarfeed",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendarfeed_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendarfeed")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_calendarfeed_token_sha256")),
    )


def downgrade() -> None:
    """Bring the database back to the shape before."""
    op.drop_table("calendarfeed")
