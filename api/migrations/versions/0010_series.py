"""Count the entries of the custody log that belong to one inspection, or to its campaign."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Those before have no numbers and stay as they are: the first number says how many they were.
# An entry of an inspection names it; one of the campaign as a whole has its line in the journal.
_INSPECTIONS = """
    INSERT INTO custodyseries (id, reached)
    SELECT inspection.id, COUNT(*)
    FROM inspection JOIN custodysubject ON custodysubject.subject_id = inspection.id
    GROUP BY inspection.id
"""
_CAMPAIGNS = """
    INSERT INTO custodyseries (id, reached)
    SELECT campaign_id, COUNT(*)
    FROM journalentry
    WHERE campaign_id IS NOT NULL AND inspection_id IS NULL AND leaf_id IS NOT NULL
    GROUP BY campaign_id
"""


def upgrade() -> None:
    """Bring the database to this shape; entries stay byte for byte."""
    op.create_table(
        "custodyseries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custodyseries")),
    )
    op.execute(_INSPECTIONS)
    op.execute(_CAMPAIGNS)


def downgrade() -> None:
    """Bring the database back; an upgrade counts numbered entries with the others."""
    op.drop_table("custodyseries")
