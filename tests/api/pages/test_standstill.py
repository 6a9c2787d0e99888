"""While a conclusion is under consideration, pages offer nothing that would be refused."""

from types import SimpleNamespace

import pytest

from evidence import key_files
from inspection.queries.inspections import get_inspection
from tests.api.pages.conftest import entrance, served
from tests.api.platform import give_passwords
from tests.inspection.test_conclusions import submitted, verify_one
from tests.inspection.world import START, new_world

HELD = "hồ sơ đang được xem xét để kết luận"
SENDING = ("data-upload-to", "js/upload.js")


@pytest.fixture
def held(tmp_path):
    """An inspection with a second request nobody has answered, whose conclusion is handed in."""
    world = new_world(tmp_path)
    give_passwords(world)
    campaign_id = world.draft()
    world.ask(campaign_id)
    world.open(campaign_id)
    inspection_id = verify_one(world, campaign_id)
    request_id = world.campaign(campaign_id).requests[-1].id
    key_files.generate(world.folder / "keys", origin="thanhtra.example.vn/custody", at=START)
    with served(SimpleNamespace(world=world)) as client:
        yield world, entrance(client), inspection_id, request_id
    world.database.close()


def test_what_would_be_refused_is_not_offered(held):
    world, enter, inspection_id, request_id = held
    pages = {
        "officer": f"/portal/inspections/{inspection_id}/requests/{request_id}",
        "lead": f"/inspections/{inspection_id}/evaluations",
    }
    case = world.read(get_inspection, actor=world.actor("lead"), inspection_id=inspection_id)
    lines = f"/evaluations/{case.evaluation_id}/violations?rule_code=PAY-003"
    before = {name: enter(name).get(address).text for name, address in pages.items()}

    assert "Lập phát hiện từ" in enter("lead").get(lines).text

    submitted(world, inspection_id)

    after = {name: enter(name).get(address).text for name, address in pages.items()}
    assert [HELD in text for text in before.values()] == [False, False]
    assert [HELD in text for text in after.values()] == [True, True]
    assert [mark in before["officer"] for mark in ("data-upload-to", "js/upload.js")] == [
        True,
        True,
    ]
    assert [mark in after["officer"] for mark in ("data-upload-to", "js/upload.js")] == [False] * 2
    asks = f'action="/inspections/{inspection_id}/evaluations"'
    assert (asks in before["lead"], asks in after["lead"]) == (True, False)
    told = enter("lead").get(lines).text
    assert ("Lập phát hiện từ" in told, HELD in told) == (False, True)
