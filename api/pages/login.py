"""Pages: coming in, going out, choosing a language, setting a password."""

from datetime import datetime
from functools import partial
from typing import Final

from litestar import Controller, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_303_SEE_OTHER
from sqlmodel import Session

from api import auth
from api.auth import PUBLIC, LoginGate
from api.language import DEFAULT, LANGUAGES
from api.navigation import home_of
from api.pages.forms import WHOLE, Fields, Form, Problem, Refused, attempt, attempt_flow, filled
from api.passwords import hash_password
from api.sessions import end_session
from api.settings import Settings
from api.templating import LANGUAGE_COOKIE, Shell, WebRequest
from api.tokens import digest_of
from inspection import accounts
from inspection.database import Database
from inspection.errors import NotFoundError
from inspection.login import language_of
from inspection.people import Actor

REMEMBERED_SECONDS: Final = 365 * 24 * 3600
UNPROCESSABLE: Final = 422

Answer = Template | Redirect


class LoginPages(Controller):
    """Login, logout, language, first password."""

    opt = {PUBLIC: True}  # noqa: RUF012 - Litestar reads a plain class attribute

    @get("/", sync_to_thread=False)
    def home(self, visitor: NamedDependency[Actor | None]) -> Redirect:
        """Lead to where work begins."""
        return see(home_of(visitor))

    @get("/login", sync_to_thread=False)
    def ask(self, shell: NamedDependency[Shell], next: FromQuery[str] = "") -> Template:  # noqa: A002 - the word of the address
        """Ask for name and password."""
        return shell.page("login/login.html", {"form": filled(next=next)})

    @post("/login", sync_to_thread=True)
    def log_in(
        self,
        *,
        request: WebRequest,
        shell: NamedDependency[Shell],
        database: NamedDependency[Database],
        gate: NamedDependency[LoginGate],
        settings: NamedDependency[SkipValidation[Settings]],
        now: NamedDependency[datetime],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Log in, and go where one wanted to go."""
        actor = attempt_flow(
            partial(
                auth.log_in,
                request,
                database=database,
                gate=gate,
                username=fields.text("username"),
                password=fields.text("password"),
                at=now,
            )
        )
        if isinstance(actor, Refused):
            form = Form(values=fields.form.values, problems=actor.problems)
            return shell.page("login/login.html", {"form": form}, status=actor.status)
        answer = see(inside(fields.text("next")) or home_of(actor))
        if LANGUAGE_COOKIE not in request.cookies and actor.person_id is not None:
            with database.read() as session:
                lang = language_of(session, person_id=actor.person_id)
            answer.set_cookie(_language(lang, settings))
        return answer

    @post("/logout", sync_to_thread=False)
    def log_out(self, request: WebRequest) -> Redirect:
        """End the session on the server."""
        end_session(request)
        return see("/login?done=logout")

    @post("/language", sync_to_thread=False)
    def choose_language(
        self, fields: NamedDependency[Fields], settings: NamedDependency[SkipValidation[Settings]]
    ) -> Redirect:
        """Remember a language, and show the same page in it."""
        wanted = fields.text("language")
        answer = see(inside(fields.text("back")) or "/")
        answer.set_cookie(_language(wanted if wanted in LANGUAGES else DEFAULT, settings))
        return answer

    @get("/welcome/{token:str}", sync_to_thread=True)
    def welcome(
        self,
        session: NamedDependency[Session],
        shell: NamedDependency[Shell],
        now: NamedDependency[datetime],
        token: FromPath[str],
    ) -> Template:
        """Ask an invited person for a password."""
        return _welcome(session, shell, now, token, Form())

    @post("/welcome/{token:str}", sync_to_thread=True)
    def set_password(
        self,
        session: NamedDependency[Session],
        shell: NamedDependency[Shell],
        now: NamedDependency[datetime],
        token: FromPath[str],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Set the password an invitation allows."""
        if fields.text("password") != fields.text("again"):
            form = Form(problems={"again": Problem(code="password.differs")})
            return _welcome(session, shell, now, token, form, status=UNPROCESSABLE)
        outcome = attempt(
            session,
            lambda: accounts.accept_invitation(
                session,
                token_sha256=digest_of(token),
                make_hash=partial(hash_password, fields.text("password")),
                at=now,
            ),
        )
        if isinstance(outcome, Refused):
            form = Form(problems=outcome.problems)
            return _welcome(session, shell, now, token, form, status=outcome.status)
        return see("/login?done=password")


def see(address: str) -> Redirect:
    """Answer a POST: look there."""
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


def inside(address: str) -> str:
    """Keep an address only when it stays on this platform; two slashes lead to another host."""
    stays = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if stays and address.isprintable() else ""


def _welcome(
    session: Session, shell: Shell, now: datetime, token: str, form: Form, *, status: int = 200
) -> Template:
    person = accounts.find_invitation(session, token_sha256=digest_of(token), at=now)
    if person is None:
        raise NotFoundError("invitation.not_valid")
    context = {"form": form, "token": token, "username": person.username, "whole": WHOLE}
    return shell.page("login/welcome.html", context, status=status)


def _language(lang: str, settings: Settings) -> Cookie:
    return Cookie(
        key=LANGUAGE_COOKIE,
        value=lang,
        max_age=REMEMBERED_SECONDS,
        path="/",
        samesite="lax",
        secure=settings.is_https,
        httponly=True,
    )
