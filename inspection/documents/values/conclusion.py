"""What a conclusion says (Law 84/2025/QH15, article 36.2).

A finding enters only with the `Verification` of the person who verified it: neither a candidate nor
a dismissed finding can be written down here, so none can be printed as a violation.
"""

from dataclasses import dataclass
from datetime import date, datetime

from inspection.documents.values.parts import (
    Basis,
    EvidenceItem,
    FileFacts,
    Line,
    LogFacts,
    Money,
    RuleTally,
    RunFacts,
)
from rules.rule import RuleClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the organization said to a finding, verbatim, and the files it sent along."""

    text: str
    by: str
    at: datetime
    files: tuple[FileFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The organization did not answer by the end of this day."""

    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Who verified the finding, when, and why the answer does or does not change it."""

    by: str
    at: datetime
    reasoning: str

    def __post_init__(self) -> None:
        """Refuse a verification nobody stands for."""
        if not self.by.strip() or not self.reasoning.strip():
            raise ValueError("a finding is verified by a person, with a reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingItem:
    """One verified finding.

    Attributes:
        number: Unique in the document, such as `1.2`; lines of the annex refer to it.
        code: The code of the rule.
        requirement: What the provision demands.
        asked: What the finding was called while it was a candidate, if otherwise; it says what the
            organization answered to.
        recorded: What the evidence shows.
        assessment: The judgement on the two.
        count: How many keys were selected; the annex holds as many lines.
        amount: None where no money is at stake.
        digest: SHA-256 of the selected keys.
    """

    number: str
    code: str
    title: str
    rule_class: RuleClass
    basis: Basis
    requirement: str
    recorded: str
    assessment: str
    count: int
    amount: Money | None
    digest: str
    answer: Answer | Silence
    verification: Verification
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterItem:
    """The conclusion on one matter of the decision; every matter has one."""

    number: int
    title: str
    text: str
    findings: tuple[FindingItem, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a matter on which nothing is concluded."""
        if not self.text.strip() and not self.findings:
            raise ValueError(f"matter {self.number} has neither a conclusion nor a finding")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexLine(Line):
    """One line of the annex of violations; `finding` is the number of its finding."""

    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConclusionDocument:
    """The whole conclusion, except the lines of its annex, which stream.

    Attributes:
        managing_body: Cell 2, the body above the issuing one; may be empty.
        number: The running number of the year; with `symbol` it makes `05/KL-TTr`.
        subject: The trích yếu, such as `Về việc …`.
        decision: The decision on the inspection with number, day and issuer.
        introduction: What the team did; may have several lines.
        assessment: Group a of article 36.2.
        matters: Group b, in the order of the decision.
        nature: Group c: nature, extent, consequence, cause, responsibility.
        measures: Group d: measures taken within authority.
        recommendations: Group d: what is recommended, one by one.
        policy: Group đ: shortcomings of mechanisms, policy and law.
        signer_title: Cell 7a; several lines where one signs for another.
        recipients: Cell 9b, without dashes and endings.
        is_demonstration: Everything in it is made up; every page says so.
        log: None where the log was not signed, or its entries were not counted yet.
    """

    managing_body: str
    issuing_body: str
    number: int
    symbol: str
    place: str
    signed_on: date
    subject: str
    legal_bases: tuple[str, ...]
    decision: str
    campaign_title: str
    organization: str
    period_from: date
    period_to: date
    introduction: str
    assessment: str
    matters: tuple[MatterItem, ...]
    nature: str
    measures: str
    recommendations: tuple[str, ...]
    policy: str
    tallies: tuple[RuleTally, ...]
    evidence: tuple[EvidenceItem, ...]
    run: RunFacts
    signer_title: str
    signer_name: str
    recipients: tuple[str, ...]
    is_demonstration: bool = False
    log: LogFacts | None = None

    def __post_init__(self) -> None:
        """Refuse a document without matters, or with two of the same number."""
        matters = [matter.number for matter in self.matters]
        findings = [finding.number for finding in self.findings]
        if not matters or len(set(matters)) != len(matters):
            raise ValueError("a conclusion needs matters, each with its own number")
        if len(set(findings)) != len(findings):
            raise ValueError("two findings bear the same number")

    @property
    def findings(self) -> tuple[FindingItem, ...]:
        """All findings, in the order of the matters."""
        return tuple(finding for matter in self.matters for finding in matter.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Findings of one class summed up; one amount per currency, none where no money is at stake."""

    rule_class: RuleClass
    findings: int
    cases: int
    amounts: tuple[Money, ...]


def totals_of(findings: tuple[FindingItem, ...]) -> tuple[Total, ...]:
    """Sum the findings by class, in the order of `RuleClass`; an empty class is left out."""
    totals: list[Total] = []
    for rule_class in RuleClass:
        mine = [finding for finding in findings if finding.rule_class is rule_class]
        if not mine:
            continue
        sums: dict[str, int] = {}
        for money in (finding.amount for finding in mine if finding.amount is not None):
            sums[money.currency] = sums.get(money.currency, 0) + money.minor
        totals.append(
            Total(
                rule_class=rule_class,
                findings=len(mine),
                cases=sum(finding.count for finding in mine),
                amounts=tuple(
                    Money(minor=minor, currency=key) for key, minor in sorted(sums.items())
                ),
            )
        )
    return tuple(totals)
