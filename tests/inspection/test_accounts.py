from datetime import timedelta

import pytest

from inspection import accounts, login
from inspection.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from inspection.people import OrganizationSeat, Role
from inspection.queries.people import get_person, list_people
from inspection.tables import Person, WebSession
from tests.inspection.world import START


def test_only_one_first_administrator_can_be_made(world):
    with pytest.raises(ConflictError) as refused, world.database.write() as session:
        accounts.create_first_administrator(
            session, username="second", full_name="Hai", password_hash="x", at=START
        )

    assert refused.value.code == "account.administrator_exists"


@pytest.mark.parametrize("name", ["lead", "officer", "councillor", "steward"])
def test_nobody_but_an_administrator_manages_accounts(world, name):
    with pytest.raises(NotAllowedError):
        world.read(list_people, actor=world.actor(name))


def test_a_role_must_fit_the_body(world):
    with pytest.raises(InvalidError) as refused:
        world.write(
            accounts.create_person,
            actor=world.actor("admin"),
            username="wrong",
            full_name="Sai",
            role=Role.INSPECTOR,
            organization_id=world.bodies["commune"],
        )

    assert (refused.value.code, refused.value.facts["field"]) == (
        "account.body_does_not_fit",
        "organization_id",
    )


def test_an_edit_on_an_old_version_changes_nothing(world):
    admin, person_id = world.actor("admin"), world.people["officer"]
    values = {
        "actor": admin,
        "person_id": person_id,
        "version": 1,
        "position": "Chủ tịch",
        "seats": frozenset({OrganizationSeat.CERTIFIER}),
        "language": "vi",
    }
    world.write(accounts.edit_person, full_name="Tên mới", **values)

    with pytest.raises(ConflictError) as refused:
        world.write(accounts.edit_person, full_name="Tên cũ", **values)

    assert refused.value.code == "changed_meanwhile"
    page = world.read(get_person, actor=admin, person_id=person_id)
    assert (page.full_name, page.seats, page.version) == (
        "Tên mới",
        (OrganizationSeat.CERTIFIER,),
        2,
    )


def test_an_invitation_opens_the_account_once(world):
    admin = world.actor("admin")
    world.write(
        accounts.invite,
        actor=admin,
        person_id=world.people["lead"],
        token_sha256="t" * 64,
        expires_at=START + timedelta(days=3),
    )
    world.write(accounts.accept_invitation, token_sha256="t" * 64, make_hash=lambda: "hash")

    with pytest.raises(NotFoundError):
        world.write(accounts.accept_invitation, token_sha256="t" * 64, make_hash=lambda: "other")

    assert world.get(Person, world.people["lead"]).password_hash == "hash"


def test_an_expired_invitation_is_not_valid(world):
    world.write(
        accounts.invite,
        actor=world.actor("admin"),
        person_id=world.people["lead"],
        token_sha256="t" * 64,
        expires_at=START,
    )

    with pytest.raises(NotFoundError) as refused:
        world.write(accounts.accept_invitation, token_sha256="t" * 64, make_hash=lambda: "hash")

    assert refused.value.code == "invitation.not_valid"


def test_locking_ends_every_session_and_the_history_stays(world):
    person_id = world.people["lead"]
    with world.database.write() as session:
        session.add(
            WebSession(
                id_sha256="s" * 64,
                person_id=person_id,
                data=b"",
                expires_at=START + timedelta(days=1),
            )
        )
    world.write(accounts.lock_person, actor=world.actor("admin"), person_id=person_id, version=1)

    assert world.get(WebSession, "s" * 64) is None
    assert world.read(login.actor_of, person_id=person_id) is None
    assert world.get(Person, person_id).full_name == "Người lead"


def test_an_administrator_cannot_shut_the_own_account(world):
    with pytest.raises(InvalidError) as refused:
        world.write(
            accounts.deactivate_person,
            actor=world.actor("admin"),
            person_id=world.people["admin"],
            version=1,
        )

    assert refused.value.code == "account.own"


def test_five_failures_shut_an_account_for_a_quarter_of_an_hour(world):
    person_id = world.people["admin"]
    for _ in range(login.FAILURES_ALLOWED):
        with world.database.write() as session:
            login.note_failed_login(session, person_id=person_id, at=START)

    def shut(minutes: int):
        at = START + timedelta(minutes=minutes)
        return world.read(login.find_login, username=" ADMIN ", at=at).shut_until

    assert (shut(0), shut(14), shut(15)) == (START + login.SHUT_FOR, START + login.SHUT_FOR, None)
