"""Pages: ten minutes of a member of an oversight body."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from api.auth import ROLES
from api.charts import Point
from api.formats import Formats
from api.pages.paging import SIZE, offset_of, paging
from api.pages.visit import Visit
from inspection.keeping import list_finished
from inspection.money import from_minor
from inspection.people import Role
from inspection.queries import conclusions
from inspection.queries.conclusions import PublishedLine

MOST_ORGANIZATIONS: Final = 30  # a dot plot longer than a page is a table


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthLine:
    """What was published in one month."""

    month: date
    conclusions: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationLine:
    """What was published on one organization."""

    organization: str
    conclusions: int
    violations: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyOverview:
    """All of it that is counted in one currency; amounts of two are never added."""

    currency: str
    amount: Decimal
    months: tuple[MonthLine, ...]
    month_points: tuple[Point, ...]
    organizations: tuple[OrganizationLine, ...]
    organization_points: tuple[Point, ...]


class OversightPages(Controller):
    """What oversight bodies may see: published conclusions, and sums over them."""

    path = "/oversight"
    opt = {ROLES: frozenset({Role.OVERSIGHT})}  # noqa: RUF012 - Litestar reads a plain class attribute

    @get(sync_to_thread=True)
    def index(self, visit: NamedDependency[Visit]) -> Template:
        """Show what was concluded, on whom, and for how much."""
        lines = conclusions.list_published(visit.session)
        currencies = sorted({currency for line in lines for currency, _ in line.amounts})
        context = {
            "lines": lines[:10],
            "total": len(lines),
            "organizations": len({line.organization for line in lines}),
            "violations": sum(line.violations for line in lines),
            "overviews": [_overview(lines, one, visit.shell.fmt) for one in currencies],
        }
        return visit.shell.page("oversight/index.html", context)

    @get("/destructions", sync_to_thread=True)
    def list_destructions(
        self, visit: NamedDependency[Visit], page: FromQuery[int] = 1
    ) -> Template:
        """List what was destroyed of cases they may see, each with its certificate."""
        offset = offset_of(page)
        # One line more than shown tells whether there is another page.
        lines = list_finished(visit.session, actor=visit.actor, limit=SIZE + 1, offset=offset)
        place = paging(path=visit.shell.path, query={}, page=page, total=offset + len(lines))
        context = {"lines": lines[:SIZE], "paging": place}
        return visit.shell.page("oversight/destructions.html", context)


def _overview(lines: Sequence[PublishedLine], currency: str, fmt: Formats) -> CurrencyOverview:
    months = _months(lines, currency)
    organizations = _organizations(lines, currency)
    return CurrencyOverview(
        currency=currency,
        amount=sum((month.amount for month in months), Decimal(0)),
        months=months,
        month_points=tuple(
            Point(
                label=f"{one.month:%m/%Y}",
                value=float(one.amount),
                text=fmt.short(one.amount),
            )
            for one in months
        ),
        organizations=organizations,
        organization_points=tuple(
            Point(label=one.organization, value=float(one.amount), text=fmt.short(one.amount))
            for one in organizations[:MOST_ORGANIZATIONS]
        ),
    )


def _months(lines: Sequence[PublishedLine], currency: str) -> tuple[MonthLine, ...]:
    counts: Counter[date] = Counter()
    amounts: Counter[date] = Counter()
    for line in lines:
        month = line.signed_on.replace(day=1)
        counts[month] += 1
        amounts[month] += _amount(line, currency)
    return tuple(
        MonthLine(
            month=month,
            conclusions=counts[month],
            amount=from_minor(amounts[month], currency=currency),
        )
        for month in sorted(counts)
    )


def _organizations(lines: Sequence[PublishedLine], currency: str) -> tuple[OrganizationLine, ...]:
    names = {line.organization for line in lines}
    found = []
    for name in names:
        own = [line for line in lines if line.organization == name]
        found.append(
            OrganizationLine(
                organization=name,
                conclusions=len(own),
                violations=sum(line.violations for line in own),
                amount=from_minor(sum(_amount(line, currency) for line in own), currency=currency),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.amount, one.organization)))


def _amount(line: PublishedLine, currency: str) -> int:
    return dict(line.amounts).get(currency, 0)
