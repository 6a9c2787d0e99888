"""An evaluation killed at twenty points ends once: done or failed, never lost, never doubled."""

import os
import signal
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, func, select, update

from api.settings import Settings
from evidence.digest import Digest
from inspection import evaluations
from inspection.tables import (
    Evaluation,
    EvaluationInput,
    JournalEntry,
    OutboxEntry,
    Progress,
    RuleTally,
)
from inspection.workflow.states import EvaluationState
from tests.api.platform import platform_in, settings_over
from tests.inspection.world import World, case_of
from tests.journeys.serving import PATIENCE, Server, free_port, serving, wait_until

AT_ONCE = 2  # jobs; two more evaluations wait in the queue when the kill comes
TOGETHER = 4
RULES = 13
# How far the first of four evaluations, asked for one after the other, has come at the kill:
# the four are then in four different places.
SERVER_KILLS = ("asked", "claimed", "running", "judging")
CHILD_KILLS = ("running",)
APART = 0.1
ENDED = {EvaluationState.DONE, EvaluationState.FAILED}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory):
    with platform_in(tmp_path_factory.mktemp("kill")) as world:
        yield world


@pytest.fixture(scope="module")
def settings(world: World) -> Settings:
    return settings_over(
        world, port=free_port(), jobs_at_once=AT_ONCE, heartbeat_seconds=0.4, stale_seconds=1.0
    )


@pytest.fixture(scope="module")
def inspections(world: World) -> list[UUID]:
    """Four inspections with accepted evidence."""
    ready = []
    for _ in range(TOGETHER):
        campaign_id = world.draft()
        world.open(campaign_id)
        inspection_id, _ = case_of(world, campaign_id)
        world.take_in(campaign_id, content=payments(4_000))
        ready.append(inspection_id)
    with world.database.write() as session:
        # The files were read above; the server need not read them again.
        session.exec(update(OutboxEntry).values(relayed_at=world.now()))
    return ready


def payments(rows: int) -> bytes:
    days = count()
    lines = (
        f"{2000 + number % 7},{date(2010, 1, 1) + timedelta(days=next(days) % 365)},"
        f"A-{number % 900},{number % 50}.00"
        for number in range(rows)
    )
    return "\n".join(["VendorNum,Date,InvNum,Amount", *lines, ""]).encode()


def ask(world: World, inspections: list[UUID]) -> list[UUID]:
    """Ask for one evaluation each, a little apart."""
    asked = []
    for inspection_id in inspections:
        with world.database.write() as session:
            asked.append(
                evaluations.request_evaluation(
                    session,
                    actor=world.actor("member"),
                    inspection_id=inspection_id,
                    as_of=date(2026, 3, 2),
                    at=datetime.now(UTC),
                )
            )
        time.sleep(APART)  # the points are moments in real time
    return asked


def states(world: World, asked: list[UUID]) -> Counter:
    with world.database.read() as session:
        return Counter(
            session.exec(select(Evaluation.state).where(col(Evaluation.id).in_(asked))).all()
        )


def wait_for_the_end(world: World, asked: list[UUID]) -> None:
    # Where the queue gives a task up, the sweep finds it: once a minute, after a quarter of one.
    wait_until(
        lambda: set(states(world, asked)) <= ENDED,
        what="every evaluation to end",
        patience=PATIENCE * 3,
    )


def has_come(world: World, server: Server, evaluation_id: UUID, point: str) -> bool:
    with world.database.read() as session:
        state = session.get_one(Evaluation, evaluation_id).state
        done = session.get_one(Progress, evaluation_id).done
    return {
        "asked": True,
        "claimed": bool(server.children()),
        "running": state is EvaluationState.RUNNING,
        "judging": done > 0,
    }[point] or state in ENDED


def wait_for(world: World, server: Server, asked: list[UUID], point: str) -> None:
    wait_until(lambda: has_come(world, server, asked[0], point), what=point)


@pytest.fixture(scope="module")
def history(world: World, inspections: list[UUID], settings: Settings, tmp_path_factory):
    """Every evaluation that was killed, after all have ended and the queue is at rest."""
    asked: list[UUID] = []
    with serving(settings, tmp_path_factory.mktemp("log") / "server.log") as server:
        for point in SERVER_KILLS:
            killed = ask(world, inspections)
            wait_for(world, server, killed, point)
            server.kill()
            server.start()
            wait_for_the_end(world, killed)
            asked += killed
        for point in CHILD_KILLS:
            killed = ask(world, inspections)
            wait_for(world, server, killed, point)
            kill_children(server)
            wait_for_the_end(world, killed)
            asked += killed
        wait_until(lambda: not server.children(), what="the last child to end")
    return asked


def kill_children(server: Server) -> None:
    for pid in server.children():
        os.kill(pid, signal.SIGKILL)


def test_twenty_evaluations_were_killed(history: list[UUID]) -> None:
    assert len(history) == (len(SERVER_KILLS) + len(CHILD_KILLS)) * TOGETHER == 20


def test_every_one_ended_once(world: World, history: list[UUID]) -> None:
    with world.database.read() as session:
        ends = Counter(
            session.exec(
                select(JournalEntry.subject_id).where(
                    col(JournalEntry.event).in_(["evaluation.finish", "evaluation.fail"])
                )
            ).all()
        )

    assert ends == Counter(history)


def test_no_result_is_lost_or_doubled(world: World, history: list[UUID]) -> None:
    with world.database.read() as session:
        done = session.exec(
            select(Evaluation.id).where(
                col(Evaluation.id).in_(history), col(Evaluation.state) == EvaluationState.DONE
            )
        ).all()
        counted = dict(
            session.exec(
                select(RuleTally.evaluation_id, func.count()).group_by(col(RuleTally.evaluation_id))
            ).all()
        )

    assert counted == dict.fromkeys(done, RULES)


def test_the_same_inputs_gave_the_same_bytes(world: World, history: list[UUID]) -> None:
    with world.database.read() as session:
        rows = session.exec(
            select(Evaluation.violations_sha256).where(
                col(Evaluation.id).in_(history), col(Evaluation.state) == EvaluationState.DONE
            )
        ).all()
        files = session.exec(select(func.count()).select_from(EvaluationInput)).one()

    [digest] = set(rows)
    assert digest is not None
    assert world.storage.exists(Digest(digest))
    assert files == len(history)


def test_most_of_them_were_finished_after_the_restart(world: World, history: list[UUID]) -> None:
    with world.database.read() as session:
        rows = session.exec(
            select(Evaluation.state, Evaluation.attempt).where(col(Evaluation.id).in_(history))
        ).all()

    # One kill each: nothing had to be given up, and some had been running when it came.
    assert {state for state, _ in rows} == {EvaluationState.DONE}
    assert max(attempt for _, attempt in rows) > 1


def test_a_dead_child_leaves_no_folder_behind(settings: Settings, history: list[UUID]) -> None:
    assert history
    left = [p for p in Path(settings.work_folder / "jobs").iterdir() if p.is_dir()]

    assert len(left) <= AT_ONCE  # those of the last kill; the next start clears them
