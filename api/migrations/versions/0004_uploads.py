"""Keep files that come in parts, and the parts that count."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this shape."""
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("finding_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=True),
        sa.Column("part_bytes", sa.Integer(), nullable=False),
        sa.Column("store_name", sa.String(1000), nullable=False),
        sa.Column("offset_bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason_code", sa.String(100), nullable=True),
        sa.Column("reason_facts", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(request_id IS NULL) <> (finding_id IS NULL)", name=op.f("ck_upload_one_target")
        ),
        sa.CheckConstraint("offset_bytes BETWEEN 0 AND size_bytes", name=op.f("ck_upload_offset")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_upload_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_upload_finding_id_finding")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_upload_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["evidencerequest.id"],
            name=op.f("fk_upload_request_id_evidencerequest"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_created_by"), ["created_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_finding_id"), ["finding_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_upload_inspection_id"), ["inspection_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_upload_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_touched_at"), ["touched_at"], unique=False)

    op.create_table(
        "uploadpart",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(200), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_uploadpart_upload_id_upload")
        ),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_uploadpart")),
    )
    # What an upload has received now stands on its own row.
    with op.batch_alter_table("progress", schema=None) as batch_op:
        batch_op.drop_column("person_id")


def downgrade() -> None:
    """Bring the database back to the shape before."""
    with op.batch_alter_table("progress", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.Uuid(), nullable=True))
    op.drop_table("uploadpart")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_touched_at"))
        batch_op.drop_index(batch_op.f("ix_upload_request_id"))
        batch_op.drop_index(batch_op.f("ix_upload_inspection_id"))
        batch_op.drop_index(batch_op.f("ix_upload_finding_id"))
        batch_op.drop_index(batch_op.f("ix_upload_expires_at"))
        batch_op.drop_index(batch_op.f("ix_upload_created_by"))

    op.drop_table("upload")
