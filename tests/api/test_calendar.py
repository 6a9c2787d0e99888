"""The organization's obligations in its own calendar: the same lines, at a private address."""

import re
from datetime import timedelta

import icalendar
import pytest
from litestar.testing import TestClient

from api.app import create_app
from api.sending import enter
from inspection.database import Database
from tests.api.platform import PASSWORD
from tests.api.uploading import Place, prepare


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return prepare(tmp_path_factory.mktemp("calendar"))


@pytest.fixture(scope="module")
def officer(place: Place):
    with TestClient(create_app(place.settings), raise_server_exceptions=False) as client:
        enter(client, username="officer", password=PASSWORD)
        yield client


def make_address(officer) -> str:
    page = officer.post("/calendar").text
    [address] = re.findall(r'value="[^"]+(/calendar/[0-9a-f]{64}/obligations\.ics)"', page)
    return address


def test_the_feed_says_what_the_page_and_json_say(place: Place, officer) -> None:
    address = make_address(officer)
    told = officer.get("/api/today").json()
    session = dict(officer.cookies)
    officer.cookies.clear()  # a calendar program has no login
    answer = officer.get(address)
    officer.cookies.update(session)

    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(answer.content)
    events = list(calendar.walk("VEVENT"))
    assert len(events) == len(told) == 1
    [line], [event] = told, events
    assert event["SUMMARY"].endswith(line["title"])
    assert event["DTSTART"].dt.isoformat().replace("+00:00", "Z") == line["due_at"]
    assert str(event["URL"]).endswith(f"/requests/{place.request_id}")
    [alarm] = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(days=-1)


def test_a_new_address_ends_the_old_one_and_none_is_kept(place: Place, officer) -> None:
    first, second = make_address(officer), make_address(officer)
    database = Database(place.settings.database_url)
    with database.engine.connect() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM calendarfeed").all())
    database.close()

    assert officer.get(first).status_code == 404
    assert officer.get(second).status_code == 200
    assert second.split("/")[2] not in kept
    officer.post("/calendar/close", follow_redirects=False)
    assert officer.get(second).status_code == 404


def test_a_guessed_address_is_none(officer) -> None:
    assert officer.get(f"/calendar/{'0' * 64}/obligations.ics").status_code == 404
