import zipfile
from io import BytesIO
from uuid import uuid4

import pytest
from sqlmodel import func, select

from evidence.errors import EmptyEvidenceError, EvidenceTooLargeError
from inspection import deposits
from inspection.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from inspection.queries.deposits import get_deposit, get_item, list_deposits
from inspection.tables import Deposit, EvidenceItem, OutboxEntry
from inspection.workflow.states import DepositState
from tests.inspection.world import LIMIT, PAYMENTS, case_of


def test_bytes_that_arrive_whole_are_kept_whatever_they_hold(world, opened):
    received = world.upload(*case_of(world, opened), content=b"\x00\xff not a table")

    assert (received.size_bytes, received.name) == (14, "bảng kê.csv")
    item = world.get(EvidenceItem, received.item_id)
    assert b"".join(world.storage.open(_digest(item))) == b"\x00\xff not a table"


def test_an_empty_file_is_refused_and_leaves_nothing(world, opened):
    with pytest.raises(EmptyEvidenceError):
        world.upload(*case_of(world, opened), content=b"")

    assert _count(world, EvidenceItem) == 0
    assert _count(world, Deposit) == 0


def test_a_file_above_the_limit_is_refused(world, opened):
    with pytest.raises(EvidenceTooLargeError):
        world.upload(*case_of(world, opened), content=b"x" * (LIMIT + 1))


def test_the_same_upload_sent_twice_is_one_file_and_one_job(world, opened):
    incoming = uuid4()
    first = world.upload(*case_of(world, opened), incoming=incoming)
    second = world.upload(*case_of(world, opened), incoming=incoming)

    assert first == second
    assert (_count(world, EvidenceItem), _count(world, OutboxEntry)) == (1, 1)


def test_files_of_one_answer_stand_in_one_deposit(world, opened):
    inspection_id, request_id = case_of(world, opened)
    world.upload(inspection_id, request_id, by="clerk")
    world.upload(inspection_id, request_id, by="officer", content=PAYMENTS + b"\n")

    (page,) = world.read(list_deposits, actor=world.actor("officer"), inspection_id=inspection_id)
    assert (page.state, len(page.files)) == (DepositState.OPEN, 2)


@pytest.mark.parametrize("name", ["other", "councillor", "admin", "steward", "outsider"])
def test_nobody_else_can_deposit_or_look(world, opened, name):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)

    with pytest.raises(NotFoundError):
        world.upload(inspection_id, request_id, by=name)
    for query, key in ((get_deposit, "deposit_id"), (get_item, "item_id")):
        with pytest.raises(NotFoundError):
            world.read(query, actor=world.actor(name), **{key: getattr(received, key)})


def test_the_team_looks_but_does_not_deposit(world, opened):
    with pytest.raises(NotAllowedError):
        world.upload(*case_of(world, opened), by="lead")


def test_only_a_certifier_hands_in(world, opened):
    received = world.upload(*case_of(world, opened), by="clerk")
    values = {"deposit_id": received.deposit_id, "version": 1, "note": " ghi chú "}

    with pytest.raises(NotAllowedError):
        world.write(deposits.submit_deposit, actor=world.actor("clerk"), **values)
    world.write(deposits.submit_deposit, actor=world.actor("officer"), **values)

    row = world.get(Deposit, received.deposit_id)
    assert (row.state, row.note, row.version) == (DepositState.SUBMITTED, "ghi chú", 2)


def test_a_deposit_handed_in_takes_no_more_files(world, opened):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    world.hand_in(received.deposit_id)

    with pytest.raises(ConflictError) as refused:
        world.upload(inspection_id, request_id)

    assert refused.value.code == "deposit.handed_in"


def test_returning_needs_a_reason_and_a_new_deposit_follows(world, opened):
    inspection_id, request_id = case_of(world, opened)
    first = world.upload(inspection_id, request_id)
    world.hand_in(first.deposit_id)
    values = {"actor": world.actor("member"), "deposit_id": first.deposit_id, "version": 2}
    with pytest.raises(InvalidError):
        world.write(deposits.return_deposit, reason=" ", **values)

    world.write(deposits.return_deposit, reason="Thiếu tháng 12", **values)
    second = world.upload(inspection_id, request_id)

    assert second.deposit_id != first.deposit_id
    assert world.get(Deposit, first.deposit_id).reason == "Thiếu tháng 12"
    assert world.get(EvidenceItem, first.item_id) is not None


def test_two_who_decide_at_once_one_wins(world, opened):
    received = world.upload(*case_of(world, opened))
    world.read_item(received.item_id)
    world.hand_in(received.deposit_id)
    values = {"deposit_id": received.deposit_id, "version": 2}
    world.write(deposits.accept_deposit, actor=world.actor("member"), **values)

    with pytest.raises(ConflictError):
        world.write(deposits.return_deposit, actor=world.actor("lead"), reason="muộn", **values)

    assert world.get(Deposit, received.deposit_id).state is DepositState.ACCEPTED


def test_reading_tells_every_problem_and_the_sums_hold(world, opened):
    content = PAYMENTS + b"2005,31/02/2010,E-5,12.00\n2006,2010-01-06,F-6,abc\ntoo,few\n"
    received = world.upload(*case_of(world, opened), content=content)

    world.read_item(received.item_id)
    world.read_item(received.item_id)

    page = world.read(get_item, actor=world.actor("officer"), item_id=received.item_id)
    reading = page.item.reading
    assert (reading.rows_in_file, reading.rows_read, reading.rows_refused, reading.problems) == (
        8,
        7,
        1,
        3,
    )


def test_a_file_that_is_no_table_says_so_and_stays(world, opened):
    received = world.upload(*case_of(world, opened), content=b"%PDF-1.7 not a table")

    world.read_item(received.item_id)

    page = world.read(get_item, actor=world.actor("officer"), item_id=received.item_id)
    assert page.item.reading.error_code is not None
    assert page.item.sha256 == received.sha256


def test_what_is_not_certified_yet_is_the_organizations_own(world, opened):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    lead = world.actor("lead")

    assert world.read(list_deposits, actor=lead, inspection_id=inspection_id) == ()
    for query, key in ((get_deposit, "deposit_id"), (get_item, "item_id")):
        with pytest.raises(NotFoundError):
            world.read(query, actor=lead, **{key: getattr(received, key)})


@pytest.mark.parametrize(
    ("content", "is_read", "code"),
    [(PAYMENTS, False, "deposit.not_read_yet"), (b"%PDF-1.7", True, "deposit.unreadable_file")],
    ids=["still being read", "no table"],
)
def test_what_rules_cannot_see_is_not_accepted_as_a_table(world, opened, content, is_read, code):
    received = world.upload(*case_of(world, opened), content=content)
    world.screen_item(received.item_id)
    if is_read:
        world.read_item(received.item_id)

    with pytest.raises(ConflictError) as refused:
        world.accept(received.deposit_id)

    assert refused.value.code == code
    assert world.get(Deposit, received.deposit_id).state is DepositState.SUBMITTED


def test_a_file_that_breaks_the_reader_ends_as_its_reading(world, opened):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    broken = target.getvalue().replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\x63", 1)
    received = world.upload(*case_of(world, opened), content=broken)

    world.read_item(received.item_id)

    page = world.read(get_item, actor=world.actor("officer"), item_id=received.item_id)
    assert page.item.reading.error_code is not None


def _count(world, table) -> int:
    with world.database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def _digest(item):
    from evidence.digest import Digest  # noqa: PLC0415 - keeps the list short

    return Digest(item.sha256)
