"""A platform of one test: SQLite file, folder store, and people of every role."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import SQLModel

from api.app import create_app
from api.logs import configure_logs
from api.passwords import hash_password
from api.setting_values import FolderSettings
from api.settings import Settings
from inspection.database import Database
from inspection.people import Role
from inspection.tables import Person

PASSWORD = "mười hai ký tự"
_HASH = hash_password(PASSWORD)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path}/thanhtra.sqlite",
        storage=FolderSettings(path=tmp_path / "evidence"),
        work_folder=tmp_path / "work",
        secret="s" * 64,
        public_url="http://testserver.local",
        jobs_at_once=0,
    )


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def app(settings: Settings, database: Database) -> Litestar:  # noqa: ARG001 - the tables first
    return create_app(settings)


@pytest.fixture(autouse=True)
def _logs() -> None:
    configure_logs("info")


@pytest.fixture
def client(app: Litestar) -> Iterator[TestClient[Litestar]]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def person(database: Database) -> Person:
    """Somebody who can log in; their password is `PASSWORD`."""
    with database.write() as session:
        person = Person(
            username="quanly",
            full_name="Trần Thị Quản Lý",
            role=Role.ADMINISTRATOR,
            password_hash=_HASH,
            created_at=datetime.now(UTC),
        )
        session.add(person)
    return person
