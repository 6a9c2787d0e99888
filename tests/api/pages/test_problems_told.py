"""What is wrong with a form is told whole, in the order of the form, and leads to its fields."""

import re

from inspection.tables import Deposit
from tests.api.pages.test_forms import CAMPAIGN
from tests.inspection.world import case_of


def told(answer):
    """The fields the summary leads to, as they stand there."""
    assert answer.status_code == 422
    summary = answer.text.split('id="problems"')[1].split("</div>")[0]
    return re.findall(r'href="#f-([a-z_-]+)"', summary)


def test_a_campaign_is_told_in_the_order_of_its_form(enter):
    wrong = {"period_from": "mai", "period_to": "2024-01-01", "pack_code": "", "decision": " "}

    answer = enter("lead").send("/campaigns/new", {**CAMPAIGN, "closes_on": "2020-01-01", **wrong})

    assert told(answer) == ["decision", "period_from", "closes_on", "pack_code"]
    # What is chosen from a list is not entered.
    pack = answer.text.split('id="e-pack_code">')[1].split("<")[0]
    assert pack == "Chưa chọn. Hãy chọn một mục."


def test_a_person_without_a_role_is_told_the_rest_too(enter):
    admin = enter("admin")
    nothing = {"username": "X Y", "full_name": " ", "language": "vi"}
    misfit = {**nothing, "role": "inspector", "seats": ["certifier"]}
    new = "/admin/people/new"

    assert told(admin.send(new, nothing)) == ["username", "full_name", "role"]
    wrong = ["username", "full_name", "organization_id", "seats"]
    assert told(admin.send(new, misfit)) == wrong


def test_a_wrong_period_is_told_beside_the_missing_tick(enter, story):
    world = story.world
    campaign_id = world.draft()
    world.open(campaign_id)
    deposit_id = world.upload(*case_of(world, campaign_id)).deposit_id
    officer, form = enter("officer"), f"/deposits/{deposit_id}/moves/submit"
    version = world.get(Deposit, deposit_id).version
    backwards = {"version": version, "effective_from": "2026-02-01", "effective_to": "2026-01-01"}
    torn = {"version": version, "effective_from": "mai", "effective_to": "2026-01-01"}

    assert told(officer.send(form, backwards)) == ["effective_to", "certified"]
    assert told(officer.send(form, torn)) == ["effective_from", "certified"]
    ticked = officer.send(form, {**backwards, "note": "x" * 20_001, "certified": "yes"})
    assert told(ticked) == ["note", "effective_to"]
    assert officer.send(form, {"version": version, "certified": "yes"}).status_code == 303
