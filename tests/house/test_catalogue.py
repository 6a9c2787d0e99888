"""Every sentence exists in both languages, says the same facts, and is said somewhere."""

import ast
import re
from enum import StrEnum
from itertools import chain
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from api.charts import OUTCOMES
from api.facts import FACTS
from api.language import LANGUAGES, LOCALE, read_catalogue
from api.navigation import _BY_ROLE
from api.pages.admin import PARTS
from api.pages.inspections import BOARD
from api.pages.measuring import MEASURES, WHOLE
from api.sending import Outcome
from evidence.bag import BagFault
from evidence.custody import CustodyAct
from evidence.custody.troubles import TroubleCode
from evidence.keys import KeyState
from evidence.locking import LockGap
from evidence.screening.values import NOTICES, Antivirus, Level, Place, Secrecy
from evidence.signatures.values import Coverage, Doubt, Integrity
from inspection.casefile import CaseFault
from inspection.keeping import Fixity
from inspection.people import (
    CampaignSeat,
    OrganizationKind,
    OrganizationSeat,
    Party,
    Role,
)
from inspection.queries.inspections import StepCode, StepState
from inspection.queries.today import ObligationKind
from inspection.workflow.states import (
    CampaignKind,
    CampaignState,
    ConclusionState,
    DepositState,
    DestructionState,
    ErasureState,
    EvaluationState,
    FindingState,
    HoldState,
    InspectionState,
    ScreeningState,
    Subject,
    UploadState,
)
from inspection.workflow.transitions import TRANSITIONS
from rules.checks.kinds import KINDS
from rules.checks.kinds.weekday_time import HOLIDAY, OUT_OF_HOURS, WEEKLY_REST
from rules.checks.reason import Reason
from rules.contract import ColumnType
from rules.exchange.left_out import Why
from rules.reading.result import Expected, Wrong
from rules.rule import RuleClass, Unit

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "inspection", "rules", "evidence")
PEOPLES_SUBJECTS = frozenset(Subject) - {Subject.INSPECTION, Subject.EVALUATION}
# Acts that pages ask for in another way than by a confirmation.
OWN_PAGES = frozenset({"finding.answer"})
JOURNALLING = frozenset({"journal.record", "moves.advance", "move"})
CATALOGUES = {lang: read_catalogue(lang) for lang in LANGUAGES}


def _values(*sets: type[StrEnum]) -> set[str]:
    return {member.value for values in sets for member in values}


def _acts() -> set[str]:
    return {
        f"{arrow.subject}.{arrow.act}"
        for arrow in TRANSITIONS
        if arrow.subject in PEOPLES_SUBJECTS and arrow.by != {Party.SYSTEM}
    }


def _reasoned() -> set[str]:
    return {
        f"{arrow.subject}.{arrow.act}"
        for arrow in TRANSITIONS
        if arrow.subject in PEOPLES_SUBJECTS and arrow.reason
    }


def _families() -> dict[str, set[str]]:
    """Codes that templates put together: the beginning, and the closed set of ends."""
    return {
        "act.": _acts(),
        "bag.": _values(BagFault),
        "board.": {name for name, _ in BOARD},
        "body.": _values(OrganizationKind),
        "casefile.": _values(CaseFault),
        "check.": set(KINDS),
        "column_type.": _values(ColumnType),
        "upload.state.": _values(UploadState),
        "sending.": _values(Outcome),
        "contract.why.": _values(Why),
        "fact.": set(FACTS),
        "health.": set(PARTS) | {f"{part}.means" for part in PARTS},
        "kind.": _values(CampaignKind),
        "language.": set(LANGUAGES),
        "line.reason.": _values(Reason),
        "line.word.": {WEEKLY_REST, HOLIDAY, OUT_OF_HOURS},
        "measure.": set(MEASURES),
        "measured.": {*WHOLE, "below", "between", "from", "number"},
        "move.": _acts() - OWN_PAGES,
        "nav.": {code for entries in _BY_ROLE.values() for code, _ in entries},
        "party.": _values(Party),
        "person.do.": {"invite", "reset", "lock", "unlock", "deactivate", "activate"},
        "problem.code.": _values(Wrong),
        "problem.expects.": _values(Expected),
        "reason.": {
            "finding.own",
            "conclusion.own",
            "deposit.second_certifier",
            "deposit.removed_since",
            "deposit.held_back",
            "hold.own",
            "inspection.held",
            "inspection.not_under_way",
            "destruction.own",
        },
        "reason_hint.": _reasoned(),
        "custody.act.": _values(CustodyAct),
        "custody.key.": _values(KeyState),
        "evaluation.class.": _values(RuleClass),
        "results.cell.": _values(RuleClass),
        "role.": _values(Role),
        "rule_class.": _values(RuleClass),
        "screening.state.": _values(ScreeningState),
        "screening.means.": _values(ScreeningState),
        "screening.level.": _values(Level),
        "screening.place.": _values(Place),
        "screening.secrecy.": _values(Secrecy),
        "screening.antivirus.": _values(Antivirus),
        "screening.notice.": {*NOTICES, *(f"{code}.means" for code in NOTICES)},
        "signature.verdict.": _values(Integrity),
        "signature.coverage.": _values(Coverage),
        "signature.doubt.": _values(Doubt),
        "seat.": _values(CampaignSeat, OrganizationSeat),
        "shell.search.": {"campaigns", "published"},
        "state.campaign.": _values(CampaignState),
        "state.inspection.": _values(InspectionState),
        "state.deposit.": _values(DepositState),
        "state.evaluation.": _values(EvaluationState),
        "state.finding.": _values(FindingState),
        "state.portal_finding.": _values(FindingState) - {FindingState.CANDIDATE.value},
        "state.conclusion.": _values(ConclusionState),
        "state.hold.": _values(HoldState),
        "state.destruction.": _values(DestructionState),
        "erasure.": _values(ErasureState),
        "step.": _values(StepCode),
        "store.gap.": _values(LockGap),
        "store.outcome.": _values(Fixity) - {Fixity.INTACT},
        "step.is.": _values(StepState),
        "task.": _values(ObligationKind),
        "task.next.": {"request_answer", "request_again", "deposit_certify", "finding_answer"},
        "trace.": {"true", "false"},
        "trouble.": _values(TroubleCode),
        "trace.applies.": {"true", "false", "unknown"},
        "unit.": _values(Unit),
        "verdict.": set(OUTCOMES),
    }


def _sources(*patterns: str) -> str:
    files = chain.from_iterable(
        sorted((ROOT / package).rglob(pattern)) for package in PACKAGES for pattern in patterns
    )
    return "\n".join(file.read_text() for file in files)


def _said() -> set[str]:
    """Codes written out whole in templates and pages."""
    return set(re.findall(r'(?<![\w.])t\("([^"]+)"\s*[,)]', _sources("*.html", "*.py")))


def _placeholders(sentence: str | tuple[str, ...]) -> set[str]:
    forms = [sentence] if isinstance(sentence, str) else sentence
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def test_both_languages_have_the_same_codes():
    assert set(CATALOGUES["vi"]) == set(CATALOGUES["en"])


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_no_sentence_is_empty_fuzzy_or_written_twice(lang):
    path = LOCALE / lang / "LC_MESSAGES" / "thanhtra.po"
    with path.open("rb") as source:
        messages = [message for message in read_po(source, abort_invalid=True) if message.id]

    assert [m.id for m in messages if m.fuzzy] == []
    assert [m.id for m in messages if not m.string or "" in tuple(m.string)] == []
    codes = re.findall(r'^msgid "(.+)"$', path.read_text(), flags=re.MULTILINE)
    assert sorted(codes) == sorted(set(codes))


def test_both_languages_say_the_same_facts():
    differing = [
        code
        for code, sentence in CATALOGUES["vi"].items()
        if _placeholders(sentence) != _placeholders(CATALOGUES["en"][code])
    ]

    assert differing == []


def test_every_code_said_in_pages_has_a_sentence():
    assert sorted(_said() - set(CATALOGUES["vi"])) == []


@pytest.mark.parametrize(("begin", "ends"), list(_families().items()))
def test_every_member_of_a_closed_set_has_a_sentence(begin, ends):
    assert sorted({f"{begin}{end}" for end in ends} - set(CATALOGUES["vi"])) == []


def test_every_sentence_is_said_somewhere():
    families = {f"{begin}{end}" for begin, ends in _families().items() for end in ends}
    source = _sources("*.html", "*.py")
    written = set(re.findall(r'"([a-z_0-9]+(?:\.[\w ]+)*)"', source))
    unsaid = []
    for code in set(CATALOGUES["vi"]) - families - _said():
        head, _, rest = code.partition(".")
        # Errors, messages of what was done and journal events carry their code without the head.
        free = head in {"error", "done", "event", "missing", "gate", "setting", "filter"}
        known = code in written or (free and (rest in written or _is_built(head, rest, source)))
        if not known and not code.startswith("shortcuts.keys."):
            unsaid.append(code)

    assert sorted(unsaid) == []


def test_every_error_raised_by_name_has_a_sentence():
    raised = set(re.findall(r'Error\(\s*"([a-z_]+(?:\.[a-z_]+)*)"', _sources("*.py")))

    assert sorted({f"error.{code}" for code in raised} - set(CATALOGUES["vi"])) == []


def test_every_fact_of_the_journal_has_a_label():
    written = set()
    for node in chain.from_iterable(
        ast.walk(ast.parse(file.read_text())) for file in (ROOT / "inspection").rglob("*.py")
    ):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in JOURNALLING:
            given = [one.value for one in node.keywords if one.arg == "facts"]
            keys = [key for one in given for key in getattr(one, "keys", ())]
            written |= {key.value for key in keys if isinstance(key, ast.Constant)}

    assert written
    assert sorted(written - {*FACTS, "from", "to"}) == []


def _is_built(head: str, rest: str, source: str) -> bool:
    """Whether the last word of a code stands in the source where the code is put together."""
    last = rest.rsplit(".", 1)[-1]
    return f'"{last}"' in source if head == "error" else last in source
