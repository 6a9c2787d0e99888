"""The left rail: at most seven entries, by what the account is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from inspection.people import Actor, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry; `code` names its sentence `nav.<code>` and its icon."""

    code: str
    href: str
    is_here: bool


_PUBLIC: Final = (("published", "/published"),)
_BY_ROLE: Final[Mapping[Role, tuple[tuple[str, str], ...]]] = {
    Role.INSPECTOR: (
        ("today", "/today"),
        ("campaigns", "/campaigns"),
        ("packs", "/packs"),
        ("retention", "/retention"),
        *_PUBLIC,
    ),
    Role.STEWARD: (("today", "/today"), ("packs", "/packs"), *_PUBLIC),
    Role.ORGANIZATION: (
        ("portal", "/portal"),
        ("portal_receipts", "/portal/receipts"),
        ("portal_conclusions", "/portal/conclusions"),
        *_PUBLIC,
    ),
    Role.OVERSIGHT: (("oversight", "/oversight"), *_PUBLIC),
    Role.SECURITY: (("quarantine", "/quarantine"), *_PUBLIC),
    Role.ADMINISTRATOR: (
        ("people", "/admin/people"),
        ("organizations", "/admin/organizations"),
        ("packs", "/packs"),
        ("health", "/admin/health"),
        ("storage", "/admin/storage"),
        ("journal", "/admin/journal"),
        *_PUBLIC,
    ),
}
_HOME: Final[Mapping[Role, str]] = {role: entries[0][1] for role, entries in _BY_ROLE.items()}
# Cases are reached from campaigns; the rail says so.
_UNDER: Final = {
    "campaigns": (
        "/inspections/",
        "/deposits/",
        "/items/",
        "/evaluations/",
        "/findings/",
        "/conclusions/",
        "/holds/",
        "/destructions/",
    ),
    "portal": ("/portal/inspections/", "/portal/findings/", "/items/", "/deposits/"),
}


def entries_for(actor: Actor | None, *, path: str) -> tuple[Entry, ...]:
    """List the entries of the rail, the one of the present page marked."""
    entries = _PUBLIC if actor is None or actor.role is None else _BY_ROLE[actor.role]
    here = max((href for code, href in entries if _is_under(code, href, path)), key=len, default="")
    return tuple(Entry(code=code, href=href, is_here=href == here) for code, href in entries)


def home_of(actor: Actor | None) -> str:
    """Say where work begins: the first page shows what is to be done, and by when."""
    return "/published" if actor is None or actor.role is None else _HOME[actor.role]


def _is_under(code: str, href: str, path: str) -> bool:
    return path == href or path.startswith((f"{href}/", *_UNDER.get(code, ())))
