"""How pages say what is kept how long, and what was destroyed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from api.templating import Shell
from inspection.keeping import RetentionClass, RetentionTerm
from rules.text import Text

_TIMES: Final = ("proposed_at", "confirmed_at", "kept_since", "kept_until", "finished_at")


def tell_years(shell: Shell, one: RetentionClass) -> str:
    """How long, and whether anybody has confirmed that."""
    return _years(shell, one.years, is_confirmed=one.confirmed)


def tell_destroyed(shell: Shell, term: RetentionTerm, cause: str) -> str:
    """What a decision is about, so that nobody confirms without having seen how much goes."""
    files = shell.t("deposit.files", count=term.files)
    size = shell.fmt.size(term.size_bytes)
    what = f"{term.organization} – {term.campaign}: {files}, {size}. {cause}"
    kept = term.retention_class
    if kept is None or term.until is None:
        return what
    told = shell.t(
        "destruction.term",
        kept=shell.t.pick(kept.title),
        years=tell_years(shell, kept),
        until=term.until,
    )
    return f"{what} {told}"


def read_said(shell: Shell, said: Mapping[str, Any]) -> dict[str, Any]:
    """A certificate as its page shows it: moments instead of their letters."""
    kept = said["class"]
    return {
        **said,
        **{name: datetime.fromisoformat(said[name]) for name in _TIMES},
        "class_title": shell.t.pick(Text(**kept["title"])),
        "years": _years(shell, kept["years"], is_confirmed=kept["confirmed"]),
        "files": [
            {**one, "received_at": datetime.fromisoformat(one["received_at"])}
            for one in said["files"]
        ],
    }


def _years(shell: Shell, years: int | None, *, is_confirmed: bool) -> str:
    told = shell.t("retention.permanent")
    if years is not None:
        told = shell.t("retention.years", years=years)
    return told if is_confirmed else shell.t("retention.unconfirmed", years=told)
