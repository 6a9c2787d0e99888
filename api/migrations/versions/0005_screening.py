"""Keep what screening says of each file, and of its signatures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this shape; files received before wait to be screened."""
    op.create_table(
        "screening",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(100), nullable=False),
        sa.Column("refusal_code", sa.String(100), nullable=True),
        sa.Column("refusal_facts", sa.String(), nullable=False),
        sa.Column("notices", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("secrecy", sa.String(40), nullable=False),
        sa.Column("level", sa.String(40), nullable=True),
        sa.Column("place", sa.String(40), nullable=True),
        sa.Column("antivirus", sa.String(40), nullable=False),
        sa.Column("antivirus_detail", sa.String(200), nullable=False),
        sa.Column("antivirus_engine", sa.String(200), nullable=False),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_released", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_screening_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["evidenceitem.id"], name=op.f("fk_screening_item_id_evidenceitem")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_screening")),
    )
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screening_state"), ["state"], unique=False)
    op.create_table(
        "signaturecheck",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("signer", sa.String(300), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_timestamped", sa.Boolean(), nullable=False),
        sa.Column("coverage", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("doubt", sa.String(40), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["evidenceitem.id"], name=op.f("fk_signaturecheck_item_id_evidenceitem")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signaturecheck")),
        sa.UniqueConstraint("item_id", "position", name=op.f("uq_signaturecheck_item_id_position")),
    )
    with op.batch_alter_table("signaturecheck", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signaturecheck_item_id"), ["item_id"], unique=False)


def downgrade() -> None:
    """Bring the database back to the shape before."""
    op.drop_table("signaturecheck")
    op.drop_table("screening")
