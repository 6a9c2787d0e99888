"""What stops a deposit from being accepted is told before anybody presses the button."""

import pytest

from api.language import translator
from inspection import deposits
from inspection.errors import ConflictError
from inspection.queries.deposits import get_deposit
from inspection.screening.gates import NAMELESS
from inspection.tables import Deposit
from tests.evidence.screening.documents import docx
from tests.inspection.quarantining import forget
from tests.inspection.world import case_of


@pytest.fixture
def handed_in(world, opened):
    """Hand in files with these contents; nothing has looked at them yet."""

    def hand_in(*contents):
        case = case_of(world, opened)
        received = [world.upload(*case, content=content) for content in contents]
        deposit_id = received[0].deposit_id
        world.hand_in(deposit_id)
        return received

    return hand_in


def look(world, deposit_id, name="member"):
    return world.read(get_deposit, actor=world.actor(name), deposit_id=deposit_id)


def offer(page):
    [accept] = [one for one in page.acts if one.act == "accept"]
    return accept.allowed, accept.reason_code


def refusal(world, deposit_id):
    with pytest.raises(ConflictError) as refused:
        world.write(
            deposits.accept_deposit,
            actor=world.actor("member"),
            deposit_id=deposit_id,
            version=world.get(Deposit, deposit_id).version,
        )
    return refused.value.code, dict(refused.value.facts)


def test_accepting_is_offered_only_when_every_file_has_passed_and_was_read(world, handed_in):
    [file] = handed_in(b"VendorNum,Date,InvNum,Amount\n")
    told = []
    for step in (lambda _: None, world.screen_item):
        step(file.item_id)
        page = look(world, file.deposit_id)
        [obstacle] = page.obstacles
        told.append((obstacle.item_id, obstacle.code, offer(page)))
        assert (obstacle.code, dict(obstacle.facts)) == refusal(world, file.deposit_id)
    world.read_item(file.item_id)
    page = look(world, file.deposit_id)

    stopped = (False, "deposit.held_back")
    assert told == [
        (file.item_id, "screening.not_yet", stopped),
        (file.item_id, "deposit.not_read_yet", stopped),
    ]
    assert (page.obstacles, offer(page)) == ((), (True, None))


def test_every_file_that_stops_it_is_told_and_a_secret_keeps_its_name(world, handed_in):
    good, secret, unreadable = handed_in(
        b"VendorNum,Date,InvNum,Amount\n", docx(["MẬT"]), b"%PDF-1.7"
    )
    world.read_item(good.item_id)
    world.screen_item(secret.item_id)
    world.read_item(unreadable.item_id)

    page = look(world, good.deposit_id)

    assert [(one.item_id, one.code, one.facts["file"]) for one in page.obstacles] == [
        (secret.item_id, "screening.held_back", NAMELESS),
        (unreadable.item_id, "deposit.unreadable_file", "bảng kê.csv"),
    ]


def test_nobody_waits_for_a_secret_that_is_removed(world, handed_in):
    [secret] = handed_in(docx(["MẬT"]))
    world.screen_item(secret.item_id)
    forget(world, secret.item_id)

    [obstacle] = look(world, secret.deposit_id).obstacles

    assert (obstacle.code, obstacle.facts["file"]) == ("screening.removed", NAMELESS)
    assert refusal(world, secret.deposit_id)[0] == "screening.removed"
    assert "trả lại" in translator("vi").refusal(obstacle.code, obstacle.facts)


def test_the_organization_is_told_nothing_of_what_the_team_decides(world, handed_in):
    [file] = handed_in(b"VendorNum,Date,InvNum,Amount\n")

    assert look(world, file.deposit_id, "officer").obstacles == ()
