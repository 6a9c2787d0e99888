"""What was never handed in is destroyed as well, and neither certificate nor case file names it."""

import json
from uuid import uuid4

import pytest

from evidence.limits import Limits
from inspection import deposits
from inspection.campaigns import cancel_campaign
from inspection.casefile import verify_case
from inspection.keeping import get_certificate, stating, write_certificate
from inspection.screening.gates import NAMELESS
from inspection.tables import Campaign, Deposit, Destruction, EvidenceItem
from tests.inspection.casefile.conftest import keys_of, take_out
from tests.inspection.casefile.test_destroyed import destroy
from tests.inspection.destruction.acts import paper
from tests.inspection.documents.reading import squeezed, text_of
from tests.inspection.test_conclusions import draft, send
from tests.inspection.world import PAYMENTS, case_of

HANDED_IN = "bảng kê.csv"
WITHDRAWN = "rút lại.csv"
UNCERTIFIED = "chưa xác nhận.csv"
UNANSWERED = "chưa giải trình.txt"
OWN = (WITHDRAWN, UNCERTIFIED, UNANSWERED)


def upload(world, opened, name, content):
    received = world.upload(*case_of(world, opened), content=content)
    world.read_item(received.item_id)
    with world.database.write() as session:
        session.get_one(EvidenceItem, received.item_id).name = name
    return received


@pytest.fixture
def closed(world, opened):
    """A closed inspection with one file handed in, and three that never were."""
    table = world.upload(*case_of(world, opened))
    wrong = upload(world, opened, WITHDRAWN, PAYMENTS + b"2005,2010-01-07,E-5,1.00\n")
    world.write(
        deposits.remove_file,
        actor=world.actor("officer"),
        deposit_id=wrong.deposit_id,
        item_id=wrong.item_id,
    )
    world.read_item(table.item_id)
    world.accept(table.deposit_id)
    inspection_id = case_of(world, opened)[0]
    finding_id = draft(world, opened, world.evaluate(inspection_id))
    send(world, finding_id)
    answered = deposits.receive_answer_file(
        world.database,
        world.storage,
        actor=world.actor("clerk"),
        finding_id=finding_id,
        name=UNANSWERED,
        chunks=[b"answer"],
        limits=Limits(),
        incoming_id=uuid4(),
        clock=world.now,
    )
    world.screen_item(answered.item_id)
    world.write(
        deposits.begin_version,
        actor=world.actor("officer"),
        deposit_id=table.deposit_id,
        version=world.get(Deposit, table.deposit_id).version,
        why="Sửa",
    )
    upload(world, opened, UNCERTIFIED, PAYMENTS + b"2006,2010-01-07,E-6,2.00\n")
    world.write(
        cancel_campaign,
        actor=world.actor("issuer"),
        campaign_id=opened,
        version=world.get(Campaign, opened).version,
        reason="Trùng",
    )
    return inspection_id


def named(world, destruction_id):
    files = json.loads(world.get(Destruction, destruction_id).statement)["files"]
    return [file["name"] for file in files if "name" in file], len(files)


def certificate(world, destruction_id):
    return world.read(
        get_certificate, actor=world.actor("lead"), destruction_id=destruction_id, has_log=False
    )


def test_what_was_never_handed_in_is_stated_without_its_name(world, closed, tmp_path):
    destruction_id = destroy(world, closed)
    said = certificate(world, destruction_id)
    bag = take_out(world, closed, tmp_path / "bag")

    # The fifth is the copy of the first in the version that was begun and not certified.
    assert named(world, destruction_id) == ([HANDED_IN], 5)
    assert [one["name"] for one in said["files"]].count(NAMELESS) == 4
    assert all(one["sha256"] and one["size_bytes"] and one["received_at"] for one in said["files"])
    written, printed = write_certificate(said).decode(), text_of(paper(said))
    everywhere = "".join(path.read_text() for path in bag.rglob("*.json*"))
    for name in OWN:
        assert name not in written
        assert squeezed(name) not in printed
        assert name not in everywhere
    report = verify_case(bag, ring=keys_of(world).find_ring())
    assert (report.problems, report.checked["destroyed"]) == ((), 1)


def test_an_older_statement_holds_and_its_certificate_is_shown_without_those_names(
    world, closed, tmp_path, monkeypatch
):
    monkeypatch.setattr(stating, "VERSION", 1)
    monkeypatch.setattr(stating, "list_never_handed_in", lambda *_, **__: frozenset())
    destruction_id = destroy(world, closed)
    bag = take_out(world, closed, tmp_path / "bag")
    said = certificate(world, destruction_id)

    assert set(named(world, destruction_id)[0]) == {HANDED_IN, *OWN}
    assert {one["name"] for one in said["files"]} == {HANDED_IN, NAMELESS}
    assert verify_case(bag, ring=keys_of(world).find_ring()).problems == ()
