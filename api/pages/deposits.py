"""Pages: one answer to one request, on both sides."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Stream, Template

from api.auth import ROLES
from api.downloads import send_receipt, send_receipt_paper
from api.pages.forms import Fields, Form, Problem, Refused, attempt, attempt_flow
from api.pages.login import UNPROCESSABLE, Answer, see
from api.pages.moving import Asked, ask, carry_out, read_act, require_offer
from api.pages.visit import Errand, Visit
from evidence.key_files import KeyFolder
from evidence.keys import KeyRing
from evidence.receipt import Receipt
from inspection import deposits
from inspection.errors import ConflictError, NotFoundError
from inspection.people import Role
from inspection.queries import deposits as queries
from inspection.queries.deposits import DepositPage
from inspection.queries.receipts import find_receipt_state
from inspection.receipts import get_receipt
from inspection.workflow.states import Act, Subject

THEM: Final = {ROLES: frozenset({Role.ORGANIZATION})}
BOTH_SIDES: Final = {ROLES: frozenset({Role.INSPECTOR, Role.ORGANIZATION})}


class DepositPages(Controller):
    """What was handed in, and what is done with it."""

    path = "/deposits/{deposit_id:uuid}"
    opt = BOTH_SIDES

    @get(sync_to_thread=True)
    def show(self, visit: NamedDependency[Visit], deposit_id: FromPath[UUID]) -> Template:
        """Show the files, what reading them gave, and the acts."""
        deposit = queries.get_deposit(visit.session, actor=visit.actor, deposit_id=deposit_id)
        return visit.shell.page("deposits/show.html", {"deposit": deposit})

    @get("/receipt", sync_to_thread=True)
    def receipt(self, visit: NamedDependency[Visit], deposit_id: FromPath[UUID]) -> Template:
        """Show the receipt, to be printed and kept."""
        deposit = queries.get_deposit(visit.session, actor=visit.actor, deposit_id=deposit_id)
        exists, index = find_receipt_state(visit.session, deposit_id=deposit_id)
        context = {"deposit": deposit, "is_provable": exists, "index": index}
        return visit.shell.page("deposits/receipt.html", context)

    @get("/receipt/json", sync_to_thread=True)
    def receipt_file(
        self,
        errand: NamedDependency[Errand],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        deposit_id: FromPath[UUID],
    ) -> Stream:
        """Give the receipt as the file that proves it."""
        return send_receipt(_receipt(errand, deposit_id, keys.find_ring()))

    @get("/receipt/pdf", sync_to_thread=True)
    def receipt_paper(
        self,
        errand: NamedDependency[Errand],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        deposit_id: FromPath[UUID],
    ) -> Stream:
        """Give the receipt as a paper."""
        ring = keys.find_ring()
        return send_receipt_paper(_receipt(errand, deposit_id, ring, for_paper=True), ring)

    @get("/moves/{slug:str}", sync_to_thread=True)
    def ask_move(
        self, visit: NamedDependency[Visit], deposit_id: FromPath[UUID], slug: FromPath[str]
    ) -> Template:
        """Ask for what handing in, accepting or returning needs."""
        deposit = queries.get_deposit(visit.session, actor=visit.actor, deposit_id=deposit_id)
        return ask(visit.shell, _asked(deposit, read_act(slug)), Form())

    @post("/moves/{slug:str}", sync_to_thread=True)
    def move(
        self,
        visit: NamedDependency[Visit],
        deposit_id: FromPath[UUID],
        slug: FromPath[str],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Hand in, accept or return."""
        act = read_act(slug)
        deposit = queries.get_deposit(visit.session, actor=visit.actor, deposit_id=deposit_id)
        if act not in _ACTS:
            raise NotFoundError
        asked = _asked(deposit, act)
        if asked.certified is not None and (wrong := _check_stated(fields)):
            form = fields.refused(Refused(status=UNPROCESSABLE, problems=wrong))
            return ask(visit.shell, asked, form, status=UNPROCESSABLE)
        run = partial(attempt, visit.session, lambda: _ACTS[act](visit, deposit, fields))
        to = f"/deposits/{deposit_id}?done=deposit.{act}"
        return carry_out(visit.shell, asked, fields, run, to=to)

    @get("/new-version", sync_to_thread=True, opt=THEM)
    def ask_version(self, visit: NamedDependency[Visit], deposit_id: FromPath[UUID]) -> Template:
        """Ask why a newer version is to replace this one."""
        return _version(visit, deposit_id, Form())

    @post("/new-version", sync_to_thread=True, opt=THEM)
    def begin_version(
        self,
        visit: NamedDependency[Visit],
        deposit_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Begin the newer version, with the files of this one."""
        deposit = queries.get_deposit(visit.session, actor=visit.actor, deposit_id=deposit_id)
        outcome = attempt(
            visit.session,
            lambda: deposits.begin_version(
                visit.session,
                actor=visit.actor,
                deposit_id=deposit_id,
                version=fields.whole("version"),
                why=fields.text("why"),
                at=visit.now,
            ),
        )
        if isinstance(outcome, Refused):
            return _version(visit, deposit_id, fields.refused(outcome), status=outcome.status)
        return see(f"{_request_of(deposit)}?done=deposit.replace")

    @get("/files/{item_id:uuid}/remove", sync_to_thread=True, opt=THEM)
    def ask_remove(
        self, visit: NamedDependency[Visit], deposit_id: FromPath[UUID], item_id: FromPath[UUID]
    ) -> Template:
        """Ask whether the file that was pressed is the wrong one."""
        deposit = queries.get_deposit(visit.session, actor=visit.actor, deposit_id=deposit_id)
        file = next((one for one in deposit.files if one.id == item_id), None)
        if file is None:
            raise NotFoundError
        context = {"deposit": deposit, "file": file, "back": _request_of(deposit)}
        return visit.shell.page("deposits/remove.html", context)

    @post("/files/{item_id:uuid}/remove", sync_to_thread=True, opt=THEM)
    def remove_file(
        self,
        visit: NamedDependency[Visit],
        deposit_id: FromPath[UUID],
        item_id: FromPath[UUID],
    ) -> Answer:
        """Take a wrong file out of an answer that is still open."""
        deposit = queries.get_deposit(visit.session, actor=visit.actor, deposit_id=deposit_id)
        deposits.remove_file(
            visit.session,
            actor=visit.actor,
            deposit_id=deposit_id,
            item_id=item_id,
            at=visit.now,
        )
        return see(f"{_request_of(deposit)}?done=evidence.withdraw")


_CERTIFYING: Final = frozenset({Act.CERTIFY, Act.SUBMIT})


def _receipt(
    errand: Errand, deposit_id: UUID, ring: KeyRing | None, *, for_paper: bool = False
) -> Receipt:
    with errand.database.read() as session:
        return get_receipt(
            session, actor=errand.actor, deposit_id=deposit_id, ring=ring, for_paper=for_paper
        )


def _asked(deposit: DepositPage, act: Act) -> Asked:
    if act is Act.ACCEPT:
        for stopped in deposit.obstacles:
            raise ConflictError(stopped.code, **stopped.facts)
    offer = require_offer(deposit.acts, subject=Subject.DEPOSIT, state=deposit.state, act=act)
    return Asked(
        subject=Subject.DEPOSIT,
        act=act,
        what=f"{deposit.organization} – {deposit.request_title}",
        base=f"/deposits/{deposit.id}",
        version=deposit.version,
        needs_reason=offer.needs_reason,
        certified=deposit if act in _CERTIFYING else None,
    )


def _version(visit: Visit, deposit_id: UUID, form: Form, *, status: int = 200) -> Template:
    deposit = queries.get_deposit(visit.session, actor=visit.actor, deposit_id=deposit_id)
    if not deposit.can_replace:
        code = deposit.replacing_waits_for or "deposit.not_replaceable"
        raise ConflictError(code, state=deposit.state)
    context = {"deposit": deposit, "form": form, "back": _request_of(deposit)}
    return visit.shell.page("deposits/version.html", context, status=status)


def _request_of(deposit: DepositPage) -> str:
    return f"/portal/inspections/{deposit.inspection_id}/requests/{deposit.request_id}"


def _period(fields: Fields) -> tuple[date | None, date | None]:
    first, last = (
        fields.day(name) if fields.text(name).strip() else None
        for name in ("effective_from", "effective_to")
    )
    return first, last


def _check_stated(fields: Fields) -> dict[str, Problem]:
    """Everything wrong with what is certified, and that it is not: told at once, in one look."""
    note, (first, last) = fields.text("note"), _period(fields)
    outcome = attempt_flow(lambda: deposits.check_stated(note, first, last))
    problems = dict(outcome.problems) if isinstance(outcome, Refused) else {}
    if not fields.all("certified"):
        problems["certified"] = Problem(code="deposit.not_certified")
    return problems if fields.are_good else {**problems, **fields.form.problems}


def _submit(visit: Visit, deposit: DepositPage, fields: Fields) -> None:
    _hand_in(deposits.submit_deposit, visit, deposit, fields)


def _certify(visit: Visit, deposit: DepositPage, fields: Fields) -> None:
    _hand_in(deposits.certify_deposit, visit, deposit, fields)


def _hand_in(
    operation: Callable[..., None], visit: Visit, deposit: DepositPage, fields: Fields
) -> None:
    first, last = _period(fields)
    operation(
        visit.session,
        actor=visit.actor,
        deposit_id=deposit.id,
        version=fields.whole("version"),
        note=fields.text("note"),
        effective_from=first,
        effective_to=last,
        at=visit.now,
    )


def _reopen(visit: Visit, deposit: DepositPage, fields: Fields) -> None:
    deposits.reopen_deposit(
        visit.session,
        actor=visit.actor,
        deposit_id=deposit.id,
        version=fields.whole("version"),
        reason=fields.text("reason"),
        at=visit.now,
    )


def _accept(visit: Visit, deposit: DepositPage, fields: Fields) -> None:
    deposits.accept_deposit(
        visit.session,
        actor=visit.actor,
        deposit_id=deposit.id,
        version=fields.whole("version"),
        at=visit.now,
    )


def _return(visit: Visit, deposit: DepositPage, fields: Fields) -> None:
    deposits.return_deposit(
        visit.session,
        actor=visit.actor,
        deposit_id=deposit.id,
        version=fields.whole("version"),
        reason=fields.text("reason"),
        at=visit.now,
    )


_ACTS: Final[Mapping[Act, Callable[[Visit, DepositPage, Fields], None]]] = {
    Act.CERTIFY: _certify,
    Act.REOPEN: _reopen,
    Act.SUBMIT: _submit,
    Act.ACCEPT: _accept,
    Act.RETURN: _return,
}
