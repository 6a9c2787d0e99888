"""A list costs as many queries with three items as with one."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from evidence.custody import record
from inspection.queries.campaigns import list_campaigns
from inspection.queries.conclusions import list_published
from inspection.queries.deposits import list_deposits
from inspection.queries.evaluations import (
    get_evaluation,
    list_campaign_tallies,
    list_evaluations,
    list_own_inputs,
)
from inspection.queries.findings import list_findings
from inspection.queries.inspections import get_inspection, list_inspections
from inspection.queries.journal import list_case_journal
from inspection.queries.people import list_organizations, list_people
from inspection.queries.receipts import list_receipts
from inspection.queries.today import list_obligations
from inspection.tables import (
    Answer,
    Campaign,
    Conclusion,
    Deposit,
    DepositReceipt,
    Destruction,
    Evaluation,
    EvaluationInput,
    EvidenceItem,
    Finding,
    Inspection,
    LegalHold,
    Matter,
    RuleTally,
    TeamMember,
)
from inspection.workflow.states import (
    ConclusionState,
    DepositState,
    EvaluationState,
    FindingState,
)
from tests.inspection.world import START, case_of


@contextmanager
def counted(database):
    statements = []

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def fill(world, campaign_id, inspection_id, request_id, *, numbers):
    """One more of everything a list may show, for each number."""
    person = world.people["member"]
    with world.database.write() as session:
        matter_id = session.exec(
            select(Matter.id).where(col(Matter.campaign_id) == campaign_id)
        ).one()
        for number in numbers:
            deposit = Deposit(
                inspection_id=inspection_id,
                request_id=request_id,
                number=number + 100,
                state=DepositState.RETURNED,
                created_at=START + timedelta(hours=number),
                submitted_by=world.people["officer"],
            )
            run = Evaluation(
                inspection_id=inspection_id,
                number=number,
                state=EvaluationState.DONE,
                pack_digest="0" * 64,
                as_of=START.date(),
                requested_by=person,
                requested_at=START,
            )
            session.add_all([deposit, run])
            session.flush()
            leaf_id = record(
                session,
                act="deposit.certify",
                actor_id=person,
                at=START,
                facts={"deposit_id": deposit.id},
            )
            session.add(
                DepositReceipt(
                    deposit_id=deposit.id, leaf_id=leaf_id, statement="{}", certified_at=START
                )
            )
            finding = Finding(
                inspection_id=inspection_id,
                evaluation_id=run.id,
                matter_id=matter_id,
                number=number,
                rule_code="PAY-001",
                rule_class="violation",
                title="x",
                filter={},
                excluded_keys=[],
                unit_count=1,
                keys_sha256="0" * 64,
                state=FindingState.ANSWERED,
                author_id=person,
                created_at=START,
                sent_at=START,
                answer_due_at=START,
            )
            session.add(finding)
            session.add(tally(run.id))
            session.flush()
            answer = Answer(
                finding_id=finding.id,
                text="x",
                created_by=person,
                created_at=START,
                submitted_by=world.people["officer"],
                submitted_at=START,
            )
            session.add(answer)
            session.flush()
            read = item(person, deposit_id=deposit.id)
            session.add(read)
            session.flush()
            session.add(
                EvaluationInput(
                    evaluation_id=first_run(session, inspection_id),
                    item_id=read.id,
                    table_name="payments",
                )
            )
            session.add(item(person, answer_id=answer.id))
            add_published(session, world, campaign_id, number)


def first_run(session, inspection_id):
    """The run whose inputs and lines grow."""
    runs = select(Evaluation.id).where(col(Evaluation.inspection_id) == inspection_id)
    return session.exec(runs.order_by(col(Evaluation.number))).first()


def tally(evaluation_id):
    zero = dict.fromkeys(("met", "violated", "undetermined", "not_applicable", "error"), 0)
    return RuleTally(
        evaluation_id=evaluation_id,
        position=0,
        rule_code="PAY-001",
        rule_class="violation",
        table_name="payments",
        unit="row",
        population=0,
        **zero,
    )


def item(person, **owner):
    return EvidenceItem(
        incoming_id=uuid4(),
        name="x.csv",
        media_type="text/csv",
        size_bytes=1,
        sha256="0" * 64,
        received_by=person,
        received_at=START,
        **owner,
    )


def add_published(session, world, campaign_id, number):
    """Another campaign of the same team, with a published conclusion."""
    model = session.get(Campaign, campaign_id)
    other = Campaign(**model.model_dump(exclude={"id"}))
    session.add(other)
    session.flush()
    seats = select(TeamMember).where(col(TeamMember.campaign_id) == campaign_id)
    session.add_all(
        [
            TeamMember(campaign_id=other.id, person_id=seat.person_id, seat=seat.seat)
            for seat in session.exec(seats).all()
        ]
    )
    inspection = Inspection(
        campaign_id=other.id, organization_id=world.bodies["commune"], state="under way"
    )
    session.add(inspection)
    session.flush()
    session.add(
        Conclusion(
            inspection_id=inspection.id,
            state=ConclusionState.PUBLISHED,
            author_id=world.people["lead"],
            created_at=START,
            body_id=world.bodies["inspectorate"],
            number=number,
            number_year=2026,
            signed_on=START.date(),
            pdf_sha256="0" * 64,
            published_at=START,
        )
    )
    asker = world.people["member"]
    session.add_all(
        [
            LegalHold(inspection_id=inspection.id, cause="x", asked_by=asker, asked_at=START),
            Destruction(
                inspection_id=inspection.id, cause="x", proposed_by=asker, proposed_at=START
            ),
        ]
    )


QUERIES = {
    "campaigns": (list_campaigns, "lead", ()),
    "inspections": (list_inspections, "lead", ()),
    "inspections of the organization": (list_inspections, "officer", ()),
    "deposits": (list_deposits, "lead", ("inspection_id",)),
    "evaluations": (list_evaluations, "lead", ("inspection_id",)),
    "one evaluation": (get_evaluation, "lead", ("evaluation_id",)),
    "files behind a finding": (list_own_inputs, "officer", ("finding_id",)),
    "campaign tallies": (list_campaign_tallies, None, ("campaign_id",)),
    "findings": (list_findings, "lead", ("inspection_id",)),
    "findings of the organization": (list_findings, "officer", ("inspection_id",)),
    "case": (get_inspection, "lead", ("inspection_id",)),
    "obligations": (list_obligations, "lead", ("now",)),
    "obligations of the issuer": (list_obligations, "issuer", ("now",)),
    "obligations of the organization": (list_obligations, "officer", ("now",)),
    "published": (list_published, None, ()),
    "journal": (list_case_journal, "lead", ("inspection_id", "limit", "offset")),
    "receipts": (list_receipts, "officer", ()),
    "people": (list_people, "admin", ()),
    "organizations": (list_organizations, "admin", ()),
}


@pytest.mark.parametrize("name", list(QUERIES))
def test_a_list_costs_the_same_with_one_item_and_with_three(world, opened, name):
    query, who, needed = QUERIES[name]
    inspection_id, request_id = case_of(world, opened)
    known = {
        "inspection_id": inspection_id,
        "campaign_id": opened,
        "now": START,
        "limit": 50,
        "offset": 0,
    }
    costs = []
    for first, last in ((1, 1), (2, 3)):
        fill(world, opened, inspection_id, request_id, numbers=range(first, last + 1))
        with world.database.read() as session:
            run = first_run(session, inspection_id)
            finding = session.exec(
                select(Finding.id).where(col(Finding.evaluation_id) == run)
            ).one()
        known |= {"evaluation_id": run, "finding_id": finding}
        arguments = {key: known[key] for key in needed}
        if who is not None:
            arguments["actor"] = world.actor(who)
        with world.database.read() as session, counted(world.database) as statements:
            query(session, **arguments)
        costs.append(len(statements))

    assert costs[0] == costs[1]
