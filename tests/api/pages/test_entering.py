"""People and organizations are entered, and people let in."""

import pytest
from sqlmodel import col, select

from inspection.tables import Organization, Person
from tests.api.platform import PASSWORD


def test_an_administrator_enters_invites_and_locks_a_person(enter, story):
    admin = enter("admin")
    world = story.world

    refused = admin.send("/admin/people/new", {"username": "X Y", "role": "inspector"})
    made = admin.send(
        "/admin/people/new",
        {
            "username": "nguyen.an",
            "full_name": "Nguyễn An",
            "role": "organization",
            "organization_id": str(world.bodies["commune"]),
            "seats": ["contributor", "certifier"],
            "language": "en",
        },
    )
    place = made.headers["location"].split("?")[0]
    invited = admin.send(f"{place}/invitation", {})
    locked = admin.send(f"{place}/lock", {"version": "1"})

    assert refused.status_code == 422
    assert (made.status_code, invited.status_code, locked.status_code) == (303, 200, 303)
    assert "/welcome/" in invited.text
    with world.database.read() as session:
        person = session.exec(select(Person).where(col(Person.username) == "nguyen.an")).one()
    assert person.is_locked
    journal = admin.get("/admin/journal").text
    locks = [line for line in journal.split("<li>") if "Khóa tài khoản" in line]
    assert [("nguyen.an" in line, "Quản trị" in line) for line in locks] == [(True, True)]
    assert '<span class="mono">neighbour</span>' in journal
    assert "Nguyễn An" not in journal
    # Who logs in is named once.
    assert '<span class="mono">admin</span>' not in journal


def test_an_invited_person_sets_a_password_and_is_spoken_to_in_their_language(enter, story):
    admin, visitor = enter("admin"), enter("")
    made = admin.send(
        "/admin/people/new",
        {
            "username": "le.binh",
            "full_name": "Lê Bình",
            "role": "oversight",
            "organization_id": str(story.world.bodies["council"]),
            "language": "en",
        },
    )
    invited = admin.send(f"{made.headers['location'].split('?')[0]}/invitation", {})
    link = "/welcome/" + invited.text.split("/welcome/")[1].split('"')[0]

    differing = visitor.send(link, {"password": PASSWORD, "again": "khác"})
    set_ = visitor.send(link, {"password": PASSWORD, "again": PASSWORD})
    visitor.cookies.delete("lang")
    entered = visitor.send("/login", {"username": "le.binh", "password": PASSWORD})

    assert (differing.status_code, set_.status_code, entered.status_code) == (422, 303, 303)
    assert entered.headers["location"] == "/oversight"
    assert 'lang="en"' in visitor.get("/oversight").text
    visitor.send("/logout", {})


def test_an_organization_is_entered_and_taken_out_of_use(enter, story):
    admin = enter("admin")

    made = admin.send(
        "/admin/organizations/new", {"code": "XA-9", "name": "Xã Chín", "kind": "inspected"}
    )
    with story.world.database.read() as session:
        body = session.exec(select(Organization).where(col(Organization.code) == "XA-9")).one()
    edited = admin.send(f"/admin/organizations/{body.id}", {"version": "1", "name": "Xã Chín (cũ)"})

    assert (made.status_code, edited.status_code) == (303, 303)
    with story.world.database.read() as session:
        assert session.get_one(Organization, body.id).is_active is False


@pytest.mark.parametrize(
    ("back", "place"),
    [
        ("/campaigns?state=open", "/campaigns?state=open"),
        ("https://example.org/", "/"),
        ("//example.org", "/"),
        ("/\\example.org", "/"),
    ],
)
def test_choosing_a_language_never_leads_away(enter, back, place):
    answer = enter("lead").send("/language", {"language": "vi", "back": back})

    assert (answer.status_code, answer.headers["location"]) == (303, place)


def test_a_wrong_password_says_one_thing_only(enter):
    visitor = enter("")

    unknown = visitor.send("/login", {"username": "nobody", "password": "x"})
    wrong = visitor.send("/login", {"username": "steward", "password": "x"})

    assert unknown.status_code == wrong.status_code == 401
    assert 'value="nobody"' in unknown.text
    assert unknown.text.replace("nobody", "steward") == wrong.text


def test_a_page_that_needs_a_login_leads_back_after_it(enter):
    answer = enter("").get("/campaigns?state=open", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fcampaigns%3Fstate%3Dopen"
