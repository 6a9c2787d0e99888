"""Pages: a person's obligations in their own calendar program."""

from typing import Final

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Template
from sqlmodel import Session

from api.auth import PUBLIC, ROLES
from api.calendar_feed import write_feed
from api.dependencies import provide_now
from api.language import translator
from api.pages.login import Answer, see
from api.pages.visit import Visit
from api.settings import Settings
from api.tokens import digest_of, make_token
from inspection import accounts
from inspection.errors import NotFoundError
from inspection.login import actor_of
from inspection.people import Role
from inspection.queries.today import list_obligations
from inspection.tables import Person

WHO: Final = {ROLES: frozenset({Role.INSPECTOR, Role.ORGANIZATION})}
ICALENDAR: Final = "text/calendar; charset=utf-8"


class CalendarPages(Controller):
    """The private address of a person's obligations, and what is found there."""

    path = "/calendar"

    @get(sync_to_thread=True, opt=WHO)
    def show(self, visit: NamedDependency[Visit]) -> Template:
        """Tell what the address is for, and whether there is one."""
        return _page(visit, address="")

    @post(sync_to_thread=True, status_code=200, opt=WHO)
    def open(
        self,
        visit: NamedDependency[Visit],
        settings: NamedDependency[SkipValidation[Settings]],
    ) -> Template:
        """Make an address, and show it this once."""
        token = make_token()
        accounts.open_feed(
            visit.session, actor=visit.actor, token_sha256=digest_of(token), at=visit.now
        )
        return _page(visit, address=f"{settings.public_url}/calendar/{token}/obligations.ics")

    @post("/close", sync_to_thread=True, opt=WHO)
    def close(self, visit: NamedDependency[Visit]) -> Answer:
        """Take the address back."""
        accounts.close_feed(visit.session, actor=visit.actor, at=visit.now)
        return see("/calendar?done=feed.close")

    @get("/{token:str}/obligations.ics", sync_to_thread=True, opt={PUBLIC: True})
    def feed(
        self,
        session: NamedDependency[Session],
        settings: NamedDependency[SkipValidation[Settings]],
        token: FromPath[str],
    ) -> Response[bytes]:
        """Give a calendar program what waits; the secret in the address is the key."""
        person_id = accounts.find_feed_person(session, token_sha256=digest_of(token))
        actor = actor_of(session, person_id=person_id) if person_id else None
        if actor is None:
            raise NotFoundError
        now = provide_now()
        content = write_feed(
            list_obligations(session, actor=actor, now=now),
            t=translator(session.get_one(Person, person_id).language),
            address=settings.public_url,
            now=now,
        )
        headers = {"cache-control": "private, no-store"}
        return Response(content, media_type=ICALENDAR, headers=headers)


def _page(visit: Visit, *, address: str) -> Template:
    context = {
        "opened_at": accounts.find_feed_start(visit.session, actor=visit.actor),
        "feed": address,
    }
    return visit.shell.page("today/calendar.html", context)
