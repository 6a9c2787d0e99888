"""The measures behind verdicts, and the reasons why nothing could be said."""

from datetime import timedelta

import pytest
from sqlmodel import select

from inspection.errors import NotFoundError
from inspection.findings import draft_finding, send_finding
from inspection.measures import list_measured_rules, read_measures
from inspection.queries.evaluations import get_evaluation, list_own_inputs
from inspection.readings import list_originals, read_around
from inspection.retracing import retrace
from inspection.tables import (
    Evaluation,
    EvaluationInput,
    EvidenceItem,
    Finding,
    Inspection,
    Reading,
)
from inspection.violations import ViolationFilter, get_line, list_reasons, read_slice
from rules.evaluation.trace import Place
from tests.inspection.measuring import measuring_pack
from tests.inspection.test_query_counts import item
from tests.inspection.world import START, case_of

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
    inspection_id, _ = case_of(world, campaign_id)
    world.take_in(campaign_id, content=UNTIDY)
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


def test_a_verdict_is_retraced_as_the_run_has_judged_it(world, judged):
    page = world.read(get_evaluation, actor=world.actor("lead"), evaluation_id=judged)
    lines = read_slice(
        world.storage,
        world.folder / "cache",
        violations_sha256=page.violations_sha256,
        filter=ViolationFilter(),
        offset=0,
        limit=100,
    )

    for line in lines.rows:
        found = retraced(
            world,
            judged,
            rule_code=line.rule,
            place=None if line.row is None else Place(row=line.row, file=line.file),
            key=line.unit_key,
        )
        assert (line.rule, found.verdict, found.reason) == (line.rule, line.verdict, line.reason)


def test_what_stood_in_an_unreadable_cell_is_retraced(world, judged):
    page = world.read(get_evaluation, actor=world.actor("lead"), evaluation_id=judged)
    place = Place(row=3, file=page.inputs[0].sha256)

    found = retraced(world, judged, rule_code="MES-004", place=place, key=None)

    assert [(one.column, one.found) for one in found.inputs] == [("Date", None), ("Amount", "12x")]


def test_nobody_but_the_team_retraces(world, judged):
    for name in ("officer", "other", "councillor", "admin", "outsider"):
        with pytest.raises(NotFoundError):
            retraced(world, judged, rule_code="MES-004", place=Place(row=2), key=None, by=name)


def retraced(world, evaluation_id, *, by="lead", **asked):
    return retrace(
        world.database,
        world.storage,
        world.folder / "cache",
        actor=world.actor(by),
        evaluation_id=evaluation_id,
        **asked,
    )


def test_the_organization_knows_its_own_files_alone(world, judged):
    finding_id = draft_finding(
        world.database,
        world.storage,
        world.folder / "cache",
        actor=world.actor("member"),
        evaluation_id=judged,
        rule_code="MES-004",
        matter_id=world.campaign(world.get(Inspection, _case(world, judged)).campaign_id)
        .matters[0]
        .id,
        title="x",
        question="",
        filter=ViolationFilter(verdict="violated"),
        excluded_keys=(),
        at=world.now(),
    )

    with pytest.raises(NotFoundError):  # not sent yet
        world.read(list_own_inputs, actor=world.actor("officer"), finding_id=finding_id)
    world.write(
        send_finding,
        actor=world.actor("member"),
        finding_id=finding_id,
        version=world.get(Finding, finding_id).version,
        answer_due_at=START + timedelta(days=9),
    )
    with world.database.write() as session:
        (own,) = session.exec(select(EvaluationInput)).all()
        deposit_id = session.get(EvidenceItem, own.item_id).deposit_id
        foreign = item(world.people["other"], deposit_id=deposit_id)
        session.add(foreign)
        session.flush()
        session.add(
            EvaluationInput(
                evaluation_id=judged, item_id=foreign.id, table_name="payments", is_own=False
            )
        )

    files = world.read(list_own_inputs, actor=world.actor("officer"), finding_id=finding_id)

    assert [one.item_id for one in files] == [own.item_id]
    with pytest.raises(NotFoundError):
        world.read(list_own_inputs, actor=world.actor("other"), finding_id=finding_id)


def _case(world, evaluation_id):
    return world.get(Evaluation, evaluation_id).inspection_id


def test_a_row_stands_between_its_neighbours(world, judged):
    page = world.read(get_evaluation, actor=world.actor("lead"), evaluation_id=judged)
    reading = world.get(Reading, page.inputs[0].item_id)
    cache = world.folder / "cache"
    around = {
        row: read_around(
            world.storage, cache, rows_sha256=reading.rows_sha256, sheet=None, row=row, reach=1
        )
        for row in (2, 4, 7)
    }

    originals = list_originals(
        world.storage, cache, problems_sha256=reading.problems_sha256, rows=around[4]
    )

    assert {row: [line.row for line in some.lines] for row, some in around.items()} == {
        2: [2, 3],
        4: [3, 4, 5],
        7: [6, 7],
    }
    assert {place: line.found for place, line in originals.items() if line.found} == {
        (None, 3, "Amount"): "12x",
        (None, 5, "Date"): "khong ngay",
    }


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
