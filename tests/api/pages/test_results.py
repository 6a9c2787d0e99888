"""What a run found: totals that reconcile, reasons, measures, and any verdict explained."""

import re
from html import escape, unescape

import polars as pl
import pytest

from api.charts import Expected, Point, against, fences
from api.formats import Formats
from api.language import translator
from api.pages.explaining import written
from api.pages.measuring import MEASURES, label_of
from api.pages.measuring import written as written_measure
from api.pages.results import ClassResult, by_class, by_reason, total
from inspection.queries.evaluations import TallyLine, get_evaluation
from inspection.tables import Evaluation
from inspection.violations import ReasonCount, ViolationFilter, read_slice
from rules.rule import RuleClass
from tests.rules.kinds.kind_fixtures import FIXTURES, read_kind
from tests.rules.packs.fixture_files import OTHERS, csv_files
from tests.rules.packs.through_the_doors import judge_bytes, only


def tally(code, rule_class, **counts):
    zero = dict.fromkeys(("met", "violated", "undetermined", "not_applicable", "error"), 0)
    return TallyLine(
        rule_code=code,
        rule_class=rule_class,
        table_name="x",
        unit="row",
        population=sum(counts.values()),
        error_code=None,
        error_facts={},
        amount=None,
        currency="VND",
        **{**zero, **counts},
    )


def lines_of(story, **wanted):
    run = story.world.get(Evaluation, story.evaluation_id)
    return read_slice(
        story.world.storage,
        story.world.folder / "cache",
        violations_sha256=run.violations_sha256,
        filter=ViolationFilter(**wanted),
        offset=0,
        limit=100,
    ).rows


def test_hits_of_risk_and_quality_never_stand_in_a_sum_of_violations():
    law = tally("A", "violation", met=3, violated=2)
    risk = tally("B", "risk", met=1, violated=7)
    quality = tally("C", "quality", violated=5, undetermined=4)

    counts = total((law, risk, quality))

    assert (counts.violated, counts.risk, counts.quality) == (2, 7, 5)
    assert (counts.population, counts.reconciles) == (22, True)
    assert by_class((risk, law)) == (
        ClassResult(rule_class=RuleClass.VIOLATION, counts=total([law]), tallies=(law,)),
        ClassResult(rule_class=RuleClass.RISK, counts=total([risk]), tallies=(risk,)),
    )


def test_reasons_of_all_rules_stand_together_the_commonest_first():
    counted = (
        ReasonCount(rule_code="A", reason="missing", count=1),
        ReasonCount(rule_code="A", reason="key", count=2),
        ReasonCount(rule_code="B", reason="missing", count=3),
    )

    assert [(one.reason, one.count, len(one.rules)) for one in by_reason(counted)] == [
        ("missing", 4, 2),
        ("key", 2, 1),
    ]


def test_the_sum_of_a_run_is_said_out_loud(enter, story):
    page = enter("lead").get(f"/evaluations/{story.evaluation_id}").text
    run = story.world.read(
        get_evaluation, actor=story.world.actor("lead"), evaluation_id=story.evaluation_id
    )

    strip = page[page.index('class="reckoning"') : page.index("</dl>")]
    told = [int(one.replace(".", "")) for one in re.findall(r">([\d.]+)(?:</a>)?</dd>", strip)]

    assert told[0] == sum(told[1:]) == sum(line.population for line in run.tallies)
    for digest in (run.pack_digest, run.violations_sha256, run.facts_sha256, run.inputs[0].sha256):
        assert digest in page
    assert run.engine_version in page


def test_every_reason_of_a_run_leads_to_its_lines(enter, story):
    lead = enter("lead")
    page = lead.get(f"/evaluations/{story.evaluation_id}").text
    reasons = {line.reason for line in lines_of(story, verdict="undetermined")}

    for reason in reasons:
        address = (
            f"/evaluations/{story.evaluation_id}/violations?verdict=undetermined&reason={reason}"
        )
        assert f'href="{escape(address)}"' in page
        count = len(lines_of(story, reason=reason))
        assert f"<span>{count} dòng</span>" in lead.get(address).text


def test_a_run_from_before_measures_were_kept_has_none(enter, story):
    world, lead = story.world, enter("lead")
    address = f"/evaluations/{story.evaluation_id}"
    kept = world.get(Evaluation, story.evaluation_id).facts_sha256
    assert f"{address}/measures?rule_code=MES-001" in lead.get(address).text

    _keep_facts(world, story.evaluation_id, None)
    try:
        assert "/measures?" not in lead.get(address).text
        assert lead.get(f"{address}/measures?rule_code=MES-001").status_code == 404
    finally:
        _keep_facts(world, story.evaluation_id, kept)


def _keep_facts(world, evaluation_id, digest):
    with world.database.write() as session:
        run = session.get(Evaluation, evaluation_id)
        run.facts_sha256 = digest
        session.add(run)


@pytest.mark.parametrize("verdict", ["violated", "undetermined"])
def test_every_line_is_explained(enter, story, verdict):
    lead = enter("lead")
    names = {"violated": ("Chưa đạt", "Dấu hiệu rủi ro", "Lỗi dữ liệu")}
    said = names.get(verdict, ("Chưa đủ căn cứ",))

    for line in lines_of(story, verdict=verdict):
        answer = lead.get(f"/evaluations/{story.evaluation_id}/lines/{line.key}")
        ending = unescape(answer.text).partition('class="verdict-line"')[2].partition("</p>")[0]
        assert (line.rule, answer.status_code) == (line.rule, 200)
        assert any(name in ending for name in said), line.rule
        assert "Từng bước đi tới kết quả" in answer.text


def test_a_cell_that_could_not_be_read_shows_what_stands_in_it(enter, story):
    (line,) = [one for one in lines_of(story, rule_code="MES-004") if one.row == 4]

    page = unescape(enter("lead").get(f"/evaluations/{story.evaluation_id}/lines/{line.key}").text)
    item = unescape(enter("lead").get(f"/items/{story.item_id}?row=4").text)

    for text in (page, item):
        assert ">khong ngay</q>" in text
        assert ">12x</q>" in text


def test_a_met_row_is_explained_by_its_place(enter, story):
    run = story.world.read(
        get_evaluation, actor=story.world.actor("lead"), evaluation_id=story.evaluation_id
    )
    base = f"/evaluations/{story.evaluation_id}/trace?rule_code=PAY-003"

    page = enter("lead").get(f"{base}&file={run.inputs[0].sha256}&row=2")

    assert page.status_code == 200
    ending = page.text.partition('class="verdict-line"')[2].partition("</p>")[0]
    assert "Đạt" in ending


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("rule_code=PAY-003&row=999", "không xét đơn vị nào"),
        ("rule_code=NO-1&row=2", "không có quy tắc NO-1"),
        ("rule_code=PAY-003&row=hai", "hai"),
    ],
)
def test_a_place_where_nothing_stands_is_refused_with_how_to_mend_it(enter, story, query, said):
    answer = enter("lead").get(f"/evaluations/{story.evaluation_id}/trace?{query}")

    assert answer.status_code == 422
    assert said in unescape(answer.text)


def test_nobody_but_the_team_sees_lines_measures_and_traces(enter, story):
    key = lines_of(story)[0].key
    for part in (f"lines/{key}", "measures?rule_code=MES-001", "trace?rule_code=PAY-003&row=2"):
        for prefix in ("", "/api"):
            address = f"{prefix}/evaluations/{story.evaluation_id}/{part}"
            for name in ("officer", "other", "councillor", "steward", "admin"):
                status = enter(name).get(address).status_code
                assert (address, name, status) == (address, name, 403)
    unknown = f"/evaluations/{story.evaluation_id}/lines/{'0' * 64}"
    assert enter("lead").get(unknown).status_code == 404


def test_the_organization_reads_where_its_own_row_stands(enter, story):
    page = enter("officer").get(f"/portal/findings/{story.findings[1]}").text

    assert f'href="/items/{story.item_id}?row=' in page
    assert "bảng kê.csv" in page
    assert f"/evaluations/{story.evaluation_id}" not in page


def test_the_json_says_the_same(enter, story):
    lead = enter("lead")
    base = f"/api/evaluations/{story.evaluation_id}"
    line = lines_of(story, rule_code="MES-004", verdict="violated")[0]

    reasons = lead.get(f"{base}/reasons").json()
    measures = lead.get(f"{base}/measures?rule_code=MES-002&limit=2").json()
    one = lead.get(f"{base}/lines/{line.key}").json()
    trace = lead.get(f"{base}/trace?rule_code=MES-004&row={line.row}").json()
    filtered = lead.get(f"{base}/violations?reason=unreadable").json()

    assert sum(reason["count"] for reason in reasons) == len(
        lines_of(story, verdict="undetermined")
    )
    assert (measures["total"], len(measures["groups"])) == (4, 2)
    assert one["key"] == line.key
    assert (trace["verdict"], trace["parameters"][0]["text"]) == ("violated", "90")
    assert filtered["total"] == len(lines_of(story, reason="unreadable"))


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.yaml")), ids=lambda file: file.stem)
def test_whatever_a_kind_measures_has_a_name(file, tmp_path):
    fixture = read_kind(file)
    told = set()
    for number, case in enumerate(fixture.cases):
        pack = only(fixture.pack, case.rule)
        columns = {name: [c.name for c in one.columns] for name, one in pack.contracts.items()}
        files = csv_files(case, columns)
        own = {name: data for name, data in files.items() if not name.endswith(OTHERS)}
        judge_bytes(pack, own, tmp_path / str(number))
        told |= set(pl.read_parquet(tmp_path / str(number) / "judged" / "facts.parquet")["measure"])

    assert sorted(told - set(MEASURES)) == []


def test_strata_are_named_by_their_bounds():
    t = translator("vi")

    assert [label_of(one, t) for one in ("<0", "0-<1000.5", ">=1000", "7", "number 12.50")] == [
        "dưới 0",
        "từ 0 đến dưới 1.000,5",
        "từ 1.000 trở lên",
        "7",
        "số tiền 12,50",
    ]


def test_a_figure_is_shown_with_four_places_and_never_as_nought():
    t = translator("en")

    written_ = [
        written_measure(measure, value, t)
        for measure, value in (
            ("z", "1.204119982656"),
            ("mantissa_arc_p", "0.000000120000"),
            ("sum", "1234567.89"),
            ("share", "-0"),
            ("conformity", "Close conformity"),
        )
    ]

    assert written_ == ["1.2041", "0.000000120000", "1,234,567.89", "0.00 %", "Close conformity"]


def test_numbers_are_written_exactly_and_codes_letter_by_letter():
    formats = Formats(lang="vi")

    assert [
        formats.exact(text) for text in ("1234567.50", "-3", "<= 90", "<> 0", "007", "A-1", "")
    ] == ["1.234.567,50", "-3", "≤ 90", "≠ 0", "007", "A-1", ""]


def test_values_of_a_trace_are_written_as_the_language_does():
    t = translator("vi")

    assert [
        written(value, kind, t)
        for value, kind in (
            ("true", "condition"),
            (None, "number"),
            ("1500.00", "number"),
            ("2010-03-06", "date"),
            ("1500", "code"),
        )
    ] == ["đúng", "chưa biết", "1.500,00", "06/03/2010", "1500"]


def test_a_chart_of_many_columns_names_only_as_many_as_have_room():
    points = [Expected(label=str(10 + i), value=1.0, expected=2.0, text="x") for i in range(90)]

    drawing = against(points, "<x>")

    assert drawing.count('class="column"') == 90
    assert drawing.count('class="expected"') == 90
    assert 20 <= len(re.findall(r'class="name"[^>]*>\d', drawing)) <= 45
    assert 'aria-label="&lt;x&gt;"' in drawing


def test_charts_of_nothing_are_drawn():
    same = Point(label="a", value=1.0, text="1")

    assert against([], "x").startswith("<svg")
    assert (
        against([Expected(label="a", value=0.0, expected=None, text="0")], "x").count("<rect") == 1
    )
    assert fences([], "x").startswith("<svg")
    assert fences([same, same], "x").count("<line") == 3
