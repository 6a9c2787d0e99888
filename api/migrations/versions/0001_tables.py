"""Lay out the tables of the platform and of its queue."""

# ruff: noqa: PLR0915 - written by `api.schema.write_revision`, then read by a person

import sqlalchemy as sa
from advanced_alchemy.types import GUID
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this shape."""
    op.create_table(
        "journalentry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(80), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journalentry")),
    )
    with op.batch_alter_table("journalentry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journalentry_by"), ["by"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_journalentry_campaign_id"), ["campaign_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_journalentry_inspection_id"), ["inspection_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_journalentry_subject_id"), ["subject_id"], unique=False
        )

    op.create_table(
        "organization",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("parent_name", sa.String(300), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("code", name=op.f("uq_organization_code")),
    )
    op.create_table(
        "outboxentry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job", sa.String(60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("relayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outboxentry")),
    )
    with op.batch_alter_table("outboxentry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outboxentry_relayed_at"), ["relayed_at"], unique=False)

    op.create_table(
        "progress",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_progress")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(100), nullable=False),
        sa.Column("full_name", sa.String(200), nullable=False),
        sa.Column("position", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("password_hash", sa.String(300), nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_person_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_person_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "campaign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("decision", sa.String(300), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("pack_code", sa.String(100), nullable=False),
        sa.Column("pack_version", sa.String(40), nullable=True),
        sa.Column("pack_digest", sa.String(64), nullable=True),
        sa.Column("shared_tables", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_campaign_dates")),
        sa.CheckConstraint("period_from <= period_to", name=op.f("ck_campaign_period")),
        sa.ForeignKeyConstraint(
            ["body_id"], ["organization.id"], name=op.f("fk_campaign_body_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_campaign_created_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_body_id"), ["body_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invitation_token_sha256")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "organizationmember",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_organizationmember_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_organizationmember_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizationmember")),
        sa.UniqueConstraint("person_id", "seat", name=op.f("uq_organizationmember_person_id_seat")),
    )
    with op.batch_alter_table("organizationmember", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organizationmember_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_organizationmember_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "websession",
        sa.Column("id_sha256", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_websession_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id_sha256", name=op.f("pk_websession")),
    )
    with op.batch_alter_table("websession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_websession_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_websession_person_id"), ["person_id"], unique=False)

    op.create_table(
        "evidencerequest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("instructions", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("table_name", sa.String(100), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_evidencerequest_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidencerequest")),
        sa.UniqueConstraint(
            "campaign_id", "number", name=op.f("uq_evidencerequest_campaign_id_number")
        ),
    )
    op.create_table(
        "inspection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_inspection_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_inspection_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        sa.UniqueConstraint(
            "campaign_id", "organization_id", name=op.f("uq_inspection_campaign_id_organization_id")
        ),
    )
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_inspection_campaign_id"), ["campaign_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_inspection_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "matter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_matter_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_matter_campaign_id_number")),
    )
    op.create_table(
        "teammember",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_teammember_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_teammember_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teammember")),
        sa.UniqueConstraint(
            "campaign_id",
            "person_id",
            "seat",
            name=op.f("uq_teammember_campaign_id_person_id_seat"),
        ),
    )
    with op.batch_alter_table("teammember", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_teammember_campaign_id"), ["campaign_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_teammember_person_id"), ["person_id"], unique=False)

    op.create_table(
        "conclusion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("assessment", sa.String(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("measures", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.String(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("symbol", sa.String(40), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("frozen", sa.String(), nullable=True),
        sa.Column("frozen_sha256", sa.String(64), nullable=True),
        sa.Column("pdf_sha256", sa.String(64), nullable=True),
        sa.Column("render_error", sa.String(100), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_conclusion_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["organization.id"], name=op.f("fk_conclusion_body_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
            name=op.f("fk_conclusion_inspection_id_inspection"),
        ),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["person.id"], name=op.f("fk_conclusion_issuer_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conclusion")),
        sa.UniqueConstraint(
            "body_id",
            "number_year",
            "symbol",
            "number",
            name=op.f("uq_conclusion_body_id_number_year_symbol_number"),
        ),
        sa.UniqueConstraint("inspection_id", name=op.f("uq_conclusion_inspection_id")),
    )
    op.create_table(
        "deposit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_deposit_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_deposit_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["evidencerequest.id"],
            name=op.f("fk_deposit_request_id_evidencerequest"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["person.id"], name=op.f("fk_deposit_submitted_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit")),
    )
    with op.batch_alter_table("deposit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_deposit_inspection_id"), ["inspection_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_deposit_request_id"), ["request_id"], unique=False)

    op.create_table(
        "evaluation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("pack_digest", sa.String(64), nullable=False),
        sa.Column("engine_version", sa.String(40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("rules_total", sa.Integer(), nullable=False),
        sa.Column("rules_done", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.BigInteger(), nullable=False),
        sa.Column("violations_sha256", sa.String(64), nullable=True),
        sa.Column("error_code", sa.String(100), nullable=True),
        sa.Column("error_facts", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
            name=op.f("fk_evaluation_inspection_id_inspection"),
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["person.id"], name=op.f("fk_evaluation_requested_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint(
            "inspection_id", "number", name=op.f("uq_evaluation_inspection_id_number")
        ),
    )
    op.create_table(
        "conclusionitem",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conclusion_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conclusion_id"],
            ["conclusion.id"],
            name=op.f("fk_conclusionitem_conclusion_id_conclusion"),
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_conclusionitem_matter_id_matter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conclusionitem")),
        sa.UniqueConstraint(
            "conclusion_id", "matter_id", name=op.f("uq_conclusionitem_conclusion_id_matter_id")
        ),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule_code", sa.String(60), nullable=False),
        sa.Column("rule_class", sa.String(20), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("filter", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("excluded_keys", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("unit_count", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("keys_sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_finding_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_finding_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_finding_evaluation_id_evaluation")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_finding_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_finding_matter_id_matter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_evaluation_id"), ["evaluation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_finding_inspection_id"), ["inspection_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_finding_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "ruletally",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule_code", sa.String(60), nullable=False),
        sa.Column("rule_class", sa.String(20), nullable=False),
        sa.Column("table_name", sa.String(100), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("met", sa.BigInteger(), nullable=False),
        sa.Column("violated", sa.BigInteger(), nullable=False),
        sa.Column("undetermined", sa.BigInteger(), nullable=False),
        sa.Column("not_applicable", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.BigInteger(), nullable=False),
        sa.Column("error_code", sa.String(100), nullable=True),
        sa.Column("error_facts", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.CheckConstraint(
            "population = met + violated + undetermined + not_applicable + error",
            name=op.f("ck_ruletally_reconciles"),
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_ruletally_evaluation_id_evaluation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruletally")),
        sa.UniqueConstraint(
            "evaluation_id", "rule_code", name=op.f("uq_ruletally_evaluation_id_rule_code")
        ),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_answer_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_answer_finding_id_finding")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["person.id"], name=op.f("fk_answer_submitted_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_finding_id"), ["finding_id"], unique=False)

    op.create_table(
        "evidenceitem",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incoming_id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=True),
        sa.Column("answer_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("received_by", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(deposit_id IS NULL) <> (answer_id IS NULL)", name=op.f("ck_evidenceitem_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_evidenceitem_answer_id_answer")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_evidenceitem_deposit_id_deposit")
        ),
        sa.ForeignKeyConstraint(
            ["received_by"], ["person.id"], name=op.f("fk_evidenceitem_received_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidenceitem")),
        sa.UniqueConstraint("incoming_id", name=op.f("uq_evidenceitem_incoming_id")),
    )
    with op.batch_alter_table("evidenceitem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidenceitem_answer_id"), ["answer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_evidenceitem_deposit_id"), ["deposit_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_evidenceitem_sha256"), ["sha256"], unique=False)

    op.create_table(
        "evaluationinput",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.String(100), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluation.id"],
            name=op.f("fk_evaluationinput_evaluation_id_evaluation"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["evidenceitem.id"], name=op.f("fk_evaluationinput_item_id_evidenceitem")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluationinput")),
        sa.UniqueConstraint(
            "evaluation_id", "item_id", name=op.f("uq_evaluationinput_evaluation_id_item_id")
        ),
    )
    op.create_table(
        "reading",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.String(100), nullable=False),
        sa.Column("error_code", sa.String(100), nullable=True),
        sa.Column("error_facts", sa.String(), nullable=False),
        sa.Column("rows_in_file", sa.BigInteger(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_refused", sa.BigInteger(), nullable=False),
        sa.Column("problems", sa.BigInteger(), nullable=False),
        sa.Column("rows_sha256", sa.String(64), nullable=True),
        sa.Column("problems_sha256", sa.String(64), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["evidenceitem.id"], name=op.f("fk_reading_item_id_evidenceitem")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_reading")),
    )
    op.create_table(
        "queue_maintenance",
        sa.Column("id", GUID(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("token", sa.String(length=255), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sa_orm_sentinel", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_maintenance")),
        sa.UniqueConstraint("name", name=op.f("uq_queue_maintenance_name")),
    )
    op.create_table(
        "queue_task",
        sa.Column("id", GUID(length=16), nullable=False),
        sa.Column("task_name", sa.String(length=500), nullable=False),
        sa.Column("task_args", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("task_kwargs", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("queue", sa.String(length=255), nullable=False),
        sa.Column("execution_backend", sa.String(length=255), nullable=False),
        sa.Column("execution_profile", sa.String(length=255), nullable=True),
        sa.Column("execution_ref", sa.String(length=1000), nullable=True),
        sa.Column("worker_id", sa.String(length=255), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("max_retries", sa.Integer(), nullable=False),
        sa.Column("retry_count", sa.Integer(), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatch_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("task_key", sa.String(length=500), nullable=True),
        sa.Column("metadata", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("sa_orm_sentinel", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_task")),
        sa.UniqueConstraint("task_key", name=op.f("uq_queue_task_task_key")),
    )
    with op.batch_alter_table("queue_task", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_queue_task_dispatch_repair"),
            ["execution_backend", "status", "dispatch_checked_at", "created_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_queue_task_execution",
            ["status", "execution_ref"],
            unique=False,
            mysql_length={"execution_ref": 255},
        )
        batch_op.create_index("ix_queue_task_heartbeat", ["status", "heartbeat_at"], unique=False)
        batch_op.create_index(
            "ix_queue_task_pending",
            [
                "status",
                "queue",
                "scheduled_at",
                "expires_at",
                "priority",
                "queued_at",
                "created_at",
            ],
            unique=False,
        )

    op.create_table(
        "queue_task_event_history",
        sa.Column("id", GUID(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("event_type", sa.String(length=255), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=True),
        sa.Column("task_name", sa.String(length=500), nullable=True),
        sa.Column("queue", sa.String(length=255), nullable=True),
        sa.Column("worker_id", sa.String(length=255), nullable=True),
        sa.Column("execution_backend", sa.String(length=255), nullable=True),
        sa.Column("execution_profile", sa.String(length=255), nullable=True),
        sa.Column("actor_type", sa.String(length=255), nullable=True),
        sa.Column("actor_id", sa.String(length=255), nullable=True),
        sa.Column("level", sa.String(length=32), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("stage", sa.String(length=255), nullable=True),
        sa.Column("scope", sa.String(length=255), nullable=True),
        sa.Column("scope_key", sa.String(length=500), nullable=True),
        sa.Column("actor", sa.String(length=500), nullable=True),
        sa.Column("entity", sa.String(length=500), nullable=True),
        sa.Column("detail_json", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("progress_current", sa.Float(), nullable=True),
        sa.Column("progress_total", sa.Float(), nullable=True),
        sa.Column("progress_percent", sa.Float(), nullable=True),
        sa.Column("duration_ms", sa.Float(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sa_orm_sentinel", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_task_event_history")),
        sa.UniqueConstraint("event_id", name=op.f("uq_queue_task_event_history_event_id")),
    )
    with op.batch_alter_table("queue_task_event_history", schema=None) as batch_op:
        batch_op.create_index(
            "ix_queue_task_event_history_actor_id", ["actor_id", "occurred_at"], unique=False
        )
        batch_op.create_index(
            "ix_queue_task_event_history_entity", ["entity", "occurred_at"], unique=False
        )
        batch_op.create_index(
            "ix_queue_task_event_history_event_type", ["event_type", "occurred_at"], unique=False
        )
        batch_op.create_index(
            "ix_queue_task_event_history_occurred_at", ["occurred_at"], unique=False
        )
        batch_op.create_index(
            "ix_queue_task_event_history_scope_key", ["scope_key", "occurred_at"], unique=False
        )
        batch_op.create_index(
            "ix_queue_task_event_history_task_id",
            ["task_id", "sequence", "occurred_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_queue_task_event_history_task_name", ["task_name", "occurred_at"], unique=False
        )

    op.create_table(
        "queue_task_reservation",
        sa.Column("id", GUID(length=16), nullable=False),
        sa.Column("identity_key", sa.String(length=500), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("task_name", sa.String(length=500), nullable=False),
        sa.Column("sa_orm_sentinel", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_task_reservation")),
        sa.UniqueConstraint("identity_key", name=op.f("uq_queue_task_reservation_identity_key")),
    )


def downgrade() -> None:
    """Bring the database back to the shape before."""
    op.drop_table("queue_task_reservation")
    with op.batch_alter_table("queue_task_event_history", schema=None) as batch_op:
        batch_op.drop_index("ix_queue_task_event_history_task_name")
        batch_op.drop_index("ix_queue_task_event_history_task_id")
        batch_op.drop_index("ix_queue_task_event_history_scope_key")
        batch_op.drop_index("ix_queue_task_event_history_occurred_at")
        batch_op.drop_index("ix_queue_task_event_history_event_type")
        batch_op.drop_index("ix_queue_task_event_history_entity")
        batch_op.drop_index("ix_queue_task_event_history_actor_id")

    op.drop_table("queue_task_event_history")
    with op.batch_alter_table("queue_task", schema=None) as batch_op:
        batch_op.drop_index("ix_queue_task_pending")
        batch_op.drop_index("ix_queue_task_heartbeat")
        batch_op.drop_index("ix_queue_task_execution", mysql_length={"execution_ref": 255})
        batch_op.drop_index(batch_op.f("ix_queue_task_dispatch_repair"))

    op.drop_table("queue_task")
    op.drop_table("queue_maintenance")
    op.drop_table("reading")
    op.drop_table("evaluationinput")
    with op.batch_alter_table("evidenceitem", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidenceitem_sha256"))
        batch_op.drop_index(batch_op.f("ix_evidenceitem_deposit_id"))
        batch_op.drop_index(batch_op.f("ix_evidenceitem_answer_id"))

    op.drop_table("evidenceitem")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_finding_id"))

    op.drop_table("answer")
    op.drop_table("ruletally")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_matter_id"))
        batch_op.drop_index(batch_op.f("ix_finding_inspection_id"))
        batch_op.drop_index(batch_op.f("ix_finding_evaluation_id"))

    op.drop_table("finding")
    op.drop_table("conclusionitem")
    op.drop_table("evaluation")
    with op.batch_alter_table("deposit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deposit_request_id"))
        batch_op.drop_index(batch_op.f("ix_deposit_inspection_id"))

    op.drop_table("deposit")
    op.drop_table("conclusion")
    with op.batch_alter_table("teammember", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_teammember_person_id"))
        batch_op.drop_index(batch_op.f("ix_teammember_campaign_id"))

    op.drop_table("teammember")
    op.drop_table("matter")
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspection_organization_id"))
        batch_op.drop_index(batch_op.f("ix_inspection_campaign_id"))

    op.drop_table("inspection")
    op.drop_table("evidencerequest")
    with op.batch_alter_table("websession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_websession_person_id"))
        batch_op.drop_index(batch_op.f("ix_websession_expires_at"))

    op.drop_table("websession")
    with op.batch_alter_table("organizationmember", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organizationmember_person_id"))
        batch_op.drop_index(batch_op.f("ix_organizationmember_organization_id"))

    op.drop_table("organizationmember")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_person_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_body_id"))

    op.drop_table("campaign")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_organization_id"))

    op.drop_table("person")
    op.drop_table("progress")
    with op.batch_alter_table("outboxentry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outboxentry_relayed_at"))

    op.drop_table("outboxentry")
    op.drop_table("organization")
    with op.batch_alter_table("journalentry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journalentry_subject_id"))
        batch_op.drop_index(batch_op.f("ix_journalentry_inspection_id"))
        batch_op.drop_index(batch_op.f("ix_journalentry_campaign_id"))
        batch_op.drop_index(batch_op.f("ix_journalentry_by"))

    op.drop_table("journalentry")
