"""The steps of one inspection, taken by its people at the JSON API."""

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pypdf import PdfReader

from inspection.conclusions.issuing import HERE
from tests.journeys.desk import Desk
from tests.journeys.serving import Server, wait_until

PASSWORD = "bốn từ không liên quan"
DUPLICATES = "PAY-010"
LONG_ANSWER = "Đơn vị giải trình như sau. " * 900  # more than 20,000 characters
PEOPLE = (
    ("lead", "inspector", "TTR", ()),
    ("member", "inspector", "TTR", ()),
    ("issuer", "inspector", "TTR", ()),
    ("officer", "organization", "XA", ("contributor", "certifier")),
    ("neighbour", "organization", "XB", ("contributor", "certifier")),
    ("councillor", "oversight", "HD", ()),
)


@dataclass
class Case:
    """What the journey passes along."""

    server: Server
    desks: dict[str, Desk]
    payments: Path
    ids: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Desk:
        return self.desks[name]


def settle(case: Case) -> None:
    admin = case["admin"]
    admin.enter("admin", PASSWORD)
    bodies = {
        code: admin.post("/api/organizations", code=code, name=f"Cơ quan {code}", kind=kind)["id"]
        for code, kind in (
            ("TTR", "inspectorate"),
            ("XA", "inspected"),
            ("XB", "inspected"),
            ("HD", "oversight"),
        )
    }
    case.ids["organization"] = bodies["XA"]
    for username, role, body, seats in PEOPLE:
        person_id = admin.post(
            "/api/people",
            username=username,
            full_name=f"Người {username}",
            position="Chánh Thanh tra" if username == "issuer" else "",
            role=role,
            organization_id=bodies[body],
            seats=list(seats),
        )["id"]
        case.ids[username] = person_id
        invited = admin.post(f"/api/people/{person_id}/invitations")
        desk = case[username]
        desk.post("/api/people/passwords", token=invited["token"], password=PASSWORD)
        desk.enter(username, PASSWORD)
    assert admin.refusal("GET", "/api/campaigns") == (403, "role.refused")


def open_campaign(case: Case) -> None:
    lead = case["lead"]
    today = datetime.now(HERE).date()
    campaign_id = lead.post(
        "/api/campaigns",
        title="Chi trả cho nhà cung cấp",
        decision="Quyết định số 12/QĐ-TTr",
        legal_basis="Luật Thanh tra số 84/2025/QH15",
        period_from="2010-01-01",
        period_to="2010-12-31",
        opens_on=str(today),
        closes_on=str(today + timedelta(days=30)),
        pack_code="payments",
    )["id"]
    here = f"/api/campaigns/{campaign_id}"
    matter = lead.post(f"{here}/matters", title="Việc chi trả")["id"]
    for seat, name in (("member", "member"), ("issuer", "issuer")):
        lead.post(f"{here}/team", person_id=case.ids[name], seat=seat)
    assert lead.refusal("POST", f"{here}/open", version=1, pack_code="payments") == (
        422,
        "campaign.not_ready",
    )
    request = lead.post(
        f"{here}/requests",
        title="Danh sách chi trả",
        due_at=str(datetime.now(UTC) + timedelta(days=5)),
        table_name="payments",
    )["id"]
    inspection = lead.post(f"{here}/inspections", organization_id=case.ids["organization"])["id"]
    version = lead.get(here)["version"]
    lead.post(f"{here}/open", version=version, pack_code="payments")
    assert lead.get(here)["state"] == "open"
    case.ids |= {
        "campaign": campaign_id,
        "matter": matter,
        "request": request,
        "inspection": inspection,
    }


def hand_in(case: Case) -> None:
    officer, member = case["officer"], case["member"]
    [line] = officer.get("/api/inspections")
    assert line["id"] == case.ids["inspection"]
    here = f"/api/inspections/{line['id']}"
    officer.send(
        f"{here}/requests/{case.ids['request']}", name="chi trả.csv", content=case.payments
    )
    [handed_in] = officer.get(f"{here}/deposits")
    [received] = handed_in["files"]
    assert received["size_bytes"] == case.payments.stat().st_size
    deposit = f"/api/deposits/{handed_in['id']}"
    neighbour = case["neighbour"]
    assert neighbour.refusal("GET", deposit) == (404, "not_found")
    assert neighbour.refusal("GET", here) == (404, "not_found")

    version = officer.get(deposit)["version"]
    officer.post(f"{deposit}/submit", version=version, note="Đủ hồ sơ")
    wait_until(
        lambda: member.get(deposit)["files"][0]["reading"], what="the file to be read", patience=60
    )
    [file] = member.get(deposit)["files"]
    reading = file["reading"]
    assert reading["rows_read"] + reading["rows_refused"] == reading["rows_in_file"]
    member.post(f"{deposit}/accept", version=member.get(deposit)["version"])
    content = member.download(f"/api/items/{file['id']}/content")
    assert content.content == case.payments.read_bytes()
    assert content.headers["content-disposition"].startswith("attachment;")


def evaluate(case: Case) -> None:
    member = case["member"]
    asked = member.post(
        f"/api/inspections/{case.ids['inspection']}/evaluations", as_of="2011-01-31"
    )
    here = f"/api/evaluations/{asked['id']}"
    wait_until(
        lambda: member.get(f"{here}/progress")["state"] in {"done", "failed"},
        what="the evaluation to end",
        patience=60,
    )
    page = member.get(here)
    assert page["progress"]["state"] == "done"
    for tally in page["tallies"]:
        parts = ("met", "violated", "undetermined", "not_applicable", "error")
        assert sum(tally[part] for part in parts) == tally["population"]
    [tally] = [one for one in page["tallies"] if one["rule_code"] == DUPLICATES]
    lines = member.get(f"{here}/violations", rule_code=DUPLICATES, verdict="violated", limit=10)
    assert lines["total"] == tally["violated"] > 0
    table = member.download(f"{here}/violations.csv?rule_code={DUPLICATES}&verdict=violated")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) == tally["violated"]
    case.ids["evaluation"] = asked["id"]
    case.ids["count"] = str(tally["violated"])


def hear(case: Case) -> None:
    lead, officer, member = case["lead"], case["officer"], case["member"]
    finding = lead.post(
        f"/api/evaluations/{case.ids['evaluation']}/findings",
        rule_code=DUPLICATES,
        matter_id=case.ids["matter"],
        title="Khoản chi có dấu hiệu trùng lặp",
        question="Đề nghị giải trình.",
        filter={"rule_code": DUPLICATES, "verdict": "violated"},
    )["id"]
    here = f"/api/findings/{finding}"
    assert officer.refusal("GET", here) == (404, "not_found")
    due_at = datetime.now(UTC) + timedelta(days=5)
    lead.post(f"{here}/send", version=lead.get(here)["version"], answer_due_at=str(due_at))
    officer.send(here, name="giải trình.txt", content="Kèm theo".encode())
    officer.post(f"{here}/answer", version=officer.get(here)["version"], text=LONG_ANSWER)
    [answer] = member.get(here)["answers"]
    assert answer["text"].strip() == LONG_ANSWER.strip()
    assert [file["name"] for file in answer["files"]] == ["giải trình.txt"]
    version = member.get(here)["version"]
    assert lead.refusal("POST", f"{here}/verify", version=version, reason="Đúng") == (
        403,
        "finding.own",
    )
    member.post(f"{here}/verify", version=version, reason="Chứng từ khớp danh sách")
    page = member.get(here)
    assert (page["state"], str(page["unit_count"])) == ("verified", case.ids["count"])


def conclude(case: Case) -> None:
    lead, issuer = case["lead"], case["issuer"]
    conclusion = lead.post(f"/api/inspections/{case.ids['inspection']}/conclusion")["id"]
    here = f"/api/conclusions/{conclusion}"
    version = lead.get(here)["version"]
    assert lead.refusal("POST", f"{here}/submit", version=version) == (
        422,
        "conclusion.not_complete",
    )
    lead.put(
        here,
        version=version,
        assessment="Đơn vị chấp hành tương đối tốt.",
        nature="Sai sót do nhập trùng.",
        measures="Thu hồi.",
        policy="Không có.",
        items=[{"matter_id": case.ids["matter"], "text": "Có khoản chi trùng."}],
    )
    lead.post(f"{here}/submit", version=lead.get(here)["version"])
    version = issuer.get(here)["version"]
    number = {"version": version, "number": 9, "signed_on": str(datetime.now(HERE).date())}
    assert lead.refusal("POST", f"{here}/approve", **number)[0] == 403
    issuer.post(f"{here}/approve", **number)
    assert issuer.refusal("POST", f"{here}/publish", version=version + 1)[0] == 409
    wait_until(lambda: issuer.get(here)["state"] == "issued", what="the document", patience=60)
    document = issuer.download(f"{here}/pdf")
    assert document.headers["content-type"] == "application/pdf"
    assert "Kết luận thanh tra" in text_of(document.content) or "KẾT LUẬN" in text_of(
        document.content
    )
    assert case["councillor"].refusal("GET", f"{here}/pdf") == (404, "not_found")
    issuer.post(f"{here}/publish", version=issuer.get(here)["version"])
    case.ids["conclusion"] = conclusion


def read_what_is_published(case: Case) -> None:
    here = f"/api/published/{case.ids['conclusion']}"
    for name in ("public", "councillor", "neighbour"):
        [line] = case[name].get("/api/published")
        assert (line["id"], line["number"]) == (case.ids["conclusion"], 9)
        document = case[name].download(f"{here}/pdf").content
        assert document.startswith(b"%PDF-")
    assert case["public"].refusal("GET", "/api/today") == (401, "login.needed")


def look_at_the_journal(case: Case) -> None:
    events = [
        line["event"]
        for line in case["lead"].get(
            f"/api/inspections/{case.ids['inspection']}/journal", limit=1000
        )
    ]
    assert events.count("evidence.receive") == 2  # the table, and the file with the answer
    for event in (
        "deposit.submit",
        "deposit.accept",
        "evaluation.finish",
        "finding.send",
        "finding.answer",
        "finding.verify",
        "conclusion.approve",
        "conclusion.issue",
        "conclusion.publish",
    ):
        assert events.count(event) == 1, (event, events)


def text_of(document: bytes) -> str:
    return PdfReader(io.BytesIO(document)).pages[0].extract_text()
