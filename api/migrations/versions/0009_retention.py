"""Keep the retention class of a campaign, and what was destroyed when its time was over."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NOT_DECLINED = sa.text("state <> 'declined'")


def upgrade() -> None:
    """Bring the database to this shape; what there is has the default class."""
    op.add_column(
        "campaign",
        sa.Column("retention_class", sa.String(40), nullable=False, server_default=""),
    )
    op.create_table(
        "destruction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement", sa.String(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
            name=op.f("fk_destruction_inspection_id_inspection"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], ["person.id"], name=op.f(f"fk_destruction_{name}_person")
            )
            for name in ("proposed_by", "decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction")),
    )
    op.create_index(op.f("ix_destruction_inspection_id"), "destruction", ["inspection_id"])
    op.create_index(
        "ix_destruction_one",
        "destruction",
        ["inspection_id"],
        unique=True,
        sqlite_where=_NOT_DECLINED,
        postgresql_where=_NOT_DECLINED,
    )
    op.create_table(
        "destroyeditem",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("destruction_id", sa.Uuid(), nullable=False),
        sa.Column("leaf_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["evidenceitem.id"], name=op.f("fk_destroyeditem_item_id_evidenceitem")
        ),
        sa.ForeignKeyConstraint(
            ["destruction_id"],
            ["destruction.id"],
            name=op.f("fk_destroyeditem_destruction_id_destruction"),
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_destroyeditem")),
    )
    op.create_index(op.f("ix_destroyeditem_destruction_id"), "destroyeditem", ["destruction_id"])


def downgrade() -> None:
    """Bring the database back; what was erased stays erased."""
    op.drop_table("destroyeditem")
    op.drop_table("destruction")
    op.drop_column("campaign", "retention_class")
