"""JSON: the rule packs at hand."""

from dataclasses import dataclass

from litestar import Controller, get

from api.auth import EVERYBODY_INSIDE, ROLES
from api.packs import shipped_codes, shipped_pack
from rules.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLine:
    """A pack a campaign may use."""

    code: str
    version: str
    title_vi: str
    title_en: str
    digest: str
    tables: tuple[str, ...]
    rules: tuple[str, ...]


class PackEndpoints(Controller):
    """Rule packs shipped with the platform."""

    path = "/packs"
    tags = ("packs",)
    opt = {ROLES: EVERYBODY_INSIDE}  # noqa: RUF012 - Litestar reads a class attribute

    @get(sync_to_thread=True)
    def index(self) -> tuple[PackLine, ...]:
        """All shipped packs."""
        return tuple(_line(shipped_pack(code)) for code in shipped_codes())


def _line(pack: Pack) -> PackLine:
    return PackLine(
        code=pack.code,
        version=pack.version,
        title_vi=pack.title.vi,
        title_en=pack.title.en,
        digest=pack.digest,
        tables=tuple(sorted(pack.contracts)),
        rules=tuple(rule.code for rule in pack.rules),
    )
