"""Lay out the custody log: entries, hashes over them, signed heads; and receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COUNTING = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this shape; what happened before is in no log."""
    op.create_table(
        "custodyleaf",
        sa.Column("number", _COUNTING, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_custodyleaf")),
        sa.UniqueConstraint("id", name=op.f("uq_custodyleaf_id")),
        sa.UniqueConstraint("position", name=op.f("uq_custodyleaf_position")),
    )
    op.create_table(
        "custodysubject",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("leaf_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "leaf_id", name=op.f("pk_custodysubject")),
    )
    op.create_table(
        "custodynode",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_custodynode")),
    )
    op.create_table(
        "custodycheckpoint",
        sa.Column("number", _COUNTING, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timestamp", sa.LargeBinary(), nullable=True),
        sa.Column("stored_sha256", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_custodycheckpoint")),
    )
    with op.batch_alter_table("custodycheckpoint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_custodycheckpoint_size"), ["size"], unique=False)
    op.create_table(
        "depositreceipt",
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("leaf_id", sa.Uuid(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("certified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_depositreceipt_deposit_id_deposit")
        ),
        sa.PrimaryKeyConstraint("deposit_id", name=op.f("pk_depositreceipt")),
        sa.UniqueConstraint("leaf_id", name=op.f("uq_depositreceipt_leaf_id")),
    )
    with op.batch_alter_table("journalentry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leaf_id", sa.Uuid(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_journalentry_leaf_id"), ["leaf_id"])


def downgrade() -> None:
    """Bring the database back to the shape before; the log is lost, its copies outside are not."""
    with op.batch_alter_table("journalentry", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_journalentry_leaf_id"), type_="unique")
        batch_op.drop_column("leaf_id")
    op.drop_table("depositreceipt")
    with op.batch_alter_table("custodycheckpoint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_custodycheckpoint_size"))
    op.drop_table("custodycheckpoint")
    op.drop_table("custodynode")
    op.drop_table("custodysubject")
    op.drop_table("custodyleaf")
