"""Know of stored objects how long they stay, and of legal holds on inspections."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PEOPLE = ("asked_by", "placed_by", "lift_asked_by", "lifted_by")


def upgrade() -> None:
    """Bring the database to this shape; objects are entered as they are met."""
    op.create_table(
        "storedobject",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("retain_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("found_sha256", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_storedobject")),
    )
    op.create_index(op.f("ix_storedobject_checked_at"), "storedobject", ["checked_at"])
    op.create_table(
        "legalhold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_cause", sa.String(), nullable=False),
        sa.Column("lift_asked_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
            name=op.f("fk_legalhold_inspection_id_inspection"),
        ),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_legalhold_{name}_person"))
            for name in _PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legalhold")),
    )
    op.create_index(op.f("ix_legalhold_inspection_id"), "legalhold", ["inspection_id"])


def downgrade() -> None:
    """Bring the database back; locks in the store stay as they are."""
    op.drop_table("legalhold")
    op.drop_table("storedobject")
