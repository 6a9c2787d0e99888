"""The measures behind verdicts, and the reasons why nothing could be said."""

import pytest

from inspection.errors import NotFoundError
from inspection.measures import list_measured_rules, read_measures
from inspection.queries.evaluations import get_evaluation
from inspection.tables import Evaluation
from inspection.violations import ViolationFilter, get_line, list_reasons, read_slice
from tests.inspection.world import case_of, measuring_pack

UNTIDY = b"""VendorNum,Date,InvNum,Amount
2001,2010-01-04,A-1,150.00
2002,2010-01-05,B-7,12x
2002,2010-01-06,B-8,
2002,khong ngay,B-9,99.50
2003,2010-02-09,C-3,95.00
2004,2010-03-06,D-4,1999.50
"""


@pytest.fixture
def judged(world):
    """A run of rules that measure, over a table with cells that cannot be read."""
    campaign_id = world.draft()
    world.open(campaign_id, files=measuring_pack())
    inspection_id, request_id = case_of(world, campaign_id)
    received = world.upload(inspection_id, request_id, content=UNTIDY)
    world.read_item(received.item_id)
    world.accept(received.deposit_id)
    return world.evaluate(inspection_id)


def test_a_run_keeps_its_measures_beside_its_lines(world, judged):
    run = world.get(Evaluation, judged)

    rules = list_measured_rules(
        world.storage, world.folder / "cache", facts_sha256=run.facts_sha256
    )

    assert rules == ("MES-001", "MES-002", "MES-003")


def test_measures_are_read_group_by_group(world, judged):
    run = world.get(Evaluation, judged)
    asked = {"facts_sha256": run.facts_sha256, "rule_code": "MES-002"}
    cache = world.folder / "cache"

    every = read_measures(world.storage, cache, **asked, offset=0, limit=10)
    second = read_measures(world.storage, cache, **asked, offset=1, limit=1)

    assert [one.group for one in every.groups] == ["2001", "2002", "2003", "2004"]
    assert (second.total, second.groups) == (4, every.groups[1:2])
    assert every.groups[0].items[2].values == {
        "count": "1",
        "share_of_count": "1",
        "sum": "150.00",
        "share_of_sum": "1",
    }


def test_measures_of_the_whole_table_have_no_group(world, judged):
    run = world.get(Evaluation, judged)

    found = read_measures(
        world.storage,
        world.folder / "cache",
        facts_sha256=run.facts_sha256,
        rule_code="MES-001",
        offset=0,
        limit=10,
    )

    (whole,) = found.groups
    digits = {one.item: one.values["observed"] for one in whole.items if len(one.item) == 1}
    assert whole.group is None
    assert digits == {"1": "2", "9": "2"} | dict.fromkeys("2345678", "0")


def test_reasons_make_up_what_is_undetermined(world, judged):
    page = world.read(get_evaluation, actor=world.actor("lead"), evaluation_id=judged)
    cache = world.folder / "cache"

    reasons = list_reasons(world.storage, cache, violations_sha256=page.violations_sha256)

    assert {one.rule_code for one in reasons} == {
        line.rule_code for line in page.tallies if line.undetermined
    }
    for line in page.tallies:
        counted = sum(one.count for one in reasons if one.rule_code == line.rule_code)
        assert (line.rule_code, counted) == (line.rule_code, line.undetermined)


def test_a_reason_leads_to_its_lines(world, judged):
    digest = world.get(Evaluation, judged).violations_sha256
    cache = world.folder / "cache"

    for one in list_reasons(world.storage, cache, violations_sha256=digest):
        found = read_slice(
            world.storage,
            cache,
            violations_sha256=digest,
            filter=ViolationFilter(rule_code=one.rule_code, reason=one.reason),
            offset=0,
            limit=100,
        )
        assert (one, found.total) == (one, one.count)
        assert {line.reason for line in found.rows} == {one.reason}


def test_a_line_is_found_by_its_key(world, judged):
    digest = world.get(Evaluation, judged).violations_sha256
    cache = world.folder / "cache"
    every = read_slice(
        world.storage,
        cache,
        violations_sha256=digest,
        filter=ViolationFilter(),
        offset=0,
        limit=100,
    )

    found = get_line(world.storage, cache, violations_sha256=digest, key=every.rows[3].key)

    assert found == every.rows[3]
    with pytest.raises(NotFoundError):
        get_line(world.storage, cache, violations_sha256=digest, key="0" * 64)
