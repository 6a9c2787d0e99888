from datetime import timedelta

import pytest
from sqlmodel import select

from inspection import evaluations
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.queries.evaluations import get_evaluation, list_campaign_tallies
from inspection.sweeping import sweep
from inspection.tables import Evaluation, OutboxEntry, Progress, Reading, RuleTally
from inspection.violations import ViolationFilter, read_slice, select_lines
from inspection.workflow.states import EvaluationState
from tests.inspection.world import START, case_of


@pytest.fixture
def accepted(world, opened):
    """An inspection whose one table was read and accepted."""
    inspection_id, _ = case_of(world, opened)
    world.take_in(opened)
    return inspection_id


def test_every_rule_reconciles_with_its_population(world, accepted):
    evaluation_id = world.evaluate(accepted)

    page = world.read(get_evaluation, actor=world.actor("lead"), evaluation_id=evaluation_id)
    assert page.state is EvaluationState.DONE
    assert page.rows_total == 5
    assert page.tallies
    for line in page.tallies:
        assert line.population == (
            line.met + line.violated + line.undetermined + line.not_applicable + line.error
        )


def test_lines_are_as_many_as_the_tallies_say(world, accepted):
    evaluation_id = world.evaluate(accepted)
    page = world.read(get_evaluation, actor=world.actor("lead"), evaluation_id=evaluation_id)
    cache = world.folder / "cache"

    for line in page.tallies:
        found = read_slice(
            world.storage,
            cache,
            violations_sha256=page.violations_sha256,
            filter=ViolationFilter(rule_code=line.rule_code),
            offset=0,
            limit=100,
        )
        assert (line.rule_code, found.total) == (line.rule_code, line.violated + line.undetermined)


def test_refused_records_are_told_and_unreadable_cells_show_their_text(world, opened):
    inspection_id, _ = case_of(world, opened)
    content = b"VendorNum,Date,InvNum,Amount\n1,2010-01-04,A-1,300 abc\n2,2010-01-04\n"
    world.take_in(opened, content=content)
    evaluation_id = world.evaluate(inspection_id)
    page = world.read(get_evaluation, actor=world.actor("lead"), evaluation_id=evaluation_id)

    (file,) = page.inputs
    assert (file.rows_in_file, file.rows_read, file.rows_refused) == (2, 1, 1)
    assert {line.population for line in page.tallies if line.unit == "row"} == {1}
    found = read_slice(
        world.storage,
        world.folder / "cache",
        violations_sha256=page.violations_sha256,
        filter=ViolationFilter(rule_code="PAY-002"),
        offset=0,
        limit=9,
    )
    (line,) = found.rows
    assert (line.verdict, line.unread) == ("undetermined", ("Amount",))
    assert dict(line.values)["Amount"] == "300 abc"


def test_the_same_inputs_give_the_same_bytes(world, accepted):
    first, second = world.evaluate(accepted), world.evaluate(accepted)

    assert (
        world.get(Evaluation, first).violations_sha256
        == world.get(Evaluation, second).violations_sha256
    )


def test_a_selection_without_some_keys_has_another_digest(world, accepted):
    page = world.get(Evaluation, world.evaluate(accepted))
    cache = world.folder / "cache"
    everything = ViolationFilter(verdict="violated")
    lines = read_slice(
        world.storage,
        cache,
        violations_sha256=page.violations_sha256,
        filter=everything,
        offset=0,
        limit=1,
    )
    values = {"violations_sha256": page.violations_sha256, "filter": everything}

    whole = select_lines(world.storage, cache, excluded_keys=(), **values)
    less = select_lines(world.storage, cache, excluded_keys=(lines.rows[0].key,), **values)

    assert (whole.count, less.count) == (lines.total, lines.total - 1)
    assert whole.keys_sha256 != less.keys_sha256


def test_nothing_accepted_nothing_to_judge(world, opened):
    inspection_id, request_id = case_of(world, opened)
    world.upload(inspection_id, request_id)

    with pytest.raises(InvalidError) as refused:
        world.evaluate(inspection_id)

    assert refused.value.code == "evaluation.nothing_accepted"


def test_the_same_bytes_handed_in_twice_are_one_file(world, opened):
    inspection_id, request_id = case_of(world, opened)
    for _ in range(2):
        received = world.upload(inspection_id, request_id)
        world.read_item(received.item_id)
    world.accept(received.deposit_id)

    page = world.get(Evaluation, world.evaluate(inspection_id))

    assert page.rows_total == 5


def test_reading_that_kills_its_process_ends_after_three_attempts(world, opened):
    received = world.upload(*case_of(world, opened))
    world.screen_item(received.item_id)
    at = START + timedelta(days=1)
    for number in range(1, 5):
        sweep(
            world.database,
            world.storage,
            at=at + timedelta(hours=number),
            dead_after=timedelta(minutes=1),
        )

    assert world.get(Reading, received.item_id).error_code == "reading.died"


def test_the_organization_never_sees_a_run(world, accepted):
    evaluation_id = world.evaluate(accepted)

    for name in ("officer", "other", "councillor", "admin"):
        with pytest.raises(NotFoundError):
            world.read(get_evaluation, actor=world.actor(name), evaluation_id=evaluation_id)


def test_a_run_that_was_taken_over_leaves_no_trace(world, accepted):
    evaluation_id = _request(world, accepted)
    with world.database.write() as session:
        first = evaluations.start(session, evaluation_id=evaluation_id, at=world.now())
    world.run(evaluation_id)

    with pytest.raises(ConflictError), world.database.write() as session:
        evaluations.finish(
            session,
            claim=first,
            tallies=[],
            violations_sha256="0" * 64,
            facts_sha256="0" * 64,
            engine_version="x",
            rows_total=0,
            at=world.now(),
        )

    row = world.get(Evaluation, evaluation_id)
    assert (row.state, row.attempt) == (EvaluationState.DONE, 2)
    with world.database.read() as session:
        codes = session.exec(
            select(RuleTally.rule_code).where(RuleTally.evaluation_id == evaluation_id)
        ).all()
    assert len(codes) == len(set(codes)) > 0


def test_a_run_that_died_three_times_ends_where_people_see_it(world, accepted):
    evaluation_id = _request(world, accepted)
    for _ in range(evaluations.ATTEMPTS_ALLOWED):
        with world.database.write() as session:
            evaluations.start(session, evaluation_id=evaluation_id, at=world.now())

    world.run(evaluation_id)

    row = world.get(Evaluation, evaluation_id)
    assert (row.state, row.error_code) == (EvaluationState.FAILED, "evaluation.died")


def test_a_lost_object_fails_the_run_with_its_reason(world, accepted):
    evaluation_id = _request(world, accepted)
    for path in (world.folder / "store").rglob("*"):
        if path.is_file():
            path.unlink()

    world.run(evaluation_id)

    row = world.get(Evaluation, evaluation_id)
    assert row.state is EvaluationState.FAILED
    assert row.error_code.startswith("evidence.")


def test_the_sweep_asks_again_for_a_dead_run_and_leaves_a_living_one(world, accepted):
    evaluation_id = _request(world, accepted)
    with world.database.write() as session:
        evaluations.start(session, evaluation_id=evaluation_id, at=START)
    asked = _jobs(world)
    dead_after = timedelta(minutes=1)

    sweep(world.database, world.storage, at=START + timedelta(seconds=59), dead_after=dead_after)
    assert _jobs(world) == asked
    sweep(world.database, world.storage, at=START + timedelta(seconds=60), dead_after=dead_after)

    assert _jobs(world) == [*asked, evaluations.RUN_JOB]


def test_a_second_run_waits_for_the_first(world, accepted):
    _request(world, accepted)

    with pytest.raises(ConflictError) as refused:
        _request(world, accepted)

    assert refused.value.code == "evaluation.running"


def test_campaign_results_show_every_organization(world, opened, accepted):
    world.evaluate(accepted)

    lines = world.read(list_campaign_tallies, campaign_id=opened)

    assert [(line.organization, bool(line.tallies)) for line in lines] == [
        ("Cơ quan commune", True),
        ("Cơ quan neighbour", False),
    ]


def test_progress_is_kept_beside_the_run(world, accepted):
    evaluation_id = world.evaluate(accepted)

    progress = world.get(Progress, evaluation_id)
    assert progress.done == progress.total > 0


def _request(world, inspection_id):
    return world.write(
        evaluations.request_evaluation,
        actor=world.actor("member"),
        inspection_id=inspection_id,
        as_of=START.date(),
    )


def _jobs(world):
    with world.database.read() as session:
        return [
            entry.job
            for entry in session.exec(select(OutboxEntry).order_by(OutboxEntry.created_at))
            if entry.job == evaluations.RUN_JOB
        ]
