"""Templates and what every page knows: the language, the visitor, the way around."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request
from litestar.di import NamedDependency
from litestar.response import Template
from litestar.status_codes import HTTP_200_OK

from api import charts
from api.facts import tell_facts
from api.formats import Formats, days_left
from api.language import LANGUAGES, Translator, translator
from api.navigation import Entry, entries_for
from inspection.people import Actor

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"
LANGUAGE_COOKIE: Final = "lang"

WebRequest = Request[Any, Any, Any]  # user, auth and state are typed where they are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What stands around every page."""

    t: Translator
    fmt: Formats
    lang: str
    actor: Actor | None
    nav: tuple[Entry, ...]
    now: datetime
    path: str
    address: str
    done: str

    def page(
        self, template: str, context: Mapping[str, object], *, status: int = HTTP_200_OK
    ) -> Template:
        """Make the answer that renders a template with these values and the shell's own."""
        own: dict[str, object] = {
            "t": self.t,
            "fmt": self.fmt,
            "lang": self.lang,
            "actor": self.actor,
            "nav": self.nav,
            "now": self.now,
            "path": self.path,
            "address": self.address,
            "done": self.done,
        }
        return Template(
            template_name=template,
            context={**own, **context},
            status_code=status,
            media_type="text/html",
        )


def make_shell(*, request: WebRequest, visitor: Actor | None, now: datetime) -> Shell:
    """Put together what a page says about its visitor and its language."""
    say = translator(request.cookies.get(LANGUAGE_COOKIE, ""))
    path = request.url.path
    query = request.url.query
    done = f"done.{request.query_params.get('done', '')}"
    return Shell(
        t=say,
        fmt=say.formats,
        lang=say.lang,
        actor=visitor,
        nav=entries_for(visitor, path=path),
        now=now,
        path=path,
        address=f"{path}?{query}" if query else path,
        # The address may be written by anybody: only our own sentences are shown.
        done=say(done) if say.knows(done) else "",
    )


def provide_shell(
    request: WebRequest, visitor: NamedDependency[Actor | None], now: NamedDependency[datetime]
) -> Shell:
    """Give page controllers the shell of this request."""
    return make_shell(request=request, visitor=visitor, now=now)


def make_environment() -> Environment:
    """Make the environment of all pages: escaped, and an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        asset=asset,
        charts=charts,
        days_left=days_left,
        languages=LANGUAGES,
        tell_facts=tell_facts,
    )
    return environment


@lru_cache
def asset(name: str) -> str:
    """Give the address of a static file, with its digest: a changed file has a new address."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"
