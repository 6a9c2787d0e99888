"""The list of destructions that are done, page by page."""

from datetime import timedelta

from inspection.keeping import list_finished
from inspection.tables import Destruction
from tests.inspection.destruction.acts import LATE, confirmed, erase, publish
from tests.inspection.test_holds import accept_one
from tests.inspection.test_query_counts import counted


def destroyed(world, number):
    """One more destruction of a published case; the later its number, the newer."""
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id = accept_one(world, campaign_id)
    publish(world, inspection_id)
    destruction_id = confirmed(world, inspection_id)
    erase(world)
    with world.database.write() as session:
        row = session.get_one(Destruction, destruction_id)
        row.finished_at = LATE + timedelta(days=number)
    return destruction_id


def listed(world, **which):
    lines = world.read(list_finished, actor=world.actor("councillor"), **which)
    return [line.id for line in lines]


def test_finished_destructions_come_page_by_page_and_cost_the_same(world):
    costs, ids = [], []
    for numbers in ((1,), (2, 3)):
        ids += [destroyed(world, number) for number in numbers]
        actor = world.actor("councillor")
        with world.database.read() as session, counted(world.database) as statements:
            lines = list_finished(session, actor=actor, limit=5)
        costs.append(len(statements))

    newest = ids[::-1]
    assert [line.id for line in lines] == newest
    assert costs[0] == costs[1]
    assert listed(world, limit=2) == newest[:2]
    assert listed(world, limit=2, offset=2) == newest[2:]
    assert listed(world, limit=2, offset=4) == []
