"""What `make run` starts: it loads from nothing, and its published case proves itself."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, select

from api.commands.demo import make_settings, prepare
from api.stores import make_storage
from evidence.key_files import KeyFolder
from inspection.casefile import export_case, verify_case
from inspection.casefile.values import CaseFault
from inspection.custody import enter_pending, verify_custody
from inspection.database import Database
from inspection.tables import Conclusion
from inspection.workflow.states import ConclusionState
from tests.journeys.serving import free_port


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    settings = make_settings(tmp_path_factory.mktemp("demo"), port=free_port())
    prepare(settings)
    database = Database(settings.database_url)
    keys = KeyFolder(settings.key_folder)
    enter_pending(database, keys, clock=partial(datetime.now, UTC))
    yield settings, database, keys
    database.close()


def test_its_published_case_says_how_far_the_log_had_come_and_proves_itself(
    demo, tmp_path: Path
) -> None:
    settings, database, keys = demo
    with database.read() as session:
        [published] = session.exec(
            select(Conclusion).where(col(Conclusion.state) == ConclusionState.PUBLISHED)
        )
    folder = tmp_path / "case"
    export_case(
        database,
        make_storage(settings),
        keys=keys,
        inspection_id=published.inspection_id,
        folder=folder,
        clock=partial(datetime.now, UTC),
    )

    report = verify_case(folder, ring=keys.find_ring())

    assert (report.is_valid, report.problems) == (True, ())
    # Rules have compared with the dossiers of other bodies: their entries stand in other cases.
    assert {one.fault for one in report.warnings} == {CaseFault.NOT_LOGGED}
    assert '"campaign_entries"' in published.frozen


def test_its_log_is_whole(demo) -> None:
    _, database, keys = demo
    with database.read() as session:
        report = verify_custody(session, ring=keys.find_ring())
    assert report.troubles == []
