"""Every address × every role × nobody: turned away as said, and never a fault of ours."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from sqlmodel import update

from api.app import create_app
from api.auth import PUBLIC, ROLES
from api.logs import configure_logs
from inspection.people import Role
from inspection.tables import OutboxEntry
from tests.api.platform import PASSWORD, give_passwords, platform_in, settings_over
from tests.inspection.world import World, case_of

ONE_OF_EACH = {
    Role.ADMINISTRATOR: "admin",
    Role.INSPECTOR: "outsider",  # an inspector without a seat anywhere
    Role.STEWARD: "steward",
    Role.ORGANIZATION: "other",  # of another organization
    Role.OVERSIGHT: "councillor",
    Role.SECURITY: "guard",
}
SAFE = "GET"
Client = TestClient[Litestar]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with platform_in(tmp_path_factory.mktemp("routes")) as world:
        give_passwords(world)
        yield world


@pytest.fixture(scope="module")
def foreign(world: World) -> dict[str, str]:
    """One of everything, and none of it the business of those who come."""
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id, request_id = case_of(world, campaign_id)
    received = world.take_in(campaign_id)
    evaluation_id = world.evaluate(inspection_id)
    with world.database.write() as session:
        # No process runs jobs here, and the health page would say so.
        session.exec(update(OutboxEntry).values(relayed_at=world.now()))
    page = world.campaign(campaign_id)
    ids: dict[str, UUID] = {
        "campaign_id": campaign_id,
        "inspection_id": inspection_id,
        "request_id": request_id,
        "deposit_id": received.deposit_id,
        "item_id": received.item_id,
        "evaluation_id": evaluation_id,
        "matter_id": page.matters[0].id,
        "member_id": page.team[0].id,
        "person_id": world.people["lead"],
        "organization_id": world.bodies["commune"],
    }
    return {name: str(one) for name, one in ids.items()}


@pytest.fixture(scope="module")
def app(world: World) -> Litestar:
    configure_logs("error")
    return create_app(settings_over(world, public_url="http://testserver.local", jobs_at_once=0))


@pytest.fixture(scope="module")
def clients(app: Litestar) -> Iterator[dict[Role | None, Client]]:
    made: dict[Role | None, Client] = {}
    with TestClient(app, raise_server_exceptions=False) as anonymous:
        made[None] = anonymous
        anonymous.headers["x-csrftoken"] = anonymous.get("/api/session").json()["csrf_token"]
        for role, username in ONE_OF_EACH.items():
            client = TestClient(app, raise_server_exceptions=False)
            client.headers["x-csrftoken"] = client.get("/api/session").json()["csrf_token"]
            login = {"username": username, "password": PASSWORD}
            assert client.post("/api/session", json=login).status_code == 200
            made[role] = client
        yield made


def routes(app: Litestar) -> list[tuple[str, str, HTTPRouteHandler]]:
    return [
        (method, route.path, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if method != "OPTIONS" and not route.path.startswith("/static")
    ]


def address(path: str, foreign: dict[str, str]) -> str:
    """The address of somebody else's thing; a thing nobody has where there is none."""
    parts = []
    for part in path.split("/"):
        name = part.strip("{}").partition(":")[0]
        parts.append(foreign.get(name, str(uuid4())) if part.startswith("{") else part)
    return "/".join(parts)


def ask(client: Client, method: str, path: str) -> httpx.Response:
    if method == SAFE:
        return client.get(path, follow_redirects=False)
    json = {"content-type": "application/json"}
    return client.request(method, path, content=b"{}", headers=json, follow_redirects=False)


def test_nobody_gets_in_without_a_login(
    app: Litestar, clients: dict[Role | None, Client], foreign: dict[str, str]
) -> None:
    wrong = []
    for method, path, handler in routes(app):
        if handler.opt.get(PUBLIC):
            continue
        status = ask(clients[None], method, address(path, foreign)).status_code
        expected = 401 if path.startswith("/api") or method != SAFE else 303
        if status != expected:
            wrong.append((method, path, status))
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_other_roles_are_turned_away(
    app: Litestar, clients: dict[Role | None, Client], foreign: dict[str, str], role: Role
) -> None:
    wrong = []
    for method, path, handler in routes(app):
        if handler.opt.get(PUBLIC) or role in handler.opt.get(ROLES, list(Role)):
            continue
        status = ask(clients[role], method, address(path, foreign)).status_code
        if status != 403:
            wrong.append((method, path, status))
    assert wrong == []


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.ORGANIZATION])
def test_the_things_of_others_are_not_there(
    app: Litestar, clients: dict[Role | None, Client], foreign: dict[str, str], role: Role
) -> None:
    wrong = []
    for method, path, handler in routes(app):
        names = {part.strip("{}").partition(":")[0] for part in path.split("/") if "{" in part}
        mine = role in handler.opt.get(ROLES, ())
        if method != SAFE or handler.opt.get(PUBLIC) or not mine or not names & set(foreign):
            continue
        status = ask(clients[role], method, address(path, foreign)).status_code
        if status != 404:
            wrong.append((method, path, status))
    assert wrong == []


@pytest.mark.parametrize("role", [None, *Role])
def test_no_address_fails(
    app: Litestar, clients: dict[Role | None, Client], foreign: dict[str, str], role: Role | None
) -> None:
    wrong = []
    for method, path, _ in routes(app):
        if path in {"/logout", "/api/session"}:
            continue  # they would end the session of those who come after
        status = ask(clients[role], method, address(path, foreign)).status_code
        if status >= 500:
            wrong.append((method, path, status))
    assert wrong == []


def test_every_api_address_is_described(app: Litestar) -> None:
    described = set(app.openapi_schema.to_schema()["paths"])
    served = {
        route.path_format
        for route in app.routes
        if isinstance(route, HTTPRoute)
        and route.path.startswith("/api/")
        and not route.path.startswith("/api/schema")
    }

    assert served - described == set()
