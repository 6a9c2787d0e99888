"""One inspection from the first administrator to the public PDF, through the JSON API alone."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.setting_values import FolderSettings, S3Settings
from api.settings import Settings, to_environment
from tests.inspection.world import PAYMENTS
from tests.journeys.desk import Desk
from tests.journeys.serving import free_port, serving
from tests.journeys.steps import (
    PASSWORD,
    PEOPLE,
    Case,
    conclude,
    evaluate,
    hand_in,
    hear,
    look_at_the_journal,
    open_campaign,
    read_what_is_published,
    settle,
)
from tests.servers import ACCESS_KEY, REGION, SECRET_KEY


@pytest.fixture(params=["sqlite and a folder", "postgresql and s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    common = {"work_folder": tmp_path / "work", "secret": "j" * 64, "port": free_port()}
    if request.param == "sqlite and a folder":
        return Settings(
            database_url=f"sqlite:///{tmp_path}/thanhtra.sqlite",
            storage=FolderSettings(path=tmp_path / "evidence"),
            **common,
        )
    server = request.getfixturevalue("s3")
    return Settings(
        database_url=request.getfixturevalue("postgres").new_database(),
        storage=S3Settings(
            endpoint=server.endpoint, bucket=server.new_bucket(), region=REGION, secure=False
        ),
        s3_access_key=ACCESS_KEY,
        s3_secret_key=SECRET_KEY,
        **common,
    )


@pytest.fixture
def payments(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Path:
    """A few payments on SQLite; the real 189,470 where the real servers are."""
    if isinstance(settings.storage, S3Settings):
        folder: Path = request.getfixturevalue("acceptance")
        return folder / "payments" / "corporate_payment.csv"
    file = tmp_path / "payments.csv"
    file.write_bytes(PAYMENTS)
    return file


def run_command(settings: Settings, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        env={**os.environ, **to_environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_inspection_from_the_first_administrator_to_the_public_pdf(
    settings: Settings, payments: Path, tmp_path: Path
) -> None:
    run_command(settings, "migrate")
    run_command(
        settings,
        "create-admin",
        "--username=admin",
        "--full-name=Quản Trị",
        f"--password={PASSWORD}",
    )
    with serving(settings, tmp_path / "server.log") as server, ExitStack() as stack:
        desks = {"public": stack.enter_context(Desk(server))}
        for name in ("admin", *(person[0] for person in PEOPLE)):
            desks[name] = stack.enter_context(Desk(server))
        case = Case(server=server, desks=desks, payments=payments)
        settle(case)
        open_campaign(case)
        hand_in(case)
        evaluate(case)
        hear(case)
        conclude(case)
        read_what_is_published(case)
        look_at_the_journal(case)
        errors = server.failures()
    assert errors == []
