"""Versions of an answer: two certifiers, replaced with a reason, exactly one that counts."""

import json
from datetime import date

import pytest
from sqlmodel import col, select

from evidence.custody.tables import CustodyLeaf
from inspection import accounts, deposits, moves
from inspection.errors import (
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    TransitionRefusedError,
)
from inspection.people import OrganizationSeat, Party, Role
from inspection.queries.deposits import get_deposit, get_item, list_deposits
from inspection.queries.inspections import get_inspection
from inspection.tables import Deposit, EvidenceItem, JournalEntry
from inspection.workflow.states import Act, DepositState, Subject
from tests.inspection.test_conclusions import submitted, verify_one
from tests.inspection.world import PAYMENTS, World, case_of

S = DepositState


@pytest.fixture
def twice(world: World):
    """A campaign whose request asks for two certifiers, and a second one in the commune."""
    world.people["deputy"] = world.write(
        accounts.create_person,
        actor=world.actor("admin"),
        username="deputy",
        full_name="Người deputy",
        position="",
        role=Role.ORGANIZATION,
        organization_id=world.bodies["commune"],
        seats=frozenset({OrganizationSeat.CERTIFIER}),
    )
    campaign_id = world.draft()
    world.ask(campaign_id, certifiers=2)
    world.open(campaign_id)
    inspection_id, _ = case_of(world, campaign_id)
    return inspection_id, world.campaign(campaign_id).requests[-1].id


def act(world, operation, name, deposit_id, **values):
    version = world.get(Deposit, deposit_id).version
    return world.write(
        operation, actor=world.actor(name), deposit_id=deposit_id, version=version, **values
    )


def states(world, inspection_id):
    pages = world.read(list_deposits, actor=world.actor("officer"), inspection_id=inspection_id)
    return [(page.number, page.state, page.is_current) for page in pages]


def accepted(world, opened):
    inspection_id, request_id = case_of(world, opened)
    received = world.take_in(opened)
    return inspection_id, request_id, received


def test_two_people_certify_and_nobody_twice(world, twice):
    deposit_id = world.upload(*twice, by="clerk").deposit_id

    with pytest.raises(ConflictError) as alone:
        act(world, deposits.submit_deposit, "officer", deposit_id, note="")
    act(world, deposits.certify_deposit, "officer", deposit_id, note="Đủ")
    with pytest.raises(ConflictError) as same:
        act(world, deposits.submit_deposit, "officer", deposit_id, note="")
    with pytest.raises(ConflictError) as more:
        world.upload(*twice, content=b"more")
    with pytest.raises(NotFoundError):
        world.read(get_deposit, actor=world.actor("lead"), deposit_id=deposit_id)
    act(world, deposits.submit_deposit, "deputy", deposit_id, note="ignored")

    codes = [one.value.code for one in (alone, same, more)]
    assert codes == ["deposit.two_certifiers", "deposit.second_certifier", "deposit.certified_once"]
    page = world.read(get_deposit, actor=world.actor("lead"), deposit_id=deposit_id)
    assert (page.state, page.note) == (S.SUBMITTED, "Đủ")
    assert (page.certified_by, page.submitted_by) == ("Người officer", "Người deputy")


def test_each_certifier_is_offered_what_is_theirs(world, twice):
    deposit_id = world.upload(*twice).deposit_id

    def offered(name):
        page = world.read(get_deposit, actor=world.actor(name), deposit_id=deposit_id)
        return [offer.act for offer in page.acts if offer.allowed]

    assert offered("officer") == ["certify"]
    act(world, deposits.certify_deposit, "officer", deposit_id, note="")
    assert (offered("officer"), offered("deputy")) == (["reopen"], ["submit", "reopen"])


def test_the_second_may_open_it_again_with_a_reason(world, twice):
    deposit_id = world.upload(*twice).deposit_id
    act(world, deposits.certify_deposit, "officer", deposit_id, note="")

    act(world, deposits.reopen_deposit, "deputy", deposit_id, reason="Thiếu trang 2")

    row = world.get(Deposit, deposit_id)
    assert (row.state, row.certified_by, row.reason) == (S.OPEN, None, "Thiếu trang 2")
    world.upload(*twice, content=b"page 2")


def test_one_certifier_is_enough_where_one_is_asked_for(world, opened):
    deposit_id = world.upload(*case_of(world, opened)).deposit_id

    with pytest.raises(ConflictError) as refused:
        act(world, deposits.certify_deposit, "officer", deposit_id, note="")

    assert refused.value.code == "deposit.one_certifier"


def test_the_period_is_declared_and_the_receipt_is_not(world, opened):
    received = world.upload(*case_of(world, opened))
    wrong = {"effective_from": date(2010, 2, 1), "effective_to": date(2010, 1, 1)}

    for period in (wrong, {"effective_from": date(2010, 1, 1)}):
        with pytest.raises(InvalidError) as refused:
            act(world, deposits.submit_deposit, "officer", received.deposit_id, note="", **period)
        assert refused.value.code == "deposit.period"
    period = {"effective_from": date(2010, 1, 1), "effective_to": date(2010, 12, 31)}
    act(world, deposits.submit_deposit, "officer", received.deposit_id, note="", **period)

    row = world.get(Deposit, received.deposit_id)
    assert (row.effective_from, row.effective_to) == tuple(period.values())
    assert world.get(EvidenceItem, received.item_id).received_at == received.received_at


def test_a_newer_version_says_why_and_takes_the_files_over(world, opened):
    inspection_id, request_id = case_of(world, opened)
    first = world.upload(inspection_id, request_id)
    act(world, deposits.submit_deposit, "officer", first.deposit_id, note="")

    with pytest.raises(InvalidError):
        act(world, deposits.begin_version, "officer", first.deposit_id, why="  ")
    second = act(world, deposits.begin_version, "officer", first.deposit_id, why="Thiếu tháng 12")
    assert states(world, inspection_id) == [(1, S.SUBMITTED, True), (2, S.OPEN, False)]
    page = world.read(get_deposit, actor=world.actor("officer"), deposit_id=second)
    assert [(file.name, file.sha256) for file in page.files] == [(first.name, first.sha256)]
    assert (page.why, page.supersedes_id) == ("Thiếu tháng 12", first.deposit_id)
    world.upload(inspection_id, request_id, content=PAYMENTS + b"\n")
    act(world, deposits.submit_deposit, "officer", second, note="")

    assert states(world, inspection_id) == [(1, S.SUPERSEDED, False), (2, S.SUBMITTED, True)]
    older = world.read(get_deposit, actor=world.actor("lead"), deposit_id=first.deposit_id)
    assert len(older.files) == 1


def test_what_is_taken_over_is_entered_in_the_log(world, opened):
    inspection_id, _, first = accepted(world, opened)
    second = act(world, deposits.begin_version, "officer", first.deposit_id, why="Sửa")

    with world.database.read() as session:
        item = session.exec(
            select(EvidenceItem).where(col(EvidenceItem.deposit_id) == second)
        ).one()
        line = session.exec(
            select(JournalEntry).where(col(JournalEntry.event) == "evidence.carry")
        ).one()
        leaf = session.exec(
            select(CustodyLeaf.body).where(col(CustodyLeaf.id) == line.leaf_id)
        ).one()
    said = json.loads(leaf)
    assert (line.subject_id, line.by) == (item.id, world.people["officer"])
    assert said["act"] == "evidence.carry"
    del said["facts"]["journal_sha256"]
    assert said["facts"] == {
        "campaign_id": str(opened),
        "inspection_id": str(inspection_id),
        "item_id": str(item.id),
        "deposit_id": str(second),
        "copied_from": str(first.item_id),
        "sha256": first.sha256,
        "size_bytes": first.size_bytes,
    }


def test_what_was_accepted_counts_until_its_successor_is_accepted(world, opened):
    inspection_id, _, first = accepted(world, opened)
    second = act(world, deposits.begin_version, "officer", first.deposit_id, why="Sửa")

    act(world, deposits.submit_deposit, "officer", second, note="")
    assert states(world, inspection_id) == [(1, S.ACCEPTED, True), (2, S.SUBMITTED, False)]
    with world.database.read() as session:
        items = session.exec(
            select(EvidenceItem.id).where(col(EvidenceItem.deposit_id) == second)
        ).all()
    for item_id in items:
        world.read_item(item_id)
    act(world, deposits.accept_deposit, "member", second)

    assert states(world, inspection_id) == [(1, S.SUPERSEDED, False), (2, S.ACCEPTED, True)]


def test_only_the_newest_that_was_handed_in_is_replaced(world, opened):
    received = world.upload(*case_of(world, opened))

    with pytest.raises(ConflictError):
        act(world, deposits.begin_version, "officer", received.deposit_id, why="Sửa")
    act(world, deposits.submit_deposit, "officer", received.deposit_id, note="")
    act(world, deposits.begin_version, "clerk", received.deposit_id, why="Sửa")
    with pytest.raises(ConflictError) as refused:
        act(world, deposits.begin_version, "officer", received.deposit_id, why="Sửa nữa")
    with pytest.raises(NotAllowedError):
        act(world, deposits.begin_version, "lead", received.deposit_id, why="Sửa")

    assert refused.value.code == "deposit.not_replaceable"


def test_a_returned_answer_is_followed_by_the_next_version(world, opened):
    inspection_id, request_id = case_of(world, opened)
    first = world.upload(inspection_id, request_id)
    act(world, deposits.submit_deposit, "officer", first.deposit_id, note="")
    act(world, deposits.return_deposit, "lead", first.deposit_id, reason="Thiếu")

    world.upload(inspection_id, request_id)

    assert states(world, inspection_id) == [(1, S.RETURNED, False), (2, S.OPEN, False)]


def test_nobody_supersedes_by_hand():
    everybody = frozenset(Party) - {Party.SYSTEM}
    with pytest.raises(NotAllowedError):
        moves.target_of(Subject.DEPOSIT, S.SUBMITTED, Act.SUPERSEDE, parties=everybody)
    with pytest.raises(TransitionRefusedError):
        moves.target_of(Subject.DEPOSIT, S.OPEN, Act.SUPERSEDE, parties=everybody)


def test_a_wrong_file_is_taken_out_while_the_answer_is_open(world, opened):
    inspection_id, request_id = case_of(world, opened)
    wrong = world.upload(inspection_id, request_id)
    right = world.upload(inspection_id, request_id, content=PAYMENTS + b"\n")
    values = {"deposit_id": wrong.deposit_id, "item_id": wrong.item_id}

    with pytest.raises(NotFoundError):
        world.write(deposits.remove_file, actor=world.actor("other"), **values)
    world.write(deposits.remove_file, actor=world.actor("clerk"), **values)

    page = world.read(get_deposit, actor=world.actor("officer"), deposit_id=right.deposit_id)
    assert [file.id for file in page.files] == [right.item_id]
    with pytest.raises(NotFoundError):
        world.read(get_item, actor=world.actor("officer"), item_id=wrong.item_id)
    with world.database.read() as session:
        entry = session.exec(
            select(JournalEntry).where(col(JournalEntry.event) == "evidence.withdraw")
        ).one()
    assert wrong.sha256 in entry.facts


def test_nothing_is_taken_out_of_what_was_handed_in(world, opened):
    received = world.upload(*case_of(world, opened))
    act(world, deposits.submit_deposit, "officer", received.deposit_id, note="")

    with pytest.raises(ConflictError) as refused:
        world.write(
            deposits.remove_file,
            actor=world.actor("officer"),
            deposit_id=received.deposit_id,
            item_id=received.item_id,
        )

    assert refused.value.code == "deposit.not_open"


def test_nothing_is_offered_that_a_conclusion_under_consideration_forbids(world, opened):
    inspection_id = verify_one(world, opened)
    (page,) = world.read(list_deposits, actor=world.actor("officer"), inspection_id=inspection_id)
    act(world, deposits.begin_version, "officer", page.id, why="Thiếu tháng 12")
    before = standing(world, inspection_id)

    submitted(world, inspection_id)

    assert before == (None, [("submit", True, None)])
    assert standing(world, inspection_id) == (
        "inspection.held",
        [("submit", False, "inspection.held")],
    )


def standing(world, inspection_id):
    """Whether the organization can go on with its newest answer, and how."""
    officer = world.actor("officer")
    case = world.read(get_inspection, actor=officer, inspection_id=inspection_id)
    page = world.read(list_deposits, actor=officer, inspection_id=inspection_id)[-1]
    return case.standstill, [(one.act, one.allowed, one.reason_code) for one in page.acts]
