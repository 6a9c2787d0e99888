"""What a conclusion may say: nothing unverified, no line too many, no sum of unlike things."""

from dataclasses import fields, replace

import pytest

from inspection.documents.conclusion import render_conclusion
from inspection.documents.values.conclusion import FindingItem, MatterItem, Verification, totals_of
from inspection.documents.values.parts import Money
from rules.rule import RuleClass, Verdict
from tests.inspection.documents import samples
from tests.inspection.documents.reading import conclusion_bytes, squeezed, text_of


def test_a_finding_nobody_verified_cannot_be_written_down():
    facts = {f.name: getattr(samples.finding(), f.name) for f in fields(FindingItem)}
    del facts["verification"]
    with pytest.raises(TypeError, match="verification"):
        FindingItem(**facts)
    with pytest.raises(ValueError, match="verified by a person"):
        Verification(by=" ", at=samples.AT, reasoning="…")
    with pytest.raises(ValueError, match="verified by a person"):
        Verification(by="Trần Văn Kỷ", at=samples.AT, reasoning="")


def test_a_line_of_no_finding_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(ValueError, match=r"belongs to no finding: '9\.9'"):
        render_conclusion(samples.conclusion(), samples.annex("9.9", 1), into=tmp_path / "kl.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lines", [2, 4])
def test_an_annex_with_lines_missing_or_in_excess_is_refused(lines):
    only = samples.conclusion(matters=samples.matters(samples.finding(count=3)))
    with pytest.raises(ValueError, match="not complete"):
        conclusion_bytes(only, samples.annex("1.1", lines))


@pytest.mark.parametrize("verdict", [Verdict.MET, Verdict.NOT_APPLICABLE])
def test_a_line_that_accuses_nobody_is_refused(verdict):
    with pytest.raises(ValueError, match="is no violation"):
        replace(next(samples.annex("1.1", 1)), verdict=verdict)


def test_a_matter_without_conclusion_is_refused():
    with pytest.raises(ValueError, match="matter 4"):
        MatterItem(number=4, title="Việc khác", text=" ")


def test_two_findings_of_one_number_are_refused():
    with pytest.raises(ValueError, match="same number"):
        samples.conclusion(matters=samples.matters(samples.finding(), samples.finding()))


def test_sums_are_by_class_and_currency_and_no_amount_is_not_zero():
    totals = totals_of(
        (
            samples.finding("1.1", count=3, amount=Money(minor=5, currency="VND")),
            samples.finding("1.2", count=4, amount=Money(minor=7, currency="GBP")),
            samples.finding("1.3", count=5, amount=Money(minor=1, currency="VND")),
            samples.risk("2.1", count=2),
        )
    )
    assert [(one.rule_class, one.findings, one.cases, one.amounts) for one in totals] == [
        (
            RuleClass.VIOLATION,
            3,
            12,
            (Money(minor=7, currency="GBP"), Money(minor=6, currency="VND")),
        ),
        (RuleClass.RISK, 1, 2, ()),
    ]


def test_amounts_of_risks_and_of_bad_data_are_never_added_to_those_of_violations():
    one, two, four = (Money(minor=minor, currency="VND") for minor in (1, 20, 400))
    findings = (
        samples.finding("1.1", count=3, amount=one),
        samples.risk("1.2", count=5, amount=two),
        samples.finding("1.3", count=7, amount=four, rule_class=RuleClass.QUALITY),
    )
    assert [(total.rule_class, total.cases, total.amounts) for total in totals_of(findings)] == [
        (RuleClass.VIOLATION, 3, (one,)),
        (RuleClass.RISK, 5, (two,)),
        (RuleClass.QUALITY, 7, (four,)),
    ]
    lines = [line for one in findings for line in samples.annex(one.number, one.count)]
    text = text_of(conclusion_bytes(samples.conclusion(matters=samples.matters(*findings)), lines))
    assert squeezed("Cộng vi phạm (1 phát hiện) 3 1 đồng") in text
    assert squeezed("Cộng dấu hiệu rủi ro (1 phát hiện) 5 20 đồng") in text
    assert squeezed("Cộng khiếm khuyết dữ liệu (1 phát hiện) 7 400 đồng") in text
