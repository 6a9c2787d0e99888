"""No act on evidence is forgotten: every address that shows some, and every act of the table."""

from pathlib import Path

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from sqlmodel import col, select

from api.app import create_app
from api.logs import configure_logs
from evidence.custody import CustodyAct
from evidence.custody.tables import CustodyLeaf
from inspection.journal import ACTS
from tests.api.platform import PASSWORD, give_passwords, platform_in, settings_over

READ, DOWNLOAD = CustodyAct.EVIDENCE_READ, CustodyAct.EVIDENCE_DOWNLOAD
# What each address with a piece of evidence in it enters; None where it shows nothing of what is
# in the file.  An address that is missing here fails the test: somebody must decide.
EVIDENCE_ADDRESSES = {
    "/api/items/{item_id:uuid}": None,
    "/api/items/{item_id:uuid}/content": DOWNLOAD,
    "/api/items/{item_id:uuid}/problems": READ,
    "/api/items/{item_id:uuid}/timeline": None,
    "/items/{item_id:uuid}": READ,
    "/items/{item_id:uuid}/content": DOWNLOAD,
    "/items/{item_id:uuid}/preview": READ,
    "/items/{item_id:uuid}/problems": READ,
    "/items/{item_id:uuid}/timeline": None,
}
# A picture of a preview is made, and entered, with the page that shows it; without, there is none.
WITH_ITS_PAGE = "/items/{item_id:uuid}/preview/picture"
# They ask its sender whether a file is to be taken out, and show nothing but its name; or the
# security officer, who sees not even that.
ASK_ONLY = {
    "/deposits/{deposit_id:uuid}/files/{item_id:uuid}/remove",
    "/quarantine/{item_id:uuid}/release",
    "/quarantine/{item_id:uuid}/removal",
}
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with platform_in(tmp_path_factory.mktemp("custody")) as world:
        give_passwords(world)
        yield world


@pytest.fixture(scope="module")
def item_id(world):
    campaign_id = world.draft()
    world.open(campaign_id)
    received = world.take_in(campaign_id)
    return received.item_id


@pytest.fixture(scope="module")
def app(world):
    configure_logs("error")
    return create_app(settings_over(world, public_url="http://testserver.local", jobs_at_once=0))


@pytest.fixture(scope="module")
def client(app):
    with TestClient[Litestar](app) as client:
        client.headers["x-csrftoken"] = client.get("/api/session").json()["csrf_token"]
        login = {"username": "member", "password": PASSWORD}
        assert client.post("/api/session", json=login).status_code == 200
        yield client


def addresses(app):
    return {
        route.path
        for route in app.routes
        if isinstance(route, HTTPRoute)
        and "{item_id" in route.path
        and "GET" in route.route_handler_map
    }


def acts(world):
    with world.database.read() as session:
        return session.exec(select(CustodyLeaf.act).order_by(col(CustodyLeaf.number))).all()


def test_every_address_of_evidence_is_decided_on(app):
    assert addresses(app) == {*EVIDENCE_ADDRESSES, WITH_ITS_PAGE, *ASK_ONLY}


@pytest.mark.parametrize("path", EVIDENCE_ADDRESSES)
def test_every_reading_is_entered(world, client, item_id, path):
    before = len(acts(world))
    answer = client.get(path.replace("{item_id:uuid}", str(item_id)))
    entered = acts(world)[before:]
    expected = EVIDENCE_ADDRESSES[path]

    assert answer.status_code == 200
    assert entered == ([] if expected is None else [expected])


@pytest.mark.parametrize("path", EVIDENCE_ADDRESSES)
def test_who_is_turned_away_enters_nothing(world, app, item_id, path):
    stranger = TestClient[Litestar](app)
    stranger.headers["x-csrftoken"] = stranger.get("/api/session").json()["csrf_token"]
    login = {"username": "outsider", "password": PASSWORD}
    assert stranger.post("/api/session", json=login).status_code == 200
    before = len(acts(world))

    assert stranger.get(path.replace("{item_id:uuid}", str(item_id))).status_code == 404
    assert acts(world)[before:] == []


@pytest.mark.parametrize("act", CustodyAct)
def test_every_act_of_the_table_is_entered_somewhere(act):
    """By the journal's table, or by a call that names it."""
    if act in {known for known, _ in ACTS.values()}:
        return
    code = "".join(
        file.read_text()
        for package in ("api", "inspection")
        for file in (ROOT / package).rglob("*.py")
    )

    assert f"CustodyAct.{act.name}" in code or f'"{act.value}"' in code
