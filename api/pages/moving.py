"""Acts of the workflow, asked for on a page of their own: a dialogue where there is script."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from litestar.response import Template

from api.pages.forms import Fields, Form, Refused
from api.pages.login import UNPROCESSABLE, Answer, see
from api.templating import Shell
from inspection.errors import NotAllowedError, NotFoundError, TransitionRefusedError
from inspection.offers import ActOffer
from inspection.queries.deposits import DepositPage
from inspection.workflow.states import Act, State, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An act somebody wants to do.

    Attributes:
        what: The thing it is done to, as its page calls it.
        base: The address of the thing.
        certified: What is certified by the act, to be shown beside the confirmation.
    """

    subject: Subject
    act: Act
    what: str
    base: str
    version: int
    needs_reason: bool
    certified: DepositPage | None = None


def read_act(slug: str) -> Act:
    """Read an act out of an address.

    Raises:
        NotFoundError: There is no such act.
    """
    try:
        return Act(slug.replace("-", " "))
    except ValueError:
        raise NotFoundError from None


def require_offer(
    offers: Iterable[ActOffer], *, subject: Subject, state: State, act: Act
) -> ActOffer:
    """Find the offer of an act.

    Raises:
        TransitionRefusedError: The act has no place in this state.
        NotAllowedError: It has, but it waits for somebody or something else.
    """
    offer = next((offer for offer in offers if offer.act == act), None)
    if offer is None:
        raise TransitionRefusedError("act.not_now", subject=subject, state=state, act=act)
    if not offer.allowed:
        code = offer.reason_code or "act.not_yours"
        raise NotAllowedError(code, subject=subject, act=act, by=offer.by)
    return offer


def carry_out(
    shell: Shell, asked: Asked, fields: Fields, run: Callable[[], object], *, to: str
) -> Answer:
    """Do what was asked for and look at `to`, or ask again with what was typed.

    Args:
        run: `attempt` or `attempt_flow` over the operation.
    """
    if not fields.are_good:
        return ask(shell, asked, fields.form, status=UNPROCESSABLE)
    outcome = run()
    if isinstance(outcome, Refused):
        return ask(shell, asked, fields.refused(outcome), status=outcome.status)
    return see(to)


def ask(shell: Shell, asked: Asked, form: Form, *, status: int = 200) -> Template:
    """Ask for what the act needs: a reason, a date, a number, or only a confirmation."""
    context = {
        "subject": asked.subject,
        "act": asked.act,
        "what": asked.what,
        "base": asked.base,
        "version": asked.version,
        "needs_reason": asked.needs_reason,
        "certified": asked.certified,
        "form": form,
    }
    return shell.page("moves/confirm.html", context, status=status)
