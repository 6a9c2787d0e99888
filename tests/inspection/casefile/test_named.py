"""Nothing signed leaves in a case file that names what is held back since."""

import pytest

from inspection.casefile import stream_case, verify_case
from inspection.casefile.values import CaseFault
from inspection.errors import ConflictError
from inspection.tables import EvidenceItem
from tests.inspection.casefile.conftest import conclude, keys_of, take_out
from tests.inspection.casefile.forging import seal_again
from tests.inspection.casefile.test_destroyed import destroy
from tests.inspection.quarantining import declare, release
from tests.inspection.test_conclusions import verify_one
from tests.inspection.world import PAYMENTS, case_of


@pytest.fixture
def two(world, opened):
    """A published case; another file of the same deposit is there as well."""
    inspection_id, request_id = case_of(world, opened)
    other = world.upload(inspection_id, request_id, content=PAYMENTS + b"2005,2010-01-07,E-5,1.0\n")
    world.read_item(other.item_id)
    with world.database.write() as session:
        session.get_one(EvidenceItem, other.item_id).name = "tên riêng.csv"
    return conclude(world, verify_one(world, opened)), other.item_id


def test_a_case_file_whose_certificate_names_a_secret_is_refused(world, two, tmp_path):
    inspection_id, item_id = two
    destroy(world, inspection_id)
    before = take_out(world, inspection_id, tmp_path / "before")
    declare(world, item_id)

    with pytest.raises(ConflictError) as refused:
        take_out(world, inspection_id, tmp_path / "after")
    with pytest.raises(ConflictError):
        stream_case(
            world.database,
            world.storage,
            keys=keys_of(world),
            actor=world.actor("councillor"),
            inspection_id=inspection_id,
            clock=world.now,
        )

    assert refused.value.code == "casefile.named"
    assert "tên riêng" not in str(refused.value)
    # What was handed out before holds as it did.
    assert verify_case(before, ring=keys_of(world).find_ring()).is_valid


def test_a_receipt_that_names_a_secret_is_left_out_and_said_to_be(world, two, tmp_path):
    inspection_id, item_id = two
    declare(world, item_id)

    bag = take_out(world, inspection_id, tmp_path / "bag")

    told = verify_case(bag, ring=keys_of(world).find_ring())
    assert told.is_valid
    assert CaseFault.RECEIPT_WITHHELD in {one.fault for one in told.warnings}
    naming = [
        str(path.relative_to(bag))
        for path in bag.rglob("*")
        if path.is_file() and "tên riêng".encode() in path.read_bytes()
    ]
    # The conclusion was published before; nothing else names it.
    assert naming == ["data/conclusion/conclusion.json"]
    release(world, item_id)
    world.screen_item(item_id)
    again = take_out(world, inspection_id, tmp_path / "again")
    assert verify_case(again, ring=keys_of(world).find_ring()).warnings == ()


def test_a_receipt_is_left_out_for_no_other_reason(world, two, tmp_path):
    inspection_id, _ = two
    bag = take_out(world, inspection_id, tmp_path / "bag")
    [receipt] = bag.glob("data/custody/receipts/*.json")
    receipt.unlink()
    seal_again(bag)

    told = verify_case(bag, ring=keys_of(world).find_ring())

    assert CaseFault.LEFT_OUT in {one.fault for one in told.problems}
