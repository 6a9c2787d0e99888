"""What the outside is told when something goes wrong, and what every answer carries."""

import json
from uuid import uuid4

import pytest
from litestar import Litestar, get
from litestar.params import FromPath
from litestar.testing import TestClient

from api.auth import PUBLIC, ROLES
from api.logs import configure_logs
from inspection.errors import ConflictError, InspectionError, InvalidError
from inspection.people import Role

Client = TestClient[Litestar]


class UnforeseenError(Exception):
    pass


@get("/api/{kind:str}", opt={PUBLIC: True}, sync_to_thread=False)
def fail(kind: FromPath[str]) -> None:
    errors = {
        "conflict": ConflictError("changed_meanwhile"),
        "invalid": InvalidError("made.up", subject=uuid4(), rows=[1, 2]),
        "base": InspectionError("made.up"),
        "unforeseen": UnforeseenError("password=hunter2"),
    }
    raise errors[kind]


@get("/api/for-inspectors", opt={ROLES: frozenset({Role.INSPECTOR})}, sync_to_thread=False)
def for_inspectors() -> None:
    return None


@pytest.fixture
def client(app: Litestar):
    app.register(fail)
    app.register(for_inspectors)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("kind", "status"), [("conflict", 409), ("invalid", 422), ("base", 422), ("unforeseen", 500)]
)
def test_the_most_precise_class_gives_the_status(client: Client, kind: str, status: int) -> None:
    answer = client.get(f"/api/{kind}")

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["status"] == status


def test_an_unforeseen_error_tells_nothing(client: Client, capsys: pytest.CaptureFixture) -> None:
    configure_logs("info")
    answer = client.get("/api/unforeseen")
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    assert answer.json()["code"] == "server.failed"
    assert "hunter2" not in answer.text
    assert [line["event"] for line in logged] == ["request.failed", "request"]
    assert (logged[0]["exception"], logged[0]["path"]) == ("UnforeseenError", "/api/{kind}")
    assert logged[0]["request_id"] == logged[1]["request_id"]
    assert "hunter2" not in json.dumps(logged)


def test_a_request_is_logged_by_its_template(client: Client, capsys: pytest.CaptureFixture) -> None:
    configure_logs("info")
    client.get("/api/conflict?name=Lan", headers={"cookie": "session=abc"})
    line = json.loads(capsys.readouterr().err)

    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/{kind}", 409)
    assert "Lan" not in json.dumps(line)
    assert "abc" not in json.dumps(line)


def test_the_sentence_is_in_the_language_of_the_request(client: Client) -> None:
    vietnamese = client.get("/api/unknown/address").json()["detail"]
    english = client.get("/api/unknown/address", headers={"accept-language": "en-GB"}).json()

    assert vietnamese.startswith("Không có trang này")
    assert english["detail"].startswith("There is no such page")
    assert english["code"] == "page.not_found"


def test_a_body_that_is_not_understood_names_its_fields(client: Client) -> None:
    token = client.get("/api/session").json()["csrf_token"]
    answer = client.post("/api/session", json={"username": 7}, headers={"x-csrftoken": token})

    assert (answer.status_code, answer.json()["code"]) == (400, "request.invalid")


def test_a_stranger_must_log_in_where_nothing_says_public(client: Client) -> None:
    answer = client.get("/api/for-inspectors")

    assert (answer.status_code, answer.json()["code"]) == (401, "login.needed")


@pytest.mark.usefixtures("person")
def test_other_roles_are_turned_away(client: Client) -> None:
    token = client.get("/api/session").json()["csrf_token"]
    login = {"username": "quanly", "password": "mười hai ký tự"}
    client.post("/api/session", json=login, headers={"x-csrftoken": token})
    answer = client.get("/api/for-inspectors")

    assert (answer.status_code, answer.json()["code"]) == (403, "role.refused")


@pytest.mark.parametrize("path", ["/api/session", "/api/unknown", "/api/unforeseen"])
def test_every_answer_carries_the_security_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers

    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_the_description_of_the_api_is_served(client: Client) -> None:
    answer = client.get("/api/schema/openapi.json")

    assert answer.json()["info"]["title"] == "Thanh Tra"
