"""Coming in, staying in, and being thrown out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import col, select, update

from api.app import create_app
from api.auth import ADDRESS_FAILURES
from api.settings import Settings
from api.tokens import digest_of
from inspection import accounts
from inspection.database import Database
from inspection.tables import JournalEntry, Person, WebSession

PASSWORD = "mười hai ký tự"
Client = TestClient[Litestar]


def token_of(client: Client) -> str:
    return str(client.get("/api/session").json()["csrf_token"])


def log_in(client: Client, password: str = PASSWORD, username: str = "quanly"):
    return client.post(
        "/api/session",
        json={"username": username, "password": password},
        headers={"x-csrftoken": token_of(client)},
    )


def rows(database: Database) -> list[WebSession]:
    with database.read() as session:
        return list(session.exec(select(WebSession)))


@pytest.mark.usefixtures("person")
def test_a_password_opens_an_account(client: Client) -> None:
    answer = log_in(client)

    assert (answer.status_code, answer.json()["full_name"]) == (200, "Trần Thị Quản Lý")
    assert client.get("/api/session").json()["me"]["role"] == "administrator"


def test_the_session_is_kept_under_a_digest(
    client: Client, database: Database, person: Person
) -> None:
    log_in(client)

    [row] = rows(database)
    assert (row.id_sha256, row.person_id) == (digest_of(client.cookies["session"]), person.id)


@pytest.mark.usefixtures("person")
def test_looking_around_writes_no_session(client: Client, database: Database) -> None:
    client.get("/api/session")

    assert rows(database) == []


@pytest.mark.usefixtures("person")
def test_the_id_is_new_after_every_login(client: Client, database: Database) -> None:
    log_in(client)
    first = client.cookies["session"]
    log_in(client)

    assert client.cookies["session"] != first
    assert [row.id_sha256 for row in rows(database)] == [digest_of(client.cookies["session"])]


@pytest.mark.usefixtures("person")
def test_an_id_we_did_not_give_is_never_adopted(client: Client, database: Database) -> None:
    client.cookies.set("session", "a" * 64)
    answer = log_in(client)

    assert "a" * 64 not in answer.headers["set-cookie"]
    assert digest_of("a" * 64) not in [row.id_sha256 for row in rows(database)]


@pytest.mark.usefixtures("person")
def test_logout_ends_the_session_on_the_server(client: Client, database: Database) -> None:
    log_in(client)
    stolen = client.cookies["session"]
    answer = client.delete("/api/session", headers={"x-csrftoken": token_of(client)})
    client.cookies.set("session", stolen)

    assert (answer.status_code, rows(database)) == (204, [])
    assert client.get("/api/session").json()["me"] is None


@pytest.mark.usefixtures("person")
def test_a_session_expires(client: Client, database: Database) -> None:
    log_in(client)
    with database.write() as session:
        session.exec(update(WebSession).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))

    assert client.get("/api/session").json()["me"] is None


def test_a_lock_throws_out_at_once(client: Client, database: Database, person: Person) -> None:
    log_in(client)
    with database.write() as session:
        accounts.end_sessions(session, person_id=person.id)

    assert client.get("/api/session").json()["me"] is None


def test_an_inactive_account_is_nobody(client: Client, database: Database, person: Person) -> None:
    log_in(client)
    with database.write() as session:
        session.exec(update(Person).where(col(Person.id) == person.id).values(is_active=False))

    assert client.get("/api/session").json()["me"] is None
    assert log_in(client).status_code == 401


@pytest.mark.usefixtures("person")
def test_wrong_name_and_wrong_password_sound_alike(client: Client) -> None:
    wrong, unknown = log_in(client, "sai mật khẩu"), log_in(client, username="nobody")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


@pytest.mark.usefixtures("person")
def test_an_account_shuts_after_five_failures(client: Client, database: Database) -> None:
    for _ in range(5):
        log_in(client, "sai mật khẩu")
    answer = log_in(client)

    assert (answer.status_code, answer.json()["code"]) == (429, "login.too_many")
    with database.read() as session:
        events = session.exec(select(JournalEntry.event)).all()
    assert events == ["login.fail"] * 5


@pytest.mark.usefixtures("person")
def test_a_name_without_an_account_shuts_as_an_account_does(client: Client) -> None:
    known = [log_in(client, "sai mật khẩu").json() for _ in range(6)]
    unknown = [log_in(client, "sai mật khẩu", username=" Nobody").json() for _ in range(6)]

    assert [answer["code"] for answer in known] == ["login.refused"] * 5 + ["login.too_many"]
    assert unknown == known


def test_an_address_slows_down_after_many_failures(client: Client) -> None:
    token = token_of(client)
    statuses = [
        client.post(
            "/api/session",
            json={"username": f"nobody{number}", "password": "x"},
            headers={"x-csrftoken": token},
        ).status_code
        for number in range(ADDRESS_FAILURES + 1)
    ]

    assert statuses == [401] * ADDRESS_FAILURES + [429]


@pytest.mark.usefixtures("person")
def test_a_login_without_token_is_refused(client: Client) -> None:
    answer = client.post("/api/session", json={"username": "quanly", "password": PASSWORD})

    assert (answer.status_code, answer.json()["code"]) == (403, "form.expired")


@pytest.mark.usefixtures("person")
def test_a_token_of_an_older_secret_is_replaced(client: Client) -> None:
    client.cookies.set("csrftoken", "0" * 128)

    assert log_in(client).status_code == 200


@pytest.mark.usefixtures("person", "database")
def test_cookies_are_secure_over_https(settings: Settings) -> None:
    app = create_app(replace(settings, public_url="https://testserver.local"))
    with TestClient(app, base_url="https://testserver.local") as client:
        answer = log_in(client)

    assert answer.headers["set-cookie"].startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert part.lower() in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"] == "max-age=63072000"
