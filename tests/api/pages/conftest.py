"""The pages over one story, told once: tests read it, or change what no other looks at."""

from collections.abc import Callable, Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from api.setting_values import FolderSettings
from api.settings import Settings
from tests.api.pages.story import PASSWORD, Story, tell

Enter = Callable[[str], TestClient[Litestar]]


@pytest.fixture(scope="session")
def story(tmp_path_factory) -> Iterator[Story]:
    story = tell(tmp_path_factory.mktemp("story"))
    yield story
    story.world.database.close()


@pytest.fixture(scope="session")
def pages_app(story: Story) -> Litestar:
    return create_app(
        Settings(
            database_url=story.world.database.url,
            storage=FolderSettings(path=story.world.folder / "store"),
            work_folder=story.world.folder / "work",
            secret="s" * 64,
            public_url="http://testserver.local",
            jobs_at_once=0,
        )
    )


@pytest.fixture(scope="session")
def enter(pages_app: Litestar) -> Iterator[Enter]:
    """Log somebody in through the login page; nobody is a visitor."""
    clients: dict[str, TestClient[Litestar]] = {}

    def log_in(name: str) -> TestClient[Litestar]:
        if name not in clients:
            client = TestClient(pages_app, raise_server_exceptions=True)
            client.__enter__()
            clients[name] = client
            if name:
                send(client, "/login", {"username": name, "password": PASSWORD})
        return clients[name]

    yield log_in
    for client in clients.values():
        client.__exit__(None, None, None)


def send(client: TestClient[Litestar], path: str, fields: dict[str, object], **rest):
    """Fill in a form and send it, with the token its page carries."""
    token = client.get("/api/session").json()["csrf_token"]
    return client.post(path, data={**fields, "_csrf_token": token}, follow_redirects=False, **rest)
