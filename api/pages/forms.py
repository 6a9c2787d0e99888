"""Forms: what was typed, what is wrong with it, and at which field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.status_codes import HTTP_422_UNPROCESSABLE_ENTITY
from sqlmodel import Session

from api.errors import explain
from api.formats import ZONE
from evidence.errors import EvidenceError
from inspection.errors import InspectionError, NotFoundError
from rules.errors import RulesError

WHOLE: Final = "form"  # where a refusal stands that names no field

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something typed cannot be taken: a code of the catalogue, and its facts.

    Attributes:
        about: What it concerns where the field alone does not say it: the name of a file.
    """

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as a template shows it.

    Attributes:
        values: What was typed, or what stands there now, by field.
        problems: What is wrong, by field; `WHOLE` for what concerns no field alone.
        asked: The fields of the form in its order, as far as they are known.
        prefix: Tells the fields of several forms on one page apart.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)
    prefix: str = ""
    asked: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The fields there are; a browser sends nothing of choices nobody made."""
        return frozenset(self.values) | frozenset(self.asked)

    def text(self, name: str) -> str:
        """Give what stands in a field of one value."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Give everything chosen in a field of several values."""
        return self.values.get(name, ())

    def problem(self, name: str) -> Problem | None:
        """Say what is wrong with a field."""
        return self.problems.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An act that was refused: what to show, and under which status."""

    status: int
    problems: Mapping[str, Problem]


def filled(**values: object) -> Form:
    """Begin a form with the values that stand now; a sequence fills a field of several values."""
    return Form(
        values={
            name: tuple(map(str, value))
            if isinstance(value, list | tuple | set | frozenset)
            else (str(value),)
            for name, value in values.items()
            if value is not None
        }
    )


class Fields:
    """The fields of one request, read one by one; what cannot be read is noted, not raised.

    Problems are told in the order the fields are first read in: pages read them as the form has
    them.
    """

    def __init__(self, values: Mapping[str, tuple[str, ...]]) -> None:
        self._values = values
        self._problems: dict[str, Problem] = {}
        self._asked: dict[str, None] = {}  # a set that keeps its order

    @property
    def form(self) -> Form:
        """The form to show again, with everything that was typed."""
        return self._shown(self._problems)

    @property
    def are_good(self) -> bool:
        """Whether everything read so far could be read."""
        return not self._problems

    def refused(self, refusal: Refused) -> Form:
        """The form to show again after an act was refused."""
        # What could not be read says more than what was made of it.
        return self._shown({**refusal.problems, **self._problems})

    def text(self, name: str) -> str:
        """Read a text as it was typed; a missing one is empty."""
        self._asked.setdefault(name)
        return next(iter(self._values.get(name, ())), "").replace("\r\n", "\n")

    def all(self, name: str) -> tuple[str, ...]:
        """Read every value of a field."""
        self._asked.setdefault(name)
        return self._values.get(name, ())

    def day(self, name: str) -> date:
        """Read a date as a browser sends it."""
        return self._read(name, date.fromisoformat, date.min, "field.date")

    def moment(self, name: str) -> datetime:
        """Read a local date and time as a browser sends it."""
        return self._read(
            name,
            lambda text: datetime.fromisoformat(text).replace(tzinfo=ZONE),
            datetime.min.replace(tzinfo=ZONE),
            "field.moment",
        )

    def whole(self, name: str) -> int:
        """Read a whole number that a database can keep."""
        return self._read(name, _whole, 0, "field.whole")

    def chosen(self, name: str, among: type[E]) -> E:
        """Read one of a closed set."""
        return self._read(name, among, next(iter(among)), "field.choice", empty="choice.empty")

    def identifier(self, name: str) -> UUID:
        """Read the id of something chosen from a list."""
        return self._read(name, UUID, UUID(int=0), "field.choice", empty="choice.empty")

    def _shown(self, problems: Mapping[str, Problem]) -> Form:
        order = list(self._asked)

        def place(name: str) -> int:
            return order.index(name) if name in self._asked else len(order)

        told = {name: problems[name] for name in sorted(problems, key=place)}
        return Form(values=self._values, problems=told, asked=tuple(order))

    def _read(
        self,
        name: str,
        read: Callable[[str], T],
        otherwise: T,
        code: str,
        *,
        empty: str = "field.empty",
    ) -> T:
        text = self.text(name).strip()
        try:
            return read(text)
        except ValueError:
            problem = Problem(code=code, facts={"value": text}) if text else None
            self._problems[name] = problem or Problem(code=empty)
            return otherwise


async def provide_fields(request: Request[Any, Any, Any]) -> Fields:
    """Give page controllers the fields of the request's form; files are read elsewhere."""
    sent: FormMultiDict = await request.form()
    return Fields(
        {
            name: tuple(value for value in sent.getall(name) if isinstance(value, str))
            for name in sent
        }
    )


def attempt(session: Session, act: Callable[[], T]) -> T | Refused:
    """Do something; a refusal is shown beside the form instead of on a page of its own.

    What does not exist for this person stays an error: there is no form to go back to.
    """
    try:
        # Whatever a refused act had written goes; the session lives on, to show the page again.
        with session.begin_nested():
            return act()
    except NotFoundError:
        raise
    except (InspectionError, RulesError, EvidenceError) as error:
        return refused(error)


def attempt_whole(
    fields: Fields, run: Callable[[], T | Refused], *, check: Callable[[], object]
) -> T | Refused:
    """Do something; where a field cannot be read, say at once what is wrong with the others.

    Args:
        run: `attempt` or `attempt_flow` over the operation.
        check: What the operation looks at in its values, and nothing else.
    """
    if fields.are_good:
        return run()
    outcome = attempt_flow(check)
    found = outcome.problems if isinstance(outcome, Refused) else {}
    return Refused(status=HTTP_422_UNPROCESSABLE_ENTITY, problems=found)


def attempt_flow(act: Callable[[], T]) -> T | Refused:
    """Do something that opens its own transactions; see `attempt`."""
    try:
        return act()
    except NotFoundError:
        raise
    except (InspectionError, RulesError, EvidenceError) as error:
        return refused(error)


def refused(error: Exception) -> Refused:
    """Take a refusal to the field it names."""
    told = explain(error)
    problems: dict[str, Problem] = {}
    for one in (told, *told.also):
        problem = Problem(code=one.code, facts=one.facts)
        problems.setdefault(str(one.facts.get("field", WHOLE)), problem)
    return Refused(status=told.status, problems=problems)


def _whole(text: str) -> int:
    number = int(text.replace(".", "").replace(" ", ""))
    if not 0 <= number < 2**31:
        raise ValueError(text)
    return number
