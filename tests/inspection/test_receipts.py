"""What an organization is told it handed in: frozen, provable, and on paper."""

from datetime import datetime
from io import BytesIO

import pytest
from sqlmodel import select

from evidence import key_files
from evidence.custody.tables import CustodyLeaf
from evidence.errors import CustodyPendingError, EvidenceNotFoundError
from evidence.key_files import KeyFolder
from evidence.receipt import verify_receipt
from inspection import accounts
from inspection.custody import enter_pending
from inspection.documents.receipt import render_receipt
from inspection.documents.wording import VIETNAM
from inspection.errors import ConflictError, NotFoundError
from inspection.queries.receipts import find_receipt_state, list_receipts
from inspection.receipts import get_receipt
from inspection.screening.gates import NAMELESS
from inspection.tables import Deposit, EvidenceItem, Organization
from tests.inspection.documents.reading import fonts_of, squeezed, text_of
from tests.inspection.places import PLACES, world_at
from tests.inspection.quarantining import declare, release
from tests.inspection.world import PAYMENTS, START, World, case_of


@pytest.fixture(params=PLACES)
def world(request, tmp_path):
    yield from world_at(request, tmp_path)


@pytest.fixture
def keys(world: World) -> KeyFolder:
    key_files.generate(world.folder / "keys", origin="thanhtra.example.vn/custody", at=START)
    return KeyFolder(world.folder / "keys")


@pytest.fixture
def certified(world: World, opened):
    """A deposit of two files, certified and not yet in the log."""
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    world.upload(inspection_id, request_id, content=PAYMENTS + b"2005,2010-01-07,E-5,1.00\n")
    world.hand_in(received.deposit_id)
    return received.deposit_id


def receipt_of(world, deposit_id, *, by="officer", **how):
    ring = key_files.load_ring(world.folder / "keys")
    return world.read(get_receipt, actor=world.actor(by), deposit_id=deposit_id, ring=ring, **how)


def test_a_receipt_waits_and_then_holds(world, keys, certified):
    with pytest.raises(CustodyPendingError):
        receipt_of(world, certified)
    enter_pending(world.database, keys, clock=world.now)
    verified = verify_receipt(receipt_of(world, certified).to_json(), keys.find_ring())
    said = verified.statement

    assert said["organization"]["code"] == "commune"
    assert [one["name"] for one in said["certified_by"]] == ["Người officer"]
    assert said["inspection"]["campaign"] == "thanh toán năm 2010"
    assert said["inspection"]["body"] == "Cơ quan inspectorate"
    assert said["request"]["title"] == "Bảng kê thanh toán"
    assert [one.size_bytes for one in verified.files] == [len(PAYMENTS), len(PAYMENTS) + 25]
    assert said["certified_at"] == verified.certified_at.isoformat(timespec="microseconds").replace(
        "+00:00", "Z"
    )


def test_a_receipt_says_what_was_so_when_it_was_certified(world, keys, certified):
    enter_pending(world.database, keys, clock=world.now)
    before = receipt_of(world, certified)
    organization = world.get(Organization, world.bodies["commune"])
    world.write(
        accounts.edit_organization,
        actor=world.actor("admin"),
        organization_id=organization.id,
        version=organization.version,
        name="Tên mới",
        parent_name="",
        place="",
        is_active=True,
    )

    assert receipt_of(world, certified) == before


def test_both_sides_read_the_same_receipt_and_nobody_else(world, keys, certified):
    enter_pending(world.database, keys, clock=world.now)

    assert receipt_of(world, certified, by="lead") == receipt_of(world, certified)
    for name in ("other", "outsider"):
        with pytest.raises(NotFoundError):
            receipt_of(world, certified, by=name)


def test_there_is_no_receipt_before_certifying(world, opened, keys):  # noqa: ARG001 - made first
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)

    with pytest.raises(NotFoundError):
        receipt_of(world, received.deposit_id)
    assert world.read(find_receipt_state, deposit_id=received.deposit_id) == (False, None)


def test_there_is_no_receipt_where_there_are_no_keys(world, certified):
    with pytest.raises(EvidenceNotFoundError):
        world.read(get_receipt, actor=world.actor("lead"), deposit_id=certified, ring=None)


def test_receipts_are_listed_with_their_state(world, keys, certified):
    def states(name):
        lines = world.read(list_receipts, actor=world.actor(name))
        return [(one.deposit_id, one.files, one.index is None) for one in lines]

    assert states("officer") == [(certified, 2, True)]
    assert world.read(find_receipt_state, deposit_id=certified) == (True, None)
    enter_pending(world.database, keys, clock=world.now)
    assert states("officer") == [(certified, 2, False)]
    assert states("other") == []


def paper(receipt, keys) -> bytes:
    into = BytesIO()
    render_receipt(receipt, keys.find_ring(), into=into)
    return into.getvalue()


def test_the_paper_says_what_the_receipt_says(world, keys, certified):
    enter_pending(world.database, keys, clock=world.now)
    receipt = receipt_of(world, certified)
    pdf = paper(receipt, keys)
    text = text_of(pdf)
    key = keys.find_ring().active.key

    assert paper(receipt, keys) == pdf
    assert set(fonts_of(pdf).values()) == {True}
    for part in (
        "BIÊN NHẬN TÀI LIỆU",
        "Cơ quan commune (mã commune)",
        "Người officer",
        "Quyết định số 12/QĐ-TTr ngày 02/3/2026",
        "1. Bảng kê thanh toán",
        *(one["sha256"] for one in receipt.statement["files"]),
        f"{receipt.index}",
        f"Số thứ tự trong cuộc thanh tra {receipt.entry['series']['number']}",
        key.fingerprint,
        "thanhtra verify receipt",
    ):
        assert squeezed(part) in squeezed(text), part
    written = datetime.fromisoformat(receipt.statement["certified_at"]).astimezone(VIETNAM)
    assert squeezed(f"{written:%d/%m/%Y %H:%M:%S} (UTC+7)") in squeezed(text)
    assert f"{written:%Y-%m-%d}T" not in squeezed(text)


def test_the_log_holds_no_name_of_a_file(world, certified):
    with world.database.read() as session:
        bodies = session.exec(select(CustodyLeaf.body)).all()

    assert world.get(Deposit, certified).submitted_at is not None
    assert [body for body in bodies if ".csv" in body] == []


def test_a_receipt_that_names_a_secret_by_now_is_printed_without_the_name(world, keys, certified):
    enter_pending(world.database, keys, clock=world.now)
    before = receipt_of(world, certified)
    with world.database.write() as session:
        query = select(EvidenceItem).where(EvidenceItem.deposit_id == certified)
        item_id = session.exec(query.order_by(EvidenceItem.received_at)).first().id
    declare(world, item_id)

    for name in ("officer", "lead"):
        with pytest.raises(ConflictError) as refused:
            receipt_of(world, certified, by=name)
        assert (refused.value.code, dict(refused.value.facts)) == ("screening.stated", {})
    printed = receipt_of(world, certified, for_paper=True)
    names = [one["name"] for one in printed.statement["files"]]
    assert sorted(names) == sorted([NAMELESS, "bảng kê.csv"])
    assert (printed.entry, printed.index) == (before.entry, before.index)

    release(world, item_id)
    assert receipt_of(world, certified) == before
