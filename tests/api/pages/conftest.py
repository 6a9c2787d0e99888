"""The pages over one story, told once: tests read it, or change what no other looks at."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from httpx import Cookies, Response
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from evidence import key_files
from evidence.key_files import KeyFolder
from inspection.custody import enter_pending
from tests.api.pages.story import Story, tell
from tests.api.platform import PASSWORD, settings_over
from tests.inspection.world import START


class Visitor:
    """A browser: cookies of its own, on the one client whose server runs."""

    def __init__(self, client: TestClient[Litestar]) -> None:
        self._client = client
        self.cookies = Cookies()

    def get(self, address: str, **rest) -> Response:
        return self._ask("GET", address, **rest)

    def send(self, address: str, fields: dict[str, object], **rest) -> Response:
        """Fill in a form and send it, with the token its page carries."""
        token = self.get("/api/session").json()["csrf_token"]
        data = {**fields, "_csrf_token": token}
        return self._ask("POST", address, data=data, follow_redirects=False, **rest)

    def tell(self, address: str, document: dict[str, object]) -> Response:
        """Send JSON, as a program does."""
        token = self.get("/api/session").json()["csrf_token"]
        return self._ask("POST", address, json=document, headers={"x-csrftoken": token})

    def _ask(self, method: str, address: str, **rest) -> Response:
        self._client.cookies = self.cookies
        answer = self._client.request(method, address, **rest)
        self.cookies = Cookies(self._client.cookies)
        return answer


Enter = Callable[[str], Visitor]


@pytest.fixture(scope="session")
def story(tmp_path_factory) -> Iterator[Story]:
    with told(tmp_path_factory.mktemp("story")) as story:
        yield story


@pytest.fixture(scope="session")
def _server(story: Story) -> Iterator[TestClient[Litestar]]:
    with served(story) as client:
        yield client


@pytest.fixture(scope="session")
def enter(_server: TestClient[Litestar]) -> Enter:
    """Log somebody in through the login page; nobody is a visitor."""
    return entrance(_server)


@contextmanager
def told(folder: Path) -> Iterator[Story]:
    """A story of one's own, for tests that change what others look at."""
    story = tell(folder)
    keys = story.world.folder / "keys"
    key_files.generate(keys, origin="thanhtra.example.vn/custody", at=START)
    enter_pending(story.world.database, KeyFolder(keys), clock=story.world.now)
    yield story
    story.world.database.close()


@contextmanager
def served(story: Story) -> Iterator[TestClient[Litestar]]:
    world = story.world
    settings = settings_over(
        world,
        key_folder=world.folder / "keys",
        public_url="http://testserver.local",
        jobs_at_once=0,
    )
    app = create_app(settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def entrance(client: TestClient[Litestar]) -> Enter:
    known: dict[str, Visitor] = {}

    def log_in(name: str) -> Visitor:
        if name not in known:
            known[name] = Visitor(client)
            if name:
                known[name].send("/login", {"username": name, "password": PASSWORD})
        known[name].cookies.set("lang", "vi")
        return known[name]

    return log_in
