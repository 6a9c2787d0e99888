"""Evidence whose time is over: two persons decide, and a hold wins."""

from datetime import timedelta

import pytest

from evidence.locking import years_after
from inspection.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from inspection.keeping import (
    apply_locks,
    list_due,
    list_finished,
    list_waiting,
    load_classes,
)
from inspection.keeping.classes import RetentionClasses
from inspection.tables import (
    Campaign,
    Conclusion,
    Destruction,
)
from inspection.workflow.states import (
    Act,
    DestructionState,
)
from tests.inspection.destruction.acts import (
    CLASSES,
    DIGEST,
    LATE,
    certificate,
    close,
    confirmed,
    due,
    erase,
    move,
    propose,
    publish,
    refusal,
    term,
)
from tests.inspection.test_holds import POLICY, accept_one, place
from tests.inspection.test_holds import ask as ask_hold
from tests.inspection.test_holds import move as move_hold
from tests.inspection.test_query_counts import counted
from tests.inspection.world import START


def test_time_begins_with_the_acceptance_where_nothing_was_published(world, over):
    found = term(world, over)

    assert found.retention_class.code == "ordinary"
    assert found.until == years_after(found.since, 20)
    assert [one.inspection_id for one in due(world, at=found.until)] == [over]
    assert due(world, at=found.until - timedelta(seconds=1)) == ()


def test_time_begins_with_publication_and_then_oversight_reads_the_certificate(world, accepted):
    published_at = START + timedelta(days=1)
    publish(world, accepted, published_at)
    assert term(world, accepted).until == years_after(published_at, 20)

    destruction_id = confirmed(world, accepted)
    erase(world)

    assert certificate(world, destruction_id, "councillor")["class"]["years"] == 20
    [line] = world.read(list_finished, actor=world.actor("councillor"))
    assert (line.id, line.files, line.finished_at) == (destruction_id, 1, LATE)
    assert (
        world.read(
            list_finished, actor=world.actor("councillor"), inspection_id=world.people["lead"]
        )
        == ()
    )


def test_too_early_and_not_closed_are_refused(world, accepted):
    assert refusal(world, accepted) == "retention.not_closed"
    close(world, accepted)
    early = term(world, accepted).until - timedelta(seconds=1)
    assert refusal(world, accepted, at=early) == "retention.not_over"


def test_what_the_store_keeps_longer_stays_longer(world, over):
    policy = type(POLICY)(mode=POLICY.mode, years=30)
    apply_locks(world.database, world.storage, policy=policy, at=world.now())

    found = term(world, over)

    assert found.until == years_after(found.since, 30)
    assert refusal(world, over) == "retention.not_over"


@pytest.mark.parametrize(
    ("code", "obstacle"),
    [("serious", "retention.permanent"), ("gone", "retention.class_unknown")],
)
def test_what_is_permanent_or_of_an_unknown_class_is_never_over(
    world, over, opened, code, obstacle
):
    with world.database.write() as session:
        session.get(Campaign, opened).retention_class = code

    assert refusal(world, over) == obstacle


def test_one_person_alone_destroys_nothing(world, over):
    destruction_id = propose(world, over, by="lead")
    for act in (Act.CONFIRM, Act.DECLINE):
        with pytest.raises(NotAllowedError) as refused:
            move(world, destruction_id, act, "lead")
        assert refused.value.code == "destruction.own"
    with pytest.raises(NotAllowedError):
        move(world, destruction_id, Act.CONFIRM, "member")
    assert erase(world) == {}
    assert world.storage.exists(DIGEST)

    move(world, destruction_id, Act.CONFIRM, "issuer")

    assert world.get(Destruction, destruction_id).state is DestructionState.CONFIRMED


def test_there_is_one_proposal_at_a_time_and_it_needs_a_cause(world, over):
    with pytest.raises(InvalidError):
        propose(world, over, cause=" ")
    first = propose(world, over)
    assert refusal(world, over) == "destruction.there_is_one"
    assert due(world) == ()
    move(world, first, Act.DECLINE)

    assert propose(world, over) != first


def test_a_proposal_waits_for_the_others_of_the_team_until_one_has_decided(world, over):
    destruction_id = propose(world, over, by="lead")

    told = {
        name: [
            (one.inspection_id, one.is_own)
            for one in world.read(list_waiting, actor=world.actor(name))
        ]
        for name in ("lead", "issuer", "outsider")
    }
    move(world, destruction_id, Act.DECLINE, "issuer")

    assert told == {"lead": [(over, True)], "issuer": [(over, False)], "outsider": []}
    assert world.read(list_waiting, actor=world.actor("issuer")) == ()
    with pytest.raises(NotAllowedError):
        world.read(list_waiting, actor=world.actor("councillor"))


def test_oversight_is_not_told_what_was_destroyed_before_a_conclusion_is_public(world, over):
    with world.database.write() as session:
        session.add(
            Conclusion(
                inspection_id=over,
                author_id=world.people["lead"],
                created_at=START,
                body_id=world.bodies["inspectorate"],
            )
        )
    confirmed(world, over)
    erase(world)

    assert world.read(list_finished, actor=world.actor("councillor")) == ()
    for name in ("lead", "officer", "admin"):
        with pytest.raises(NotAllowedError):
            world.read(list_finished, actor=world.actor(name))


@pytest.mark.parametrize("name", ["outsider", "officer", "admin", "councillor"])
def test_for_others_there_is_nothing(world, over, name):
    with pytest.raises(NotFoundError):
        propose(world, over, by=name)
    destruction_id = propose(world, over)
    with pytest.raises(NotFoundError):
        move(world, destruction_id, Act.CONFIRM, name)


def test_a_hold_wins_before_the_proposal_and_before_the_decision(world, over):
    hold_id = ask_hold(world, over)
    assert refusal(world, over) == "retention.held"
    move_hold(world, hold_id, Act.DECLINE, "issuer")
    destruction_id = propose(world, over)
    place(world, over)

    with pytest.raises(ConflictError) as refused:
        move(world, destruction_id, Act.CONFIRM)

    assert refused.value.code == "retention.held"
    assert due(world) == ()


def test_the_list_costs_the_same_with_one_and_with_three(world):
    costs = []
    for count in (1, 2):
        for _ in range(count):
            campaign_id = world.draft()
            world.open(campaign_id)
            close(world, accept_one(world, campaign_id))
        actor = world.actor("lead")
        with world.database.read() as session, counted(world.database) as statements:
            found = list_due(session, actor=actor, classes=CLASSES, at=LATE)
        costs.append((found.total, len(statements)))

    assert [total for total, _ in costs] == [1, 3]
    assert costs[0][1] == costs[1][1]


def test_a_page_of_the_list_is_as_long_as_asked_for(world):
    for _ in range(3):
        campaign_id = world.draft()
        world.open(campaign_id)
        close(world, accept_one(world, campaign_id))

    def page(**where):
        found = world.read(list_due, actor=world.actor("lead"), classes=CLASSES, at=LATE, **where)
        assert found.total == 3
        return found.lines

    every = page()
    assert len(every) == 3
    assert page(limit=2) == every[:2]
    assert page(limit=2, offset=2) == every[2:]
    assert page(limit=2, offset=4) == ()
    # What was made up is taken for the nearest there is.
    assert page(limit=0, offset=-1) == every[:1]


def test_classes_of_a_deployment_are_read_from_its_file(tmp_path):
    path = tmp_path / "classes.yaml"
    path.write_text(
        "default: short\nclasses:\n- code: short\n  title: {vi: Ngắn, en: Short}\n"
        "  years: 5\n  basis: Quyết định 1\n  confirmed: true\n"
    )
    found = load_classes(path)
    assert isinstance(found, RetentionClasses)
    assert (found.find("").years, found.find("ordinary")) == (5, None)
    assert found.checked("") == "short"
    with pytest.raises(InvalidError):
        found.checked("ordinary")

    good = path.read_text()
    for bad in (
        "",
        "[",
        good.replace("default: short", "default: long"),
        good.replace("years: 5", "years: 0"),
        good.replace("years: 5", "years: true"),
        good.replace("confirmed: true", "confirmed: perhaps"),
        good.replace("code: short", "code: Short"),
        good.replace("  basis: Quyết định 1\n", ""),
    ):
        path.write_text(bad)
        with pytest.raises(InvalidError):
            load_classes(path)
