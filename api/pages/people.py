"""Pages: accounts, for administrators."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Template

from api.auth import ROLES
from api.language import LANGUAGES
from api.pages.forms import Fields, Form, Refused, attempt, attempt_whole, filled
from api.pages.login import Answer, see
from api.pages.searching import is_in
from api.pages.visit import Visit
from api.settings import Settings
from api.tokens import digest_of, make_token
from inspection import accounts
from inspection.errors import NotFoundError
from inspection.people import OrganizationSeat, Role
from inspection.queries import people as queries
from inspection.queries.people import PersonLine

ADMINISTRATORS: Final = {ROLES: frozenset({Role.ADMINISTRATOR})}
INVITED_FOR: Final = timedelta(days=7)


class PeoplePages(Controller):
    """People: entered, invited, locked, taken out of use; never deleted."""

    path = "/admin/people"
    opt = ADMINISTRATORS

    @get(sync_to_thread=True)
    def index(self, visit: NamedDependency[Visit], q: FromQuery[str] = "") -> Template:
        """List the accounts."""
        lines = queries.list_people(visit.session, actor=visit.actor)
        found = [
            line for line in lines if is_in(q, line.full_name, line.username, line.organization)
        ]
        return visit.shell.page("admin/people.html", {"people": found, "q": q})

    @get("/new", sync_to_thread=True)
    def ask_new(self, visit: NamedDependency[Visit]) -> Template:
        """Ask who it is."""
        return _entry(visit, filled(language="vi"), None)

    @post("/new", sync_to_thread=True)
    def create(self, visit: NamedDependency[Visit], fields: NamedDependency[Fields]) -> Answer:
        """Enter a person."""
        username, full_name = fields.text("username"), fields.text("full_name")
        position, role = fields.text("position"), fields.chosen("role", Role)
        body = fields.identifier("organization_id") if fields.text("organization_id") else None
        seats, language = _seats(fields), fields.text("language")
        create = partial(
            accounts.create_person,
            visit.session,
            actor=visit.actor,
            username=username,
            full_name=full_name,
            position=position,
            role=role,
            organization_id=body,
            seats=seats,
            language=language,
            at=visit.now,
        )
        outcome = attempt_whole(
            fields,
            partial(attempt, visit.session, create),
            check=partial(
                accounts.check_names,
                visit.session,
                username=username,
                full_name=full_name,
                language=language,
            ),
        )
        if isinstance(outcome, Refused):
            return _entry(visit, fields.refused(outcome), None, status=outcome.status)
        return see(f"/admin/people/{outcome}?done=person.create")

    @get("/{person_id:uuid}", sync_to_thread=True)
    def show(self, visit: NamedDependency[Visit], person_id: FromPath[UUID]) -> Template:
        """Show an account, to be changed."""
        person = queries.get_person(visit.session, actor=visit.actor, person_id=person_id)
        return _entry(visit, _filled(person), person)

    @post("/{person_id:uuid}", sync_to_thread=True)
    def edit(
        self,
        visit: NamedDependency[Visit],
        person_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Change what is said of a person."""
        person = queries.get_person(visit.session, actor=visit.actor, person_id=person_id)
        version = fields.whole("version")
        outcome = attempt(
            visit.session,
            lambda: accounts.edit_person(
                visit.session,
                actor=visit.actor,
                person_id=person_id,
                version=version,
                full_name=fields.text("full_name"),
                position=fields.text("position"),
                seats=_seats(fields),
                language=fields.text("language"),
                at=visit.now,
            ),
        )
        if isinstance(outcome, Refused):
            return _entry(visit, fields.refused(outcome), person, status=outcome.status)
        return see(f"/admin/people/{person_id}?done=saved")

    @post("/{person_id:uuid}/invitation", sync_to_thread=True)
    def invite(
        self,
        visit: NamedDependency[Visit],
        settings: NamedDependency[SkipValidation[Settings]],
        person_id: FromPath[UUID],
    ) -> Answer:
        """Make a link by which the person sets a password; it is shown once, to be handed over."""
        token = make_token()
        outcome = attempt(
            visit.session,
            lambda: accounts.invite(
                visit.session,
                actor=visit.actor,
                person_id=person_id,
                token_sha256=digest_of(token),
                expires_at=visit.now + INVITED_FOR,
                at=visit.now,
            ),
        )
        person = queries.get_person(visit.session, actor=visit.actor, person_id=person_id)
        if isinstance(outcome, Refused):
            form = Form(values=_filled(person).values, problems=outcome.problems)
            return _entry(visit, form, person, status=outcome.status)
        context = {
            "person": person,
            "link": f"{settings.public_url}/welcome/{token}",
            "expires_at": visit.now + INVITED_FOR,
        }
        return visit.shell.page("admin/invitation.html", context)

    @post("/{person_id:uuid}/{switch:str}", sync_to_thread=True)
    def switch(
        self,
        visit: NamedDependency[Visit],
        person_id: FromPath[UUID],
        switch: FromPath[str],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Lock, unlock, deactivate or activate an account."""
        if switch not in _SWITCHES:
            raise NotFoundError
        version = fields.whole("version")
        act = partial(
            _SWITCHES[switch],
            visit.session,
            actor=visit.actor,
            person_id=person_id,
            version=version,
            at=visit.now,
        )
        outcome = attempt(visit.session, act)
        if isinstance(outcome, Refused):
            person = queries.get_person(visit.session, actor=visit.actor, person_id=person_id)
            form = Form(values=_filled(person).values, problems=outcome.problems)
            return _entry(visit, form, person, status=outcome.status)
        return see(f"/admin/people/{person_id}?done=person.{switch}")


_SWITCHES: Final[Mapping[str, Callable[..., None]]] = {
    "lock": accounts.lock_person,
    "unlock": accounts.unlock_person,
    "deactivate": accounts.deactivate_person,
    "activate": accounts.activate_person,
}


def _seats(fields: Fields) -> frozenset[OrganizationSeat]:
    return frozenset(seat for seat in OrganizationSeat if seat.value in fields.all("seats"))


def _filled(person: PersonLine) -> Form:
    return filled(
        username=person.username,
        full_name=person.full_name,
        position=person.position,
        seats=person.seats,
        language=person.language,
        version=person.version,
    )


def _entry(visit: Visit, form: Form, person: PersonLine | None, *, status: int = 200) -> Template:
    t = visit.shell.t
    organizations = queries.list_organizations(visit.session, actor=visit.actor)
    context = {
        "form": form,
        "person": person,
        "roles": [(role, t(f"role.{role}")) for role in Role],
        "seats": [(seat, t(f"seat.{seat}")) for seat in OrganizationSeat],
        "languages_of": [(lang, t(f"language.{lang}")) for lang in LANGUAGES],
        "organizations": [(one.id, one.name) for one in organizations if one.is_active],
    }
    return visit.shell.page("admin/person.html", context, status=status)
