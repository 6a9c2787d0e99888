"""Keep versions of an answer, who certified it, for which time, and files taken out before."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OWNED = "(deposit_id IS NULL) <> (answer_id IS NULL)"
OWNED_OR_REMOVED = (
    f"CASE WHEN removed_at IS NULL THEN {OWNED} ELSE deposit_id IS NULL AND answer_id IS NULL END"
)
OWNER = "ck_evidenceitem_one_owner"
EFFECTIVE = "ck_deposit_effective"
CERTIFIERS = "ck_evidencerequest_certifiers"
ONE_OF = {
    "accepted": "state IN ('accepted')",
    "open": "state IN ('open', 'certified')",
    "submitted": "state IN ('submitted')",
}
# Answers of before: numbered as they came, each replacing the one before it.
NUMBERED = """
UPDATE deposit SET number = (
  SELECT count(*) FROM deposit AS earlier
  WHERE earlier.inspection_id = deposit.inspection_id AND earlier.request_id = deposit.request_id
    AND (earlier.created_at < deposit.created_at
      OR (earlier.created_at = deposit.created_at AND earlier.id <= deposit.id))
)
"""


def upgrade() -> None:
    """Bring the database to this shape."""
    with op.batch_alter_table("deposit") as deposit:
        deposit.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        deposit.add_column(sa.Column("supersedes_id", sa.Uuid(), nullable=True))
        deposit.add_column(sa.Column("why", sa.String(), nullable=False, server_default=""))
        deposit.add_column(sa.Column("effective_from", sa.Date(), nullable=True))
        deposit.add_column(sa.Column("effective_to", sa.Date(), nullable=True))
        deposit.add_column(sa.Column("certified_by", sa.Uuid(), nullable=True))
        deposit.add_column(sa.Column("certified_at", sa.DateTime(timezone=True), nullable=True))
        deposit.create_check_constraint(op.f(EFFECTIVE), "effective_from <= effective_to")
        deposit.create_foreign_key(
            op.f("fk_deposit_supersedes_id_deposit"), "deposit", ["supersedes_id"], ["id"]
        )
        deposit.create_foreign_key(
            op.f("fk_deposit_certified_by_person"), "person", ["certified_by"], ["id"]
        )
    op.execute(NUMBERED)
    with op.batch_alter_table("deposit") as deposit:
        deposit.create_unique_constraint(
            op.f("uq_deposit_inspection_id_request_id_number"),
            ["inspection_id", "request_id", "number"],
        )
    for name, where in ONE_OF.items():
        op.create_index(
            f"ix_deposit_one_{name}",
            "deposit",
            ["inspection_id", "request_id"],
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    with op.batch_alter_table("evidenceitem") as item:
        item.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        item.add_column(sa.Column("removed_by", sa.Uuid(), nullable=True))
        item.add_column(sa.Column("removed_from", sa.Uuid(), nullable=True))
        item.drop_constraint(op.f(OWNER), type_="check")
        item.create_check_constraint(op.f(OWNER), OWNED_OR_REMOVED)
        item.create_foreign_key(
            op.f("fk_evidenceitem_removed_by_person"), "person", ["removed_by"], ["id"]
        )
        item.create_foreign_key(
            op.f("fk_evidenceitem_removed_from_deposit"), "deposit", ["removed_from"], ["id"]
        )
    with op.batch_alter_table("evidencerequest") as request:
        request.add_column(
            sa.Column("certifiers", sa.Integer(), nullable=False, server_default="1")
        )
        request.create_check_constraint(op.f(CERTIFIERS), "certifiers IN (1, 2)")


def downgrade() -> None:
    """Bring the database back to the shape before; what was taken out is lost."""
    op.execute(
        "DELETE FROM reading WHERE item_id IN "
        "(SELECT id FROM evidenceitem WHERE removed_at IS NOT NULL)"
    )
    op.execute("DELETE FROM evidenceitem WHERE removed_at IS NOT NULL")
    with op.batch_alter_table("evidencerequest") as request:
        request.drop_constraint(op.f(CERTIFIERS), type_="check")
        request.drop_column("certifiers")
    with op.batch_alter_table("evidenceitem") as item:
        item.drop_constraint(op.f(OWNER), type_="check")
        item.create_check_constraint(op.f(OWNER), OWNED)
        item.drop_constraint(op.f("fk_evidenceitem_removed_from_deposit"), type_="foreignkey")
        item.drop_constraint(op.f("fk_evidenceitem_removed_by_person"), type_="foreignkey")
        item.drop_column("removed_from")
        item.drop_column("removed_by")
        item.drop_column("removed_at")
    for name in ONE_OF:
        op.drop_index(f"ix_deposit_one_{name}", "deposit")
    with op.batch_alter_table("deposit") as deposit:
        deposit.drop_constraint(op.f(EFFECTIVE), type_="check")
        deposit.drop_constraint(op.f("fk_deposit_certified_by_person"), type_="foreignkey")
        deposit.drop_constraint(op.f("fk_deposit_supersedes_id_deposit"), type_="foreignkey")
        deposit.drop_constraint(op.f("uq_deposit_inspection_id_request_id_number"), type_="unique")
        for name in (
            "certified_at",
            "certified_by",
            "effective_to",
            "effective_from",
            "why",
            "supersedes_id",
            "number",
        ):
            deposit.drop_column(name)
